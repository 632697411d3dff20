"""The main job in a browser, with the bot as a process of its own: buy a number, link it, text, answer."""

import re

from playwright.sync_api import Locator, expect

from flowroute import PhoneNumber, format_phone_number, parse_phone_number
from sandbox.server import Sandbox
from tests.flows.conftest import last
from tests.sandbox.page.conftest import Client
from tests.stage import AUDIT, MARIA

AT_LEAST_ONE = re.compile("[1-9]")


def test_a_number_is_bought_linked_and_answers_a_customer(ada: Client, sam: Client, sandbox: Sandbox) -> None:
    """Every step is taken on the page, as a newcomer would take it."""
    # given: Ada has bought one of the numbers that a search showed with their prices
    ada.write("composer", "/flowroute numbers search 206")
    offer = last(ada).locator(".section").filter(has=ada.page.get_by_role("button", name="Buy")).first
    monthly, setup = offer.locator(".section-text").inner_text().splitlines()[-1].split(" a month, ")
    shown = offer.locator("b, strong").first.inner_text()
    offer.get_by_role("button", name="Buy").click()
    review = ada.part("modal")
    expect(review).to_contain_text("Channel for texts")
    ada.part("modal-submit").click()
    expect(review).to_contain_text(f"{shown} {setup}, {monthly} a month")
    assert shown not in [format_phone_number(owned) for owned in _owned(sandbox)], "nothing is bought yet"
    ada.part("modal-submit").click()
    expect(review).to_contain_text("under way")
    ada.part("modal-cancel").click()
    expect(review).to_have_count(0)
    expect(last(ada)).to_contain_text("Bought 1 number")
    (number,) = [owned for owned in _owned(sandbox) if format_phone_number(owned) == shown]
    expect(last(ada)).to_be_in_viewport()
    expect(ada.page.locator(f"[data-channel={AUDIT}]")).to_have_attribute("data-unread", AT_LEAST_ONE)

    # and: she has linked it to #support
    ada.write("composer", f"/flowroute relay link {shown} #support")
    expect(last(ada)).to_contain_text(f"Texts to {shown} appear in #support from now on.")
    expect(last(ada)).to_be_in_viewport()

    # when: Maria texts that number, and Sam replies in the thread that appears
    ada.part("handset-number").select_option(number)
    ada.write("handset-text", "Is the shop open on Sunday? <b>&amp; 😕")
    sam.part("thread-summary").click()
    in_thread = sam.part("thread").get_by_test_id("message")
    expect(in_thread.nth(0)).to_contain_text(f"{format_phone_number(PhoneNumber(MARIA))} texts {shown}")
    expect(in_thread.nth(1)).to_contain_text("Is the shop open on Sunday? <b>&amp; 😕")
    sam.write("thread-composer", "From 10 to 6 & gladly")

    # then: it is on her handset, and Sam sees on his own message that it was delivered
    expect(_received(ada)).to_contain_text("From 10 to 6 & gladly")
    marks = in_thread.nth(2).get_by_test_id("reaction")  # a new one comes before the old one goes
    expect(marks.and_(sam.page.locator("[data-name=white_check_mark]"))).to_be_visible()
    expect(marks).to_have_count(1)
    expect(in_thread.nth(0)).to_contain_text("delivered")
    assert [text.body for text in sandbox.carrier.handset_messages(MARIA)] == [
        "Is the shop open on Sunday? <b>&amp; 😕",
        "From 10 to 6 & gladly",
    ]


def _received(client: Client) -> Locator:
    return client.page.locator("[data-testid=bubble][data-direction=from_number]")


def _owned(sandbox: Sandbox) -> list[PhoneNumber]:
    return [parse_phone_number(number.value) for number in sandbox.carrier.owned_numbers()]
