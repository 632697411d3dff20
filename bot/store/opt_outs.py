"""Who asked not to be texted, by number: the one ledger, whoever taught it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from bot.store.schema import opt_outs


class OptOutState(StrEnum):
    """How far it went."""

    STOPPED = "stopped"
    PAUSED = "paused"
    """It sounded like it; a person is to decide."""


class Source(StrEnum):
    """How we know."""

    TEXT = "text"
    CARRIER = "carrier"
    PERSON = "person"


@dataclass(frozen=True)
class OptOut:
    """`person` is not to be texted from `number`; `by` is who said so: they, or a Slack user id."""

    number: str
    person: str
    state: OptOutState
    source: Source
    by: str
    since: datetime


def of(db: Connection, number: str, person: str) -> OptOut | None:
    row = db.execute(select(opt_outs).where(opt_outs.c.number == number, opt_outs.c.person == person)).first()
    return None if row is None else _opt_out(row)


def every(db: Connection) -> list[OptOut]:
    """Newest first."""
    return [_opt_out(row) for row in db.execute(select(opt_outs).order_by(opt_outs.c.since.desc()))]


def put(db: Connection, opt_out: OptOut) -> bool:
    """Write it down; False when that state is written down already."""
    known = of(db, opt_out.number, opt_out.person)
    if known is not None and known.state in (OptOutState.STOPPED, opt_out.state):
        return False
    lift(db, opt_out.number, opt_out.person)
    db.execute(insert(opt_outs).values(asdict(opt_out)))
    return True


def lift(db: Connection, number: str, person: str) -> bool:
    """They may be texted again; False when they might all along."""
    return (
        db.execute(delete(opt_outs).where(opt_outs.c.number == number, opt_outs.c.person == person)).rowcount
        > 0
    )


def _opt_out(row: Row[Any]) -> OptOut:
    return OptOut(
        number=row.number,
        person=row.person,
        state=OptOutState(row.state),
        source=Source(row.source),
        by=row.by,
        since=row.since,
    )
