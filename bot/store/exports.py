"""Exports of call records that somebody waits for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.store.schema import exports


class ExportState(StrEnum):
    """How far an export got."""

    FOLLOWING = "following"
    """Flowroute is writing it."""
    DONE = "done"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    """It took too long; whoever asked can have it followed again."""


@dataclass(frozen=True)
class Export:
    """The calls from `starts_at` up to, not including, `ends_at` (UTC), for `user_id`."""

    id: int
    export_id: str
    """Flowroute's."""
    user_id: str
    starts_at: datetime
    ends_at: datetime
    state: ExportState
    channel_id: str | None
    ts: str | None
    """The message that says how far it is; None before it is posted."""
    followed_since: datetime


def add(
    db: Connection, *, export_id: str, user_id: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> Export:
    row = db.execute(
        insert(exports)
        .values(
            export_id=export_id,
            user_id=user_id,
            starts_at=starts_at,
            ends_at=ends_at,
            state=ExportState.FOLLOWING,
            followed_since=now,
        )
        .returning(exports)
    ).one()
    return _export(row)


def get(db: Connection, row_id: int) -> Export | None:
    row = db.execute(select(exports).where(exports.c.id == row_id)).first()
    return None if row is None else _export(row)


def due(db: Connection) -> list[int]:
    return list(
        db.scalars(
            select(exports.c.id).where(exports.c.state == ExportState.FOLLOWING).order_by(exports.c.id)
        )
    )


def change(db: Connection, row_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
    db.execute(update(exports).where(exports.c.id == row_id).values(values))


def follow_again(db: Connection, row_id: int, now: datetime) -> bool:
    """Take up an export that was given up; False when it was not."""
    moved = db.execute(
        update(exports)
        .where(exports.c.id == row_id, exports.c.state == ExportState.GIVEN_UP)
        .values(state=ExportState.FOLLOWING, followed_since=now)
    )
    return moved.rowcount > 0


def _export(row: Row[Any]) -> Export:
    return Export(
        id=row.id,
        export_id=row.export_id,
        user_id=row.user_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=ExportState(row.state),
        channel_id=row.channel_id,
        ts=row.ts,
        followed_since=row.followed_since,
    )
