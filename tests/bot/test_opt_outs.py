"""Wishes for no more texts: they hold whatever else is decided, and in the order in which they were said."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
import requests

from bot.cards import Action
from bot.clock import utc_now
from sandbox.address import WEBHOOK_TOKEN
from tests.handlers.person import Person, shown
from tests.stage import AGENT, MARIA, NUMBER, SUPPORT, Stage

pytestmark = pytest.mark.usefixtures("short_transactions")


@pytest.fixture
def linked(stage: Stage) -> Iterator[Stage]:
    """A running bot whose number 12065550100 is linked to #support."""
    with stage.bot():
        stage.link()
        yield stage


def message(stage: Stage, words: str) -> dict[str, Any]:
    """The first message in #support with these words in it, once it is there."""
    stage.workspace.wait_for(lambda: any(words in text for text in stage.texts_in(SUPPORT)))
    return next(m for m in stage.workspace.messages(SUPPORT) if words in m.get("text", ""))


def marked(stage: Stage, ts: str, mark: str) -> None:
    """Wait until a message in #support carries this reaction and no other."""

    def marks() -> list[str]:
        found = next(m for m in stage.workspace.messages(SUPPORT) if m["ts"] == ts)
        return [reaction["name"] for reaction in found.get("reactions", [])]

    stage.workspace.wait_for(lambda: marks() == [mark])


def opted_out(ada: Person) -> str:
    """What `relay optouts` shows."""
    return shown(ada.asks("relay optouts"))


# What a pause is stronger than


def test_sending_a_slip_anyway_does_not_lift_a_pause(linked: Stage) -> None:
    """The press was about a colleague's name; whether the person wants texts is another question."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "who comes?")
    thread = message(linked, "who comes?")["thread_ts"]
    sam = linked.workspace.member(AGENT)
    ts = sam.post(SUPPORT, "@ada comes at ten", thread_ts=thread)
    question = message(linked, "not sent yet")
    linked.carrier.handset_send(MARIA, NUMBER, "pls stop texting me")
    pause = message(linked, "sounds as if")

    # when
    sam.click(channel=SUPPORT, message_ts=question["ts"], block_id="decide", action_id=Action.SEND_ANYWAY)

    # then
    marked(linked, ts, "x")
    message(linked, "sounds like a wish for no more texts")
    assert linked.received_by(MARIA) == []
    sam.click(channel=SUPPORT, message_ts=pause["ts"], block_id="decide", action_id=Action.GO_ON)
    message(linked, "lets texts go on")
    sam.post(SUPPORT, "See you at ten", thread_ts=thread)
    linked.workspace.wait_for(lambda: linked.received_by(MARIA) == ["See you at ten"])


# People who are not heard


def test_stop_from_a_blocked_sender_counts(linked: Stage) -> None:
    """Nobody sees what they write, and still nothing is sent to them."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]
    ada = Person(linked)
    ada.asks("relay block 206 555 0142")

    # when
    linked.carrier.handset_send(MARIA, NUMBER, "Stop.")  # punctuated: Flowroute itself lets it through

    # then
    linked.workspace.wait_for(lambda: "stopped" in opted_out(ada))
    ts = linked.workspace.member(AGENT).post(SUPPORT, "Yes", thread_ts=thread)
    marked(linked, ts, "x")
    message(linked, "They opted out of texts")
    assert linked.received_by(MARIA) == []
    assert "Stop." not in linked.texts_in(SUPPORT)


def test_start_from_a_blocked_sender_counts_too(linked: Stage) -> None:
    """They are texted again, and are still not heard."""
    ada = Person(linked)
    linked.carrier.handset_send(MARIA, NUMBER, "Stop.")
    linked.workspace.wait_for(lambda: "stopped" in opted_out(ada))
    ada.asks("relay block 206 555 0142")
    linked.carrier.handset_send(MARIA, NUMBER, "start!")
    linked.workspace.wait_for(lambda: "stopped" not in opted_out(ada))
    assert "start!" not in linked.texts_in(SUPPORT)


def test_what_sounds_like_stop_from_a_blocked_sender_pauses(linked: Stage) -> None:
    """The refusal names the way out, as the thread has no question to answer."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]
    ada = Person(linked)
    ada.asks("relay block 206 555 0142")

    # when
    linked.carrier.handset_send(MARIA, NUMBER, "pls stop texting me")

    # then
    linked.workspace.wait_for(lambda: "waits for a decision" in opted_out(ada))
    ts = linked.workspace.member(AGENT).post(SUPPORT, "Yes", thread_ts=thread)
    marked(linked, ts, "x")
    assert "/flowroute relay optin" in shown(message(linked, "sounds like a wish for no more texts"))


# What was said last


def webhook(stage: Stage, body: str, *, name: str, written: datetime | None) -> None:
    """A text of Maria's reaches the bot now; Flowroute says when she wrote it, or not at all."""
    document: dict[str, Any] = {"to": NUMBER, "from": MARIA, "body": body, "id": f"mdr2-{name}"}
    if written is not None:
        attributes = {
            "to": NUMBER,
            "from": MARIA,
            "body": body,
            "timestamp": f"{written:%Y-%m-%dT%H:%M:%S.%fZ}",
        }
        document = {"data": {"id": f"mdr2-{name}", "type": "message", "attributes": attributes}}
    answer = requests.post(f"{stage.url}/flowroute/{WEBHOOK_TOKEN}/sms", json=document, timeout=30)
    assert answer.status_code == HTTPStatus.OK


def test_a_start_that_comes_late_does_not_lift_a_newer_stop(linked: Stage) -> None:
    """What was written last counts, not what arrived last."""
    # given
    now = utc_now()
    webhook(linked, "STOP", name="stop", written=now - timedelta(seconds=30))
    message(linked, "asked to stop")

    # when
    webhook(linked, "START", name="start", written=now - timedelta(minutes=2))

    # then
    thread = message(linked, "cannot be told that they wrote this after")["thread_ts"]
    ts = linked.workspace.member(AGENT).post(SUPPORT, "Hello?", thread_ts=thread)
    marked(linked, ts, "x")
    assert linked.received_by(MARIA) == []


def test_a_start_between_two_stops_that_comes_last_lifts_neither(linked: Stage) -> None:
    """The later STOP changes nothing at its time, and is remembered."""
    now = utc_now()
    webhook(linked, "STOP", name="first", written=now - timedelta(minutes=3))
    webhook(linked, "STOP!", name="second", written=now - timedelta(minutes=1))
    message(linked, "STOP!")
    webhook(linked, "START", name="start", written=now - timedelta(minutes=2))
    message(linked, "cannot be told that they wrote this after")


def test_a_start_after_a_stop_lets_texts_go_on(linked: Stage) -> None:
    """And says what Flowroute wants besides."""
    # given
    now = utc_now()
    webhook(linked, "STOP", name="stop", written=now - timedelta(minutes=2))
    assert "until they text UNSTOP" in message(linked, "asked to stop")["text"]

    # when
    webhook(linked, "START", name="start", written=now - timedelta(seconds=30))

    # then
    told = message(linked, "They want texts again")
    assert "UNSTOP" in told["text"]
    linked.workspace.member(AGENT).post(SUPPORT, "Hello again", thread_ts=told["thread_ts"])
    linked.workspace.wait_for(lambda: linked.received_by(MARIA) == ["Hello again"])


def test_a_start_of_unknown_age_does_not_lift_a_stop_of_a_moment_ago(linked: Stage) -> None:
    """Old accounts' texts carry no time, and may have been under way for minutes."""
    webhook(linked, "STOP", name="stop", written=None)
    message(linked, "asked to stop")
    webhook(linked, "START", name="start", written=None)
    message(linked, "cannot be told that they wrote this after")


def test_a_start_of_unknown_age_lifts_an_old_stop(linked: Stage) -> None:
    """It cannot have been under way for that long."""
    webhook(linked, "STOP", name="stop", written=utc_now() - timedelta(minutes=10))
    message(linked, "asked to stop")
    webhook(linked, "UNSTOP", name="start", written=None)
    message(linked, "They want texts again")
