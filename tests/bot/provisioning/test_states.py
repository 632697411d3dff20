"""Whatever people and lanes do to an order in whatever sequence, its state, money and ledger agree."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot import settings
from bot.actor import Actor
from bot.app import Bot, build
from bot.errors import BotError
from bot.lanes import Lane
from bot.store.orders import Order, OrderState, StepState
from bot.store.set_up import SetUp
from sandbox.flowroute_api import Drop, Refuse
from sandbox.flowroute_api.inventory import describe
from sandbox.server import QUICK, Sandbox
from tests import databases
from tests.bot.provisioning.desk import ADA, ROUTE, TO_BUY
from tests.stage import ADMIN, APPROVER, QUICK_PAUSES_S

GRACE = Actor(APPROVER)
NUMBERS = TO_BUY[2:4]
MOVES = {
    OrderState.DRAFT: {OrderState.APPROVAL, OrderState.CANCELLED},
    OrderState.APPROVAL: {OrderState.RUNNING, OrderState.REFUSED, OrderState.CANCELLED},
    OrderState.RUNNING: {OrderState.OPEN, OrderState.DONE, OrderState.REFUSED, OrderState.CANCELLED},
    OrderState.OPEN: {OrderState.RUNNING, OrderState.CANCELLED},
    OrderState.DONE: set(),
    OrderState.REFUSED: set(),
    OrderState.CANCELLED: set(),
}
"""Where an order may go from each state; prices do not change here."""
AFTERWARDS = {OrderState.DONE, OrderState.REFUSED, OrderState.CANCELLED}


class Play:
    """One order, and everything that anybody can do about it; no lane works by itself."""

    def __init__(self, sandbox: Sandbox, bot: Bot) -> None:
        self.bot = bot
        self.carrier = sandbox.carrier
        with self.carrier._world.change() as account:
            for number in NUMBERS:
                account.numbers.pop(number, None)
                self.carrier._world.stock[number] = describe(number)
            account.ledger.clear()
        self.carrier.faults.clear()
        orders = bot.orders
        self.spent_before = orders.budget().spent
        self.order_id = orders.draft(ADA, orders.quote(NUMBERS), SetUp(messaging=False, route_id=ROUTE)).id

    @property
    def order(self) -> Order:
        return self.bot.orders.order(self.order_id)

    def in_hand(self) -> int:
        """Numbers that nobody else may order."""
        with self.bot.store.read() as db:
            rows = db.exec_driver_sql(
                f"SELECT id FROM order_lines WHERE in_hand AND order_id = {self.order_id}"  # noqa: S608
            )
            return len(rows.all())

    def bought(self) -> Counter[str]:
        return Counter(entry.number for entry in self.carrier.ledger if entry.what == "purchase")

    def confirm(self) -> None:
        self.bot.orders.confirm(ADA, self.order_id)

    def approve(self) -> None:
        self.bot.orders.approve(GRACE, self.order_id)

    def decline(self) -> None:
        self.bot.orders.decline(GRACE, self.order_id)

    def cancel(self) -> None:
        self.bot.orders.cancel(ADA, self.order_id)

    def resume(self) -> None:
        self.bot.orders.resume(ADA, self.order_id)

    def retry(self) -> None:
        for step in self._failed():
            self.bot.orders.retry(ADA, step)

    def skip(self) -> None:
        for step in self._failed():
            self.bot.orders.skip(ADA, step)

    def work(self) -> None:
        self.bot.lanes._kinds[Lane.ORDERS].work(str(self.order_id))

    def work_first_line(self) -> None:
        self.bot.lanes._kinds[Lane.LINES].work(str(self.order.lines[0].id))

    def work_second_line(self) -> None:
        self.bot.lanes._kinds[Lane.LINES].work(str(self.order.lines[1].id))

    def refuse_the_next_change(self) -> None:
        self.carrier.faults.add(method="POST", path_pattern="/v2/numbers/.*", fault=Refuse(403))
        self.carrier.faults.add(method="PATCH", path_pattern=".*", fault=Refuse(422))

    def lose_the_next_answers(self) -> None:
        self.carrier.faults.add(method="POST", path_pattern=".*", fault=Drop("after effect"))
        self.carrier.faults.add(method="GET", path_pattern="/v2/numbers/1.*", fault=Drop("before effect"))

    def lose_the_next_requests(self) -> None:
        self.carrier.faults.add(method="POST", path_pattern=".*", fault=Drop("before effect"))

    def sell_the_first_elsewhere(self) -> None:
        with self.carrier._world.change():
            self.carrier._world.stock.pop(NUMBERS[0], None)

    def _failed(self) -> list[int]:
        return [step.id for step in self.order.all_steps if step.state is StepState.FAILED][:1]


DO: dict[str, Callable[[Play], None]] = {
    name: act
    for name, act in vars(Play).items()
    if callable(act) and not name.startswith("_") and name not in ("bought", "in_hand")
}
NOW_AND_THEN = [*DO, *["work", "work_first_line", "work_second_line"] * 3]


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Bot]]:
    """A bot whose lanes nobody starts, asking a second person about every order."""
    folder: Path = tmp_path_factory.mktemp("orders")
    with Sandbox(pace=QUICK, data=folder) as sandbox:
        environment = sandbox.bot_environment(0) | {
            "DATABASE_URL": databases.migrated("sqlite", folder),
            "APPROVAL_OVER": "0",
            "APPROVERS": f"{ADMIN},{APPROVER}",
        }
        values = {name.lower(): value for name, value in environment.items()}
        bot = build(settings.load(_env_file=None, **values), step_pauses_s=QUICK_PAUSES_S)
        yield sandbox, bot
        bot.store.close()


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(doings=st.lists(st.sampled_from(NOW_AND_THEN), max_size=16))
def test_no_sequence_of_events_breaks_an_order(playground: tuple[Sandbox, Bot], doings: list[str]) -> None:
    """Money is reserved for what may still be bought, spent on what was, and free otherwise."""
    play = Play(*playground)
    for doing in ["confirm", "approve", *doings]:
        before = play.order.state
        try:
            DO[doing](play)
        except BotError:
            assert play.order.state is before
        assert play.order.state in {before, *MOVES[before]}, doing
        assert_in_step(play)
    drain(play)
    assert play.order.state in {*AFTERWARDS, OrderState.OPEN}
    assert_in_step(play)
    assert play.in_hand() == 0 or play.order.state is OrderState.OPEN


def drain(play: Play) -> None:
    """Let lanes do all that there is to do."""
    for _ in range(40):
        play.work()
        play.work_first_line()
        play.work_second_line()


def assert_in_step(play: Play) -> None:
    """The carrier's ledger, the order and the month's money tell the same."""
    order, bought = play.order, play.bought()
    assert all(count == 1 for count in bought.values())
    known = {line.number for line in order.lines if line.is_bought}
    begun = {line.number for line in order.lines if any(step.state is StepState.DOING for step in line.steps)}
    assert known <= bought.keys() <= known | begun
    spent = play.bot.orders.budget().spent - play.spent_before
    costs = {line.number: line.cost or 0 for line in order.lines}
    if order.state in AFTERWARDS:
        assert spent == sum(costs[number] for number in known | begun)
    assert spent >= sum(costs[number] for number in known)
    if order.state is OrderState.DONE:
        assert {step.state for step in order.all_steps} <= {
            StepState.DONE,
            StepState.SKIPPED,
            StepState.CANCELLED,
        }
