"""What an order looks like while it runs and in the end, within Slack's limits whatever its size."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Card
from bot.order_cards import approval, progress, repriced
from bot.provisioning import plans
from bot.provisioning.budget import Budget
from bot.store.orders import Line, Order, OrderKind, OrderState, Step, StepName, StepState
from bot.store.set_up import SetUp
from tests.handlers.person import buttons, shown
from tests.stage import ADMIN, APPROVER, SUPPORT, TELECOM

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MONTH = Budget(spent=Decimal("4.50"), limit=Decimal(100), approval_over=Decimal(1))
SET_UP = SetUp(
    alias="Desk {n}",
    route_id="98396",
    e911_id="4711",
    cnam_id="77",
    relay_channel=SUPPORT,
    names={"98396": "Seattle PBX", "4711": "Seattle office", "77": "MAIN ST BAKERY"},
)
MOST_BLOCKS = 50
"""Of a message (docs.slack.dev, "Blocks")."""
AllStates = Callable[[int, StepName], StepState]


def order(
    numbers: int,
    state: OrderState,
    how: AllStates = lambda _line, _name: StepState.WAITING,
    *,
    set_up: SetUp = SET_UP,
    decided_by: str | None = None,
    reason: str | None = None,
) -> Order:
    """A purchase of so many numbers whose steps stand as `how` says."""
    ids = iter(range(1, 10_000))
    lines = tuple(
        Line(
            id=n,
            number=str(12063395169 + n),
            setup_cost=Decimal("1.00"),
            monthly_cost=Decimal("1.25"),
            steps=tuple(
                Step(next(ids), n, new.name, new.wanted, how(n, new.name), None, 0)
                for new in plans.purchase(set_up, str(12063395169 + n), n)
            ),
        )
        for n in range(1, numbers + 1)
    )
    return Order(
        id=12,
        kind=OrderKind.PURCHASE,
        state=state,
        reason=reason,
        user_id=ADMIN,
        channel_id=TELECOM,
        decided_by=decided_by,
        set_up=set_up,
        lines=lines,
        steps=(),
        started_at=NOW,
        created_at=NOW,
        changed_at=NOW,
    )


def words(card: Card) -> str:
    return shown(card.blocks)


def test_every_step_of_a_few_numbers_is_a_line_with_its_mark() -> None:
    """Names instead of ids, and what is open is told from what is done."""

    # given
    def half(line: int, name: StepName) -> StepState:
        if line == 1:
            return StepState.DONE
        return StepState.DOING if name is StepName.BUY else StepState.WAITING

    # when
    said = words(progress(order(2, OrderState.RUNNING, half)))

    # then
    assert "Buying 2 numbers" in said
    assert ":white_check_mark:  Route *Seattle PBX*" in said
    assert ":hourglass_flowing_sand:  Purchase" in said
    assert ":white_circle:  Emergency address *Seattle office*" in said
    assert f":white_circle:  Channel for texts <#{SUPPORT}>" in said
    assert "Desk 2" in said


def test_a_failed_step_can_be_tried_again_or_left_out() -> None:
    """Its buttons say whose they are when there are several numbers."""
    broken = order(
        2, OrderState.OPEN, lambda _, name: StepState.FAILED if name is StepName.E911 else StepState.DONE
    )
    message = {"blocks": progress(broken).blocks}
    assert "2 steps open" in shown(message)
    assert buttons(message) == [
        "Retry: emergency address …5170",
        "Skip it",
        "Retry: emergency address …5171",
        "Skip it",
        "Cancel the order",
    ]


def test_the_summary_tells_of_each_number_what_is_set_what_lacks_and_what_it_costs() -> None:
    """Nothing is left to be pressed."""
    bare = SetUp(alias="Desk {n}", route_id="98396", names={"98396": "Seattle PBX"})
    done = progress(order(1, OrderState.DONE, lambda *_: StepState.DONE, set_up=bare))
    assert words(done).splitlines()[0] == ":white_check_mark: Bought 1 number"
    assert "*(206) 339-5170*  Desk 1" in words(done)
    assert "texting on, route *Seattle PBX*" in words(done)
    assert "no E911 address" in words(done)
    assert "$1.00 setup, $1.25 a month" in words(done)
    assert buttons({"blocks": done.blocks}) == []


def test_many_numbers_have_a_bar_and_only_what_is_under_way_by_itself() -> None:
    """Twelve done, one on its way, seven to come."""

    def some(line: int, name: StepName) -> StepState:
        if line <= 12:
            return StepState.DONE
        return StepState.DONE if line == 13 and name is StepName.BUY else StepState.WAITING

    said = words(progress(order(20, OrderState.RUNNING, some)))
    assert "*12 of 20 numbers*" in said
    assert "*12 numbers done*" in said
    assert "1 of 7, Alias" in said
    assert "*7 numbers to come*" in said


@given(st.integers(1, 60), st.sampled_from(OrderState), st.randoms(use_true_random=False))
def test_no_order_is_too_large_for_a_message(numbers: int, state: OrderState, random: Random) -> None:
    """Whatever failed: never more blocks than Slack takes, and none of two names."""
    states = list(StepState)
    card = progress(order(numbers, state, lambda *_: random.choice(states)))
    assert len(card.blocks) <= MOST_BLOCKS
    ids = [block["block_id"] for block in card.blocks]
    assert len(set(ids)) == len(ids)


def test_the_question_shows_who_what_and_what_the_month_comes_to() -> None:
    """Everything that a second person needs for a decision."""
    asked = approval(order(2, OrderState.APPROVAL), MONTH)
    said = words(asked)
    assert f"<@{ADMIN}> wants to buy *2 numbers*: $2.00 setup and $2.50 a month" in said
    assert "*(206) 339-5171*  Desk 2  $1.00 setup, $1.25 a month" in said
    assert "Route *Seattle PBX*" in said
    assert "$4.50, of $100.00 (SPEND_LIMIT)" in said
    assert buttons({"blocks": asked.blocks}) == ["Approve", "Decline"]


@pytest.mark.parametrize(
    ("state", "decided_by", "reason", "says"),
    [
        (OrderState.RUNNING, APPROVER, None, f"<@{APPROVER}> approved"),
        (OrderState.REFUSED, APPROVER, f"<@{APPROVER}> declined it.", f"<@{APPROVER}> declined it."),
        (OrderState.REFUSED, None, "Nobody approved it within a day.", "within a day"),
    ],
)
def test_a_decided_question_keeps_who_decided_and_has_no_buttons(
    state: OrderState, decided_by: str | None, reason: str | None, says: str
) -> None:
    """Also when nobody did in time."""
    decided = approval(order(1, state, decided_by=decided_by, reason=reason), MONTH)
    assert says in words(decided)
    assert buttons({"blocks": decided.blocks}) == []


def test_a_price_that_changed_meanwhile_asks_for_another_look() -> None:
    """With the prices as they are now."""
    asked = repriced(order(1, OrderState.DRAFT))
    assert "*(206) 339-5170*" in words(asked)
    assert buttons({"blocks": asked.blocks}) == ["Review"]
