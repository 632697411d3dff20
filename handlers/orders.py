"""`orders list`, and for admins `show`, `resume`, `cancel`: what was ordered and what became of it."""

from dataclasses import dataclass

from slackblocks import Block, ContextBlock, Markdown

from bot.access.roles import Role
from bot.cards import caller, counted, moment
from bot.order_cards import body, headline, order_buttons
from bot.provisioning.orders import OrderGone, Orders
from bot.store.orders import Order, OrderKind, OrderState, StepState

from .answers import Answer
from .commands import Ask, Caution, Commands
from .limits import MAX_ROWS, Member, header
from .lists import listing, when

STATES = {
    OrderState.DRAFT: "not confirmed",
    OrderState.APPROVAL: "waits for approval",
    OrderState.RUNNING: "under way",
    OrderState.OPEN: "something is open",
    OrderState.DONE: "done",
    OrderState.CANCELLED: "cancelled",
    OrderState.REFUSED: "refused",
}
KINDS = {OrderKind.PURCHASE: "Buy", OrderKind.SET_UP: "Set up", OrderKind.RELEASE: "Release"}
CANCELLING = Caution(
    "What has not happened yet will not happen. What is done stays as it is.", "Cancel the order"
)


@dataclass(frozen=True)
class OrderHandlers:
    orders: Orders

    def register(self, commands: Commands) -> None:
        commands.on("orders list", self.list)
        commands.on("orders show", self.show, role=Role.ADMIN)
        commands.on("orders resume", self.resume, role=Role.ADMIN)
        commands.on("orders cancel", self.cancel, role=Role.ADMIN, caution=CANCELLING)

    def list(self, _ask: Ask) -> Answer:
        orders = self.orders.latest(MAX_ROWS + 1)
        return listing(
            "order",
            ["Order", "What", "Numbers", "State", "Setup", "Monthly", "Asked by", "Decided by", "Changed"],
            [
                [
                    str(order.id),
                    KINDS[order.kind],
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
            empty="Nothing was ordered here yet. `/flowroute numbers buy` begins.",
            shareable=False,
        )

    def show(self, _ask: Ask, *, id: int) -> Answer:  # noqa: A002 - the argument's name
        return card(self.orders.order(id))

    def resume(self, ask: Ask, *, id: int) -> Answer:  # noqa: A002 - the argument's name
        """Every failed step again; what is under way goes on by itself."""
        before = self.orders.order(id)
        failed = sum(step.state is StepState.FAILED for step in before.all_steps)
        if not failed:
            raise OrderGone(f"Order {id} has no failed step: {STATES[before.state]}.")
        after = self.orders.resume(ask.actor, id)
        answer = card(after)
        said = f"{counted(failed, 'failed step')} of order {id} tried again; its message shows how it goes."
        return Answer(said, (ContextBlock([Markdown(said)]), *answer.blocks))

    def cancel(self, ask: Ask, *, id: int) -> Answer:  # noqa: A002 - the argument's name
        if not self.orders.cancel(ask.actor, id):
            state = STATES[self.orders.order(id).state]
            raise OrderGone(f"Order {id} is over: {state}. Nothing is left of it to be cancelled.")
        return card(self.orders.order(id))


def card(order: Order) -> Answer:
    """The order as its message shows it, privately."""
    title = headline(order)
    facts = [f"Order {order.id} by <@{order.user_id}>", f"last change {moment(order.changed_at)}"]
    blocks: list[Block] = [header(title), ContextBlock([Markdown(" · ".join(facts))])]
    return Answer(title, (*blocks, *body(order), *order_buttons(order)))


def _numbers(order: Order) -> str:
    first = caller(order.lines[0].number) if order.lines else ""
    more = len(order.lines) - 1
    return f"{first} and {more} more" if more > 0 else first
