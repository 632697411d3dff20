"""Moving numbers here from another carrier."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.flowroute_api import Carrier, Clock

from .conftest import Api, Customer, status_and_detail, until, wrong_fields

NUMBER = "+12065661654"
ORDER = {
    "numbers": [NUMBER],
    "billing_name": "John Doe",
    "street": "1218 3rd Ave",
    "city": "Seattle",
    "state": "WA",
    "zip": "98101",
    "country": "US",
    "provider": "Example Telecom",
}
SIGNED = {**ORDER, "loa_details": {"email": "loa@example.com"}}


def create(api: Api, attributes: Any) -> Any:
    return api.call("POST", "/v2/portorders", {"data": {"type": "portorder", "attributes": attributes}})


def cancel(api: Api, path: str, method: str = "PATCH") -> Any:
    return api.call(method, path, {"data": {"type": "portorder", "attributes": {"status": "cancelled"}}})


def status(api: Api, order_id: str) -> str:
    return str(api.get(f"/v2/portorders/{order_id}/status")["data"]["attributes"]["status"])


def test_portability_sorts_numbers_into_lists(api: Api) -> None:
    """A number can be in two of them."""
    numbers = ["+14252081174", "+12125551212", "+18002255277"]

    answer = api.call("POST", "/v2/portorders/portability", {"numbers": numbers})

    assert answer.json()["data"] == {
        "hypernetwork_enabled": ["+14252081174"],
        "nonportable": ["+12125551212"],
        "portable": ["+14252081174", "+18002255277"],
    }


@pytest.mark.parametrize("numbers", [["14252081174"], [], None, "+14252081174", ["+1425"]])
def test_portability_insists_on_the_plus_sign(api: Api, numbers: Any) -> None:
    """Porting is the one place where it must be there."""
    assert wrong_fields(api.call("POST", "/v2/portorders/portability", {"numbers": numbers})) == {"numbers"}


def test_a_signed_order_goes_its_way_and_the_number_arrives(
    carrier: Carrier, clock: Clock, api: Api, customer: Customer
) -> None:
    """Pending, processing, submitted, accepted, completed; each step is told to the callback."""
    presets = {"e911_id": "21845", "primary_route_id": "98396", "failover_route_id": "gone"}
    wanted = {**SIGNED, "alias": "Ported", "presets": presets, "callback_url": f"{customer.url}/port"}
    order_id = create(api, wanted).json()["data"]["id"]

    seen = [status(api, order_id)]
    for _ in range(4):
        clock.advance(timedelta(hours=1))
        seen.append(status(api, order_id))

    assert seen == ["pending", "processing", "submitted", "accepted", "completed"]
    document = api.get(f"/v2/numbers/{NUMBER[1:]}")["data"]
    assert document["attributes"]["alias"] == "Ported"
    assert document["relationships"]["primary_route"]["data"]["id"] == "98396"
    assert document["relationships"]["failover_route"]["data"] is None
    until(lambda: len(customer.posts) == 4)
    assert [post["data"]["attributes"]["status"] for post in customer.posts] == seen[1:]
    assert carrier.ledger == ()


def test_an_order_without_a_letter_waits_45_days(clock: Clock, api: Api) -> None:
    """Then it is cancelled by itself."""
    order_id = create(api, ORDER).json()["data"]["id"]

    clock.advance(timedelta(days=44))
    assert status(api, order_id) == "pending"
    clock.advance(timedelta(days=1))
    assert status(api, order_id) == "cancelled"


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_a_pending_order_can_be_cancelled_both_ways(clock: Clock, api: Api, method: str) -> None:
    """Text and sample of the documentation disagree about the call; it stays cancelled."""
    order_id = create(api, SIGNED).json()["data"]["id"]
    path = f"/v2/portorders/{order_id}" + ("/status" if method == "POST" else "")

    answer = cancel(api, path, method)

    assert answer.json()["data"]["attributes"]["status"] == "cancelled"
    clock.advance(timedelta(days=1))
    assert status(api, order_id) == "cancelled"
    assert status_and_detail(cancel(api, path, method)) == (403, "")


def test_a_rejected_order_can_only_be_abandoned(clock: Clock, api: Api) -> None:
    """The losing carrier turns down a name that it does not know."""
    order_id = create(api, {**SIGNED, "billing_name": "Reject me"}).json()["data"]["id"]
    clock.advance(timedelta(days=1))
    assert status(api, order_id) == "rejected"

    assert cancel(api, f"/v2/portorders/{order_id}").json()["data"]["attributes"]["status"] == "abandoned"


def test_an_order_needs_its_attributes(api: Api) -> None:
    """Whatever is missing is named, all at once."""
    assert wrong_fields(create(api, {"numbers": [NUMBER]})) == {
        "billing_name",
        "street",
        "city",
        "state",
        "country",
        "provider",
    }
    assert wrong_fields(create(api, {**ORDER, "country": "USA"})) == {"country"}


def test_a_group_can_grow_and_be_summarised(api: Api) -> None:
    """Numbers are added to the group while it is pending; the summary counts orders by their state."""
    order = create(api, ORDER).json()["data"]
    group = order["attributes"]["group_id"]

    grown = api.call("POST", f"/v2/portorders/{group}/numbers", {"add": ["+12065554444"]})

    assert grown.json()["data"]["attributes"]["numbers"] == [NUMBER, "+12065554444"]
    assert [item["id"] for item in api.get("/v2/portorders", group_id=group)["data"]] == [order["id"]]
    summary = api.get("/v2/portorders", group_id=group, status="")["data"]["attributes"]
    assert summary == {"Requires Action": 1, "Completed": 0, "Canceled": 0, "In Progress": 0}


def test_presets_can_be_changed_later(api: Api) -> None:
    """An order keeps what it was told last."""
    order_id = create(api, ORDER).json()["data"]["id"]
    body = {"data": {"type": "portorder", "attributes": {"presets": {"cnam_id": "22790"}}}}

    answer = api.call("PATCH", f"/v2/portorders/{order_id}", body)

    assert answer.json()["data"]["attributes"]["presets"] == {"cnam_id": "22790"}
    assert api.call("GET", "/v2/portorders/1/status").status_code == 404
