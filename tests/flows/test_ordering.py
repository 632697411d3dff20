"""Two numbers in a browser, from the search to the summary, with everything that can be set up."""

from playwright.sync_api import expect

from sandbox.server import Sandbox
from tests.sandbox.page.conftest import Client
from tests.stage import SUPPORT, exactly_once

ADDRESS = {
    "label": "Bakery",
    "first_name": "Maria",
    "last_name": "Bermudez",
    "street_number": "1218",
    "street_name": "3rd Ave",
    "city": "Seattle",
    "state": "WA",
    "zip": "98101",
}


def picks(ada: Client, field: str, shown: str) -> None:
    """Open a menu that searches, and choose what is shown like that."""
    ada.input(field, field).locator("input").or_(ada.input(field, field)).last.click()
    ada.page.get_by_role("option").filter(has_text=shown).first.click()


@exactly_once
def test_two_numbers_are_found_set_up_reviewed_bought_and_summed_up(ada: Client, sandbox: Sandbox) -> None:
    """With inputs and Submit alone, as a newcomer would; the numbers are then as they were ordered."""
    # given: two numbers are ticked, one of them among the later results
    before = {number.value for number in sandbox.carrier.owned_numbers()}
    modal, submit = ada.part("modal"), ada.part("modal-submit")
    ada.write("composer", "/flowroute numbers buy")
    expect(modal).to_contain_text("Area code")
    ada.input("starts", "starts").fill("206")
    submit.click()
    boxes = modal.get_by_role("checkbox")
    expect(boxes).to_have_count(20)
    boxes.nth(0).check()
    modal.get_by_role("button", name="More results").click()
    expect(boxes).to_have_count(40)
    boxes.nth(39).check()
    submit.click()

    # and: everything is filled in
    expect(modal).to_contain_text("Channel for texts")
    ada.input("alias_pattern", "alias_pattern").fill("Front desk {n}")
    expect(modal).to_contain_text("Front desk 2")
    picks(ada, "primary_route", "sip-reg")
    picks(ada, "some_address", "A new address")
    ada.input("new_name", "new_name").fill("Main St Bakery")
    ada.input("channel", "channel").select_option(SUPPORT)
    submit.click()
    expect(modal).to_contain_text("House number")
    for field, value in ADDRESS.items():
        ada.input(field, field).fill(value)
    submit.click()

    # when: the review is read and confirmed
    expect(modal).to_contain_text("Setup, charged at once")
    for words in (
        "2 numbers",
        "Front desk 1",
        "New emergency address Bakery",
        "New caller name Main St Bakery",
    ):
        expect(modal).to_contain_text(words)
    assert {number.value for number in sandbox.carrier.owned_numbers()} == before, "nothing is bought yet"
    submit.click()
    expect(modal).to_contain_text("under way")
    ada.part("modal-cancel").click()

    # then: one message ends as the summary, and the account is as it says
    summary = ada.part("messages").get_by_test_id("message").filter(has_text="Bought 2 numbers")
    expect(summary).to_contain_text("caller name Main St Bakery")
    expect(summary).to_contain_text("emergency address Bakery")
    expect(summary.get_by_role("button", name="Cancel the order")).to_have_count(0)
    ours = [number for number in sandbox.carrier.owned_numbers() if number.value not in before]
    assert sorted(number.alias or "" for number in ours) == ["Front desk 1", "Front desk 2"]
    bought = [entry.number for entry in sandbox.carrier.ledger if entry.what == "purchase"]
    assert sorted(bought) == sorted(number.value for number in ours)
