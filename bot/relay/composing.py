"""Texts that do not begin as a message in a thread: commands, modals, automatic answers.

Each is shown in its conversation's thread by a post of ours, which then carries the mark of its delivery.
"""

from datetime import timedelta

from sqlalchemy import Connection

from bot.cards import AUTOMATIC
from bot.clock import utc_now
from bot.relay.replies import QUESTION
from bot.store import auto_replies, conversations, posts, replies
from bot.store.conversations import Conversation

SENT = "sent"
"""The kind of post that shows such a text; its `ref` is the reply."""

ONE_ANSWER_EVERY = timedelta(hours=1)


def compose(
    db: Connection,
    conversation: Conversation,
    *,
    key: str,
    user_id: str,
    team_id: str,
    body: str,
    mentioned: tuple[str, ...] = (),
    file_ids: tuple[str, ...] = (),
    hold_s: int = 0,
) -> int | None:
    """Queue a text and the post that shows it; None when `key` was queued before.

    For `hold_s` seconds it can be cancelled with a button below that post.
    """
    posts.hold_order(db, conversation.channel_id)  # texts leave in the order of their rows, too
    now = utc_now()
    reply_id = replies.accept(
        db,
        key=key,
        channel_id=conversation.channel_id,
        ts=None,
        conversation_id=conversation.id,
        user_id=user_id,
        team_id=team_id,
        body=body,
        mentioned=mentioned,
        file_ids=file_ids,
        now=now,
        not_before=now + timedelta(seconds=hold_s) if hold_s else None,
    )
    if reply_id is not None:
        for kind in (SENT, QUESTION) if hold_s else (SENT,):
            posts.add(
                db,
                kind=kind,
                ref=reply_id,
                channel_id=conversation.channel_id,
                conversation_id=conversation.id,
                now=now,
            )
        conversations.card_changed(db, conversation.id)
    return reply_id


def answer_automatically(db: Connection, conversation: Conversation, body: str, *, key: str) -> None:
    """Queue an automatic answer, at most one an hour for each person: two robots could go on for ever."""
    if auto_replies.take_turn(db, conversation.person, now=utc_now(), every=ONE_ANSWER_EVERY):
        compose(db, conversation, key=key, user_id=AUTOMATIC, team_id="", body=body)
