"""Inbound texts, under Flowroute's own message ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, or_, select, update

from bot.clock import utc_now
from bot.store.schema import links, texts
from bot.store.statements import hold, insert_all_new

TEXT = "text"
"""The kind of post that shows one."""

IDS_AT_ONCE = 500
OLD_FAMILY = "mdr1-"
"""Ids that Flowroute's message API 2.0 gives."""
TWINS_APART = timedelta(minutes=2)
ARRIVED_APART = timedelta(minutes=3)
"""For a text without a time of its own: Flowroute's last attempt to post it is 120 s after the first."""


class Via(StrEnum):
    """How a text reached us."""

    WEBHOOK = "webhook"
    LIST = "list"
    """Found in Flowroute's message list."""


class Placement(StrEnum):
    """Whether a text is in a conversation."""

    WAITING = "waiting"
    PLACED = "placed"
    BLOCKED = "blocked"
    """Its sender is blocked: kept, shown to nobody."""


@dataclass(frozen=True)
class NewText:
    """A text that may be kept already, under Flowroute's id of it."""

    message_id: str
    number: str
    person: str
    body: str
    is_mms: bool
    sent_at: datetime | None
    received_at: datetime
    via: Via
    shape: str | None
    """In which shape a webhook brought it (`flowroute.webhooks.Shape`); None where no webhook did."""


@dataclass(frozen=True)
class Text(NewText):
    """A text from `person` to our `number`; its files are in `bot.store.media`."""

    id: int
    conversation_id: int | None


PLACE = (
    update(texts)
    .where(texts.c.id == bindparam("text_id"))
    .values(conversation_id=bindparam("conversation"), placement=Placement.PLACED)
)
ANY_UNPLACED = select(texts.c.id).where(texts.c.placement == Placement.WAITING).limit(1)
BLOCK = update(texts).where(texts.c.id == bindparam("text_id")).values(placement=Placement.BLOCKED)
_UNPLACED = (
    select(texts)
    .where(texts.c.placement == Placement.WAITING)
    .order_by(texts.c.id)
    .limit(bindparam("most"))
    .with_for_update()
)
UNPLACED_LINKED = _UNPLACED.where(texts.c.number.in_(select(links.c.number)))
UNPLACED_UNLINKED = _UNPLACED.where(texts.c.number.not_in(select(links.c.number)))
ONE = select(texts).where(texts.c.id == bindparam("text_id"))


def hold_order(db: Connection, numbers: Iterable[str]) -> None:
    """Make texts to these numbers commit in the order of their ids, so that a twin is seen by the second."""
    for number in sorted(set(numbers)):  # sorted, so that two who hold several do not wait for each other
        hold(db, f"texts {number}")


def remember(db: Connection, new: Sequence[NewText]) -> dict[str, int]:
    """Keep texts, in their order; answers the ids of those that were not kept before, by Flowroute's."""
    values = [{**vars(text), "placement": Placement.WAITING} for text in new]
    return {row.message_id: int(row.id) for row in insert_all_new(db, texts, values)}


def known(db: Connection, message_ids: list[str]) -> set[str]:
    """Those of `message_ids` that texts are kept under, as their own or as their twins'."""
    found: set[str] = set()
    for start in range(0, len(message_ids), IDS_AT_ONCE):
        some = message_ids[start : start + IDS_AT_ONCE]
        for column in (texts.c.message_id, texts.c.twin_id):
            found |= set(db.scalars(select(column).where(column.in_(some))))
    return found


def find(db: Connection, message_id: str) -> Text | None:
    """The text that is kept under this id of Flowroute's, as its own or as its twin's, for people to see."""
    row = db.execute(
        select(texts).where(
            or_(texts.c.message_id == message_id, texts.c.twin_id == message_id),
            texts.c.placement != Placement.BLOCKED,
        )
    ).first()
    return None if row is None else _text(row)


def is_picture(db: Connection, text_id: int) -> None:
    """Say that a text came with files, which its webhook did not tell."""
    db.execute(update(texts).where(texts.c.id == text_id).values(is_mms=True))


def claim_twin(
    db: Connection, *, message_id: str, number: str, person: str, body: str, sent_at: datetime | None
) -> bool:
    """Recognise a text that is kept under an id of Flowroute's other family.

    Accounts with old webhooks post `mdr1-` ids for what the list calls `mdr2-`, and no time. Two equal texts
    are two texts: each kept one answers for one id only.
    """
    at = sent_at or utc_now()
    apart = ARRIVED_APART if sent_at is None else TWINS_APART
    is_near = case(
        (texts.c.sent_at.is_(None), texts.c.received_at.between(at - ARRIVED_APART, at + ARRIVED_APART)),
        else_=texts.c.sent_at.between(at - apart, at + apart),
    )
    twin = db.execute(
        select(texts.c.id)
        .where(
            texts.c.number == number,
            texts.c.person == person,
            texts.c.body == body,
            texts.c.twin_id.is_(None),
            ~texts.c.message_id.startswith(family(message_id), autoescape=True),
            is_near,
        )
        .order_by(texts.c.id)
        .limit(1)
    ).first()
    if twin is None:
        return False
    db.execute(update(texts).where(texts.c.id == twin.id).values(twin_id=message_id))
    return True


def family(message_id: str) -> str:
    """`mdr1-` or `mdr2-`: which of Flowroute's message APIs named it."""
    return message_id.partition("-")[0] + "-"


def newest_webhook(db: Connection) -> Text | None:
    """The newest text that came by webhook."""
    row = db.execute(
        select(texts).where(texts.c.via == Via.WEBHOOK).order_by(texts.c.id.desc()).limit(1)
    ).first()
    return None if row is None else _text(row)


def count_listed_after(db: Connection, text_id: int) -> int:
    """How many texts that came after one were found in the message list only."""
    return (
        db.scalar(
            select(func.count()).select_from(texts).where(texts.c.id > text_id, texts.c.via == Via.LIST)
        )
        or 0
    )


def get(db: Connection, text_id: int) -> Text:
    return _text(db.execute(ONE, {"text_id": text_id}).one())


def place(db: Connection, conversation_ids: Mapping[int, int]) -> None:
    """Say which conversation each text belongs to, by the id of the text."""
    db.execute(PLACE, [{"text_id": text, "conversation": found} for text, found in conversation_ids.items()])


def block(db: Connection, text_ids: Sequence[int]) -> None:
    """Keep texts of blocked senders to ourselves."""
    db.execute(BLOCK, [{"text_id": text_id} for text_id in text_ids])


def any_unplaced(db: Connection) -> bool:
    return db.execute(ANY_UNPLACED).first() is not None


def unplaced(db: Connection, *, linked: bool, limit: int = 100) -> list[Text]:
    """Texts that are in no conversation yet, oldest first: to linked numbers, or to all others.

    Nobody else gets these texts until the transaction ends.
    """
    rows = db.execute(UNPLACED_LINKED if linked else UNPLACED_UNLINKED, {"most": limit})
    return [_text(row) for row in rows]


def _text(row: Row[Any]) -> Text:
    return Text(
        id=row.id,
        message_id=row.message_id,
        number=row.number,
        person=row.person,
        body=row.body,
        is_mms=row.is_mms,
        sent_at=row.sent_at,
        received_at=row.received_at,
        via=Via(row.via),
        shape=row.shape,
        conversation_id=row.conversation_id,
    )
