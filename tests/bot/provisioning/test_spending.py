"""Two people and two orders at once: the limit holds, a number has one buyer, a decision one maker."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.access.roles import NotAllowed
from bot.actor import Actor
from bot.clock import utc_now
from bot.errors import BotError
from bot.provisioning.orders import OrderGone, OrderRefused
from bot.store import orders as store_orders
from bot.store.engine import Store
from bot.store.orders import Order, OrderState, StepName, StepState
from sandbox.server import QUICK, Sandbox
from tests import databases
from tests.bot.provisioning.desk import ADA, EVERYTHING, TO_BUY, Desk, step_id
from tests.stage import ADMIN, AGENT, APPROVER, AUDIT, Stage, exactly_once, wait_for

SAM = Actor(AGENT, "C0SUPPORT")
GRACE, JUDY = Actor(APPROVER, AUDIT), Actor(AGENT, AUDIT)


@pytest.fixture(params=databases.KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """On SQLite and on PostgreSQL."""
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        yield Desk(Stage(sandbox, databases.migrated(request.param, tmp_path)))


def at_once(*doing: Callable[[], object]) -> list[object]:
    """What each answers or raises, when all are done at the same moment."""
    outcomes: list[object] = []
    start = threading.Barrier(len(doing))

    def run(do: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(do())
        except BotError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(do,)) for do in doing]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@exactly_once
def test_two_orders_at_once_cannot_both_have_the_last_of_the_months_money(desk: Desk) -> None:
    """$2.25 each, and room for one: the other is told the sum, and nothing of it is bought."""
    with desk.stage.bot(SPEND_LIMIT="3", ADMINS=f"{ADMIN},{AGENT}"):
        orders = desk.stage.orders
        mine = desk.draft([TO_BUY[0]])
        yours = orders.draft(SAM, orders.quote([TO_BUY[2]]))
        outcomes = at_once(lambda: orders.confirm(ADA, mine.id), lambda: orders.confirm(SAM, yours.id))
        (order,) = [one for one in outcomes if isinstance(one, Order)]
        (refusal,) = [one for one in outcomes if isinstance(one, OrderRefused)]
        assert "would come to $4.50" in refusal.user_message
        desk.at_rest(order.id, OrderState.DONE)
        assert orders.budget().spent == order.cost
    assert sum(desk.bought().values()) == 1


@exactly_once
def test_one_number_in_two_orders_at_once_is_bought_by_one_of_them(desk: Desk) -> None:
    """The other learns that it is being bought."""
    with desk.stage.bot(ADMINS=f"{ADMIN},{AGENT}"):
        orders = desk.stage.orders
        mine = desk.draft([TO_BUY[0]])
        yours = orders.draft(SAM, orders.quote([TO_BUY[0]]))
        outcomes = at_once(lambda: orders.confirm(ADA, mine.id), lambda: orders.confirm(SAM, yours.id))
        (order,) = [one for one in outcomes if isinstance(one, Order)]
        (refusal,) = [one for one in outcomes if isinstance(one, OrderRefused)]
        assert "being bought in another order" in refusal.user_message
        desk.at_rest(order.id, OrderState.DONE)
    assert desk.bought() == Counter([TO_BUY[0]])


@exactly_once
def test_a_double_click_on_confirm_is_one_order(desk: Desk) -> None:
    """Both answer with the same order."""
    with desk.stage.bot():
        draft = desk.draft()
        outcomes = at_once(*[lambda: desk.stage.orders.confirm(ADA, draft.id)] * 4)
        assert [one.id for one in outcomes if isinstance(one, Order)] == [draft.id] * 4
        desk.at_rest(draft.id, OrderState.DONE)
    assert desk.bought() == Counter([TO_BUY[0]])


@exactly_once
def test_two_approvers_at_once_make_one_decision(desk: Desk) -> None:
    """Approving and declining in the same moment: one counts, the other is told that it is decided."""
    with desk.stage.bot(APPROVAL_OVER="4", APPROVERS=f"{ADMIN},{APPROVER},{AGENT}"):
        orders = desk.stage.orders
        order = desk.confirmed(TO_BUY[2:4])  # the sum counts: $2.25 each
        assert order.state is OrderState.APPROVAL
        desk.stage.workspace.wait_for(lambda: any("wants to buy" in t for t in desk.stage.texts_in(AUDIT)))
        with pytest.raises(NotAllowed, match="order of their own"):
            orders.approve(ADA, order.id)
        outcomes = at_once(lambda: orders.approve(GRACE, order.id), lambda: orders.decline(JUDY, order.id))
        assert sorted(outcomes, key=str) == [False, True]
        order = desk.at_rest(order.id, OrderState.DONE, OrderState.REFUSED)
        wanted = Counter(TO_BUY[2:4]) if order.state is OrderState.DONE else Counter()
        assert order.decided_by == (APPROVER if wanted else AGENT)
        assert (orders.budget().spent == 0) is not bool(wanted)
    assert desk.bought() == wanted


def test_money_that_waits_for_approval_is_reserved(desk: Desk) -> None:
    """A second order cannot have it meanwhile; declining frees it."""
    with desk.stage.bot(APPROVAL_OVER="2", SPEND_LIMIT="3", APPROVERS=APPROVER):
        orders = desk.stage.orders
        first = desk.confirmed([TO_BUY[0]])
        second = desk.draft([TO_BUY[2]])
        with pytest.raises(OrderRefused, match="would come to"):
            orders.confirm(ADA, second.id)
        assert orders.decline(GRACE, first.id)
        assert orders.confirm(ADA, second.id).state is OrderState.APPROVAL
        wait_for(lambda: orders.budget().spent == second.cost, "the second order's money")
    assert desk.bought() == Counter()


def test_a_draft_that_is_decided_at_this_moment_is_not_planned_anew(tmp_path: Path) -> None:
    """Two windows, two processes: what is being decided about in one does not change under its hands.

    On SQLite there is one writer anyway.
    """
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        desk = Desk(Stage(sandbox, databases.fresh("postgresql", tmp_path)))
        with desk.stage.bot(), desk.store() as store, ThreadPoolExecutor(1) as another_window:
            # given
            draft = desk.draft()
            with store.write() as db:
                store_orders.one_at_a_time(db)

                # when
                planning = another_window.submit(desk.stage.orders.plan, ADA, draft.id, EVERYTHING)
                wait_for(lambda: planning.done() or somebody_waits(store), "the plan to wait its turn")
                store_orders.move(
                    db, draft.id, before=[OrderState.DRAFT], after=OrderState.CANCELLED, now=utc_now()
                )

            # then
            with pytest.raises(OrderGone):
                planning.result()
            assert desk.order(draft.id).set_up == draft.set_up


def somebody_waits(store: Store) -> bool:
    """Whether a transaction waits for a lock of ours that another one holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with store.read() as db:
        return bool(db.scalar(waiting))


def test_a_number_whose_price_was_withdrawn_is_not_tried_again_under_a_limit(desk: Desk) -> None:
    """What Flowroute does not state cannot be held against SPEND_LIMIT, so nothing is bought for it."""
    with desk.stage.bot(SPEND_LIMIT="3"):
        # given
        draft = desk.draft()
        with desk.store() as store, store.write() as db:
            store_orders.set_price(db, draft.lines[0].id, None, None)
            store_orders.change_steps(
                db,
                [step_id(draft, StepName.BUY)],
                before=[StepState.WAITING],
                after=StepState.FAILED,
                note="Its price changed.",
                now=utc_now(),
            )
            store_orders.move(db, draft.id, before=[OrderState.DRAFT], after=OrderState.OPEN, now=utc_now())

        # when
        with pytest.raises(OrderRefused, match="does not state its price"):
            desk.stage.orders.retry(ADA, step_id(draft, StepName.BUY))

        # then
        assert desk.order(draft.id).state is OrderState.OPEN
    assert desk.bought() == Counter()
