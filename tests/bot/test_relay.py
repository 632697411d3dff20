"""Texts become threads and replies become texts, as people on both ends see it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from bot import settings
from bot.cards import Action
from bot.clock import utc_now
from bot.store import texts
from bot.store.engine import Store, open_engine
from bot.store.texts import NewText, Via
from sandbox.flowroute_api import Carrier, Drop
from sandbox.flowroute_api.faults import Hold
from sandbox.flowroute_api.world import Receipt
from sandbox.slack import faults
from tests.handlers.person import shown
from tests.stage import (
    ADMIN,
    ADMINS_MESSAGES,
    AGENT,
    GUEST,
    JONAS,
    MARIA,
    NUMBER,
    SECOND_NUMBER,
    SUPPORT,
    TELECOM,
    Stage,
    exactly_once,
    wait_for,
)

pytestmark = pytest.mark.usefixtures("short_transactions")


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


def waiting(body: str) -> NewText:
    """A text of Maria's that was kept a moment ago."""
    now = utc_now()
    return NewText(
        message_id=f"mdr2-{body}",
        number=NUMBER,
        person=MARIA,
        body=body,
        is_mms=False,
        sent_at=now,
        received_at=now,
        via=Via.WEBHOOK,
        shape=None,
    )


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


@exactly_once
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
        stage.workspace.wait_for(lambda: "Yes" in stage.received_by(MARIA))
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


@pytest.mark.parametrize("length", [15_000, 160_000])
def test_a_text_too_long_for_slack_is_cut_and_holds_up_no_other(linked: Stage, length: int) -> None:
    """Its beginning is shown, with where to read the rest; what comes after it follows."""
    # when
    linked.carrier.handset_send(MARIA, NUMBER, "a" * length)
    linked.carrier.handset_send(MARIA, NUMBER, "and now?")

    # then
    message(linked, "and now?")
    [long] = [m for m in linked.workspace.messages(SUPPORT) if m["text"].startswith("aaaa")]
    assert shown(long).count("a" * 3000) == 3
    assert f"All of its {length:,} characters: `/flowroute sms history {NUMBER} since=" in shown(long)


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


@exactly_once
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
    wait_for(lambda: "text 2" in linked.texts_in(SUPPORT), "all three texts")
    shown = [text for text in linked.texts_in(SUPPORT) if text.startswith("text ")]
    assert shown == ["text 0", "text 1", "text 2"]


@exactly_once
def test_a_send_without_an_answer_is_looked_up_and_not_repeated(linked: Stage) -> None:
    """Flowroute took it and the answer was lost: the record list says so."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]
    drop_answer(linked.carrier)

    # when
    ts = linked.workspace.member(AGENT).post(SUPPORT, "Yes", thread_ts=thread)

    # then
    linked.workspace.wait_for(lambda: reactions(linked, ts) in (["outbox_tray"], ["white_check_mark"]))
    assert linked.received_by(MARIA) == ["Yes"]


def drop_answer(carrier: Carrier) -> None:
    """The next send is taken and its answer never arrives."""
    carrier.faults.add(method="POST", path_pattern=r"/v2\.1/messages$", fault=Drop("after effect"))


def test_a_stuck_channel_holds_up_no_other_and_its_texts_follow_the_number(linked: Stage) -> None:
    """#support is archived: an admin is told once; a new link takes along what waits."""
    # given
    linked.link(SECOND_NUMBER, TELECOM)
    linked.workspace.member(ADMIN).archive(SUPPORT)

    # when
    for body in ("one", "STOP", "two"):
        linked.carrier.handset_send(MARIA, NUMBER, body)
    linked.carrier.handset_send(JONAS, NUMBER, "pls stop texting me")
    linked.carrier.handset_send(MARIA, SECOND_NUMBER, "elsewhere")

    # then
    linked.workspace.wait_for(lambda: "elsewhere" in linked.texts_in(TELECOM))
    linked.workspace.wait_for(lambda: linked.texts_in(ADMINS_MESSAGES))
    linked.link(NUMBER, TELECOM)
    linked.workspace.wait_for(lambda: "two" in linked.texts_in(TELECOM))
    first, second = message(linked, "one", TELECOM), message(linked, "two", TELECOM)
    assert first["thread_ts"] == second["thread_ts"]
    assert first["ts"] < second["ts"]
    linked.workspace.wait_for(lambda: any("asked to stop" in text for text in linked.texts_in(TELECOM)))
    linked.workspace.wait_for(lambda: any("sounds as if" in text for text in linked.texts_in(TELECOM)))
    assert sum("archived" in text for text in linked.texts_in(ADMINS_MESSAGES)) == 1


def test_a_mark_waits_for_a_channel_that_takes_no_reactions(stage: Stage) -> None:
    """#support was archived while a reply was on its way: the reaction follows when the channel is back."""
    # given
    with stage.bot():
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
        thread = message(stage, "are you open?")["thread_ts"]
        stage.workspace.faults.add("reactions.add", faults.error("is_archived"), times=None)
        ts = stage.workspace.member(AGENT).post(SUPPORT, "Yes", thread_ts=thread)
        stage.workspace.wait_for(lambda: any(c["method"] == "reactions.add" for c in stage.workspace.calls))
        stage.workspace.wait_for(
            lambda: any("· delivered" in shown(m) for m in stage.workspace.messages(SUPPORT))
        )

    # when
    stage.workspace.faults.clear()

    # then
    with stage.bot():
        stage.workspace.wait_for(lambda: reactions(stage, ts) == ["white_check_mark"])


def test_a_text_that_no_webhook_brought_is_found_in_the_message_list(stage: Stage) -> None:
    """With no public address the list is the way in; each text appears once."""
    with stage.bot(PUBLIC_URL="", POLL_SECONDS="1"):
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "no webhook for me")

        shown = message(stage, "no webhook for me")
        stage.workspace.member(AGENT).post(SUPPORT, "found you", thread_ts=shown["thread_ts"])

        stage.workspace.wait_for(lambda: stage.received_by(MARIA) == ["found you"])
    assert stage.texts_in(SUPPORT).count("no webhook for me") == 1


@pytest.mark.parametrize("word", ["STOP", " stop. ", "Unsubscribe"])
def test_who_texts_stop_is_not_texted_again(linked: Stage, word: str) -> None:
    """Said in the thread, refused with who and when, lifted by START."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, word)
    thread = message(linked, word)["thread_ts"]
    linked.workspace.wait_for(lambda: any("asked to stop" in text for text in linked.texts_in(SUPPORT)))
    before = linked.received_by(MARIA)

    # when
    ts = linked.workspace.member(AGENT).post(SUPPORT, "one more thing", thread_ts=thread)

    # then
    linked.workspace.wait_for(lambda: reactions(linked, ts) == ["x"])
    linked.workspace.wait_for(lambda: any("opted out" in text for text in linked.texts_in(SUPPORT)))
    assert linked.received_by(MARIA) == before


def test_what_is_said_of_a_text_comes_before_the_next(stage: Stage) -> None:
    """Texts that waited for the bot are shown together; what became of a STOP still stands below it."""
    # given
    with stage.bot():
        stage.link()
    store = Store(open_engine(settings.database_url(stage.database_url)))
    with store.write() as db:
        texts.remember(db, [waiting(body) for body in ("hello", "STOP", "or do not stop")])
    store.close()

    # when
    with stage.bot():
        message(stage, "or do not stop")

    # then
    hello, stop, stopped, last = stage.texts_in(SUPPORT)[-4:]
    assert (hello, stop, last) == ("hello", "STOP", "or do not stop")
    assert "asked to stop" in stopped


def test_free_text_that_sounds_like_stop_asks_a_person(linked: Stage) -> None:
    """Sending pauses until somebody decides that it was not meant so."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "pls stop texting me")
    linked.workspace.wait_for(lambda: any("sounds as if" in text for text in linked.texts_in(SUPPORT)))
    question = next(m for m in linked.workspace.messages(SUPPORT) if "sounds as if" in m.get("text", ""))
    sam = linked.workspace.member(AGENT)
    refused = sam.post(SUPPORT, "hello?", thread_ts=question["thread_ts"])
    linked.workspace.wait_for(lambda: reactions(linked, refused) == ["x"])

    # when
    sam.click(channel=SUPPORT, message_ts=question["ts"], block_id="decide", action_id=Action.GO_ON)

    # then
    linked.workspace.wait_for(lambda: any("lets texts go on" in text for text in linked.texts_in(SUPPORT)))
    sam.post(SUPPORT, "hello again", thread_ts=question["thread_ts"])
    linked.workspace.wait_for(lambda: linked.received_by(MARIA) == ["hello again"])


def test_help_is_answered_once_an_hour(linked: Stage) -> None:
    """Two robots that ask each other for help do not go on for ever."""
    for body in ("HELP", "help!"):
        linked.carrier.handset_send(MARIA, NUMBER, body)
        message(linked, body)

    linked.workspace.wait_for(lambda: linked.received_by(MARIA))
    assert len(linked.received_by(MARIA)) == 1
    assert "STOP" in linked.received_by(MARIA)[0]


def test_a_reply_that_looks_like_a_slip_asks_first(linked: Stage) -> None:
    """It mentions a colleague: nothing is sent before somebody says so."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]
    sam = linked.workspace.member(AGENT)

    # when
    ts = sam.post(SUPPORT, "@ada what do we tell her?", thread_ts=thread)

    # then
    linked.workspace.wait_for(lambda: any("not sent yet" in text for text in linked.texts_in(SUPPORT)))
    assert linked.received_by(MARIA) == []
    question = next(m for m in linked.workspace.messages(SUPPORT) if "not sent yet" in m.get("text", ""))
    sam.click(channel=SUPPORT, message_ts=question["ts"], block_id="decide", action_id=Action.KEEP_INTERNAL)
    linked.workspace.wait_for(lambda: reactions(linked, ts) == ["no_entry_sign"])
    assert linked.received_by(MARIA) == []


def test_an_edit_in_slack_is_not_sent_and_the_thread_says_so_once(linked: Stage) -> None:
    """The phone keeps what it got."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]
    sam = linked.workspace.member(AGENT)
    ts = sam.post(SUPPORT, "Yes", thread_ts=thread)
    linked.workspace.wait_for(lambda: linked.received_by(MARIA))

    # when
    sam.edit(SUPPORT, ts, "Yes!")
    sam.edit(SUPPORT, ts, "No")
    sam.delete(SUPPORT, ts)

    # then
    linked.workspace.wait_for(lambda: any("does not reach" in text for text in linked.texts_in(SUPPORT)))
    sam.post(SUPPORT, "We are open", thread_ts=thread)
    linked.workspace.wait_for(lambda: linked.received_by(MARIA) == ["Yes", "We are open"])
    assert sum("does not reach" in text for text in linked.texts_in(SUPPORT)) == 1


def test_a_carrier_that_says_opted_out_teaches_the_ledger(linked: Stage) -> None:
    """A receipt with code 1110: the next reply is refused here, with who said so."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "are you open?")
    thread = message(linked, "are you open?")["thread_ts"]
    linked.carrier.receipt_plan = (Receipt(2, "message rejected", 1110, "User Opted Out (STOP)"),)
    sam = linked.workspace.member(AGENT)
    first = sam.post(SUPPORT, "Yes", thread_ts=thread)
    linked.workspace.wait_for(lambda: reactions(linked, first) == ["x"])

    # when
    sam.post(SUPPORT, "Hello?", thread_ts=thread)

    # then
    linked.workspace.wait_for(
        lambda: any("Flowroute says that they opted out" in text for text in linked.texts_in(SUPPORT))
    )
    assert linked.received_by(MARIA) == ["Yes"]


def test_a_colleague_who_is_mentioned_is_called_by_name_on_the_phone(linked: Stage) -> None:
    """After *Send anyway* the person reads a name, not Slack's id."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "who comes?")
    thread = message(linked, "who comes?")["thread_ts"]
    sam = linked.workspace.member(AGENT)
    sam.post(SUPPORT, "@ada comes at ten", thread_ts=thread)
    linked.workspace.wait_for(lambda: any("not sent yet" in text for text in linked.texts_in(SUPPORT)))
    question = next(m for m in linked.workspace.messages(SUPPORT) if "not sent yet" in m.get("text", ""))

    # when
    sam.click(channel=SUPPORT, message_ts=question["ts"], block_id="decide", action_id=Action.SEND_ANYWAY)

    # then
    linked.workspace.wait_for(lambda: linked.received_by(MARIA))
    assert linked.received_by(MARIA) == ["@ada comes at ten"]


def test_while_the_carrier_hangs_texts_still_come_in(linked: Stage) -> None:
    """Fourteen replies wait for its answers; what phones send is in the channel all the same."""
    # given
    people = [f"1425555{i:04}" for i in range(1, 15)]
    for person in people:
        linked.carrier.handset_send(person, NUMBER, f"from {person}")
    threads = [message(linked, f"from {person}")["thread_ts"] for person in people]
    answers = threading.Event()
    linked.carrier.faults.add(
        method="POST", path_pattern=r"/v2\.1/messages$", fault=Hold(answers), times=None
    )

    # when
    for thread in threads:
        linked.workspace.member(AGENT).post(SUPPORT, "one moment", thread_ts=thread)

    # then
    try:
        for i in range(40):
            linked.carrier.handset_send(MARIA, NUMBER, f"text {i}")
            message(linked, f"text {i}")
    finally:
        answers.set()
    linked.workspace.wait_for(lambda: all(linked.received_by(person) for person in people))


def test_help_is_answered_with_the_operators_own_words(stage: Stage) -> None:
    """HELP_TEXT says who texts, which is what carriers ask for."""
    with stage.bot(HELP_TEXT="Roof repairs by Heartwood, (206) 555-0100"):
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "HELP")
        stage.workspace.wait_for(
            lambda: stage.received_by(MARIA) == ["Roof repairs by Heartwood, (206) 555-0100"]
        )


def test_one_of_our_own_numbers_is_not_answered_automatically(linked: Stage) -> None:
    """Two numbers of ours would ask each other for help for ever."""
    # when
    linked.carrier.handset_send(SECOND_NUMBER, NUMBER, "HELP")

    # then
    linked.workspace.wait_for(
        lambda: any("to one of our own numbers" in text for text in linked.texts_in(SUPPORT))
    )
    assert linked.received_by(SECOND_NUMBER) == []


@pytest.mark.parametrize("sender", ["82257", "HEARTWOOD"])
def test_short_codes_and_names_have_threads_like_people(linked: Stage, sender: str) -> None:
    """They text codes and reminders; what cannot be answered says so in the thread."""
    # given
    attributes = {"to": NUMBER, "from": sender, "body": "Your code is 1234", "is_mms": False}
    body = {"data": {"type": "message", "id": "mdr2-1", "attributes": attributes}}
    token = linked.sandbox.bot_environment(0)["WEBHOOK_TOKEN"]
    answer = requests.post(f"{linked.url}/flowroute/{token}/sms", json=body, timeout=30)
    assert answer.status_code == 200

    # when
    shown = message(linked, "Your code is 1234")
    parent = next(m for m in linked.workspace.messages(SUPPORT) if m["ts"] == shown["thread_ts"])
    assert sender in parent["text"]
    ts = linked.workspace.member(AGENT).post(SUPPORT, "Thanks", thread_ts=shown["thread_ts"])

    # then
    linked.workspace.wait_for(lambda: reactions(linked, ts) == ["x"])
