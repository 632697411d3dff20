"""Jobs that switch texting on and off."""

from datetime import timedelta
from typing import Any

from sandbox.flowroute_api import Clock

from .conftest import MAIN, PERSON, TOLL_FREE, Api, Customer, until, wrong_fields

STRANGER = "12125550000"


def provision(api: Api, numbers: Any, action: str = "enable", **more: Any) -> Any:
    return api.call("POST", "/v2/message-provision", {"numbers": numbers, "action": action, **more})


def status(api: Api, task_id: str) -> Any:
    return api.get(f"/v2/message-provision/status/{task_id}")["data"]["attributes"]


def test_one_number_answers_for_itself(clock: Clock, api: Api, customer: Customer) -> None:
    """Processing, then successful; the callback is told, and the number texts."""
    answer = provision(api, [TOLL_FREE], callback_url=f"{customer.url}/done")

    task = answer.json()["data"]
    assert (answer.status_code, task["attributes"]) == (201, {"status": "processing", "tn": TOLL_FREE})
    clock.advance(timedelta(hours=2))
    assert status(api, task["id"]) == {"status": "successful", "tn": TOLL_FREE}
    until(lambda: customer.posts)
    assert customer.posts[0]["data"]["attributes"]["resource_id"] == task["id"]
    body = {"to": PERSON, "from": TOLL_FREE, "body": "x"}
    assert api.call("POST", "/v2.1/messages", body).status_code == 202


def test_several_numbers_are_sorted_by_what_became_of_them(clock: Clock, api: Api) -> None:
    """A number of others, or one released meanwhile, fails without holding up the rest."""
    released = "12065550101"
    task = provision(api, [f"+{TOLL_FREE}", released, STRANGER]).json()["data"]
    assert task["attributes"]["numbers"] == {
        "successful": [],
        "processing": [TOLL_FREE, released],
        "failed": [STRANGER],
    }

    api.call("DELETE", f"/v2/numbers/{released}")
    clock.advance(timedelta(hours=2))

    after = status(api, task["id"])
    assert after["numbers"] == {"successful": [TOLL_FREE], "processing": [], "failed": [STRANGER, released]}


def test_texting_can_be_switched_off(clock: Clock, api: Api) -> None:
    """Once the job is over, the number may not text any more."""
    provision(api, [MAIN], "disable")

    assert api.text("still here").status_code == 202
    clock.advance(timedelta(hours=2))
    assert api.text("gone").status_code == 403


def test_a_job_needs_numbers_and_an_action(api: Api) -> None:
    """What is missing is named; a single number of others and an unknown job are not found."""
    assert wrong_fields(provision(api, [])) == {"numbers"}
    assert wrong_fields(provision(api, MAIN)) == {"numbers"}
    assert wrong_fields(provision(api, [MAIN], "toggle")) == {"action"}
    assert provision(api, [STRANGER]).status_code == 404
    assert api.call("GET", "/v2/message-provision/status/x").status_code == 404
