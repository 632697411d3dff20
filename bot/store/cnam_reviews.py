"""Caller names that people at Flowroute are reviewing, and who waits to hear."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from bot.store.schema import cnam_reviews


@dataclass(frozen=True)
class Review:
    """`user_id` asked for the record `cnam_id` (Flowroute's id); `channel_id` is where."""

    cnam_id: str
    user_id: str
    channel_id: str | None
    asked_at: datetime


def put(db: Connection, review: Review) -> None:
    """Wait for a record's review, from the beginning when it was waited for already."""
    remove(db, review.cnam_id)
    db.execute(insert(cnam_reviews).values(asdict(review)))


def get(db: Connection, cnam_id: str) -> Review | None:
    row = db.execute(select(cnam_reviews).where(cnam_reviews.c.cnam_id == cnam_id)).first()
    return None if row is None else _review(row)


def waiting(db: Connection) -> list[str]:
    return list(db.scalars(select(cnam_reviews.c.cnam_id)))


def remove(db: Connection, cnam_id: str) -> bool:
    """False when it is not waited for any more."""
    return db.execute(delete(cnam_reviews).where(cnam_reviews.c.cnam_id == cnam_id)).rowcount > 0


def _review(row: Row[Any]) -> Review:
    return Review(cnam_id=row.cnam_id, user_id=row.user_id, channel_id=row.channel_id, asked_at=row.asked_at)
