"""What was last texted with a number, whoever wrote."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.replies import ReplyState
from bot.store.schema import conversations, replies, texts
from bot.store.texts import Placement


@dataclass(frozen=True)
class Event:
    """A text with `person`: theirs, or one by `user_id` and what became of it."""

    at: datetime
    person: str
    user_id: str | None = None
    state: ReplyState | None = None


def latest_of(db: Connection, number: str, limit: int) -> list[Event]:
    """Newest first; texts of blocked senders are shown to nobody."""
    heard = db.execute(
        select(texts.c.received_at, texts.c.person)
        .where(texts.c.number == number, texts.c.placement == Placement.PLACED)
        .order_by(texts.c.id.desc())
        .limit(limit)
    )
    said = db.execute(
        select(replies.c.created_at, conversations.c.person, replies.c.user_id, replies.c.state)
        .join(conversations, conversations.c.id == replies.c.conversation_id)
        .where(conversations.c.number == number)
        .order_by(replies.c.id.desc())
        .limit(limit)
    )
    events = [Event(row.received_at, row.person) for row in heard]
    events += [Event(row.created_at, row.person, row.user_id, ReplyState(row.state)) for row in said]
    return sorted(events, key=lambda event: event.at, reverse=True)[:limit]
