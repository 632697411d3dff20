"""Numbers that leave a channel, or change how it sends: what is written in old threads then."""

from typing import Any

import pytest

from tests.handlers.person import Person, buttons, shown
from tests.stage import ADMIN, AGENT, MARIA, NUMBER, SUPPORT, TELECOM, Stage


@pytest.fixture
def linked(ada: Person) -> Person:
    """Ada, whose number 12065550100 is linked to #support; replies in its threads are sent."""
    ada.asks(f"relay link {NUMBER} #support")
    return ada


def thread_with_maria(stage: Stage, text: str, channel: str = SUPPORT) -> dict[str, Any]:
    """Maria texts; the card at the head of her thread in that channel."""
    stage.carrier.handset_send(MARIA, NUMBER, text)
    stage.workspace.wait_for(lambda: text in stage.texts_in(channel))
    messages = stage.workspace.messages(channel)
    thread = next(m for m in messages if m.get("text") == text)["thread_ts"]
    return next(m for m in messages if m["ts"] == thread)


def told(stage: Stage, words: str, channel: str = SUPPORT) -> list[str]:
    """The texts in a channel that say `words`, at least one."""
    stage.workspace.wait_for(lambda: any(words in text for text in stage.texts_in(channel)))
    return [text for text in stage.texts_in(channel) if words in text]


def marked(stage: Stage, ts: str, mark: str, channel: str = SUPPORT) -> None:
    """Wait until a message carries this reaction and no other."""

    def marks() -> list[str]:
        found = next(m for m in stage.workspace.messages(channel) if m["ts"] == ts)
        return [reaction["name"] for reaction in found.get("reactions", [])]

    stage.workspace.wait_for(lambda: marks() == [mark])


def replies(person: Person, thread: dict[str, Any], text: str) -> str:
    """Write into a thread; the ts of the message."""
    return person.member.post(person.channel, text, thread_ts=thread["ts"])


def test_a_reply_in_a_thread_that_the_number_left_is_not_texted(linked: Person, sam: Person) -> None:
    """Its answer would appear in another channel: the thread says where the number is now."""
    # given
    thread = thread_with_maria(linked.stage, "are you open?")
    linked.asks(f"relay link {NUMBER} #telecom")

    # when
    ts = replies(sam, thread, "Yes, until five")

    # then
    marked(sam.stage, ts, "no_entry_sign")
    assert "Texts of (206) 555-0100 are in <#C0TELECOM> now" in told(sam.stage, "was not sent")[0]
    assert sam.stage.received_by(MARIA) == []


def test_the_new_channel_texts_with_the_same_person(linked: Person) -> None:
    """There the next text opens a thread of its own, and replies in it are sent."""
    thread_with_maria(linked.stage, "are you open?")
    linked.asks(f"relay link {NUMBER} #telecom")
    thread = thread_with_maria(linked.stage, "hello?", TELECOM)
    replies(linked, thread, "Yes, until five")
    linked.stage.workspace.wait_for(lambda: linked.stage.received_by(MARIA))
    assert linked.stage.received_by(MARIA) == ["Yes, until five"]


def test_each_writer_is_told_once_where_the_number_went(linked: Person, sam: Person) -> None:
    """Colleagues who go on talking in the old thread are not told at every message."""
    # given
    thread = thread_with_maria(linked.stage, "are you open?")
    linked.asks(f"relay link {NUMBER} #telecom")
    for text in ("Yes", "until five"):
        marked(sam.stage, replies(sam, thread, text), "no_entry_sign")

    # when
    ada = Person(linked.stage, ADMIN, SUPPORT)
    marked(ada.stage, replies(ada, thread, "Anything else?"), "no_entry_sign")

    # then
    ada.stage.workspace.wait_for(lambda: len(told(ada.stage, "was not sent")) > 1)
    assert [text.partition(" ")[0] for text in told(ada.stage, "was not sent")] == [
        f"<@{AGENT}>:",
        f"<@{ADMIN}>:",
    ]


def test_the_card_of_an_old_thread_says_where_the_number_is(linked: Person) -> None:
    """And offers no reply that would not be sent."""
    thread = thread_with_maria(linked.stage, "are you open?")
    assert "Reply" in buttons(thread)
    linked.asks(f"relay link {NUMBER} #telecom")
    reader = Person(linked.stage, ADMIN, SUPPORT)
    card = reader.reads_again(thread, showing="Texts of (206) 555-0100 are in <#C0TELECOM> now.")
    assert "stays in Slack" in shown(card)
    assert buttons(card) == []


def test_the_old_channel_is_told_that_the_number_left(linked: Person) -> None:
    """Nobody has to find out by a reply that goes nowhere."""
    linked.asks(f"relay link {NUMBER} #telecom")
    told(linked.stage, "linked (206) 555-0100 to <#C0TELECOM>")


def test_an_old_cards_reply_button_sends_nothing(linked: Person, sam: Person) -> None:
    """Who still sees the button reads in the form where to go."""
    thread = thread_with_maria(linked.stage, "are you open?")
    sam.presses(thread, "Reply")
    sam.form(showing="What it takes")
    linked.asks(f"relay link {NUMBER} #telecom")
    sam.submits(text="Yes, until five")
    sam.form(showing="Texts of (206) 555-0100 are in <#C0TELECOM> now")
    assert sam.stage.received_by(MARIA) == []


# Unlinked


def test_talk_among_colleagues_stays_inside_when_a_number_is_unlinked(ada: Person, sam: Person) -> None:
    """Where only mentions were sent, nothing is sent once the number is linked nowhere."""
    # given
    ada.asks(f"relay link {NUMBER} #support mode=mention")
    thread = thread_with_maria(ada.stage, "are you open?")
    ada.asks(f"relay unlink {NUMBER}")

    # when
    ts = replies(sam, thread, "what a pain she is")

    # then
    marked(sam.stage, ts, "no_entry_sign")
    assert f"`/flowroute relay link {NUMBER}`" in told(sam.stage, "linked to no channel any more")[0]
    assert sam.stage.received_by(MARIA) == []


def test_the_card_says_that_the_number_was_unlinked(ada: Person) -> None:
    """It no longer promises that replies with a mention are sent."""
    ada.asks(f"relay link {NUMBER} #support mode=mention")
    thread = thread_with_maria(ada.stage, "are you open?")
    ada.asks(f"relay unlink {NUMBER}")
    reader = Person(ada.stage, ADMIN, SUPPORT)
    card = reader.reads_again(thread, showing="(206) 555-0100 is linked to no channel any more.")
    assert "Only replies that mention me" not in shown(card)
    assert buttons(card) == ["Link to a channel"]


def test_an_unlinked_number_is_answered_in_the_default_channel(linked: Person) -> None:
    """Its texts fall back to DEFAULT_CHANNEL, and there a reply is sent."""
    linked.asks(f"relay unlink {NUMBER}")
    thread = thread_with_maria(linked.stage, "anybody there?", TELECOM)
    replies(linked, thread, "We are")
    linked.stage.workspace.wait_for(lambda: linked.stage.received_by(MARIA))
    assert linked.stage.received_by(MARIA) == ["We are"]
    assert buttons(thread) == ["Reply", "Link to a channel"]


def test_an_unlinked_number_is_answered_in_the_first_admins_messages(stage: Stage) -> None:
    """Without DEFAULT_CHANNEL its texts come there; the bot finds the way also right after a start."""
    with stage.bot(DEFAULT_CHANNEL=""):
        stage.link()
        Person(stage).asks(f"relay unlink {NUMBER}")
        thread = thread_with_maria(stage, "anybody there?", "D0ADMIN")
    with stage.bot(DEFAULT_CHANNEL=""):
        replies(Person(stage, ADMIN, "D0ADMIN"), thread, "We are")
        stage.workspace.wait_for(lambda: stage.received_by(MARIA) == ["We are"])


# The same channel, sending otherwise


def test_a_new_way_of_sending_is_said_in_the_channel_and_on_the_cards(linked: Person, sam: Person) -> None:
    """From then on only a mention sends; whoever looks at an old thread reads so."""
    thread = thread_with_maria(linked.stage, "are you open?")
    linked.asks(f"relay link {NUMBER} #support mode=mention")
    reader = Person(linked.stage, ADMIN, SUPPORT)
    reader.reads_again(thread, showing="Only replies that mention me")
    told(linked.stage, "In their threads only replies that mention me are sent")
    replies(sam, thread, "what a pain she is")
    replies(sam, thread, "@flowroute until five")
    linked.stage.workspace.wait_for(lambda: linked.stage.received_by(MARIA))
    assert linked.stage.received_by(MARIA) == ["until five"]
