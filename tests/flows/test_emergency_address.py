"""An emergency address in a browser: refused, corrected, stored, given to a number, and one gap fewer."""

from playwright.sync_api import Locator, expect

from sandbox.server import Sandbox
from tests.flows.conftest import said
from tests.sandbox.page.conftest import Client
from tests.stage import SECOND_NUMBER

ADDRESS = {
    "label": "Warehouse",
    "first_name": "Maria",
    "last_name": "Bermudez",
    "street_number": "1218",
    "street_name": "3rd Ave.",
    "city": "Seattle",
    "state": "WA",
    "zip": "98101",
}
"""The emergency centre wants it without the dot."""


def test_an_address_is_corrected_stored_and_given_to_a_number(ada: Client, sandbox: Sandbox) -> None:
    """From the list of gaps to a number without one, and nothing that was typed has to be typed again."""
    # given: one of the numbers has no address
    ada.write("composer", "/flowroute e911 gaps")
    expect(said(ada, "1 number without an emergency address")).to_contain_text("(206) 555-0101")

    # when: Ada types an address as she knows it, and Flowroute's geocoder refuses the street
    form = opened(ada, "/flowroute e911 create", "New emergency address")
    for field, value in ADDRESS.items():
        ada.input(field, field).fill(value)
    ada.part("modal-submit").click()
    expect(form.get_by_role("alert")).to_contain_text('street_name "3rd Ave." to "3rd Ave"')
    for field, value in ADDRESS.items():
        expect(ada.input(field, field)).to_have_value(value)

    # and: she corrects that one field
    ada.input("street_name", "street_name").fill("3rd Ave")
    ada.part("modal-submit").click()
    expect(form).to_contain_text("Stored and read back: Warehouse.")
    close(ada)
    expect(said(ada, "added the emergency address Warehouse")).to_be_visible()

    # and: gives it to the number, both found by what she remembers of them
    form = opened(ada, "/flowroute e911 assign", "Give a number an address")
    pick(ada, "address", "ware", "Warehouse")
    pick(ada, "number", "0101", "(206) 555-0101")
    ada.part("modal-submit").click()
    expect(form).to_contain_text("(206) 555-0101 has the emergency address Warehouse.")
    close(ada)

    # then: the number's card shows it, with who did it, and there is no gap left
    ada.write("composer", "/flowroute numbers show 206 555 0101")
    card = said(ada, "Caller name look-ups")
    expect(card).to_contain_text("Emergency addressWarehouse")
    expect(card).to_contain_text("@Ada Admin emergency address: – → Warehouse")
    ada.write("composer", "/flowroute e911 gaps")
    expect(said(ada, "Every local number has an emergency address.")).to_be_visible()
    (owned,) = [one for one in sandbox.carrier.owned_numbers() if one.value == SECOND_NUMBER]
    assert owned.e911 is not None


def opened(client: Client, line: str, shows: str) -> Locator:
    """The form that a line opens, filled in as far as it is known."""
    client.write("composer", line)
    form = client.part("modal")
    expect(form).to_contain_text(shows)
    expect(client.part("modal-submit")).to_be_visible()
    return form


def close(client: Client) -> None:
    client.part("modal-cancel").click()
    expect(client.part("modal")).to_have_count(0)


def pick(client: Client, field: str, typed: str, choice: str) -> None:
    """Choose from a menu that searches as one types."""
    client.input(field, field).fill(typed)
    options = client.part("option")
    expect(options).to_have_count(1)
    expect(options).to_contain_text(choice)
    options.click()
