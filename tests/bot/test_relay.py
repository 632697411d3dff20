"""Texts become threads and replies become texts, as people on both ends see it."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.flowroute_api import Carrier, Drop
from sandbox.slack import faults
from tests.stage import ADMIN, AGENT, GUEST, JONAS, MARIA, NUMBER, SUPPORT, TELECOM, Stage, wait_for


@pytest.fixture
def linked(stage: Stage) -> Iterator[Stage]:
    """A running bot whose number 12065550100 is linked to #support."""
    with stage.bot():
        stage.link()
        yield stage


def message(stage: Stage, text: str, channel: str = SUPPORT) -> dict[str, Any]:
    """The message with that text, once it is there."""
    stage.workspace.wait_for(lambda: text in stage.texts_in(channel))
    return next(m for m in stage.workspace.messages(channel) if m.get("text") == text)


def reactions(stage: Stage, ts: str) -> list[str]:
    """Names of the reactions on a message in #support."""
    found = next(m for m in stage.workspace.messages(SUPPORT) if m["ts"] == ts)
    return [reaction["name"] for reaction in found.get("reactions", [])]


def test_each_person_has_one_thread(linked: Stage) -> None:
    """Two people who text the same number are two threads; what they write stays with them."""
    # when
    for person, body in ((MARIA, "hello, Maria here"), (JONAS, "Jonas here"), (MARIA, "are you open?")):
        linked.carrier.handset_send(person, NUMBER, body)
        message(linked, body)

    # then
    first, other, second = (message(linked, t) for t in ("hello, Maria here", "Jonas here", "are you open?"))
    assert first["thread_ts"] == second["thread_ts"] != other["thread_ts"]
    parent = next(m for m in linked.workspace.messages(SUPPORT) if m["ts"] == first["thread_ts"])
    assert "(206) 555-0142" in parent["text"]
    assert "(206) 555-0100" in parent["text"]


def test_a_reply_in_the_thread_reaches_the_phone_and_says_so(linked: Stage) -> None:
    """Sent from the number that was texted; one reaction on the agent's own message tells the truth."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]

    # when
    ts = linked.workspace.member(AGENT).post(SUPPORT, "Yes, until 5 & on Sundays", thread_ts=thread)

    # then
    linked.workspace.wait_for(lambda: linked.received_by(MARIA))
    assert linked.received_by(MARIA) == ["Yes, until 5 & on Sundays"]
    assert linked.carrier.handset_messages(MARIA)[-1].number == NUMBER
    linked.workspace.wait_for(lambda: reactions(linked, ts) == ["white_check_mark"])


def test_slack_repeating_an_event_with_new_ids_sends_nothing_twice(stage: Stage) -> None:
    """The key of a reply is its channel and ts, whatever Slack calls the event."""
    # given
    stage.workspace.event_repeats = 3
    with stage.bot():
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
        thread = message(stage, "are you open?")["thread_ts"]

        # when
        stage.workspace.member(AGENT).post(SUPPORT, "Yes", thread_ts=thread)
        stage.workspace.member(AGENT).post(SUPPORT, "Until five", thread_ts=thread)

        # then
        stage.workspace.wait_for(lambda: "Until five" in stage.received_by(MARIA))
    assert stage.received_by(MARIA) == ["Yes", "Until five"]


def test_a_guest_cannot_text_by_replying(linked: Stage) -> None:
    """The thread says why; the phone gets nothing."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]

    # when
    ts = linked.workspace.member(GUEST).post(SUPPORT, "I would not know", thread_ts=thread)

    # then
    linked.workspace.wait_for(lambda: any("Guests" in text for text in linked.texts_in(SUPPORT)))
    linked.workspace.wait_for(lambda: reactions(linked, ts) == ["x"])
    assert linked.received_by(MARIA) == []


def test_a_note_stays_in_slack(linked: Stage) -> None:
    """Internal talk cannot reach the person, whatever comes after it."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]
    sam = linked.workspace.member(AGENT)

    # when
    for note in ("note: she is difficult", "// do not discount", "NOTE: again"):
        sam.post(SUPPORT, note, thread_ts=thread)
    sam.post(SUPPORT, "Yes we are", thread_ts=thread)

    # then
    linked.workspace.wait_for(lambda: linked.received_by(MARIA))
    assert linked.received_by(MARIA) == ["Yes we are"]


def test_a_hostile_text_pings_nobody_and_fakes_no_link(linked: Stage) -> None:
    """What a stranger writes is shown as written."""
    # given
    hostile = "<!channel> <https://bad.example|your bank> <@U0ADMIN> *x* &amp;"

    # when
    linked.carrier.handset_send(MARIA, NUMBER, hostile)

    # then
    escaped = hostile.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = message(linked, escaped)
    assert [b["type"] for b in shown["blocks"]] == ["rich_text"]
    assert shown["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": hostile}]


def test_a_text_to_a_number_that_is_linked_nowhere_is_shown_by_default(stage: Stage) -> None:
    """DEFAULT_CHANNEL gets it, with a button to link the number."""
    with stage.bot():
        stage.link()  # points the number's texts here
        stage.workspace.member(ADMIN).command(TELECOM, "/flowroute", f"relay unlink {NUMBER}")
        stage.workspace.wait_for(lambda: len(stage.private_words(ADMIN, TELECOM)) > 1)

        stage.carrier.handset_send(MARIA, NUMBER, "anybody there?")

        shown = message(stage, "anybody there?", TELECOM)
    parent = next(m for m in stage.workspace.messages(TELECOM) if m["ts"] == shown["thread_ts"])
    assert any(block["type"] == "actions" for block in parent["blocks"])


@pytest.mark.parametrize(
    "fault",
    [faults.drop_before(), faults.drop_after(), faults.http_500(), faults.html_page(), faults.ratelimited(1)],
    ids=lambda fault: fault.kind,
)
def test_slack_failing_in_the_middle_of_a_post_neither_loses_nor_doubles_it(
    linked: Stage, fault: faults.Fault
) -> None:
    """After an answer that says nothing, the thread is read before anything is posted again."""
    # given
    linked.workspace.faults.add(method="chat.postMessage", fault=fault, times=2)

    # when
    for i in range(3):
        linked.carrier.handset_send(MARIA, NUMBER, f"text {i}")

    # then
    wait_for(lambda: "text 2" in linked.texts_in(SUPPORT), "all three texts", timeout_s=20)
    shown = [text for text in linked.texts_in(SUPPORT) if text.startswith("text ")]
    assert shown == ["text 0", "text 1", "text 2"]


def test_a_send_without_an_answer_is_looked_up_and_not_repeated(linked: Stage) -> None:
    """Flowroute took it and the answer was lost: the record list says so."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]
    drop_answer(linked.carrier)

    # when
    ts = linked.workspace.member(AGENT).post(SUPPORT, "Yes", thread_ts=thread)

    # then
    linked.workspace.wait_for(
        lambda: reactions(linked, ts) in (["outbox_tray"], ["white_check_mark"]), timeout_s=20
    )
    assert linked.received_by(MARIA) == ["Yes"]


def drop_answer(carrier: Carrier) -> None:
    """The next send is taken and its answer never arrives."""
    carrier.faults.add(method="POST", path_pattern=r"/v2\.1/messages$", fault=Drop("after effect"))
