"""Inbound texts, under Flowroute's own message ids."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.store.schema import texts
from bot.store.statements import insert_new


@dataclass(frozen=True)
class Text:
    """A text from `person` to our `number`; `media` holds {url, file_name, mime_type, file_size} each."""

    id: int
    message_id: str
    number: str
    person: str
    body: str
    is_mms: bool
    media: list[dict[str, Any]]
    sent_at: datetime | None
    received_at: datetime
    conversation_id: int | None


def remember(
    db: Connection,
    *,
    message_id: str,
    number: str,
    person: str,
    body: str,
    is_mms: bool,
    media: list[dict[str, Any]],
    sent_at: datetime | None,
    received_at: datetime,
) -> Text | None:
    """Keep a text; None when its id is kept already."""
    row = insert_new(
        db,
        texts,
        message_id=message_id,
        number=number,
        person=person,
        body=body,
        is_mms=is_mms,
        media=media,
        sent_at=sent_at,
        received_at=received_at,
    )
    return None if row is None else _text(row)


def get(db: Connection, text_id: int) -> Text:
    return _text(db.execute(select(texts).where(texts.c.id == text_id)).one())


def place(db: Connection, text_id: int, conversation_id: int) -> None:
    """Say which conversation a text belongs to."""
    db.execute(update(texts).where(texts.c.id == text_id).values(conversation_id=conversation_id))


def unplaced(db: Connection, limit: int = 100) -> list[Text]:
    """Texts that wait for a channel to be known, oldest first."""
    rows = db.execute(
        select(texts).where(texts.c.conversation_id.is_(None)).order_by(texts.c.id).limit(limit)
    )
    return [_text(row) for row in rows]


def _text(row: Row[Any]) -> Text:
    return Text(
        id=row.id,
        message_id=row.message_id,
        number=row.number,
        person=row.person,
        body=row.body,
        is_mms=row.is_mms,
        media=row.media,
        sent_at=row.sent_at,
        received_at=row.received_at,
        conversation_id=row.conversation_id,
    )
