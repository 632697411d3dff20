"""The buy wizard: from a few digits to a number that is ours, charged once."""

import sqlite3
import threading

import pytest

from sandbox.flowroute_api import Drop, Hold, Refuse
from sandbox.flowroute_api.inventory import PREMIUM, describe
from tests.handlers.person import Person, shown
from tests.stage import AGENT, TELECOM, Stage, exactly_once

TO_BUY = "12063395170"
"""For sale in the sandbox: $1.25 a month, $1.00 setup."""


def bought(stage: Stage, number: str = TO_BUY) -> int:
    """How often the carrier sold us `number`."""
    return sum(1 for entry in stage.carrier.ledger if entry.number == number and entry.what == "purchase")


def sell_elsewhere(stage: Stage) -> None:
    """Another customer of the carrier buys the number."""
    with stage.carrier._world.change():
        del stage.carrier._world.stock[TO_BUY]


def make_dearer(stage: Stage) -> None:
    """The carrier changes the price of the number."""
    with stage.carrier._world.change():
        stage.carrier._world.stock[TO_BUY] = describe(TO_BUY, PREMIUM)


def review(ada: Person, number: str = TO_BUY) -> None:
    """Ada types the number that she wants and reads its review."""
    ada.says(f"numbers buy {number}")
    ada.form(showing="setup, charged at once")


def test_the_whole_way_from_digits_to_a_bought_number(ada: Person) -> None:
    """Find, choose, review, buy; the channel where it began hears of it."""
    # given
    ada.says("numbers buy")
    ada.form(showing="Area code")

    # when
    assert not ada.submits(starts="206 339")
    ada.form(showing="(206) 339-3948")
    assert not ada.submits(number=TO_BUY)
    view = ada.form(showing="setup, charged at once")
    assert "$1.00 setup" in shown(view)
    assert "$1.25 a month" in shown(view)
    assert "E911" in shown(view)
    assert "Buy for $1.00" in shown(view)
    assert bought(ada.stage) == 0
    assert not ada.submits()

    # then
    assert "is yours" in shown(ada.form(showing="(206) 339-5170"))
    assert bought(ada.stage) == 1
    ada.stage.workspace.wait_for(lambda: any("339-5170" in text for text in ada.stage.texts_in(TELECOM)))


def test_a_known_number_starts_at_its_review(ada: Person) -> None:
    """Also from the Buy button of a search."""
    answer = ada.asks("numbers search 206339")
    ada.presses(answer, "Buy")
    assert "(206) 339-3948" in shown(ada.form(showing="charged at once"))


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
    ada.form(showing="is yours")
    assert bought(ada.stage) == 1


def test_a_number_sold_meanwhile_says_so_and_offers_the_search_again(ada: Person) -> None:
    """Between the review and the purchase somebody else was faster."""
    review(ada)
    sell_elsewhere(ada.stage)
    ada.submits()
    assert "not for sale any more" in shown(ada.form(showing="was not bought"))
    ada.submits()
    assert ada.form(showing="Area code")["callback_id"] == "buy.find"
    assert bought(ada.stage) == 0


def test_a_number_gone_before_its_review_leads_to_the_form(ada: Person) -> None:
    """With its area code filled in."""
    ada.says("numbers buy 206 555 0100")
    form = ada.form(showing="not for sale any more")
    assert form["blocks"][1]["element"]["initial_value"] == "206"


@pytest.mark.parametrize(("typed", "starts"), [("206", "206"), ("(206) 339", "206339"), ("1 206", "1206")])
def test_a_few_digits_begin_the_search(ada: Person, typed: str, starts: str) -> None:
    """Whoever knows the area code only finds it filled in."""
    ada.says(f"numbers buy {typed}")
    form = ada.form(showing="Area code")
    assert form["blocks"][0]["element"]["initial_value"] == starts
    ada.submits()
    ada.form(showing="setup")


def test_what_is_no_digits_at_all_is_explained(ada: Person) -> None:
    """With an example of what would be right."""
    assert "Write digits such as 206" in ada.asks("numbers buy seattle")["text"]


def test_a_changed_price_is_not_charged(ada: Person) -> None:
    """What the person saw is what they agreed to."""
    review(ada)
    make_dearer(ada.stage)
    ada.submits()
    assert "price changed" in shown(ada.form(showing="was not bought"))
    assert bought(ada.stage) == 0


@exactly_once
def test_an_answer_lost_after_the_purchase_is_looked_up_not_repeated(ada: Person) -> None:
    """The number itself tells whether it is ours; the channel hears of it."""
    review(ada)
    ada.stage.carrier.faults.add(method="POST", path_pattern="/v2/numbers/.*", fault=Drop("after effect"))
    ada.submits()
    ada.form(showing="is yours")
    ada.stage.workspace.wait_for(lambda: any("339-5170" in text for text in ada.stage.texts_in(TELECOM)))
    assert bought(ada.stage) == 1


def test_nothing_found_keeps_the_form(ada: Person) -> None:
    """The values stay and the reason stands above them."""
    ada.says("numbers buy")
    ada.form(showing="Area code")
    ada.submits(starts="999", state="wa")
    form = ada.form(showing="Nothing is for sale there")
    assert [block["element"]["initial_value"] for block in form["blocks"][1:3]] == ["999", "WA"]


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
    assert ada.form(showing="has a fault")["blocks"][1]["element"]["initial_value"] == "206"


def test_only_admins_open_the_wizard(running: Stage) -> None:
    """The refusal names the role and who has it."""
    sam = Person(running, AGENT, "C0SUPPORT")
    sam.says("numbers buy")
    assert "<@U0ADMIN>" in shown(sam.form(showing="*admin*"))


def test_somebody_who_closed_the_modal_hears_the_outcome(ada: Person) -> None:
    """By direct message, when the purchase went wrong after the window was closed."""
    review(ada)
    sell_elsewhere(ada.stage)
    view_id = ada.member.views[-1]["id"]
    looked = threading.Event()
    ada.stage.carrier.faults.add(method="GET", path_pattern="/v2/numbers/.*", fault=Hold(looked))
    ada.submits()
    ada.member.close(view_id)
    looked.set()
    ada.stage.workspace.wait_for(lambda: any("was not bought" in t for t in ada.stage.texts_in("D0ADMIN")))


@exactly_once
def test_a_number_that_a_colleague_is_buying_is_not_bought_twice(stage: Stage) -> None:
    """Two admins review the same number: the second Submit is told, and charges nothing."""
    with stage.bot(ADMINS="U0ADMIN,U0AGENT"):
        ada, sam = Person(stage), Person(stage, AGENT, "C0SUPPORT")
        review(ada)
        review(sam)
        sold = threading.Event()
        stage.carrier.faults.add(method="POST", path_pattern="/v2/numbers/.*", fault=Hold(sold))
        ada.submits()
        sam.submits()
        sam.form(showing="being bought in another order")
        sold.set()
        ada.form(showing="is yours")
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
    ada.says("numbers buy")
    ada.form(showing="Area code")
    ada.submits(starts="206339")
    ada.form(showing="(206) 339-3948")
    database = sqlite3.connect(ada.stage.database_url.removeprefix("sqlite:///"))
    database.execute("ALTER TABLE orders RENAME TO out_of_reach")
    database.close()
    ada.submits(number=TO_BUY)
    assert "reference `" in shown(ada.form(showing="broke on our side"))


def test_a_slow_provider_does_not_cost_the_trigger(ada: Person) -> None:
    """A loading view is open long before the price is known."""
    looked = threading.Event()
    ada.stage.carrier.faults.add(method="GET", path_pattern="/v2/numbers/available", fault=Hold(looked))
    ada.says(f"numbers buy {TO_BUY}")
    ada.form(showing="Loading…")
    looked.set()
    ada.form(showing="charged at once")
