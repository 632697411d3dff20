"""Texting without a thread to reply in, and the people at the other end."""

import pytest

from tests.handlers.person import Person, buttons, shown
from tests.stage import AGENT, JONAS, MARIA, NUMBER, SECOND_NUMBER, SUPPORT, Stage, exactly_once


@pytest.fixture
def linked(ada: Person) -> Person:
    """Ada, whose number 12065550100 is linked to #support."""
    ada.asks(f"relay link {NUMBER} #support")
    return ada


def thread_with_maria(stage: Stage, text: str) -> str:
    """Maria texts, and her thread appears in #support."""
    stage.carrier.handset_send(MARIA, NUMBER, text)
    stage.workspace.wait_for(lambda: text in stage.texts_in(SUPPORT))
    return str(next(m for m in stage.workspace.messages(SUPPORT) if m.get("text") == text)["thread_ts"])


def test_sms_sends_a_text_and_shows_it_in_its_thread(linked: Person) -> None:
    """The rest of the line goes out as typed, from the number of the channel."""
    answer = linked.asks("(206) 555-0142 it's “ready” = come & get it", command="/sms")
    assert "on its way from (206) 555-0100; see <#C0SUPPORT>" in answer["text"]
    linked.stage.workspace.wait_for(lambda: linked.stage.received_by(MARIA))
    assert linked.stage.received_by(MARIA) == ["it's “ready” = come & get it"]


def test_the_number_can_be_named_before_the_text(linked: Person) -> None:
    """Also where the channel has several."""
    linked.asks(f"relay link {SECOND_NUMBER} #support")
    linked.asks(f"2065550142 from={SECOND_NUMBER} hello", command="/sms")
    linked.stage.workspace.wait_for(lambda: linked.stage.received_by(MARIA))
    assert linked.stage.carrier.handset_messages(MARIA)[-1].number == SECOND_NUMBER


@exactly_once
def test_without_a_text_the_form_opens_and_sends_once(linked: Person) -> None:
    """What was typed is filled in; submitting twice is one text."""
    linked.says("206 555 0142", command="/sms")
    form = linked.form(showing="(206) 555-0142")
    assert form["blocks"][0]["element"]["initial_value"] == "(206) 555-0142"
    linked.submits(text="hello there")
    again = next(d for d in linked.stage.workspace.deliveries if d["kind"] == "view_submission")["payload"]
    linked.stage.workspace.outbox.deliver("view_submission", again, "payload")
    linked.form(showing="on its way")
    linked.asks("206 555 0142 bye", command="/sms")
    linked.stage.workspace.wait_for(lambda: "bye" in linked.stage.received_by(MARIA))
    assert linked.stage.received_by(MARIA) == ["hello there", "bye"]


def test_who_is_not_in_the_channel_cannot_text_from_its_number(running: Stage) -> None:
    """The refusal names the role and the channel."""
    Person(running).asks(f"relay link {NUMBER} #telecom")
    sam = Person(running, AGENT, SUPPORT)
    assert "*texter*" in sam.asks("206 555 0142 hello", command="/sms")["text"]
    assert running.received_by(MARIA) == []


def test_with_no_linked_number_the_way_out_is_named(ada: Person) -> None:
    """Nothing to text from yet."""
    assert "relay link" in ada.asks("206 555 0142 hello", command="/sms")["text"]


def test_a_person_gets_a_name_everywhere(linked: Person) -> None:
    """The card of the thread shows it from then on."""
    thread_with_maria(linked.stage, "hello")
    assert "shown as Maria L." in linked.asks("relay name 206 555 0142 Maria L.")["text"]
    linked.stage.workspace.wait_for(
        lambda: any("Maria L." in text for text in linked.stage.texts_in(SUPPORT))
    )


def test_a_blocked_sender_is_not_shown(linked: Person) -> None:
    """Until they are unblocked; saying it twice changes nothing."""
    assert "no longer shown" in linked.asks("relay block 206 555 0142")["text"]
    assert "blocked already" in linked.asks("relay block 206 555 0142")["text"]
    linked.asks("relay name 206 555 0142 Maria L.")
    assert "(206) 555-0142\nMaria L." in shown(linked.asks("relay blocked"))
    linked.stage.carrier.handset_send(MARIA, NUMBER, "buy my stuff")
    linked.stage.workspace.wait_for(lambda: linked.stage.carrier.unfinished_webhooks == 0)
    linked.stage.carrier.handset_send(JONAS, NUMBER, "and me?")  # texts are placed one after another
    linked.stage.workspace.wait_for(lambda: "and me?" in linked.stage.texts_in(SUPPORT))
    assert "Maria L. · (206) 555-0142 are shown" in linked.asks("relay unblock 206 555 0142")["text"]
    assert "Nobody is blocked" in linked.asks("relay blocked")["text"]
    thread_with_maria(linked.stage, "sorry")
    assert "buy my stuff" not in linked.stage.texts_in(SUPPORT)


def test_opt_outs_are_listed_and_lifted_by_an_admin(linked: Person) -> None:
    """Who texted STOP is on the list until their wish changes."""
    thread_with_maria(linked.stage, "hello")
    linked.stage.carrier.handset_send(MARIA, NUMBER, "Stop!")
    linked.stage.workspace.wait_for(lambda: "stopped" in shown(linked.asks("relay optouts")))
    linked.asks("relay name 206 555 0142 Maria L.")
    assert "Maria L. · (206) 555-0142" in shown(linked.asks("relay optouts"))
    assert "may be texted" in linked.asks(f"relay optin {NUMBER} 206 555 0142")["text"]
    assert "Nobody has opted out" in linked.asks("relay optouts")["text"]
    assert "had not opted out" in linked.asks(f"relay optin {NUMBER} 206 555 0142")["text"]


def test_a_slip_is_asked_about_and_decided_once(linked: Person) -> None:
    """A reply that names colleagues waits; one press decides, and the card says who did."""
    # given
    thread = thread_with_maria(linked.stage, "hello")
    sam = Person(linked.stage, AGENT, SUPPORT)
    sam.member.post(SUPPORT, "ask @channel about it", thread_ts=thread)

    # when
    question = asked(sam)
    sam.presses(question, "Keep internal")

    # then
    sam.stage.workspace.wait_for(lambda: any("kept it here" in text for text in sam.stage.texts_in(SUPPORT)))
    assert sam.stage.received_by(MARIA) == []


def test_what_was_asked_about_can_be_sent_anyway(linked: Person) -> None:
    """The person who wrote it knows better."""
    thread = thread_with_maria(linked.stage, "hello")
    sam = Person(linked.stage, AGENT, SUPPORT)
    sam.member.post(SUPPORT, "ask @channel about it", thread_ts=thread)
    sam.presses(asked(sam), "Send anyway")
    sam.stage.workspace.wait_for(lambda: sam.stage.received_by(MARIA))


def asked(person: Person) -> dict[str, object]:
    """The card that asks, once it is in the thread."""
    found: list[dict[str, object]] = []

    def look() -> bool:
        found[:] = [m for m in person.stage.workspace.messages(SUPPORT) if "Keep internal" in buttons(m)]
        return bool(found)

    person.stage.workspace.wait_for(look)
    return found[0]
