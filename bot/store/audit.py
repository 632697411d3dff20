"""Every change with who, where, what, before and after; rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from bot.store.schema import audit


@dataclass(frozen=True)
class Entry:
    """`user_id` is Slack's immutable id; `before` and `after` hold what changed, as plain JSON."""

    id: int
    at: datetime
    user_id: str
    channel_id: str | None
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    result: str


def add(
    db: Connection,
    *,
    at: datetime,
    user_id: str,
    channel_id: str | None,
    action: str,
    subject: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    result: str,
) -> Entry:
    row = db.execute(
        insert(audit)
        .values(
            at=at,
            user_id=user_id,
            channel_id=channel_id,
            action=action,
            subject=subject,
            before=before,
            after=after,
            result=result,
        )
        .returning(audit)
    ).one()
    return _entry(row)


def get(db: Connection, entry_id: int) -> Entry:
    return _entry(db.execute(select(audit).where(audit.c.id == entry_id)).one())


def latest(db: Connection, limit: int) -> list[Entry]:
    """Newest first."""
    return [_entry(row) for row in db.execute(select(audit).order_by(audit.c.id.desc()).limit(limit))]


def latest_of(db: Connection, subject: str, limit: int) -> list[Entry]:
    """Newest first."""
    found = select(audit).where(audit.c.subject == subject).order_by(audit.c.id.desc()).limit(limit)
    return [_entry(row) for row in db.execute(found)]


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        user_id=row.user_id,
        channel_id=row.channel_id,
        action=row.action,
        subject=row.subject,
        before=row.before,
        after=row.after,
        result=row.result,
    )
