"""Requests in Slack's name: forged, stale, repeated, and such that nobody can read."""

import json
import logging
from typing import Any

import pytest
import requests

from bot.web import MAX_SLACK_BYTES
from tests.handlers.person import Person
from tests.handlers.test_purchases import bought, ends_well, review
from tests.security.forger import JSON, Forger, interaction, slash_command
from tests.stage import AGENT, MARIA, NUMBER, SUPPORT, Stage, exactly_once, wait_for

SECRET_WORDS = "the-words-of-somebody-else"


def sent(stage: Stage, kind: str) -> list[dict[str, Any]]:
    """What the workspace delivered, oldest first."""
    return [delivery for delivery in stage.workspace.deliveries if delivery["kind"] == kind]


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0=é"},
        {"X_Slack_Request_Timestamp": "now"},
        {"X_Slack_Request_Timestamp": "١٢٣"},
        {"X_Slack_Request_Timestamp": "-1"},
        {"X_Slack_Request_Timestamp": "9" * 5000},
    ],
    ids=str,
)
def test_a_request_without_slacks_signature_is_refused(forger: Forger, headers: dict[str, Any]) -> None:
    """401 for any headers, and nothing is changed. Reading is what the bot does of its own accord."""
    encoded: dict[str, Any] = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    answer = forger.post(slash_command(f"numbers alias {NUMBER} Mine"), **encoded)

    assert (answer.status_code, answer.content) == (401, b"")
    assert {call.method for call in forger.stage.carrier.calls} <= {"GET"}


def test_another_apps_secret_and_a_changed_body_are_refused(forger: Forger) -> None:
    """The signature is over every byte of the body."""
    body = slash_command(f"numbers alias {NUMBER} Mine")
    assert forger.post(body, secret="another-secret").status_code == 401
    honest = forger.post(slash_command("help"))
    replayed = dict(honest.request.headers)
    tampered = requests.post(f"{forger.stage.url}/slack/events", data=body, headers=replayed, timeout=30)
    assert (honest.status_code, tampered.status_code) == (200, 401)


@pytest.mark.parametrize("age_s", [301, 86_400, -301])
def test_a_stale_request_is_refused(forger: Forger, age_s: int) -> None:
    """Five minutes either way, as Slack says; what was overheard long ago is worth nothing."""
    assert forger.post(slash_command("help"), age_s=age_s).status_code == 401
    assert forger.post(slash_command("help"), age_s=age_s // abs(age_s) * 200).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"a":',
        b"[]",
        b"\xff\xfe",
        b"payload=%7B",
        b"payload=7",
        '{"a": "\ud800"}'.encode("utf-8", "surrogatepass"),
    ],
)
def test_nobody_without_the_signature_breaks_anything(forger: Forger, body: bytes) -> None:
    """The signature is looked at before the body is read: 401 also for what cannot be read."""
    for content_type in (JSON, "application/x-www-form-urlencoded", "text/plain"):
        assert forger.post(body, content_type, X_Slack_Signature="v0=0").status_code == 401


def test_a_huge_body_is_refused_before_it_is_read(forger: Forger) -> None:
    """413, with a length and without one; Slack's own bodies are a hundredth of that."""
    huge = b"{" + b" " * MAX_SLACK_BYTES
    assert forger.post(huge, JSON).status_code == 413
    chunks = (huge[at : at + 65536] for at in range(0, len(huge), 65536))
    url = f"{forger.stage.url}/slack/events"
    assert requests.post(url, data=chunks, timeout=30).status_code in {401, 413}


def test_what_was_refused_is_not_written_down(forger: Forger, caplog: pytest.LogCaptureFixture) -> None:
    """A wrong secret in the settings must not bring people's words into the log."""
    with caplog.at_level(logging.DEBUG):
        forger.post(slash_command(SECRET_WORDS), secret="another-secret")
        forger.post(b"{" + SECRET_WORDS.encode(), JSON)

    assert SECRET_WORDS not in caplog.text


def test_refused_requests_are_counted(forger: Forger) -> None:
    """An operator can be told of them."""
    forger.post(slash_command("help"), secret="another-secret")
    forger.post(b"{", JSON)

    page = requests.get(f"{forger.stage.url}/metrics", timeout=30).text
    assert 'bot_refused_requests_total{reason="slack_signature"} 1.0' in page
    assert 'bot_refused_requests_total{reason="slack_shape"} 1.0' in page


@exactly_once
def test_a_reply_that_is_delivered_again_is_texted_once(forger: Forger) -> None:
    """Within five minutes a repeat passes, as Slack's own must; it changes nothing."""
    # given: Sam has answered Maria
    stage = forger.stage
    stage.link()
    stage.carrier.handset_send(MARIA, NUMBER, "anybody there?")
    stage.workspace.wait_for(lambda: "anybody there?" in stage.texts_in(SUPPORT))
    asked = next(m for m in stage.workspace.messages(SUPPORT) if m.get("text") == "anybody there?")
    sam = stage.workspace.member(AGENT)
    sam.post(SUPPORT, "yes, me", thread_ts=asked["thread_ts"])
    stage.workspace.wait_for(lambda: stage.received_by(MARIA) == ["yes, me"])
    event = next(e for e in sent(stage, "event") if "yes, me" in json.dumps(e["payload"]))

    # when: it comes again, also under another event id, and then he writes once more
    assert forger.repeat(event).status_code == 200
    assert forger.repeat(event | {"payload": event["payload"] | {"event_id": "Ev0AGAIN"}}).status_code == 200
    sam.post(SUPPORT, "still here", thread_ts=asked["thread_ts"])

    # then
    stage.workspace.wait_for(lambda: "still here" in stage.received_by(MARIA))
    assert stage.received_by(MARIA) == ["yes, me", "still here"]


@exactly_once
def test_a_command_that_is_delivered_again_is_texted_once(forger: Forger) -> None:
    """`sms send` is known by its trigger, which Slack gives out once."""
    stage = forger.stage
    stage.link()
    ada = Person(stage)
    ada.asks(f"sms send {MARIA} from={NUMBER} one parcel")
    stage.workspace.wait_for(lambda: stage.received_by(MARIA) == ["one parcel"])

    assert forger.repeat(sent(stage, "slash_command")[-1]).status_code == 200

    ada.asks(f"sms send {MARIA} from={NUMBER} and a letter")
    stage.workspace.wait_for(lambda: "and a letter" in stage.received_by(MARIA))
    assert stage.received_by(MARIA) == ["one parcel", "and a letter"]


@exactly_once
def test_a_submission_that_is_delivered_again_is_charged_once(forger: Forger) -> None:
    """A purchase belongs to its order, and an order is carried out once."""
    stage = forger.stage
    ada = Person(stage)
    review(ada)
    ada.submits()
    ends_well(stage)
    submission = sent(stage, "view_submission")[-1]

    answers = [forger.repeat(submission) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert bought(stage) == 1


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions"},
        {"type": "block_actions", "user": {"id": 7}, "actions": []},
        {"type": "block_actions", "user": {"id": "U0ADMIN"}, "actions": [{"action_id": "run"}]},
        {"type": "block_actions", "user": {"id": "U0ADMIN"}, "actions": [{"action_id": "run", "value": 3}]},
        {"type": "view_submission", "user": {"id": "U0ADMIN"}, "view": None},
        {"type": "view_submission", "user": {"id": "U0ADMIN"}, "view": {"id": "V1", "callback_id": "sms"}},
        {"type": "dialog_submission", "user": {"id": "U0ADMIN"}},
        {},
        [],
        None,
    ],
    ids=str,
)
def test_a_signed_payload_that_slack_never_sends_is_no_fault_of_ours(forger: Forger, payload: Any) -> None:
    """Refused, or answered with what is missing; never a 5xx."""
    assert forger.post(interaction(payload)).status_code < 500
    wait_for(lambda: forger.post(slash_command("help")).status_code == 200, "the bot to go on")
