"""Orders as messages: the question to a second person, the progress, and the summary at the end.

One message shows an order from its first step to its last, so every size of order has to fit into Slack's
50 blocks (docs.slack.dev, "Blocks"): what is done is told in a line, what needs somebody in full.
"""

from collections.abc import Iterable, Sequence

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    Confirm,
    ContextBlock,
    Element,
    HeaderBlock,
    Markdown,
    PlainText,
    SectionBlock,
)

from bot.cards import SECTION_CHARS, Action, Card, caller, card, counted, escape, shorten, usd
from bot.provisioning.budget import Budget
from bot.provisioning.bulk import NOTHING
from bot.store.orders import Line, Order, OrderKind, OrderState, Step, StepName, StepState

FEW = 5
"""Up to so many numbers every step is a line of its own; above that there is a bar, and less of each."""
MOST_SECTIONS = 20
"""Numbers that have a part of their own in the summary; with what is around them it stays below 50 blocks."""
MOST_PROBLEMS = 8
"""Failed steps with buttons; each takes two blocks."""
NUMBERS_NAMED = 10
BAR_LENGTH = 20

MARKS = {
    StepState.WAITING: ":white_circle:",
    StepState.DOING: ":hourglass_flowing_sand:",
    StepState.REVIEW: ":mag:",
    StepState.FAILED: ":x:",
    StepState.DONE: ":white_check_mark:",
    StepState.SKIPPED: ":arrow_right_hook:",
    StepState.CANCELLED: ":no_entry_sign:",
}
NAMES = {
    StepName.NEW_ADDRESS: "New emergency address",
    StepName.NEW_CNAM: "New caller name",
    StepName.BUY: "Purchase",
    StepName.ALIAS: "Alias",
    StepName.MESSAGING: "Texting",
    StepName.LOOKUPS: "Caller name look-ups",
    StepName.ROUTE: "Route",
    StepName.FAILOVER: "Failover route",
    StepName.E911: "Emergency address",
    StepName.CNAM: "Caller name",
    StepName.RELAY: "Channel for texts",
    StepName.UNLINK: "Unlinked from its channel",
    StepName.E911_OFF: "Emergency address taken off",
    StepName.CNAM_OFF: "Caller name taken off",
    StepName.RELEASE: "Given back to Flowroute",
}
DOING = {
    OrderKind.PURCHASE: "Buying",
    OrderKind.SET_UP: "Setting up",
    OrderKind.RELEASE: "Releasing",
}
DONE = {
    OrderKind.PURCHASE: "Bought",
    OrderKind.SET_UP: "Set up",
    OrderKind.RELEASE: "Released",
}
PLANNED = (
    StepName.ROUTE,
    StepName.FAILOVER,
    StepName.NEW_ADDRESS,
    StepName.E911,
    StepName.NEW_CNAM,
    StepName.CNAM,
    StepName.MESSAGING,
    StepName.LOOKUPS,
    StepName.RELAY,
)
"""What all numbers of an order get alike, in the order in which it is told."""
TOLD_ANYWAY = frozenset({StepName.BUY, StepName.ALIAS})
"""What a summary tells elsewhere: that numbers are bought, and how each is called."""
REPLACED = {StepName.E911: StepName.NEW_ADDRESS, StepName.CNAM: StepName.NEW_CNAM}
"""Steps that come to what an earlier one makes."""
OVER = frozenset({StepState.DONE, StepState.SKIPPED, StepState.CANCELLED})
"""Steps that nobody has to do anything about."""
AT_REST = frozenset({OrderState.OPEN, OrderState.DONE, OrderState.CANCELLED})
CAN_CANCEL = frozenset({OrderState.APPROVAL, OrderState.RUNNING, OrderState.OPEN})


def progress(order: Order) -> Card:
    """The order as it stands: every step with its mark, what failed with its buttons; then a summary."""
    title = headline(order)
    return card(escape(title), [*_head(order, title), *body(order), *order_buttons(order)])


def headline(order: Order) -> str:
    """How the order stands, in a few words: `Buying 2 numbers`."""
    numbers = _numbers(len(order.lines))
    done = sum(_is_done(line) for line in order.lines)
    shown = numbers if done == len(order.lines) else f"{done} of {numbers}"
    did, left = DONE[order.kind], sum(step.state not in OVER for step in order.all_steps)
    return {
        OrderState.DRAFT: f":memo: {numbers} to be confirmed",
        OrderState.APPROVAL: f":raised_hand: {numbers} waiting for approval",
        OrderState.RUNNING: f":hourglass_flowing_sand: {DOING[order.kind]} {numbers}",
        OrderState.OPEN: f":warning: {did} {shown}, {counted(left, 'step')} open",
        OrderState.DONE: f":white_check_mark: {did} {shown}",
        OrderState.CANCELLED: f":no_entry_sign: Cancelled. {did} {shown if done else 'nothing'}",
        OrderState.REFUSED: f":x: {did} nothing",
    }[order.state]


def body(order: Order) -> list[Block]:
    """The order's own steps, then its numbers, each as closely as there is room for."""
    blocks: list[Block] = []
    if order.reason:
        blocks.append(SectionBlock(Markdown(order.reason), block_id="reason"))
    if len(order.lines) > FEW:
        blocks.append(SectionBlock(Markdown(_bar(order)), block_id="bar"))
    if order.steps:
        blocks.append(_section("own", (_step_line(order, step) for step in order.steps)))
    if order.state in {OrderState.DONE, OrderState.CANCELLED} and len(order.lines) <= MOST_SECTIONS:
        return blocks + [_section(f"line{line.id}", _summary(order, line)) for line in order.lines]
    if len(order.lines) <= FEW:
        blocks += [_section(f"line{line.id}", _steps_of(order, line)) for line in order.lines]
    else:
        blocks += _in_short(order)
    return blocks + _problems(order)


def approval(order: Order, month: Budget) -> Card:
    """Asks a second person; once that is decided it keeps who did, and has no buttons.

    `month` counts the order already.
    """
    said = f"<@{order.user_id}> wants to buy *{_numbers(len(order.lines))}*"
    cost = f"{usd(order.setup_cost)} setup and {usd(order.monthly_cost)} a month"
    limit = "no limit is set" if month.limit is None else f"of {usd(month.limit)} (SPEND_LIMIT)"
    blocks: list[Block] = [
        SectionBlock(Markdown(f":raised_hand: {said}: {cost}."), block_id="who"),
        _section("numbers", (_priced(line) for line in order.lines)),
    ]
    planned = planned_set_up(order)
    if planned:
        blocks.append(_section("planned", ["*To be set up with*", *planned]))
    total = f"This month's purchases with it: {usd(month.spent)}, {limit}."
    blocks.append(ContextBlock([Markdown(f"Order {order.id} · {total}")], block_id="month"))
    return card(f"{said}: {cost}.", [*blocks, _decision(order)])


def repriced(order: Order) -> Card:
    """Asks the requester to look at an order once more, at its price now."""
    said = (
        f":warning: The price of your order {order.id} changed before it was carried out. Nothing was bought."
    )
    cost = f"Now {usd(order.setup_cost)} setup and {usd(order.monthly_cost)} a month:"
    again = Button(PlainText("Review"), action_id=Action.ORDER_REVIEW, value=str(order.id), style="primary")
    blocks: list[Block] = [
        SectionBlock(Markdown(said), block_id="said"),
        _section("prices", [cost, *(_priced(line) for line in order.lines)]),
        ActionsBlock([again], block_id="review"),
    ]
    return card(said, blocks)


def differences(order: Order) -> list[str]:
    """What a list of numbers changes, a paragraph (mrkdwn) for each number that is not like that already."""
    return [
        "\n".join([f"*{caller(line.number)}*", *(_difference(order, step) for step in line.steps)])
        for line in order.lines
        if line.steps
    ]


def planned_set_up(order: Order) -> list[str]:
    """What all numbers of an order are to get alike, a line (mrkdwn) each."""
    steps = {step.name: step for line in order.lines[:1] for step in line.steps} | {
        step.name: step for step in order.steps
    }
    return [
        f"•  {step_name(order, steps[name])}"
        for name in PLANNED
        if name in steps and not (name in REPLACED and REPLACED[name] in steps)
    ]


def order_buttons(order: Order) -> list[Block]:
    """What can be done about an order as a whole, while anything can."""
    elements: list[Element] = []
    if order.state is OrderState.DRAFT:
        elements.append(
            Button(PlainText("Review"), action_id=Action.ORDER_REVIEW, value=str(order.id), style="primary")
        )
    if order.kind is OrderKind.SET_UP and order.state in AT_REST:
        elements.append(
            Button(PlainText("Result as CSV"), action_id=Action.ORDER_RESULT, value=str(order.id))
        )
    if order.state in CAN_CANCEL:
        ask = Confirm(
            title="Cancel this order?",
            text=PlainText("What has not happened yet will not happen. What is done stays as it is."),
            confirm="Cancel the order",
            deny="Go on",
        )
        elements.append(
            Button(
                PlainText("Cancel the order"),
                action_id=Action.ORDER_CANCEL,
                value=str(order.id),
                style="danger",
                confirm=ask,
            )
        )
    return [ActionsBlock(elements, block_id="order")] if elements else []


def step_name(order: Order, step: Step) -> str:
    """`Route *Seattle PBX*` (mrkdwn)."""
    wanted = _wanted(order, step)
    return f"{NAMES[step.name]} {wanted}" if wanted else NAMES[step.name]


def where(order: Order) -> str:
    """The place (mrkdwn) where a message follows the order: its channel, or the requester's messages."""
    return f"<#{order.channel_id}>" if order.channel_id else "your messages with me"


def alias_of(line: Line) -> str | None:
    """What a number is to be called."""
    return next((step.wanted for step in line.steps if step.name is StepName.ALIAS), None)


def _difference(order: Order, step: Step) -> str:
    now = f"  ({step.note})" if step.note else ""
    return f"•  {step_name(order, step)}{now}"


def _priced(line: Line) -> str:
    return f"{_named(line)}  {usd(line.setup_cost)} setup, {usd(line.monthly_cost)} a month"


def _decision(order: Order) -> Block:
    """The buttons while nobody has decided, then the decision."""
    value = str(order.id)
    if order.state is OrderState.APPROVAL:
        buttons: list[Element] = [
            Button(PlainText("Approve"), action_id=Action.APPROVE, value=value, style="primary"),
            Button(PlainText("Decline"), action_id=Action.DECLINE, value=value, style="danger"),
        ]
        return ActionsBlock(buttons, block_id="decide")
    if order.state in {OrderState.REFUSED, OrderState.CANCELLED}:
        said = f":x: {order.reason or 'It was cancelled.'}"
    else:
        said = f":white_check_mark: <@{order.decided_by}> approved the purchase."
    return ContextBlock([Markdown(said)], block_id="decision")


def _head(order: Order, title: str) -> list[Block]:
    facts = [f"Order {order.id} by <@{order.user_id}>"]
    if order.decided_by:
        did = "declined" if order.state is OrderState.REFUSED else "approved"
        facts.append(f"{did} by <@{order.decided_by}>")
    if order.kind is OrderKind.PURCHASE:
        facts.append(f"{usd(order.setup_cost)} setup, {usd(order.monthly_cost)} a month")
    return [
        HeaderBlock(PlainText(title), block_id="title"),
        ContextBlock([Markdown(" · ".join(facts))], block_id="facts"),
    ]


def _bar(order: Order) -> str:
    """`▰▰▰▰▱▱▱▱ 8 of 20 numbers`."""
    done = sum(_is_through(line) for line in order.lines)
    steps = order.all_steps
    full = BAR_LENGTH * sum(step.state in OVER for step in steps) // max(len(steps), 1)
    return f"`{'▰' * full}{'▱' * (BAR_LENGTH - full)}`  *{done} of {_numbers(len(order.lines))}*"


def _steps_of(order: Order, line: Line) -> list[str]:
    return [_named(line), *(_step_line(order, step) for step in line.steps)]


def _step_line(order: Order, step: Step) -> str:
    note = f"  _{step.note}_" if step.note else ""
    return f"{MARKS[step.state]}  {step_name(order, step)}{note}"


def _in_short(order: Order) -> list[Block]:
    """Of many numbers: those under way by themselves, the others counted and named."""
    through = [line for line in order.lines if _is_through(line)]
    waiting = [line for line in order.lines if all(step.state is StepState.WAITING for step in line.steps)]
    rest = [line for line in order.lines if line not in [*through, *waiting]]
    blocks: list[Block] = []
    if through:
        said = f":white_check_mark:  *{_numbers(len(through))} done*"
        blocks.append(_section("through", [said, _list(through)]))
    if rest:
        shown = [_in_a_line(line) for line in rest[:MOST_SECTIONS]]
        if len(rest) > MOST_SECTIONS:
            shown.append(f"and {_numbers(len(rest) - MOST_SECTIONS)} more")
        blocks.append(_section("rest", shown))
    if waiting:
        said = f":white_circle:  *{_numbers(len(waiting))} to come*"
        blocks.append(_section("waiting", [said, _list(waiting)]))
    return blocks


def _in_a_line(line: Line) -> str:
    over = sum(step.state in OVER for step in line.steps)
    now = next(step for step in line.steps if step.state not in OVER)
    return f"{MARKS[now.state]}  {_named(line)}  {over} of {len(line.steps)}, {NAMES[now.name]}"


def _problems(order: Order) -> list[Block]:
    """What failed, each with what can be done about it; below a certain number only counted."""
    failed = [(line, step) for line in order.lines for step in line.steps if step.state is StepState.FAILED]
    own = [(None, step) for step in order.steps if step.state is StepState.FAILED]
    blocks: list[Block] = []
    for line, step in [*own, *failed][:MOST_PROBLEMS]:
        of = f"*{caller(line.number)}*  " if line else ""
        if len(order.lines) > FEW:
            why = [f":x:  {of}{step_name(order, step)}", step.note or ""]
            blocks.append(_section(f"why{step.id}", why))
        elements: list[Element] = [
            Button(
                PlainText(f"Retry: {NAMES[step.name].lower()}{_short(line, order)}"),
                action_id=Action.ORDER_RETRY,
                value=str(step.id),
            ),
            Button(PlainText("Skip it"), action_id=Action.ORDER_SKIP, value=str(step.id)),
        ]
        blocks.append(ActionsBlock(elements, block_id=f"step{step.id}"))
    if (more := len(own) + len(failed) - MOST_PROBLEMS) > 0:
        again = f"`/flowroute orders resume {order.id}` tries all of them again."
        hint = f"and {counted(more, 'more failed step')}. {again}"
        blocks.append(ContextBlock([Markdown(hint)], block_id="more"))
    return blocks


def _short(line: Line | None, order: Order) -> str:
    """Tells apart the buttons of several numbers: ` …5170`."""
    return f" …{line.number[-4:]}" if line is not None and len(order.lines) > 1 else ""


def _summary(order: Order, line: Line) -> list[str]:
    """A number at the end: what is set, what is not, what it costs."""
    done = [
        _lower_first(step_name(order, step))
        for step in line.steps
        if step.state is StepState.DONE and step.name not in TOLD_ANYWAY
    ]
    lines = [_named(line)]
    if done or not line.steps:
        lines.append(f":white_check_mark:  {', '.join(done) or 'as it was'}")
    lines += [_step_line(order, step) for step in line.steps if step.state is not StepState.DONE]
    if line.is_bought:
        if gaps := order.set_up.gaps():
            lines.append(f":grey_question:  {', '.join(gaps)}")
        lines.append(f"{usd(line.setup_cost)} setup, {usd(line.monthly_cost)} a month")
    return lines


def _named(line: Line) -> str:
    alias = alias_of(line)
    return f"*{caller(line.number)}*" + (f"  {escape(alias)}" if alias else "")


def _wanted(order: Order, step: Step) -> str:
    if step.wanted is None:
        return ""
    if step.wanted in {"", NOTHING}:
        return f"*{NOTHING}*"
    match step.name:
        case StepName.RELAY:
            return f"<#{step.wanted}>"
        case StepName.MESSAGING | StepName.LOOKUPS:
            return step.wanted
        case StepName.E911 if order.set_up.new_address:
            name = order.set_up.new_address.label
        case StepName.CNAM if order.set_up.new_cnam:
            name = order.set_up.new_cnam
        case _:
            name = order.set_up.names.get(step.wanted, step.wanted)
    return f"*{escape(name)}*"


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


def _is_through(line: Line) -> bool:
    return all(step.state in OVER for step in line.steps)


def _is_done(line: Line) -> bool:
    """Whether the first thing wanted of it came about: it is ours, or set up, or released."""
    wanted = [step for step in line.steps if step.name in {StepName.BUY, StepName.RELEASE}] or line.steps
    return all(step.state is StepState.DONE for step in wanted)


def _list(lines: Sequence[Line]) -> str:
    shown = ", ".join(caller(line.number) for line in lines[:NUMBERS_NAMED])
    more = len(lines) - NUMBERS_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _section(block_id: str, lines: Iterable[str]) -> Block:
    """Lines of mrkdwn; an id of its own keeps a block in its place when the message is updated."""
    return SectionBlock(Markdown(shorten("\n".join(lines), SECTION_CHARS)), block_id=block_id)


def _numbers(count: int) -> str:
    return counted(count, "number")
