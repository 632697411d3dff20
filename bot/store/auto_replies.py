"""When each person last got an automatic answer."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from bot.store.schema import auto_replies
from bot.store.statements import insert_new


def take_turn(db: Connection, person: str, *, now: datetime, every: timedelta) -> bool:
    """Whether a person may be answered automatically now; if so, the next turn is `every` later."""
    if insert_new(db, auto_replies, person=person, sent_at=now) is not None:
        return True
    moved = db.execute(
        update(auto_replies)
        .where(auto_replies.c.person == person, auto_replies.c.sent_at <= now - every)
        .values(sent_at=now)
    )
    return moved.rowcount > 0
