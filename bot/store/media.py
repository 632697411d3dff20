"""Files of inbound texts on their way into the thread, and files of replies on their way to a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.store.schema import media, outgoing_files, texts
from bot.store.statements import among, insert_new
from bot.store.texts import Placement


class MediaState(StrEnum):
    """A file moves down this list; FAILED is the other end."""

    WAITING = "waiting"
    FETCHED = "fetched"
    """Its bytes are kept here; Flowroute's address may die."""
    UPLOADING = "uploading"
    """Slack has the bytes under `slack_file_id`; sharing it in the thread may have happened."""
    SHARED = "shared"
    FAILED = "failed"


OPEN = (MediaState.WAITING, MediaState.FETCHED, MediaState.UPLOADING)


@dataclass(frozen=True)
class Announced:
    """A file as a message announces it."""

    url: str
    file_name: str
    mime_type: str


@dataclass(frozen=True)
class Part:
    """One file of a text; `content` only while it is on its way."""

    id: int
    text_id: int
    url: str
    file_name: str
    mime_type: str
    content: bytes | None
    state: MediaState
    attempts: int
    try_after: datetime | None
    slack_file_id: str | None


@dataclass(frozen=True)
class OutgoingFile:
    """A file that Flowroute fetches from us."""

    id: int
    file_name: str
    mime_type: str
    content: bytes


def announce(db: Connection, text_id: int, files: Sequence[Announced]) -> None:
    """Write down which files a text came with."""
    for place, file in enumerate(files):
        db.execute(
            insert(media).values(
                text_id=text_id,
                place=place,
                url=file.url,
                file_name=file.file_name[:255],
                mime_type=file.mime_type[:100],
                state=MediaState.WAITING,
                attempts=0,
            )
        )


def open_parts(db: Connection, text_id: int) -> list[Part]:
    rows = db.execute(
        select(media).where(media.c.text_id == text_id, among(media.c.state, OPEN)).order_by(media.c.place)
    )
    return [_part(row) for row in rows]


def texts_with_open_parts(db: Connection) -> list[int]:
    """Texts whose files are wanted: those that are in a conversation."""
    return list(
        db.scalars(
            select(media.c.text_id)
            .join(texts, texts.c.id == media.c.text_id)
            .where(among(media.c.state, OPEN), texts.c.placement == Placement.PLACED)
            .distinct()
        )
    )


def has_parts(db: Connection, text_id: int) -> bool:
    return db.execute(select(media.c.id).where(media.c.text_id == text_id).limit(1)).first() is not None


def change(db: Connection, part_id: int, **values: Any) -> None:  # noqa: ANN401 - any column of the row
    """Change a file that is on its way; one that is settled stays as it is."""
    db.execute(update(media).where(media.c.id == part_id, among(media.c.state, OPEN)).values(values))


def give_up(db: Connection, text_ids: Sequence[int]) -> None:
    """Settle the files of texts that are shown to nobody."""
    db.execute(
        update(media)
        .where(media.c.text_id.in_(text_ids), among(media.c.state, OPEN))
        .values(state=MediaState.FAILED, content=None)
    )


def keep_outgoing(
    db: Connection,
    *,
    reply_id: int,
    slack_file_id: str,
    file_name: str,
    mime_type: str,
    content: bytes,
    now: datetime,
) -> None:
    """Keep a file for Flowroute to fetch; a second time changes nothing."""
    insert_new(
        db,
        outgoing_files,
        reply_id=reply_id,
        slack_file_id=slack_file_id,
        file_name=file_name,
        mime_type=mime_type,
        content=content,
        created_at=now,
    )


def outgoing_ids(db: Connection, reply_id: int) -> dict[str, int]:
    """Slack file id -> our id, of what is kept for a reply."""
    rows = db.execute(
        select(outgoing_files.c.slack_file_id, outgoing_files.c.id).where(
            outgoing_files.c.reply_id == reply_id
        )
    )
    return {row.slack_file_id: row.id for row in rows}


def outgoing(db: Connection, file_id: int) -> OutgoingFile | None:
    row = db.execute(select(outgoing_files).where(outgoing_files.c.id == file_id)).first()
    return None if row is None else OutgoingFile(row.id, row.file_name, row.mime_type, row.content)


def forget_outgoing(db: Connection, before: datetime) -> None:
    """Drop files whose links have ended."""
    db.execute(delete(outgoing_files).where(outgoing_files.c.created_at < before))


def _part(row: Row[Any]) -> Part:
    return Part(
        id=row.id,
        text_id=row.text_id,
        url=row.url,
        file_name=row.file_name,
        mime_type=row.mime_type,
        content=row.content,
        state=MediaState(row.state),
        attempts=row.attempts,
        try_after=row.try_after,
        slack_file_id=row.slack_file_id,
    )
