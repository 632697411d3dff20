"""Somebody who gives orders to a running bot without Slack, and what the carrier has in the end."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot import settings
from bot.actor import Actor
from bot.store.engine import Store, open_engine
from bot.store.orders import Order, OrderState, StepName, StepState
from bot.store.set_up import SetUp
from flowroute.e911 import Address
from tests.stage import ADMIN, TELECOM, Stage, wait_for

ADA = Actor(ADMIN, TELECOM)
TO_BUY = ("12063395170", "12063395863", "12063397018", "12063397115", "12063397290")
"""For sale in the sandbox; the first for $1.00 and $1.25 a month."""
ROUTE, ADDRESS, NAME, PENDING_NAME = "98396", "21845", "22790", "24141"
"""Records of the sandbox's account."""
OFFICE = Address(
    label="New office",
    first_name="Ada",
    last_name="Lang",
    street_number="1218",
    street_name="3rd Ave",
    city="Seattle",
    state="WA",
    zip="98101",
)
EVERYTHING = SetUp(
    alias="Desk {n} {last4}",
    route_id=ROUTE,
    failover_id="0",
    e911_id=ADDRESS,
    cnam_id=NAME,
    lookups=False,
    relay_channel="C0SUPPORT",
)
AT_REST = (OrderState.DONE, OrderState.OPEN, OrderState.REFUSED, OrderState.CANCELLED, OrderState.DRAFT)


class Desk:
    """Ada orders numbers, and looks what became of them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.carrier = stage.carrier

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The bot's database, as another process sees it."""
        store = Store(open_engine(settings.database_url(self.stage.database_url)))
        try:
            yield store
        finally:
            store.close()

    def draft(self, numbers: Sequence[str] = TO_BUY[:1], set_up: SetUp | None = None) -> Order:
        orders = self.stage.orders
        return orders.draft(ADA, orders.quote(numbers), set_up or SetUp(messaging=False))

    def confirmed(self, numbers: Sequence[str] = TO_BUY[:1], set_up: SetUp | None = None) -> Order:
        return self.stage.orders.confirm(ADA, self.draft(numbers, set_up).id)

    def at_rest(self, order_id: int, *states: OrderState) -> Order:
        """The order once it is in one of these states, or in any that only a person ends."""
        wanted = states or AT_REST
        wait_for(lambda: self.order(order_id).state in wanted, f"{wanted} instead of {self.order(order_id)}")
        return self.order(order_id)

    def order(self, order_id: int) -> Order:
        return self.stage.orders.order(order_id)

    def bought(self) -> Counter[str]:
        """How often the carrier sold us each number."""
        return Counter(entry.number for entry in self.carrier.ledger if entry.what == "purchase")

    def sell_elsewhere(self, number: str) -> None:
        """Another customer of the carrier buys it."""
        with self.carrier._world.change():
            del self.carrier._world.stock[number]

    def told(self) -> str:
        """What the one message in the channel shows."""
        return "\n".join(str(message) for message in self.stage.workspace.messages(TELECOM))


def step(order: Order, name: StepName, line: int = 0) -> StepState:
    """How one step of an order stands."""
    return next(one.state for one in order.lines[line].steps if one.name is name)


def step_id(order: Order, name: StepName) -> int:
    return next(one.id for one in order.all_steps if one.name is name)
