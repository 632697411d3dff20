"""Names on outbound calls, and their review."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.flowroute_api import Clock

from .conftest import MAIN, TOLL_FREE, Api, status_and_detail, wrong_fields

APPROVED, PENDING = "22790", "24141"


def state(api: Api, cnam_id: str) -> tuple[bool, str | None]:
    attributes = api.get(f"/v2/cnams/{cnam_id}")["data"]["attributes"]
    return attributes["is_approved"], attributes["rejection_reason"]


def create(api: Api, value: str) -> str:
    answer = api.call("POST", "/v2/cnams", {"value": value})
    assert answer.status_code == 201
    return str(answer.json()["data"]["id"])


def test_a_name_is_stored_in_capitals_and_approved_in_time(clock: Clock, api: Api) -> None:
    """Pending at first, approved after the review, without anybody asking in between."""
    cnam_id = create(api, "Bob Law")

    assert state(api, cnam_id) == (False, None)
    clock.advance(timedelta(hours=2))
    assert state(api, cnam_id) == (True, None)
    assert api.get(f"/v2/cnams/{cnam_id}")["data"]["attributes"]["value"] == "BOB LAW"
    assert state(api, PENDING) == (True, None), "the account's own pending name is reviewed too"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("Seattle Police", "CNAM must not be misleading"),
        ("Business", "CNAM must not be generic"),
        ("A 1", "CNAM must have more than one letter"),
    ],
)
def test_some_names_are_rejected_with_a_reason(clock: Clock, api: Api, value: str, reason: str) -> None:
    """A rejected name stays, unapproved, and says why."""
    cnam_id = create(api, value)

    clock.advance(timedelta(hours=2))

    assert state(api, cnam_id) == (False, reason)


@pytest.mark.parametrize("value", ["SIXTEEN LETTERS!", "x" * 16, "12345", "", "CAFÉ", "A;B", 5, None])
def test_names_that_cannot_be_stored_are_refused_at_once(api: Api, value: Any) -> None:
    """Too long, no letter, or characters that do not travel."""
    assert wrong_fields(api.call("POST", "/v2/cnams", {"value": value})) == {"value"}


def test_a_form_will_do_as_well(api: Api) -> None:
    """The Python SDK sends this one call form-encoded."""
    answer = api.session.post(f"{api.url}/v2/cnams", data={"value": "Bob Law"}, timeout=30)

    assert (answer.status_code, answer.json()["data"]["attributes"]["value"]) == (201, "BOB LAW")


def test_only_a_pending_name_can_be_changed_and_waits_anew(clock: Clock, api: Api) -> None:
    """The review of the old value does not approve the new one."""
    body = {"data": {"type": "cnam", "attributes": {"value": "Bobs Police"}}}
    cnam_id = create(api, "Bob Law")
    clock.advance(timedelta(minutes=40))

    assert api.call("PATCH", f"/v2/cnams/{cnam_id}", body).status_code == 200

    clock.advance(timedelta(minutes=40))
    assert state(api, cnam_id) == (False, None)
    clock.advance(timedelta(minutes=40))
    assert state(api, cnam_id) == (False, "CNAM must not be misleading")
    assert api.call("PATCH", f"/v2/cnams/{APPROVED}", body).status_code == 403


@pytest.mark.parametrize("word", ["cnams", "cnam"])
def test_both_paths_assign_an_approved_name(api: Api, word: str) -> None:
    """202 with an integer id; the number and the record then know each other."""
    answer = api.call("PATCH", f"/v2/numbers/{MAIN}/relationships/{word}/{APPROVED}")

    assert (answer.status_code, answer.json()["data"]["id"]) == (202, int(APPROVED))
    record = api.get(f"/v2/cnams/{APPROVED}")
    assert record["data"]["relationships"]["numbers"]["data"] == [{"id": MAIN, "type": "number"}]
    assert [item["id"] for item in record["included"]] == [MAIN]
    assert api.get(f"/v2/numbers/{MAIN}")["data"]["relationships"]["cnam_preset"]["data"]["id"] == APPROVED

    removed = api.call("DELETE", f"/v2/numbers/{MAIN}/relationships/{word}")

    assert (removed.status_code, removed.json()["data"]["id"]) == (202, None)
    assert api.get(f"/v2/cnams/{APPROVED}")["data"]["relationships"]["numbers"]["data"] == []


def test_only_approved_names_on_local_us_numbers(api: Api) -> None:
    """A pending name and a toll-free number are refused."""
    for number, cnam_id in ((MAIN, PENDING), (TOLL_FREE, APPROVED)):
        answer = api.call("PATCH", f"/v2/numbers/{number}/relationships/cnams/{cnam_id}")
        assert status_and_detail(answer)[0] == 422


def test_deleting_a_name_takes_it_off_its_numbers(api: Api) -> None:
    """The number goes back to having none; a second deletion finds nothing."""
    api.call("PATCH", f"/v2/numbers/{MAIN}/relationships/cnams/{APPROVED}")

    assert api.call("DELETE", f"/v2/cnams/{APPROVED}").status_code == 204

    assert api.get(f"/v2/numbers/{MAIN}")["data"]["relationships"]["cnam_preset"]["data"] is None
    assert status_and_detail(api.call("DELETE", f"/v2/cnams/{APPROVED}")) == (
        404,
        "CNAM record not found. Nothing to delete.",
    )


def test_names_are_filtered_by_approval_and_text(api: Api) -> None:
    """Part of the value in any case; approved or not."""
    assert [item["id"] for item in api.get("/v2/cnams", is_approved="true")["data"]] == [APPROVED]
    assert [item["id"] for item in api.get("/v2/cnams", is_approved="false")["data"]] == [PENDING]
    assert [item["id"] for item in api.get("/v2/cnams", value="bag")["data"]] == [APPROVED]
