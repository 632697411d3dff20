"""Whatever the carrier does to one call of an order, the order ends right and no number is bought twice."""

from collections import Counter

import pytest

from bot.store.orders import Order, OrderState, StepName, StepState
from bot.store.set_up import SetUp
from sandbox.flowroute_api import Drop, EmptyBody, HtmlPage, Refuse
from sandbox.flowroute_api.faults import Fault
from tests.bot.provisioning.desk import ADA, ADDRESS, NAME, OFFICE, ROUTE, TO_BUY, Desk, step
from tests.stage import SUPPORT, exactly_once, wait_for

NUMBER = f"/v2/numbers/{TO_BUY[0]}"
SET_UP = SetUp(
    alias="Desk {n}",
    lookups=False,
    route_id=ROUTE,
    failover_id="0",
    new_address=OFFICE,
    cnam_id=NAME,
    relay_channel=SUPPORT,
)
CALLS = [
    ("GET", "/v2/e911s"),
    ("POST", "/v2/e911s"),
    ("GET", "/v2/numbers/available"),
    ("POST", NUMBER),
    ("GET", NUMBER),
    ("PATCH", NUMBER),
    ("PATCH", f"{NUMBER}/relationships/primary_route"),
    ("PATCH", f"{NUMBER}/relationships/failover_route"),
    ("PATCH", f"{NUMBER}/relationships/e911s/.*"),
    ("GET", f"/v2/cnams/{NAME}"),
    ("PATCH", f"{NUMBER}/relationships/cnams/{NAME}"),
    ("GET", "/v2.1/messages/sms_callback"),
    ("POST", f"{NUMBER}/relationships/sms_callback"),
]
"""Every call that an order makes."""
CHANGES = [call for call in CALLS if call[0] != "GET"]
FAULTS: dict[str, Fault] = {
    "lost before": Drop("before effect"),
    "lost after": Drop("after effect"),
    "fault": Refuse(500),
    "too fast": Refuse(429),
    "empty": EmptyBody(),
    "web page": HtmlPage(),
}


@exactly_once
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_every_call_changes_nothing_about_the_outcome(desk: Desk, fault: str) -> None:
    """Each kind of call goes wrong once: what happened is looked up, what did not is done again."""
    with desk.stage.bot():
        draft = drafted(desk)
        spoil(desk, FAULTS[fault])
        desk.stage.orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id)

    assert [(one.name, one.note) for one in order.all_steps if one.state is StepState.FAILED] == []
    assert order.state is OrderState.DONE
    assert_as_ordered(desk)


@exactly_once
@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize("when", ["before effect", "after effect"])
def test_a_change_that_is_lost_three_times_is_settled_or_asked_about(
    desk: Desk, method: str, path: str, when: str
) -> None:
    """Nobody is left in doubt: either it worked out, or the step says why not and *Retry* does the rest."""
    lost = Drop("before effect" if when == "before effect" else "after effect")
    with desk.stage.bot():
        draft = drafted(desk)
        desk.carrier.faults.add(method=method, path_pattern=path, fault=lost, times=3)
        desk.stage.orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id)
        assert order.state in (OrderState.DONE, OrderState.OPEN)
        while order.state is OrderState.OPEN:
            assert all(one.note for one in order.all_steps if one.state is StepState.FAILED)
            desk.stage.orders.resume(ADA, draft.id)
            order = desk.at_rest(draft.id)
    assert order.state is OrderState.DONE
    assert_as_ordered(desk)


def test_a_purchase_that_nobody_answers_ends_with_a_sentence_and_no_charge(desk: Desk) -> None:
    """After some attempts a person decides; the money is free, and *Retry* looks first."""
    with desk.stage.bot():
        draft = drafted(desk)
        desk.carrier.faults.add(method="POST", path_pattern=NUMBER, fault=Drop("before effect"), times=None)
        desk.stage.orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id)
        assert (order.state, step(order, StepName.BUY)) == (OrderState.OPEN, StepState.FAILED)
        assert "did not answer" in str(order.lines[0].steps[0].note)
        assert desk.stage.orders.budget().spent == 0
    assert desk.bought() == Counter()


def drafted(desk: Desk) -> Order:
    """One number with everything, as it was reviewed."""
    return desk.draft(TO_BUY[:1], SET_UP)


def spoil(desk: Desk, fault: Fault) -> None:
    """The next call of each kind goes wrong."""
    for method, path in CALLS:
        desk.carrier.faults.add(method=method, path_pattern=path, fault=fault, times=1)


def assert_as_ordered(desk: Desk) -> None:
    """The number is bought once and like the set-up says."""
    world = desk.carrier._world.account
    owned = world.numbers[TO_BUY[0]]
    labels = Counter(address.attributes["label"] for address in world.addresses.values())
    assert desk.bought() == Counter(TO_BUY[:1])
    assert (owned.alias, owned.cnam_lookups_enabled) == ("Desk 1", False)
    assert (owned.primary_route, owned.failover_route) == (ROUTE, "0")
    assert (owned.cnam, labels[OFFICE.label]) == (NAME, 1)
    assert owned.e911 not in (None, ADDRESS)
    wait_for(lambda: owned.messaging_enabled, "texting to be switched on")
    assert [entry.what for entry in desk.carrier.ledger] == ["purchase", "e911"]
