"""Delivery receipts, kept even when they come before we know the message they are for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.schema import receipts
from bot.store.statements import hold, insert_new

UNSAID = -1  # NULLs would never be equal, and a repeated receipt would be kept twice
LONGEST_STATUS = 64
LARGEST_CODE = 2**31 - 1
"""What the columns hold; Flowroute's codes have four digits."""


@dataclass(frozen=True)
class Receipt:
    """What a carrier said of a message: free text `status`, `status_code` as in Flowroute's list."""

    message_id: str
    level: int | None
    status: str
    status_code: int | None
    description: str


def hold_message(db: Connection, message_id: str) -> None:
    """Let either the receipt or the message it is for be kept first, so that the second finds the first."""
    hold(db, f"receipts {message_id}")


def remember(db: Connection, receipt: Receipt, *, sent_at: datetime | None, now: datetime) -> bool:
    """Keep a receipt; False for a repeat."""
    row = insert_new(
        db,
        receipts,
        message_id=receipt.message_id,
        level=_held(receipt.level),
        status=receipt.status[:LONGEST_STATUS],
        status_code=_held(receipt.status_code),
        description=receipt.description,
        sent_at=sent_at,
        received_at=now,
    )
    return row is not None


def _held(code: int | None) -> int:
    return UNSAID if code is None or code > LARGEST_CODE else code


def of(db: Connection, message_id: str) -> list[Receipt]:
    rows = db.execute(select(receipts).where(receipts.c.message_id == message_id).order_by(receipts.c.id))
    return [
        Receipt(
            message_id=row.message_id,
            level=None if row.level == UNSAID else row.level,
            status=row.status,
            status_code=None if row.status_code == UNSAID else row.status_code,
            description=row.description,
        )
        for row in rows
    ]
