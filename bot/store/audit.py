"""Every change with who, where, what, before and after; entries are only ever added.

A change at Flowroute is written down before it is made, too: what a crash cuts short is still known.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from bot.store.schema import audit, changes_under_way

AUDIT = "audit"
"""The kind of post that brings an entry into the audit channel."""
CHANGE = "change"
"""The kind of post that announces a change where it was asked for."""


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


@dataclass(frozen=True)
class Begun:
    """A change that was begun; see `Entry`."""

    id: int
    user_id: str
    channel_id: str | None
    action: str
    subject: str
    before: dict[str, Any] | None


def begin(
    db: Connection,
    *,
    now: datetime,
    user_id: str,
    channel_id: str | None,
    action: str,
    subject: str,
    before: dict[str, Any] | None,
) -> int:
    """Say that a change is about to be made; the id to `end` it with."""
    values = {"user_id": user_id, "channel_id": channel_id, "action": action, "subject": subject}
    found = insert(changes_under_way).values(begun_at=now, before=before, **values)
    return int(db.execute(found.returning(changes_under_way.c.id)).scalar_one())


def end(db: Connection, begun_id: int) -> bool:
    """The change gets its entry now; False when it has one."""
    return db.execute(delete(changes_under_way).where(changes_under_way.c.id == begun_id)).rowcount > 0


def begun_before(db: Connection, moment: datetime) -> list[Begun]:
    """Changes that were begun before `moment` (UTC) and have no entry, oldest first."""
    table = changes_under_way
    rows = db.execute(select(table).where(table.c.begun_at < moment).order_by(table.c.id))
    return [Begun(row.id, row.user_id, row.channel_id, row.action, row.subject, row.before) for row in rows]


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
