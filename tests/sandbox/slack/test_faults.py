"""Troubles on purpose, to see what a bot makes of them."""

import time

import pytest
import requests
from slack_sdk.errors import SlackApiError

from sandbox.slack import faults
from sandbox.slack.faults import Fault
from tests.sandbox.slack.conftest import TOKEN, Stage

METHOD = "chat.postMessage"


def post(stage: Stage) -> requests.Response:
    return requests.post(
        f"{stage.workspace.base_url}/api/{METHOD}",
        json={"channel": "C0AUDIT", "text": "x"},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=30,
    )


def count(stage: Stage) -> int:
    return len(stage.workspace.messages("C0AUDIT"))


def test_too_many_requests_say_when_to_come_back(stage: Stage) -> None:
    """Once, and then all is well again."""
    # given
    stage.workspace.faults.add(METHOD, faults.ratelimited(7))

    # when
    first, second = post(stage), post(stage)

    # then
    assert (first.status_code, first.headers["Retry-After"]) == (429, "7")
    assert second.json()["ok"]
    assert count(stage) == 1


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [(faults.http_500(), 500, "text/html"), (faults.html_page(), 200, "text/html")],
)
def test_a_page_instead_of_json(stage: Stage, fault: Fault, status: int, kind: str) -> None:
    """What a gateway in between answers."""
    # given
    stage.workspace.faults.add(METHOD, fault)

    # when
    answer = post(stage)

    # then
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind)
    assert count(stage) == 0


@pytest.mark.parametrize(("fault", "posted"), [(faults.drop_before(), 0), (faults.drop_after(), 1)])
def test_a_lost_connection_says_nothing_about_what_was_done(stage: Stage, fault: Fault, posted: int) -> None:
    """Nothing in one case, everything in the other; the caller cannot tell."""
    # given
    stage.workspace.faults.add(METHOD, fault)

    # when
    with pytest.raises(requests.ConnectionError):
        post(stage)

    # then
    assert count(stage) == posted
    assert len([c for c in stage.workspace.calls if c["method"] == METHOD]) == 1


def test_a_slow_answer_holds_up_nobody_else(stage: Stage) -> None:
    """The workspace goes on while one answer is late."""
    # given
    stage.workspace.faults.add(METHOD, faults.latency(0.2))

    # when
    began = time.monotonic()
    answer = post(stage)
    took_s = time.monotonic() - began

    # then
    assert answer.json()["ok"]
    assert took_s >= 0.2


def test_any_error_can_be_had(stage: Stage) -> None:
    """In Slack's own words, as often as asked, from any method."""
    # given
    stage.workspace.faults.add("*", faults.error("fatal_error"), times=2)

    # then
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            stage.client.auth_test()
    assert stage.client.auth_test()["ok"]


def test_a_response_url_can_fail_too(stage: Stage) -> None:
    """Named `response_url`."""
    # given
    stage.ada.command("C0SUPPORT", "/flowroute")
    url = stage.delivered("slash_command")[0]["response_url"]
    stage.workspace.faults.add("response_url", faults.http_500())

    # then
    assert requests.post(url, json={"text": "x"}, timeout=30).status_code == 500
    assert requests.post(url, json={"text": "x"}, timeout=30).status_code == 200
