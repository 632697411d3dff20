"""The buy wizard: from a few digits to numbers that are ours and set up, charged once."""

import sqlite3
import threading

import pytest

from sandbox.flowroute_api import Drop, Hold, Refuse
from sandbox.flowroute_api.inventory import PREMIUM, describe
from tests.handlers.person import JSON, Person, buttons, inputs, shown
from tests.stage import ADMIN, AGENT, APPROVER, SUPPORT, TELECOM, Stage, exactly_once

TO_BUY = "12063395170"
"""For sale in the sandbox: $1.25 a month, $1.00 setup."""
ANOTHER = "12063395863"
"""For sale in the sandbox: $0.50 a month, no setup."""
BAKERY = {
    "label": "Bakery",
    "first_name": "Maria",
    "last_name": "Bermudez",
    "street_number": "1218",
    "street_name": "3rd Ave",
    "city": "Seattle",
    "state": "WA",
    "zip": "98101",
    "country": "US",
}


def bought(stage: Stage, number: str = TO_BUY) -> int:
    """How often the carrier sold us `number`."""
    return sum(1 for entry in stage.carrier.ledger if entry.number == number and entry.what == "purchase")


def sell_elsewhere(stage: Stage, number: str = TO_BUY) -> None:
    """Another customer of the carrier buys the number."""
    with stage.carrier._world.change():
        del stage.carrier._world.stock[number]


def make_dearer(stage: Stage) -> None:
    """The carrier changes the price of the number."""
    with stage.carrier._world.change():
        stage.carrier._world.stock[TO_BUY] = describe(TO_BUY, PREMIUM)


def search(ada: Person, **values: str) -> None:
    """Ada looks for numbers and reads those that are offered."""
    ada.says("numbers buy")
    ada.form(showing="Area code")
    assert not ada.submits(**values)
    ada.form(showing="Numbers 1 to")


def set_up(ada: Person, number: str = TO_BUY) -> None:
    """Ada types the number that she wants and gets to its set-up."""
    ada.says(f"numbers buy {number}")
    ada.form(showing="Channel for texts")


def review(ada: Person, number: str = TO_BUY) -> None:
    """Ada types the number that she wants, sets nothing up and reads its review."""
    set_up(ada, number)
    assert not ada.submits()
    ada.form(showing="Setup, charged at once")


def told(stage: Stage, words: str, channel: str = TELECOM) -> None:
    """The message that follows an order says this."""
    stage.workspace.wait_for(lambda: any(words in shown(m) for m in stage.workspace.messages(channel)))


def ends_well(stage: Stage, numbers: str = "1 number", channel: str = TELECOM) -> None:
    told(stage, f"Bought {numbers}", channel)


@exactly_once
def test_the_whole_way_from_digits_to_two_numbers_that_are_set_up(ada: Person) -> None:
    """Find, choose, set up, review, confirm; then the channel shows each step, and in the end all of it."""
    # given
    search(ada, starts="206 339")
    ada.submits(**{"numbers.0": [TO_BUY, ANOTHER]})
    view = ada.form(showing="Channel for texts")
    route = offered(ada, "primary_route", "sip")
    address = offered(ada, "some_address", "")[1:]

    # when
    ada.submits(
        alias_pattern="Desk {n}",
        primary_route=route[0],
        some_address=address[0],
        switches=["texting", "lookups"],
        channel=SUPPORT,
    )
    view = ada.form(showing="Setup, charged at once")

    # then
    assert "(206) 339-5170  *Desk 1*  $1.00 setup, $1.25 a month" in shown(view)
    assert "*Setup, charged at once*\n$1.00" in shown(view)
    assert "*From then on*\n$1.75 a month" in shown(view)
    assert "*This month in all*\n$2.75, no limit is set" in shown(view)
    assert "Route *sip-reg*" in shown(view)
    assert "no caller name" in shown(view)
    assert bought(ada.stage) == 0
    assert not ada.submits()
    assert f"<#{TELECOM}>" in shown(ada.form(showing="under way"))
    ends_well(ada.stage, "2 numbers")
    assert (bought(ada.stage), bought(ada.stage, ANOTHER)) == (1, 1)
    owned = {number.value: number for number in ada.stage.carrier.owned_numbers()}
    assert owned[TO_BUY].alias == "Desk 1"
    assert owned[ANOTHER].alias == "Desk 2"
    assert ada.asks("relay list")["text"].startswith("2 linked numbers")


def offered(ada: Person, field: str, typed: str) -> list[str]:
    """The values that a picker of the form on top offers for what is typed."""
    view = ada.member.views[-1]
    found = ada.member.options(view_id=view["id"], block_id=field, action_id=field, query=typed)
    return [option["value"] for option in found["options"]]


def test_one_of_many_offers_is_found_with_more_results(ada: Person) -> None:
    """Twenty more each time; what is ticked stays ticked, and so does what was searched for."""
    search(ada, starts="206", sort="cheapest")
    first = ada.member.views[-1]
    cheapest = inputs(first)["numbers.0"]["options"][0]["value"]
    assert "$0.50 a month" in inputs(first)["numbers.0"]["options"][0]["description"]["text"]
    ada.member.click(
        view_id=first["id"],
        block_id="more",
        action_id="buy.more",
        values={"numbers.0": {"numbers.0": [cheapest]}},
    )
    view = ada.form(showing="Numbers 31 to 40")
    assert inputs(view)["numbers.0"]["initial_options"][0]["value"] == cheapest
    assert not ada.submits(**{"numbers.3": [inputs(view)["numbers.3"]["options"][0]["value"]]})
    assert len(shown(ada.form(showing="Channel for texts")).split("(206)")) == 3


@pytest.mark.parametrize(("ticked", "says"), [(0, "at least one"), (21, "up to 20")])
def test_an_order_holds_one_to_twenty_numbers(ada: Person, ticked: int, says: str) -> None:
    """Said beside the field, before anybody is asked for a price."""
    search(ada, starts="206")
    ada.presses_in_form("More results")
    view = ada.form(showing="Numbers 31 to 40")
    groups = {
        field: [option["value"] for option in element["options"]] for field, element in inputs(view).items()
    }
    assert "up to 20 numbers" in shown(view)
    left = ticked
    chosen: dict[str, list[str]] = {}
    for field, values in groups.items():
        chosen[field], left = values[:left], max(0, left - len(values))
    assert says in ada.submits(**chosen)["numbers.0"]


def test_a_new_address_is_checked_before_the_review(ada: Person) -> None:
    """What the geocoder refuses is said under its field; what was typed stays; later it is made once."""
    # given
    set_up(ada)
    ada.submits(some_address=offered(ada, "some_address", "")[0], alias_pattern="Bakery")
    ada.form(showing="House number")
    assert "two letters" in ada.submits(**BAKERY | {"state": "Wash"})["state"]

    # when
    ada.submits(**BAKERY | {"street_name": "Nowhere Rd"})
    view = ada.form(showing="Could not geocode this address")
    assert inputs(view)["first_name"]["initial_value"] == "Maria"
    ada.submits(**BAKERY)

    # then
    assert "New emergency address *Bakery*" in shown(ada.form(showing="Setup, charged at once"))
    ada.submits()
    ends_well(ada.stage)
    addresses = ada.stage.carrier._world.account.addresses.values()
    assert [address.attributes["label"] for address in addresses].count("Bakery") == 1


def test_a_step_back_keeps_what_was_filled_in(ada: Person) -> None:
    """From the review to the set-up, and from there to the numbers, which are still ticked."""
    search(ada, starts="206339")
    ada.submits(**{"numbers.0": [TO_BUY]})
    ada.form(showing="Channel for texts")
    ada.submits(alias_pattern="Desk {last4}", channel=SUPPORT, new_name="Main St Bakery")
    ada.form(showing="Desk 5170")

    ada.presses_in_form("Change the set-up")
    view = ada.form(showing="Or a new caller name")
    assert inputs(view)["alias_pattern"]["initial_value"] == "Desk {last4}"
    assert inputs(view)["new_name"]["initial_value"] == "Main St Bakery"
    assert inputs(view)["channel"]["initial_conversation"] == SUPPORT

    ada.presses_in_form("Other numbers")
    view = ada.form(showing="Numbers 1 to")
    assert [one["value"] for one in inputs(view)["numbers.0"]["initial_options"]] == [TO_BUY]
    ada.submits(**{"numbers.0": [TO_BUY, ANOTHER]})
    view = ada.form(showing="Or a new caller name")
    assert inputs(view)["alias_pattern"]["initial_value"] == "Desk {last4}"

    ada.presses_in_form("Other numbers")
    ada.form(showing="Numbers 1 to")
    ada.presses_in_form("Change the search")
    assert inputs(ada.form(showing="Area code"))["starts"]["initial_value"] == "206339"


def test_aliases_are_shown_as_the_pattern_is_typed(ada: Person) -> None:
    """Counted, by the last digits, or by the whole number."""
    set_up(ada)
    ada.types("alias_pattern", "Desk {n}, {last4}")
    assert "*Desk 1, 5170*" in shown(ada.form(showing="Desk 1"))


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"alias_pattern": "Desk {m}"}, "alias_pattern", "{last4}"),
        ({"alias_pattern": "{number} {number} {number} {number} {number} {number}"}, "alias_pattern", "64"),
        ({"new_name": "A name that is far too long"}, "new_name", "15 characters"),
        ({"channel": SUPPORT, "switches": []}, "channel", "texting switched on"),
    ],
)
def test_a_set_up_that_cannot_be_is_marked_at_once(
    ada: Person, values: dict[str, object], field: str, says: str
) -> None:
    """What we can know ourselves is said beside the field."""
    set_up(ada)
    assert says in ada.submits(**values)[field]


def test_the_same_route_twice_is_no_failover(ada: Person) -> None:
    """It would fail together with the first."""
    set_up(ada)
    route = offered(ada, "primary_route", "sip")[0]
    offered(ada, "failover_route", "sip")
    assert "another route" in ada.submits(primary_route=route, failover_route=route)["failover_route"]


def test_a_known_number_starts_at_its_set_up(ada: Person) -> None:
    """Also from the Buy button of a search."""
    answer = ada.asks("numbers search 206339")
    ada.presses(answer, "Buy")
    assert "(206) 339-3948" in shown(ada.form(showing="Channel for texts"))


@exactly_once
def test_submitting_twice_buys_once(ada: Person) -> None:
    """A double click, or Slack sending the submission again, is one purchase."""
    review(ada)
    view_id = ada.member.views[-1]["id"]
    sold = threading.Event()
    ada.stage.carrier.faults.add(method="POST", path_pattern="/v2/numbers/.*", fault=Hold(sold))
    ada.member.submit(view_id)
    payload = next(d for d in reversed(ada.stage.workspace.deliveries) if d["kind"] == "view_submission")[
        "payload"
    ]
    ada.stage.workspace.outbox.deliver("view_submission", payload, "payload")
    sold.set()
    ends_well(ada.stage)
    assert bought(ada.stage) == 1
    assert ada.asks("orders list")["text"] == "1 order"


def test_the_one_number_sold_meanwhile_says_so_and_offers_the_search_again(ada: Person) -> None:
    """Between the review and the purchase somebody else was faster."""
    review(ada)
    sell_elsewhere(ada.stage)
    ada.submits()
    assert ada.form(showing="not for sale any more")["callback_id"] == "buy.find"
    assert bought(ada.stage) == 0


def test_of_two_numbers_the_one_that_is_left_is_offered(ada: Person) -> None:
    """The other was sold between the review and the purchase; nothing is bought before that was read."""
    search(ada, starts="206339")
    ada.submits(**{"numbers.0": [TO_BUY, ANOTHER]})
    ada.form(showing="Channel for texts")
    ada.submits()
    ada.form(showing="Buy 2 numbers")
    sell_elsewhere(ada.stage)
    ada.submits()

    view = ada.form(showing="not for sale any more")
    assert "The others are still here" in shown(view)
    assert "$0.50 a month" in shown(view)
    assert (bought(ada.stage), bought(ada.stage, ANOTHER)) == (0, 0)
    ada.submits()
    ends_well(ada.stage)
    assert (bought(ada.stage), bought(ada.stage, ANOTHER)) == (0, 1)


def test_a_number_gone_before_its_set_up_stays_out_of_the_choice(ada: Person) -> None:
    """The others can still be ticked."""
    search(ada, starts="206339")
    sell_elsewhere(ada.stage)
    ada.submits(**{"numbers.0": [TO_BUY, ANOTHER]})
    view = ada.form(showing="not for sale any more")
    assert TO_BUY not in [option["value"] for option in inputs(view)["numbers.0"]["options"]]
    assert [one["value"] for one in inputs(view)["numbers.0"]["initial_options"]] == [ANOTHER]


def test_a_number_gone_before_its_review_leads_to_the_form(ada: Person) -> None:
    """With its area code filled in."""
    ada.says("numbers buy 206 555 0100")
    form = ada.form(showing="not for sale any more")
    assert inputs(form)["starts"]["initial_value"] == "206"


@pytest.mark.parametrize(("typed", "starts"), [("206", "206"), ("(206) 339", "206339"), ("1 206", "1206")])
def test_a_few_digits_begin_the_search(ada: Person, typed: str, starts: str) -> None:
    """Whoever knows the area code only finds it filled in."""
    ada.says(f"numbers buy {typed}")
    form = ada.form(showing="Area code")
    assert inputs(form)["starts"]["initial_value"] == starts
    ada.submits()
    ada.form(showing="setup")


def test_what_is_no_digits_at_all_is_explained(ada: Person) -> None:
    """With an example of what would be right."""
    assert "Write digits such as 206" in ada.asks("numbers buy seattle")["text"]


def test_a_changed_price_is_shown_old_and_new_before_anything_is_charged(ada: Person) -> None:
    """What the person saw is what they agree to; the second time it is the new price."""
    review(ada)
    make_dearer(ada.stage)
    ada.submits()
    view = ada.form(showing="Prices changed")
    assert "$1.00 setup, $1.25 a month → *$3.99 setup, $1.25 a month*" in shown(view)
    assert bought(ada.stage) == 0
    ada.submits()
    ends_well(ada.stage)
    assert bought(ada.stage) == 1


def test_a_window_that_shows_an_older_price_buys_nothing(ada: Person) -> None:
    """The same order is open twice; one window was told of the new price, the other agrees to the old one."""
    # given
    review(ada)
    make_dearer(ada.stage)
    ada.submits()
    ada.form(showing="Prices changed")
    deliveries = reversed(ada.stage.workspace.deliveries)
    older = next(d["payload"] for d in deliveries if d["kind"] == "view_submission")

    # when
    ada.stage.workspace.outbox.deliver("view_submission", older, "payload")

    # then
    ada.stage.workspace.wait_for(
        lambda: any(call["answer"].get("error") == "not_found" for call in ada.stage.workspace.calls)
    )
    assert "Nothing was ordered" in ada.asks("orders list")["text"]
    assert bought(ada.stage) == 0


@exactly_once
def test_an_answer_lost_after_the_purchase_is_looked_up_not_repeated(ada: Person) -> None:
    """The number itself tells whether it is ours; the channel hears of it."""
    review(ada)
    ada.stage.carrier.faults.add(method="POST", path_pattern="/v2/numbers/.*", fault=Drop("after effect"))
    ada.submits()
    ends_well(ada.stage)
    assert bought(ada.stage) == 1


def test_nothing_found_keeps_the_form(ada: Person) -> None:
    """The values stay and the reason stands above them."""
    ada.says("numbers buy")
    ada.form(showing="Area code")
    ada.submits(starts="999", state="wa")
    form = inputs(ada.form(showing="Nothing is for sale there"))
    assert (form["starts"]["initial_value"], form["state"]["initial_value"]) == ("999", "WA")


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"starts": "seattle"}, "starts", "206555"),
        ({"state": "Wash"}, "state", "two letters"),
        ({"contains": "x"}, "contains", "206"),
        ({}, "starts", "at least one"),
    ],
)
def test_a_wrong_field_is_marked_at_once(ada: Person, values: dict[str, str], field: str, says: str) -> None:
    """What we can know ourselves is said beside the field."""
    ada.says("numbers buy")
    ada.form(showing="Area code")
    assert says in ada.submits(**values)[field]


def test_a_failing_search_keeps_the_form(ada: Person) -> None:
    """The provider's fault is told above the values."""
    ada.says("numbers buy")
    ada.form(showing="Area code")
    fault = Refuse(503)
    ada.stage.carrier.faults.add(method="GET", path_pattern="/v2/numbers/available", fault=fault, times=None)
    ada.submits(starts="206")
    assert inputs(ada.form(showing="has a fault"))["starts"]["initial_value"] == "206"


def test_only_admins_open_the_wizard(running: Stage) -> None:
    """The refusal names the role and who has it."""
    sam = Person(running, AGENT, SUPPORT)
    sam.says("numbers buy")
    assert "<@U0ADMIN>" in shown(sam.form(showing="*admin*"))


def test_somebody_who_closed_the_modal_hears_why_nothing_was_bought(stage: Stage) -> None:
    """By direct message, as no window is there to say it."""
    with stage.bot(ADMINS=f"{ADMIN},{AGENT}"):
        ada, sam = Person(stage), Person(stage, AGENT, SUPPORT)
        review(ada)
        review(sam)
        sold, looked = threading.Event(), threading.Event()
        stage.carrier.faults.add(method="POST", path_pattern="/v2/numbers/.*", fault=Hold(sold))
        sam.submits()
        sam.form(showing="under way")
        view_id = ada.member.views[-1]["id"]
        stage.carrier.faults.add(method="GET", path_pattern="/v2/numbers/available", fault=Hold(looked))
        ada.submits()
        ada.member.close(view_id)
        looked.set()
        stage.workspace.wait_for(lambda: any("in another order" in t for t in stage.texts_in("D0ADMIN")))
        sold.set()


@exactly_once
def test_a_number_that_a_colleague_is_buying_is_not_bought_twice(stage: Stage) -> None:
    """Two admins review the same number: the second Submit is told, and charges nothing."""
    with stage.bot(ADMINS=f"{ADMIN},{AGENT}"):
        ada, sam = Person(stage), Person(stage, AGENT, SUPPORT)
        review(ada)
        review(sam)
        sold = threading.Event()
        stage.carrier.faults.add(method="POST", path_pattern="/v2/numbers/.*", fault=Hold(sold))
        ada.submits()
        ada.form(showing="under way")
        sam.submits()
        sam.form(showing="being bought in another order")
        sold.set()
        ends_well(stage)
    assert bought(stage) == 1


def test_a_window_from_before_an_update_is_refused_kindly(ada: Person) -> None:
    """What it carries cannot be read any more; nothing happens and the person is told to start again."""
    review(ada)
    view = ada.stage.workspace.views.of_person(ada.user_id, ada.member.views[-1]["id"])
    assert view is not None
    view["private_metadata"] = "v0:17"
    ada.submits()
    ada.form(showing="from before an update")
    assert bought(ada.stage) == 0


def test_a_breakdown_in_the_middle_is_told_in_the_window(ada: Person) -> None:
    """No window stays at “Searching…”: what broke is said, with a reference."""
    search(ada, starts="206339")
    database = sqlite3.connect(ada.stage.database_url.removeprefix("sqlite:///"))
    database.execute("ALTER TABLE order_lines RENAME TO out_of_reach")
    database.close()
    ada.submits(**{"numbers.0": [TO_BUY]})
    assert "reference `" in shown(ada.form(showing="broke on our side"))


def test_a_slow_provider_does_not_cost_the_trigger(ada: Person) -> None:
    """A loading view is open long before the price is known."""
    looked = threading.Event()
    ada.stage.carrier.faults.add(method="GET", path_pattern="/v2/numbers/available", fault=Hold(looked))
    ada.says(f"numbers buy {TO_BUY}")
    ada.form(showing="Loading…")
    looked.set()
    ada.form(showing="Channel for texts")


def with_a_failed_route(ada: Person, *, times: int | None) -> JSON:
    """A number is bought, but its route is refused so often; the message that says so."""
    ada.stage.carrier.faults.add(
        method="PATCH", path_pattern=".*primary_route", fault=Refuse(403), times=times
    )
    set_up(ada)
    ada.submits(primary_route=offered(ada, "primary_route", "")[-1])
    ada.form(showing="Setup, charged at once")
    ada.submits()
    told(ada.stage, "1 step open")
    message = next(m for m in ada.stage.workspace.messages(TELECOM) if "1 step open" in shown(m))
    assert buttons(message) == ["Retry: route", "Skip it", "Cancel the order"]
    return message


def test_a_step_that_failed_is_tried_again_and_the_number_is_not_bought_again(ada: Person) -> None:
    """The message ends as if nothing had been in the way."""
    message = with_a_failed_route(ada, times=1)
    ada.presses(message, "Retry: route")
    assert buttons(ada.reads_again(message, showing=":white_check_mark: Bought 1 number")) == []
    assert bought(ada.stage) == 1


def test_a_step_that_cannot_be_done_is_left_out(ada: Person) -> None:
    """The message keeps who decided that."""
    message = with_a_failed_route(ada, times=None)
    ada.presses(message, "Skip it")
    ended = ada.reads_again(message, showing=":white_check_mark: Bought 1 number")
    assert f"<@{ADMIN}> skipped it." in shown(ended)
    assert buttons(ended) == []


def test_buttons_of_an_order_are_for_admins(ada: Person) -> None:
    """Grace reads the same message, and is told privately which role it takes."""
    message = with_a_failed_route(ada, times=None)
    grace = Person(ada.stage, APPROVER, TELECOM)
    for label in ("Retry: route", "Skip it", "Cancel the order"):
        assert "*admin*" in grace.reads_after_pressing(message, label)["text"]
    assert "1 step open" in shown(ada.reads_again(message, showing="Bought 1 number"))


def test_what_is_left_of_an_order_is_cancelled_from_its_message(ada: Person) -> None:
    """What was bought stays bought."""
    message = with_a_failed_route(ada, times=None)
    ada.presses(message, "Cancel the order")
    ended = ada.reads_again(message, showing="Cancelled. Bought 1 number")
    assert f"<@{ADMIN}> cancelled it." in shown(ended)
    assert buttons(ended) == []
