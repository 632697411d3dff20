"""Careful links: a hold in which a text can be cancelled, and channels where only a mention sends."""

from typing import Any

import pytest

from tests.handlers.person import Person, buttons, shown
from tests.stage import AGENT, GUEST, MARIA, NUMBER, SUPPORT, Stage


def thread_with_maria(stage: Stage) -> dict[str, Any]:
    """Maria texts; the card at the head of her thread."""
    stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
    stage.workspace.wait_for(lambda: "are you open?" in stage.texts_in(SUPPORT))
    return next(m for m in stage.workspace.messages(SUPPORT) if "texts (206) 555-0100" in m["text"])


def held(person: Person) -> dict[str, Any]:
    """The card that offers to cancel, once it is there."""
    found: list[dict[str, Any]] = []

    def look() -> bool:
        found[:] = [m for m in person.stage.workspace.messages(SUPPORT) if "Cancel" in buttons(m)]
        return bool(found)

    person.stage.workspace.wait_for(look)
    return found[0]


def settled(person: Person, mark: str) -> None:
    """Wait until a message in #support carries this reaction."""
    person.stage.workspace.wait_for(
        lambda: any(
            reaction["name"] == mark
            for message in person.stage.workspace.messages(SUPPORT)
            for reaction in message.get("reactions", [])
        )
    )


@pytest.fixture
def sam(running: Stage) -> Person:
    """A member of #support."""
    return Person(running, AGENT, SUPPORT)


# Hold


def test_a_held_reply_can_be_cancelled_until_it_is_sent(ada: Person, sam: Person) -> None:
    """Cancel keeps it in Slack for good, and the thread says who cancelled."""
    ada.asks(f"relay link {NUMBER} #support hold=60")
    card = thread_with_maria(ada.stage)
    sam.member.post(SUPPORT, "come at nine", thread_ts=card["ts"])
    question = held(sam)
    assert "This is sent" in question["text"]
    sam.presses(question, "Cancel")
    settled(sam, "no_entry_sign")
    sam.stage.workspace.wait_for(
        lambda: any("<@U0AGENT> kept it here" in t for t in sam.stage.texts_in(SUPPORT))
    )
    assert sam.stage.received_by(MARIA) == []


def test_a_held_reply_goes_out_by_itself_and_is_then_beyond_cancelling(ada: Person, sam: Person) -> None:
    """The hold is a pause, not a question; after it Cancel says that it is too late."""
    ada.asks(f"relay link {NUMBER} #support hold=1")
    card = thread_with_maria(ada.stage)
    sam.member.post(SUPPORT, "come at nine", thread_ts=card["ts"])
    question = held(sam)
    settled(sam, "white_check_mark")
    assert sam.stage.received_by(MARIA) == ["come at nine"]
    assert "decided already" in sam.reads_after_pressing(question, "Cancel")["text"]


def test_deleting_a_held_reply_cancels_it(ada: Person, sam: Person) -> None:
    """Who deletes what has not left yet wants it gone, and the thread says that it is."""
    ada.asks(f"relay link {NUMBER} #support hold=60")
    card = thread_with_maria(ada.stage)
    ts = sam.member.post(SUPPORT, "come at nine", thread_ts=card["ts"])
    question = held(sam)
    sam.member.delete(SUPPORT, ts)
    sam.stage.workspace.wait_for(
        lambda: any("deleted before it was sent" in t for t in sam.stage.texts_in(SUPPORT))
    )
    assert "decided already" in sam.reads_after_pressing(question, "Cancel")["text"]
    assert sam.stage.received_by(MARIA) == []


def test_the_hold_is_for_texts_from_the_form_and_commands_too(ada: Person, sam: Person) -> None:
    """However a text was begun, its number's pause is there to think again."""
    ada.asks(f"relay link {NUMBER} #support hold=60")
    sam.asks("206 555 0142 come at nine", command="/sms")
    sam.presses(held(sam), "Cancel")
    settled(sam, "no_entry_sign")
    assert sam.stage.received_by(MARIA) == []


def test_guests_cannot_cancel(ada: Person, sam: Person) -> None:
    """They see the button, and it is not for them."""
    ada.asks(f"relay link {NUMBER} #support hold=60")
    card = thread_with_maria(ada.stage)
    sam.member.post(SUPPORT, "come at nine", thread_ts=card["ts"])
    gil = Person(ada.stage, GUEST, SUPPORT)
    assert "full members" in gil.reads_after_pressing(held(sam), "Cancel")["text"]


# Mention mode


def test_in_mention_mode_only_what_names_the_bot_is_sent(ada: Person, sam: Person) -> None:
    """Colleagues talk freely in the thread; the mention itself does not go to the phone."""
    ada.asks(f"relay link {NUMBER} #support mode=mention")
    card = thread_with_maria(ada.stage)
    assert "Only replies that mention me" in shown(card)
    sam.member.post(SUPPORT, "who is this?", thread_ts=card["ts"])
    sam.member.post(SUPPORT, "@flowroute we open at nine", thread_ts=card["ts"])
    sam.member.post(SUPPORT, "no idea who she is", thread_ts=card["ts"])
    settled(sam, "white_check_mark")
    assert sam.stage.received_by(MARIA) == ["we open at nine"]


def test_in_mention_mode_the_reply_form_sends(ada: Person, sam: Person) -> None:
    """Without a mention: who fills in the form means the customer."""
    ada.asks(f"relay link {NUMBER} #support mode=mention")
    card = thread_with_maria(ada.stage)
    sam.member.post(SUPPORT, "shall I answer?", thread_ts=card["ts"])
    sam.presses(card, "Reply")
    sam.form(showing="What it takes")
    sam.submits(text="we open at nine")
    sam.form(showing="on its way")
    settled(sam, "white_check_mark")
    assert sam.stage.received_by(MARIA) == ["we open at nine"]


def test_a_note_stays_inside_even_with_a_mention(ada: Person, sam: Person) -> None:
    """The sign of a note is stronger than the sign of a text."""
    ada.asks(f"relay link {NUMBER} #support mode=mention")
    card = thread_with_maria(ada.stage)
    sam.member.post(SUPPORT, "@flowroute note: she is angry", thread_ts=card["ts"])
    sam.member.post(SUPPORT, "@flowroute we open at nine", thread_ts=card["ts"])
    settled(sam, "white_check_mark")
    assert sam.stage.received_by(MARIA) == ["we open at nine"]


@pytest.mark.parametrize(
    "note",
    [
        "@flowroute: note: she is angry",
        "@flowroute, note: she is angry",
        "@flowroute - note: she is angry",
        "@flowroute (note: she is angry)",
        "@flowroute: // she is angry",
    ],
)
def test_a_note_is_one_however_the_bot_is_addressed(ada: Person, sam: Person, note: str) -> None:
    """And what is for the phone arrives without the colon that followed the mention."""
    ada.asks(f"relay link {NUMBER} #support mode=mention")
    card = thread_with_maria(ada.stage)
    sam.member.post(SUPPORT, note, thread_ts=card["ts"])
    sam.member.post(SUPPORT, "@flowroute: we open at nine, @flowroute", thread_ts=card["ts"])
    settled(sam, "white_check_mark")
    assert sam.stage.received_by(MARIA) == ["we open at nine,"]
