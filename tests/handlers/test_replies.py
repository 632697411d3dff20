"""Which messages are replies, what of them is sent, and that none is lost on the way in."""

import sqlite3
from collections.abc import Iterator

import pytest

from bot.cards import Action
from tests.stage import AGENT, MARIA, NUMBER, SUPPORT, Stage, exactly_once


@pytest.fixture
def linked(stage: Stage) -> Iterator[Stage]:
    """A running bot whose number 12065550100 is linked to #support, with a text from Maria."""
    with stage.bot():
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
        stage.workspace.wait_for(lambda: "are you open?" in stage.texts_in(SUPPORT))
        yield stage


def thread(stage: Stage) -> str:
    """The thread with Maria."""
    message = next(m for m in stage.workspace.messages(SUPPORT) if m.get("text") == "are you open?")
    return str(message["thread_ts"])


def test_slacks_formatting_reaches_the_phone_as_plain_text(linked: Stage) -> None:
    """Bold, links, entities and code marks are for Slack, not for a phone."""
    sam = linked.workspace.member(AGENT)
    sam.post(SUPPORT, "*Yes*, `until 5` & <more>, see https://example.com", thread_ts=thread(linked))
    linked.workspace.wait_for(lambda: linked.received_by(MARIA))
    assert linked.received_by(MARIA) == ["Yes, until 5 & <more>, see https://example.com"]


@pytest.mark.parametrize("text", ["Write to INFO@WASHINGTON.EDU", "We are @UNIVERSITY, @WAREHOUSE2"])
def test_what_only_looks_like_a_mention_is_sent_as_it_was_written(linked: Stage, text: str) -> None:
    """Nobody's words are changed unasked."""
    linked.workspace.member(AGENT).post(SUPPORT, text, thread_ts=thread(linked))
    linked.workspace.wait_for(lambda: linked.received_by(MARIA))
    assert linked.received_by(MARIA) == [text]


def test_only_who_is_mentioned_is_called_by_name(linked: Stage) -> None:
    """Beside a real mention the rest stays as it was written."""
    # given
    sam = linked.workspace.member(AGENT)
    sam.post(SUPPORT, "@ada or INFO@WASHINGTON.EDU can help, says @grace", thread_ts=thread(linked))
    linked.workspace.wait_for(lambda: any("not sent yet" in text for text in linked.texts_in(SUPPORT)))
    question = next(m for m in linked.workspace.messages(SUPPORT) if "not sent yet" in m.get("text", ""))

    # when
    sam.click(channel=SUPPORT, message_ts=question["ts"], block_id="decide", action_id=Action.SEND_ANYWAY)

    # then
    linked.workspace.wait_for(lambda: linked.received_by(MARIA))
    assert linked.received_by(MARIA) == ["@ada or INFO@WASHINGTON.EDU can help, says @grace"]


def test_edits_deletions_and_messages_outside_the_thread_are_not_sent(linked: Stage) -> None:
    """Only what somebody wrote into the thread is a reply."""
    sam = linked.workspace.member(AGENT)
    sam.post(SUPPORT, "not in the thread")
    first = sam.post(SUPPORT, "we open at nine", thread_ts=thread(linked))
    linked.workspace.wait_for(lambda: linked.received_by(MARIA))
    sam.edit(SUPPORT, first, "we open at ten")
    sam.delete(SUPPORT, first)
    sam.post(SUPPORT, "bye", thread_ts=thread(linked))
    linked.workspace.wait_for(lambda: "bye" in linked.received_by(MARIA))
    assert linked.received_by(MARIA) == ["we open at nine", "bye"]


@exactly_once
def test_a_reply_that_cannot_be_kept_is_asked_for_again(linked: Stage) -> None:
    """With the database away Slack gets no 200, repeats the event, and the text goes out once."""
    # given
    sam, in_thread = linked.workspace.member(AGENT), thread(linked)
    database = sqlite3.connect(linked.database_url.removeprefix("sqlite:///"))
    database.execute("ALTER TABLE replies RENAME TO out_of_reach")

    # when
    sam.post(SUPPORT, "we are", thread_ts=in_thread)
    linked.workspace.wait_for(lambda: any(d["status"] == 500 for d in linked.workspace.deliveries))
    database.execute("ALTER TABLE out_of_reach RENAME TO replies")
    database.close()

    # then
    linked.workspace.wait_for(lambda: linked.received_by(MARIA))
    assert linked.received_by(MARIA) == ["we are"]
