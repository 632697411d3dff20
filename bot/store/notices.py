"""Sentences of the bot's own that are to be posted; a post refers to one by its id."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.store import posts
from bot.store.schema import notices
from bot.store.schema import posts as queue

NOTICE = "notice"


def post(db: Connection, body: str, *, channel_id: str, conversation_id: int | None, now: datetime) -> None:
    """Queue a sentence (mrkdwn, outside text escaped) for a channel or a conversation's thread."""
    notice_id = db.execute(
        insert(notices).values(body=body, created_at=now).returning(notices.c.id)
    ).scalar_one()
    posts.hold_order(db, channel_id)
    posts.add(
        db,
        kind=NOTICE,
        ref=notice_id,
        channel_id=channel_id,
        conversation_id=conversation_id,
        now=now,
    )


def body_of(db: Connection, notice_id: int) -> str:
    return str(db.execute(select(notices.c.body).where(notices.c.id == notice_id)).scalar_one())


def is_said(db: Connection, body: str, *, conversation_id: int) -> bool:
    """Whether a conversation's thread has that sentence, or will have it."""
    found = (
        select(notices.c.id)
        .join(queue, (queue.c.kind == NOTICE) & (queue.c.ref == notices.c.id))
        .where(queue.c.conversation_id == conversation_id, notices.c.body == body)
        .limit(1)
    )
    return db.execute(found).first() is not None
