"""One Slack thread for each person who texts with a number in a channel."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, update

from bot.store.schema import conversations, posts
from bot.store.statements import insert_new

CARD = "card"
"""The kind of post that opens a thread."""


@dataclass(frozen=True)
class Conversation:
    """`number` is ours, `person` is the other side: E.164 digits, a short code or a sender's name."""

    id: int
    number: str
    person: str
    channel_id: str
    thread_ts: str | None


def ensure(
    db: Connection, number: str, person: str, channel_id: str, now: datetime
) -> tuple[Conversation, bool]:
    """The conversation, and whether it is new."""
    row = insert_new(db, conversations, number=number, person=person, channel_id=channel_id, created_at=now)
    if row is not None:
        return _conversation(row), True
    found = db.execute(
        select(conversations).where(
            conversations.c.number == number,
            conversations.c.person == person,
            conversations.c.channel_id == channel_id,
        )
    ).one()
    return _conversation(found), False


def get(db: Connection, conversation_id: int) -> Conversation:
    return _conversation(db.execute(select(conversations).where(conversations.c.id == conversation_id)).one())


def in_thread(db: Connection, channel_id: str, thread_ts: str) -> Conversation | None:
    row = db.execute(
        select(conversations).where(
            conversations.c.channel_id == channel_id, conversations.c.thread_ts == thread_ts
        )
    ).first()
    return None if row is None else _conversation(row)


def card_in_flight(db: Connection, channel_id: str) -> bool:
    """Whether a thread of this channel may exist in Slack without our knowing its ts yet."""
    waiting = (
        select(posts.c.id)
        .where(posts.c.channel_id == channel_id, posts.c.kind == CARD, posts.c.state == "posting")
        .limit(1)
    )
    return db.execute(waiting).first() is not None


def set_thread(db: Connection, conversation_id: int, thread_ts: str) -> None:
    db.execute(update(conversations).where(conversations.c.id == conversation_id).values(thread_ts=thread_ts))


def _conversation(row: Row[tuple[object, ...]]) -> Conversation:
    return Conversation(
        id=row.id,
        number=row.number,
        person=row.person,
        channel_id=row.channel_id,
        thread_ts=row.thread_ts,
    )
