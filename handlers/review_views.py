"""The review of an order before it is confirmed, and what is said once it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from slackblocks import ActionsBlock, Block, DividerBlock, ModalView

from bot.cards import caller, counted, escape, usd
from bot.order_cards import alias_of, planned_set_up, where
from bot.provisioning.budget import Budget
from bot.store.orders import Line, Order, OrderState

from .ids import View
from .limits import facts, section
from .modals import alert, notice
from .purchase_views import TITLE, Wizard, as_shown, back_button, modal


@dataclass(frozen=True)
class Money:
    """What an order has to keep to: the month so far, and who decides about a dear one.

    `approvers` are those who may decide, without the one who asks; None where nobody has to.
    """

    month: Budget
    approvers: Sequence[str] | None


def review(wizard: Wizard, order: Order, money: Money, notes: Sequence[str] = ()) -> ModalView:
    """What it costs, what it comes with and what it will lack; Submit buys. `notes` (mrkdwn) stand above."""
    wizard = wizard.model_copy(update={"order_id": order.id, "seen": as_shown(order)})
    blocks: list[Block] = [block for note in notes for block in alert(note, "warning")]
    lines = [f"*{counted(len(order.lines), 'number')}*", *(_line(line) for line in order.lines)]
    blocks.append(section("\n".join(lines)))
    if planned := planned_set_up(order):
        blocks.append(section("\n".join(["*Set up with*", *planned])))
    if gaps := order.set_up.gaps():
        blocks += alert(f"As it is: {', '.join(gaps)}. All of it can be set later.", "info")
    blocks += [DividerBlock(), _costs(order, money), *_obstacles(order, money)]
    back = [back_button("Change the set-up", View.BUY_SET_UP), back_button("Other numbers", View.BUY_CHOOSE)]
    blocks.append(ActionsBlock(list(back), block_id="back"))
    if _is_too_dear(order, money.month):
        return modal(View.BUY_AGAIN, wizard, blocks, submit="Choose others")
    if money.approvers is not None:
        return modal(View.BUY_CONFIRM, wizard, blocks, submit="Ask for approval")
    return modal(View.BUY_CONFIRM, wizard, blocks, submit=f"Buy {_it(order)}")


def dearer(before: Order, now: Order) -> str:
    """What changed between the review and the confirmation, old and new, number by number."""
    old = {line.number: line for line in before.lines}
    changed = [
        f"{caller(line.number)}: {_price(old[line.number])} → *{_price(line)}*"
        for line in now.lines
        if line.number in old and _price(old[line.number]) != _price(line)
    ]
    return "Prices changed since you saw them. Nothing was bought. " + "; ".join(changed)


def confirmed(order: Order) -> ModalView:
    """Where to watch what the order comes to."""
    if order.state is OrderState.APPROVAL:
        text = (
            f"{_it(order).capitalize()} will be bought as soon as an approver agrees. "
            f"The outcome is posted in {where(order)}; `/flowroute orders show {order.id}` tells how it "
            "stands."
        )
        return notice("Approval needed", text, "info")
    if order.state in {OrderState.REFUSED, OrderState.CANCELLED}:
        return notice(TITLE, f"Nothing was bought. {order.reason or ''}".strip(), "error")
    text = (
        f"Order {order.id} is under way: {counted(len(order.lines), 'number')}. "
        f"A message in {where(order)} shows each step as it is taken, and so does "
        f"`/flowroute orders show {order.id}`. You can close this window."
    )
    return notice("Ordered", text, "success")


def _line(line: Line) -> str:
    alias = alias_of(line)
    named = f"  *{escape(alias)}*" if alias else ""
    return f"{caller(line.number)}{named}  {_price(line)}"


def _price(line: Line) -> str:
    return f"{usd(line.setup_cost)} setup, {usd(line.monthly_cost)} a month"


def _costs(order: Order, money: Money) -> Block:
    month = money.month
    after = None if order.cost is None else month.spent + order.cost
    limit = "no limit is set" if month.limit is None else f"of {usd(month.limit)}"
    return facts(
        {
            "Setup, charged at once": usd(order.setup_cost),
            "From then on": f"{usd(order.monthly_cost)} a month",
            "This month in all": f"{usd(after)}, {limit}",
            "Approval": _approval(money),
        }
    )


def _approval(money: Money) -> str:
    if money.approvers is None:
        return "not needed"
    who = ", ".join(f"<@{user_id}>" for user_id in money.approvers)
    return f"above {usd(money.month.approval_over)}, by {who}" if who else "needed"


def _obstacles(order: Order, money: Money) -> list[Block]:
    """Why it cannot be bought like this, or that buying cannot be undone."""
    if _is_too_dear(order, money.month):
        said = "This is more than SPEND_LIMIT leaves for this month (UTC). Take fewer numbers, or other ones."
        return alert(said, "error")
    if money.approvers is not None and not money.approvers:
        return alert("It needs a second person's approval, and nobody else is in APPROVERS.", "error")
    return [section("Buying cannot be undone: setup costs are not paid back.")]


def _is_too_dear(order: Order, month: Budget) -> bool:
    return month.limit is not None and order.cost is not None and month.spent + order.cost > month.limit


def _it(order: Order) -> str:
    return "it" if len(order.lines) == 1 else counted(len(order.lines), "number")
