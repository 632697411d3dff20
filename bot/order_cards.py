"""Orders as the application shows them: the message that follows one, and those that ask about one."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, Confirm, ContextBlock, Markdown, PlainText, SectionBlock

from bot.cards import FALLBACK_CHARS, SECTION_CHARS, Action, Card, caller, card, escape, shorten, usd
from bot.store.orders import Line, Order, OrderKind, OrderState, Step, StepName, StepState

MARKS = {
    StepState.WAITING: ":white_circle:",
    StepState.DOING: ":hourglass_flowing_sand:",
    StepState.REVIEW: ":mag:",
    StepState.FAILED: ":x:",
    StepState.DONE: ":white_check_mark:",
    StepState.SKIPPED: ":fast_forward:",
    StepState.CANCELLED: ":heavy_minus_sign:",
}

NAMES = {
    StepName.NEW_ADDRESS: "new emergency address",
    StepName.NEW_CNAM: "new caller name",
    StepName.BUY: "bought",
    StepName.ALIAS: "alias",
    StepName.MESSAGING: "texting",
    StepName.LOOKUPS: "caller name look-ups",
    StepName.ROUTE: "route",
    StepName.FAILOVER: "failover route",
    StepName.E911: "emergency address",
    StepName.CNAM: "caller name",
    StepName.RELAY: "channel for its texts",
    StepName.UNLINK: "unlinked from its channel",
    StepName.E911_OFF: "emergency address taken off",
    StepName.CNAM_OFF: "caller name taken off",
    StepName.RELEASE: "released",
}
"""What each step is about."""

MOST_LINES = 20
MOST_DECISIONS = 10
"""Failed steps with buttons of their own; the others wait for their turn."""

UNDER_WAY = (OrderState.APPROVAL, OrderState.RUNNING, OrderState.OPEN)


def progress(order: Order, _now: datetime) -> Card:
    """How an order goes, a line for each number; its last state is the summary."""
    said = _headline(order)
    blocks: list[Block] = [SectionBlock(Markdown(shorten(said, SECTION_CHARS)), block_id="order")]
    if order.steps:
        blocks.append(ContextBlock([Markdown(_told(order.steps))], block_id="records"))
    blocks += [
        SectionBlock(Markdown(f"*{caller(line.number)}*\n{_told(line.steps)}"), block_id=f"line{line.id}")
        for line in order.lines[:MOST_LINES]
    ]
    if len(order.lines) > MOST_LINES:
        rest = f"and {len(order.lines) - MOST_LINES} numbers more"
        blocks.append(ContextBlock([PlainText(rest)], block_id="rest"))
    open_steps = [step for step in order.all_steps if step.state in (StepState.FAILED, StepState.REVIEW)]
    if order.state in (OrderState.RUNNING, OrderState.OPEN):
        blocks += [_decision(order, step) for step in open_steps[:MOST_DECISIONS]]
    if order.state in UNDER_WAY:
        blocks.append(ActionsBlock([_cancel(order)], block_id="cancel"))
    return card(shorten(said, FALLBACK_CHARS), blocks)


def approval(order: Order) -> Card:
    """Asks a second person whether an order may be carried out."""
    said = (
        f":raised_hand: <@{order.user_id}> wants to buy *{_numbers(order)}*: "
        f"{usd(order.setup_cost)} setup, {usd(order.monthly_cost)} a month. "
        "That needs an approver other than them, within a day."
    )
    value = str(order.id)
    buttons = [
        Button(PlainText("Approve"), action_id=Action.APPROVE, value=value, style="primary"),
        Button(PlainText("Decline"), action_id=Action.DECLINE, value=value, style="danger"),
    ]
    return card(
        said, [SectionBlock(Markdown(said), block_id="order"), ActionsBlock(list(buttons), block_id="decide")]
    )


def repriced(order: Order) -> Card:
    """Asks the requester to look at an order once more."""
    said = (
        f":warning: The price of your order {order.id} ({_numbers(order)}) changed before it was bought: "
        f"{usd(order.setup_cost)} setup, {usd(order.monthly_cost)} a month. Nothing was bought."
    )
    again = Button(PlainText("Review"), action_id=Action.ORDER_REVIEW, value=str(order.id), style="primary")
    return card(
        said, [SectionBlock(Markdown(said), block_id="order"), ActionsBlock([again], block_id="review")]
    )


def _headline(order: Order) -> str:
    who, what = f"<@{order.user_id}>", f"*{_numbers(order)}*"
    done, doing = {
        OrderKind.PURCHASE: ("bought", "buys"),
        OrderKind.SET_UP: ("set up", "sets up"),
        OrderKind.RELEASE: ("released", "releases"),
    }[order.kind]
    return {
        OrderState.DRAFT: f":memo: {who} reviews {what} once more. {order.reason or ''}",
        OrderState.APPROVAL: f":raised_hand: {who} wants {what}: a second person decides.",
        OrderState.RUNNING: f":hourglass_flowing_sand: {who} {doing} {what}.",
        OrderState.OPEN: f":warning: {who} {done} {what}, but not everything is done.",
        OrderState.DONE: f":white_check_mark: {who} {done} {what}{_price(order)}.",
        OrderState.CANCELLED: f":x: {what}: {order.reason or 'cancelled'}",
        OrderState.REFUSED: f":x: {what} was not {done}. {order.reason or ''}",
    }[order.state]


def _price(order: Order) -> str:
    if order.kind is not OrderKind.PURCHASE:
        return ""
    return f" ({usd(order.setup_cost)} setup, {usd(order.monthly_cost)} a month)"


def _numbers(order: Order) -> str:
    first = caller(order.lines[0].number)
    return first if len(order.lines) == 1 else f"{len(order.lines)} numbers"


def _told(steps: Sequence[Step]) -> str:
    parts = [f"{MARKS[step.state]} {NAMES[step.name]}{_note(step)}" for step in steps]
    return shorten(" · ".join(parts), SECTION_CHARS // 2)


def _note(step: Step) -> str:
    return f" ({step.note})" if step.note and step.state is not StepState.FAILED else ""


def _decision(order: Order, step: Step) -> Block:
    line = next((line for line in order.lines if line.id == step.line_id), None)
    about = f"*{_of(line)}{NAMES[step.name]}*: {step.note or 'failed'}"
    # Slack wants the ids of a block's actions to differ, and a section has one of them only.
    retry = Button(
        PlainText("Retry" if step.state is StepState.FAILED else "Skip"),
        action_id=f"{Action.ORDER_RETRY if step.state is StepState.FAILED else Action.ORDER_SKIP}:{step.id}",
        value=str(step.id),
    )
    return SectionBlock(Markdown(shorten(about, SECTION_CHARS)), accessory=retry, block_id=f"step{step.id}")


def _of(line: Line | None) -> str:
    return "" if line is None else f"{escape(caller(line.number))} "


def _cancel(order: Order) -> Button:
    return Button(
        PlainText("Cancel the rest"),
        action_id=Action.ORDER_CANCEL,
        value=str(order.id),
        confirm=Confirm(
            title="Cancel the rest?",
            text=PlainText("What is bought stays bought; nothing more is done."),
            confirm="Cancel the rest",
            deny="Go on",
        ),
    )
