"""Orders: many numbers, bought once, set up as agreed, and open about what did not work."""

from collections import Counter

import pytest

from bot.actor import Actor
from bot.provisioning.orders import MOST_NUMBERS, OrderGone, OrderRefused
from bot.store.orders import OrderState, StepName, StepState
from bot.store.set_up import SetUp
from sandbox.flowroute_api import Refuse
from sandbox.flowroute_api.inventory import PREMIUM, describe
from sandbox.slack import faults
from tests.bot.provisioning.desk import (
    ADA,
    ADDRESS,
    EVERYTHING,
    NAME,
    OFFICE,
    PENDING_NAME,
    ROUTE,
    TO_BUY,
    Desk,
    step,
    step_id,
)
from tests.stage import ADMIN, ADMINS_MESSAGES, AGENT, DESK, SUPPORT, TELECOM, wait_for


def test_numbers_are_bought_and_set_up_as_agreed(desk: Desk) -> None:
    """Three numbers with everything: each bought once, and nothing is left to do by hand."""
    # when
    with desk.stage.bot():
        order = desk.at_rest(desk.confirmed(TO_BUY[:3], EVERYTHING).id)
        desk.stage.workspace.wait_for(lambda: ":white_check_mark: Bought" in desk.told())
        desk.stage.workspace.wait_for(
            lambda: any(text.startswith(":link:") for text in desk.stage.texts_in(SUPPORT))
        )

    # then
    assert order.state is OrderState.DONE
    assert desk.bought() == Counter(TO_BUY[:3])
    for n, number in enumerate(TO_BUY[:3], 1):
        owned = desk.carrier._world.account.numbers[number]
        assert owned.alias == f"Desk {n} {number[-4:]}"
        assert (owned.primary_route, owned.failover_route) == (ROUTE, "0")
        assert (owned.e911, owned.cnam, owned.cnam_lookups_enabled) == (ADDRESS, NAME, False)


def test_one_message_follows_an_order_and_ends_as_its_summary(desk: Desk) -> None:
    """Posted once, however many steps there are, and edited no faster than Slack likes."""
    with desk.stage.bot():
        order = desk.at_rest(desk.confirmed(TO_BUY, EVERYTHING).id)
        desk.stage.workspace.wait_for(lambda: ":white_check_mark: Bought" in desk.told())
    calls = [call["method"] for call in desk.stage.workspace.calls if call["args"].get("channel") == TELECOM]
    assert calls.count("chat.postMessage") - calls.count("conversations.join") <= 1
    assert calls.count("chat.update") < len(order.all_steps)


def test_where_the_bot_may_not_post_the_message_goes_to_the_requester(desk: Desk) -> None:
    """A private channel without the bot: Ada still sees how it goes, and no alarm is raised."""
    with desk.stage.bot():
        orders = desk.stage.orders
        draft = orders.draft(Actor(ADMIN, DESK), orders.quote(TO_BUY[:1]), SetUp(messaging=False))
        orders.confirm(ADA, draft.id)
        desk.stage.workspace.wait_for(
            lambda: any(":white_check_mark: Bought" in text for text in desk.stage.texts_in(ADMINS_MESSAGES))
        )
    assert not any("I cannot post" in text for text in desk.stage.texts_in(ADMINS_MESSAGES))


@pytest.mark.parametrize("fault", [faults.drop_before(), faults.drop_after()])
def test_a_message_of_unknown_outcome_is_looked_for_and_ends_as_the_summary(
    desk: Desk, fault: faults.Fault
) -> None:
    """A channel that the bot is not in yet is joined to be read; the message is there once."""
    with desk.stage.bot():
        desk.stage.workspace.faults.add("chat.postMessage", fault)
        desk.confirmed()
        desk.stage.workspace.wait_for(lambda: ":white_check_mark: Bought" in desk.told())
    assert sum("Bought" in text for text in desk.stage.texts_in(TELECOM)) == 1


def test_a_number_sold_meanwhile_is_left_out_and_costs_nothing(desk: Desk) -> None:
    """The others are bought; what it would have cost is free for others."""
    with desk.stage.bot(SPEND_LIMIT="100"):
        draft = desk.draft(TO_BUY[:2])
        desk.sell_elsewhere(TO_BUY[0])
        before = desk.stage.orders.budget().spent
        desk.stage.orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id)
        spent = desk.stage.orders.budget().spent - before
    assert order.state is OrderState.DONE
    assert step(order, StepName.BUY) is StepState.SKIPPED
    assert "not for sale any more" in str(order.lines[0].steps[0].note)
    assert desk.bought() == Counter(TO_BUY[1:2])
    assert spent == order.lines[1].cost


def test_an_order_of_which_nothing_is_left_is_refused_with_the_reason(desk: Desk) -> None:
    """And nothing of it counts as spent."""
    with desk.stage.bot():
        draft = desk.draft()
        desk.sell_elsewhere(TO_BUY[0])
        desk.stage.orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id)
        assert desk.stage.orders.budget().spent == 0
    assert order.state is OrderState.REFUSED
    assert "not for sale any more" in str(order.reason)


def test_a_price_raised_after_the_confirmation_leads_back_to_the_review(desk: Desk) -> None:
    """Nothing is charged but what was shown; the requester gets the new prices and decides again."""
    # given
    with desk.stage.bot():
        draft = desk.draft(TO_BUY[:2])
        with desk.carrier._world.change():
            desk.carrier._world.stock[TO_BUY[0]] = describe(TO_BUY[0], PREMIUM)

        # when
        desk.stage.orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id)

        # then
        assert order.state is OrderState.DRAFT
        assert order.lines[0].setup_cost == PREMIUM.setup
        assert desk.bought() == Counter()
        assert desk.stage.orders.budget().spent == 0
        desk.stage.workspace.wait_for(lambda: "order.review" in str(desk.stage.workspace.messages("D0ADMIN")))
        desk.stage.orders.confirm(ADA, draft.id)
        desk.at_rest(draft.id, OrderState.DONE)
    assert desk.bought() == Counter(TO_BUY[:2])


def test_what_is_sold_meanwhile_is_not_reviewed_again(desk: Desk) -> None:
    """One number is sold and the other dearer: only that one is asked about, and paid for."""
    with desk.stage.bot():
        draft = desk.draft(TO_BUY[:2])
        desk.sell_elsewhere(TO_BUY[1])
        with desk.carrier._world.change():
            desk.carrier._world.stock[TO_BUY[0]] = describe(TO_BUY[0], PREMIUM)
        desk.stage.orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id, OrderState.DRAFT)
        assert order.numbers == TO_BUY[:1]
        assert "not for sale any more" in str(order.reason)
        desk.stage.orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id, OrderState.DONE)
        assert desk.stage.orders.budget().spent == order.cost == PREMIUM.setup + PREMIUM.monthly
    assert desk.bought() == Counter(TO_BUY[:1])


def test_a_price_raised_between_review_and_confirmation_is_seen_at_once(desk: Desk) -> None:
    """`reprice` is what a form asks before it confirms."""
    with desk.stage.bot():
        draft = desk.draft()
        assert desk.stage.orders.reprice(draft.id) is None
        with desk.carrier._world.change():
            desk.carrier._world.stock[TO_BUY[0]] = describe(TO_BUY[0], PREMIUM)
        repriced = desk.stage.orders.reprice(draft.id)
    assert repriced is not None
    assert repriced.setup_cost == PREMIUM.setup


def test_a_step_that_failed_is_open_and_can_be_tried_again(desk: Desk) -> None:
    """The number is bought, the rest is done, and the reason has a reference."""
    with desk.stage.bot():
        desk.carrier.faults.add(
            method="PATCH", path_pattern=".*/relationships/e911s/.*", fault=Refuse(403), times=1
        )
        order = desk.at_rest(desk.confirmed(set_up=EVERYTHING).id)
        assert order.state is OrderState.OPEN
        assert step(order, StepName.E911) is StepState.FAILED
        assert step(order, StepName.RELAY) is StepState.DONE
        note = next(one.note for one in order.all_steps if one.name is StepName.E911)
        assert "does not permit" in str(note)
        assert "reference `" in str(note)
        desk.stage.workspace.wait_for(lambda: "Retry" in desk.told())

        desk.stage.orders.retry(ADA, step_id(order, StepName.E911))
        desk.at_rest(order.id, OrderState.DONE)
    assert desk.carrier._world.account.numbers[TO_BUY[0]].e911 == ADDRESS
    assert desk.bought() == Counter(TO_BUY[:1])


def test_every_failed_step_is_taken_again_by_resuming(desk: Desk) -> None:
    """Also those of several numbers."""
    with desk.stage.bot():
        desk.carrier.faults.add(
            method="PATCH", path_pattern=".*/relationships/.*", fault=Refuse(403), times=3
        )
        order = desk.at_rest(desk.confirmed(TO_BUY[:2], SetUp(route_id=ROUTE, e911_id=ADDRESS)).id)
        assert sum(one.state is StepState.FAILED for one in order.all_steps) == 3
        desk.stage.orders.resume(ADA, order.id)
        desk.at_rest(order.id, OrderState.DONE)


def test_a_failed_step_can_be_left_out(desk: Desk) -> None:
    """By whom is said; the order is done then."""
    with desk.stage.bot():
        desk.carrier.faults.add(
            method="PATCH", path_pattern=".*/relationships/e911s/.*", fault=Refuse(403), times=1
        )
        order = desk.at_rest(desk.confirmed(set_up=SetUp(e911_id=ADDRESS)).id)
        desk.stage.orders.skip(ADA, step_id(order, StepName.E911))
        order = desk.at_rest(order.id, OrderState.DONE)
    assert step(order, StepName.E911) is StepState.SKIPPED
    assert f"<@{ADMIN}> skipped it" in str(order.all_steps[-1].note)


def test_a_purchase_that_failed_frees_the_money_and_retry_reserves_it_again(desk: Desk) -> None:
    """What is tried again must fit into the month as if it were new."""
    with desk.stage.bot(SPEND_LIMIT="100"):
        path = f"/v2/numbers/{TO_BUY[0]}"
        desk.carrier.faults.add(method="POST", path_pattern=path, fault=Refuse(403), times=1)
        order = desk.at_rest(desk.confirmed(set_up=SetUp(route_id=ROUTE)).id)
        assert (order.state, step(order, StepName.ROUTE)) == (OrderState.OPEN, StepState.WAITING)
        assert desk.stage.orders.budget().spent == 0
        desk.stage.orders.retry(ADA, step_id(order, StepName.BUY))
        order = desk.at_rest(order.id, OrderState.DONE)
        assert desk.stage.orders.budget().spent == order.cost
    assert desk.bought() == Counter(TO_BUY[:1])


def test_a_name_under_review_is_assigned_when_it_is_approved(desk: Desk) -> None:
    """The order is open meanwhile, and all else is done."""
    with desk.stage.bot():
        order = desk.confirmed(set_up=SetUp(cnam_id=PENDING_NAME, route_id=ROUTE))
        desk.at_rest(order.id, OrderState.DONE)
    assert desk.carrier._world.account.numbers[TO_BUY[0]].cnam == PENDING_NAME


def test_a_rejected_name_fails_its_step_with_the_reason(desk: Desk) -> None:
    """The reviewers' own words."""
    with desk.stage.bot():
        order = desk.confirmed(set_up=SetUp(new_cnam="CITY POLICE"))
        wait_for(
            lambda: step(desk.order(order.id), StepName.CNAM) is StepState.FAILED, "the reviewers' answer"
        )
        order = desk.at_rest(order.id, OrderState.OPEN)
    assert "must not be misleading" in str(order.lines[0].steps[-1].note)


def test_an_address_that_cannot_be_made_is_asked_about_before_anything_is_bought(desk: Desk) -> None:
    """Skipping it goes on without; the numbers then get none."""
    with desk.stage.bot():
        desk.carrier.faults.add(method="POST", path_pattern="/v2/e911s", fault=Refuse(403), times=1)
        order = desk.at_rest(desk.confirmed(set_up=SetUp(new_address=OFFICE)).id)
        assert (order.state, desk.bought()) == (OrderState.OPEN, Counter())
        desk.stage.orders.skip(ADA, order.steps[0].id)
        order = desk.at_rest(order.id, OrderState.DONE)
    assert desk.bought() == Counter(TO_BUY[:1])
    assert step(order, StepName.E911) is StepState.SKIPPED


def test_cancelling_stops_what_has_not_happened_yet(desk: Desk) -> None:
    """What is bought stays bought; what was reserved for the rest is free."""
    with desk.stage.bot():
        desk.carrier.faults.add(
            method="POST", path_pattern=f"/v2/numbers/{TO_BUY[1]}", fault=Refuse(403), times=1
        )
        order = desk.at_rest(desk.confirmed(TO_BUY[:2]).id)
        assert desk.stage.orders.cancel(ADA, order.id)
        assert not desk.stage.orders.cancel(ADA, order.id)
        order = desk.order(order.id)
        assert desk.stage.orders.budget().spent == order.lines[0].cost
    assert order.state is OrderState.CANCELLED
    assert [step(order, StepName.BUY, line) for line in (0, 1)] == [StepState.DONE, StepState.CANCELLED]


def test_drafts_are_changed_by_whoever_made_them_only(desk: Desk) -> None:
    """Until they are confirmed; the last number of one stays."""
    with desk.stage.bot():
        orders = desk.stage.orders
        draft = desk.draft(TO_BUY[:2], SetUp(alias="Desk {n}"))
        planned = orders.plan(ADA, draft.id, SetUp(alias="Line {n}", route_id=ROUTE))
        assert [one.wanted for one in planned.lines[1].steps] == [None, "Line 2", "on", ROUTE]
        smaller = orders.drop(ADA, draft.id, TO_BUY[0])
        assert [line.number for line in smaller.lines] == [TO_BUY[1]]
        assert smaller.lines[0].steps[1].wanted == "Line 1"
        assert orders.drop(ADA, draft.id, TO_BUY[1]).numbers == (TO_BUY[1],)
        with pytest.raises(OrderGone, match="somebody else's"):
            orders.plan(Actor(AGENT), draft.id, SetUp())
        with pytest.raises(OrderGone, match="somebody else's"):
            orders.confirm(Actor(AGENT), draft.id)
        orders.confirm(ADA, draft.id)
        with pytest.raises(OrderGone, match="confirmed already"):
            orders.plan(ADA, draft.id, SetUp())
        assert orders.confirm(ADA, draft.id).id == draft.id
        desk.at_rest(draft.id, OrderState.DONE)
        with pytest.raises(OrderRefused, match=f"1 to {MOST_NUMBERS}"):
            orders.draft(ADA, [])
    assert desk.bought() == Counter([TO_BUY[1]])


def test_what_an_order_leaves_out_is_said(desk: Desk) -> None:
    """For the review and the summary."""
    assert SetUp(messaging=False).gaps() == (
        "no E911 address",
        "no route",
        "no caller name",
        "texting stays off",
    )
    assert EVERYTHING.gaps() == ()
