"""`orders list`, `show`, `cancel`: purchases and what became of them, for admins.

There is no `orders resume`: an order under way goes on by itself, and one that ended is begun anew.
"""

from dataclasses import dataclass

from slackblocks import Button, ConfirmationDialogue, ContextBlock, Markdown, PlainText

from bot.access.roles import Role
from bot.cards import caller, moment, usd
from bot.provisioning.orders import OrderGone, Orders
from bot.store.orders import Order, OrderState

from .answers import Answer, run_button
from .commands import Ask, Commands
from .limits import MAX_ROWS, Member, header, section
from .lists import listing, when

STATES = {
    OrderState.DRAFT: "looked at, not confirmed",
    OrderState.APPROVAL: "waits for approval",
    OrderState.RUNNING: "under way",
    OrderState.OPEN: "not everything is done",
    OrderState.DONE: "done",
    OrderState.CANCELLED: "cancelled",
    OrderState.REFUSED: "refused",
}


@dataclass(frozen=True)
class OrderHandlers:
    orders: Orders

    def register(self, commands: Commands) -> None:
        commands.on("orders list", self.list, role=Role.ADMIN)
        commands.on("orders show", self.show, role=Role.ADMIN)
        commands.on("orders cancel", self.cancel, role=Role.ADMIN)

    def list(self, _ask: Ask) -> Answer:
        orders = self.orders.latest(MAX_ROWS + 1)
        return listing(
            "purchase",
            ["Order", "Number", "State", "Setup", "Monthly", "Asked by", "Decided by", "Changed"],
            [
                [
                    str(order.id),
                    _numbers(order),
                    STATES[order.state],
                    order.setup_cost,
                    order.monthly_cost,
                    Member(order.user_id),
                    Member(order.decided_by) if order.decided_by else None,
                    when(order.changed_at),
                ]
                for order in orders[:MAX_ROWS]
            ],
            is_all=len(orders) <= MAX_ROWS,
            empty="Nothing was bought here yet. `/flowroute numbers buy` begins.",
            shareable=False,
        )

    def show(self, _ask: Ask, *, id: int) -> Answer:  # noqa: A002 - the argument's name
        order = self.orders.order(id)
        buttons = (_cancel_button(order),) if order.state is OrderState.APPROVAL else ()
        return _card(order, buttons)

    def cancel(self, ask: Ask, *, id: int) -> Answer:  # noqa: A002 - the argument's name
        if not self.orders.cancel(ask.actor, id):
            state = STATES[self.orders.order(id).state]
            raise OrderGone(
                f"Order {id} does not wait for approval: {state}. Only an order that waits can be cancelled."
            )
        return _card(self.orders.order(id), ())


def _card(order: Order, buttons: tuple[Button, ...]) -> Answer:
    title = f"Order {order.id}: {_numbers(order)}"
    lines = [
        f"*State*  {STATES[order.state]}",
        f"*Price*  {usd(order.setup_cost)} setup, {usd(order.monthly_cost)} a month",
        f"*Asked by*  <@{order.user_id}>",
    ]
    if order.decided_by:
        lines.append(f"*Decided by*  <@{order.decided_by}>")
    if order.reason:
        lines.append(f"*Why*  {order.reason}")  # our own words, with who declined
    changed = ContextBlock([Markdown(f"Last change {moment(order.changed_at)}")])
    return Answer(title, (header(title), section("\n".join(lines)), changed), buttons)


def _numbers(order: Order) -> str:
    first = caller(order.numbers[0])
    return first if len(order.numbers) == 1 else f"{first} and {len(order.numbers) - 1} more"


def _cancel_button(order: Order) -> Button:
    return run_button(
        "Cancel the order",
        f"orders cancel {order.id}",
        confirm=ConfirmationDialogue(
            title=PlainText("Cancel this order?"),
            text=PlainText("Nobody can approve it any more; nothing is bought."),
            confirm=PlainText("Cancel the order"),
            deny=PlainText("Keep it"),
        ),
    )
