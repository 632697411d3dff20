"""Which number's texts go to which channel."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from bot.store.schema import links

Mode = Literal["thread", "mention"]


@dataclass(frozen=True)
class Link:
    """Texts to `number` appear in `channel_id`.

    In `mode` thread a reply in the thread is sent; in mention only what names the bot is. `hold_s` is
    how many seconds a reply can still be cancelled. `address_mark` tells which address of ours Flowroute was
    given for the number, None when that is not known.
    """

    number: str
    channel_id: str
    mode: Mode
    hold_s: int
    linked_by: str
    linked_at: datetime
    address_mark: str | None = None


OF_NUMBER = select(links).where(links.c.number == bindparam("number"))

CHANNELS_OF = select(links.c.number, links.c.channel_id).where(
    links.c.number.in_(bindparam("numbers", expanding=True))
)


def of(db: Connection, number: str) -> Link | None:
    row = db.execute(OF_NUMBER, {"number": number}).first()
    return None if row is None else _link(row)


def channels_of(db: Connection, numbers: Iterable[str]) -> dict[str, str]:
    """The channel of each linked one of these numbers."""
    rows = db.execute(CHANNELS_OF, {"numbers": list(set(numbers))})
    return {row.number: row.channel_id for row in rows}


def every(db: Connection) -> list[Link]:
    return [_link(row) for row in db.execute(select(links).order_by(links.c.number))]


def put(db: Connection, link: Link) -> None:
    """Link a number, or change its link."""
    remove(db, link.number)
    db.execute(insert(links).values(asdict(link)))


def mark_address(db: Connection, number: str, mark: str | None) -> None:
    """Remember which address a linked number was given."""
    db.execute(update(links).where(links.c.number == number).values(address_mark=mark))


def remove(db: Connection, number: str) -> bool:
    """Unlink; False when it was not linked."""
    return db.execute(delete(links).where(links.c.number == number)).rowcount > 0


def _link(row: Row[tuple[object, ...]]) -> Link:
    return Link(
        number=row.number,
        channel_id=row.channel_id,
        mode=cast("Mode", row.mode),
        hold_s=row.hold_s,
        linked_by=row.linked_by,
        linked_at=row.linked_at,
        address_mark=row.address_mark,
    )
