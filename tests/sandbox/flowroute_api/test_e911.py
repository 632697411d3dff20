"""Addresses for emergency calls."""

from typing import Any

import pytest
import requests

from sandbox.flowroute_api import Carrier

from .conftest import MAIN, SUPPORT, TOLL_FREE, Api, status_and_detail, wrong_fields

ADDRESS = {
    "label": "Warehouse",
    "first_name": "Chris",
    "last_name": "Smith",
    "street_name": "3rd Ave",
    "street_number": "1218",
    "city": "Seattle",
    "state": "WA",
    "country": "US",
    "zip": "98101",
}
OFFICE = "21845"


def send(api: Api, method: str, path: str, **attributes: Any) -> requests.Response:
    return api.call(method, path, {"data": {"type": "e911", "attributes": attributes}})


def test_a_good_address_validates_and_is_stored(api: Api) -> None:
    """Validation answers 204 with nothing; storing answers the record, its unit in the usual spelling."""
    unit = {"address_type": "SUITE", "address_type_number": 600}

    assert send(api, "POST", "/v2/e911s/validate", **ADDRESS, **unit).status_code == 204
    stored = send(api, "POST", "/v2/e911s", **ADDRESS, **unit)

    assert stored.status_code == 201
    record = stored.json()["data"]
    assert record["attributes"] == {**ADDRESS, "address_type": "Suite", "address_type_number": "600"}
    assert api.get(f"/v2/e911s/{record['id']}")["data"] == record


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"zip": "123"}, {"zip"}),
        ({"zip": "12345678"}, {"zip"}),
        ({"street_number": None}, {"street_number"}),
        ({"label": ""}, {"label"}),
        ({"state": "wa"}, {"state"}),
        ({"state": "BC"}, {"state"}),
        ({"country": "USA"}, {"country"}),
        ({"city": ["Seattle"]}, {"city"}),
        ({"address_type": "Attic", "address_type_number": "1"}, {"address_type"}),
        ({"address_type": "Suite"}, {"address_type_number"}),
        ({"label": "Office"}, {"label"}),
        ({"first_name": "", "last_name": ""}, {"first_name", "last_name"}),
    ],
)
def test_field_rules_are_answered_field_by_field(api: Api, changed: Any, wrong: set[str]) -> None:
    """A 422 whose detail is an object: attribute -> what is wrong with it."""
    assert wrong_fields(send(api, "POST", "/v2/e911s", **{**ADDRESS, **changed})) == wrong


@pytest.mark.parametrize(
    "changed", [{"street_number": "0"}, {"street_name": "Nowhere Lane"}, {"zip": "9810"}]
)
def test_an_address_that_is_nowhere_cannot_be_geocoded(api: Api, changed: Any) -> None:
    """Validating, storing and changing all refuse it with the documented 400."""
    for method, path in (
        ("POST", "/v2/e911s/validate"),
        ("POST", "/v2/e911s"),
        ("PATCH", f"/v2/e911s/{OFFICE}"),
    ):
        answer = send(api, method, path, **{**ADDRESS, **changed})
        assert status_and_detail(answer) == (
            400,
            "Could not geocode this address. Please check the validity of your address.",
        )


def test_an_address_that_needs_rewriting_says_how(api: Api) -> None:
    """The refusal names the spelling that the emergency centre wants."""
    status, detail = status_and_detail(
        send(api, "POST", "/v2/e911s/validate", **{**ADDRESS, "street_name": "3rd Ave."})
    )

    assert status == 400
    assert '"3rd Ave." to "3rd Ave"' in detail


def test_a_change_may_be_partial(api: Api) -> None:
    """What is not named stays."""
    answer = send(api, "PATCH", f"/v2/e911s/{OFFICE}", last_name="Wiley")

    attributes = answer.json()["data"]["attributes"]
    assert (answer.status_code, attributes["last_name"], attributes["label"]) == (200, "Wiley", "Office")


def test_addresses_are_found_by_parts_in_any_case(api: Api) -> None:
    """Label, street and city match in part."""
    send(api, "POST", "/v2/e911s", **{**ADDRESS, "city": "Spokane"})

    assert [item["attributes"]["label"] for item in api.get("/v2/e911s", city="spok")["data"]] == [
        "Warehouse"
    ]
    assert len(api.get("/v2/e911s", street_name="3RD", state="wa")["data"]) == 2
    assert api.get("/v2/e911s", label="garage")["data"] == []


def test_assigning_twice_is_charged_once(carrier: Carrier, api: Api) -> None:
    """The same pair again is no error and no charge; another address is charged."""
    other = send(api, "POST", "/v2/e911s", **ADDRESS).json()["data"]["id"]
    path = f"/v2/numbers/{SUPPORT}/relationships/e911s"

    assert [api.call("PATCH", f"{path}/{chosen}").status_code for chosen in (OFFICE, OFFICE, other)] == [
        204
    ] * 3

    assert [(entry.what, entry.number) for entry in carrier.ledger] == [("e911", SUPPORT)] * 2
    assert api.get(f"/v2/numbers/{SUPPORT}")["data"]["relationships"]["e911_address"]["data"]["id"] == other


def test_an_address_in_use_cannot_be_deleted(api: Api) -> None:
    """First its numbers go; the list of them tells which."""
    [number] = api.get(f"/v2/e911s/{OFFICE}/relationships/numbers")["data"]
    assert number["attributes"] == {"alias": "Main line", "value": MAIN}

    assert api.call("DELETE", f"/v2/e911s/{OFFICE}").status_code == 403
    assert api.call("DELETE", f"/v2/numbers/{MAIN}/relationships/e911s").status_code == 204
    assert api.call("DELETE", f"/v2/e911s/{OFFICE}").status_code == 204
    assert api.call("GET", f"/v2/e911s/{OFFICE}").status_code == 404


def test_some_numbers_do_not_support_emergency_calls(api: Api) -> None:
    """Here those are the toll-free ones; the refusal is the documented 422."""
    answer = api.call("PATCH", f"/v2/numbers/{TOLL_FREE}/relationships/e911s/{OFFICE}")

    assert status_and_detail(answer) == (
        422,
        "Cannot assign an E911 record to a number that does not support emergency services.",
    )
