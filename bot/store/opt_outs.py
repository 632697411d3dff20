"""Who asked not to be texted, by number: the one ledger, whoever taught it."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

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
    """`person` is not to be texted from `number`; `by` is who said so: they, or a Slack user id.

    `since` (UTC) is when it was said, the last time if they said it again.
    """

    number: str
    person: str
    state: OptOutState
    source: Source
    by: str
    since: datetime


def of(db: Connection, number: str, person: str) -> OptOut | None:
    row = db.execute(select(opt_outs).where(*_are(number, person))).first()
    return None if row is None else _opt_out(row)


def every(db: Connection) -> list[OptOut]:
    """Newest first."""
    return [_opt_out(row) for row in db.execute(select(opt_outs).order_by(opt_outs.c.since.desc()))]


def put(db: Connection, opt_out: OptOut) -> bool:
    """Write it down; False when that state is known already: then the later `since` of the two counts."""
    known = of(db, opt_out.number, opt_out.person)
    if known is None:
        db.execute(insert(opt_outs).values(asdict(opt_out)))
        return True
    is_news = known.state is OptOutState.PAUSED and opt_out.state is OptOutState.STOPPED
    now = replace(opt_out if is_news else known, since=max(known.since, opt_out.since))
    db.execute(update(opt_outs).where(*_are(now.number, now.person)).values(asdict(now)))
    return is_news


def lift(db: Connection, number: str, person: str, *, said_before: datetime | None = None) -> bool:
    """They may be texted again; False when they might all along.

    With `said_before` (UTC) only what they said before then is lifted.
    """
    earlier = [] if said_before is None else [opt_outs.c.since < said_before]
    return db.execute(delete(opt_outs).where(*_are(number, person), *earlier)).rowcount > 0


def _are(number: str, person: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return opt_outs.c.number == number, opt_outs.c.person == person


def _opt_out(row: Row[Any]) -> OptOut:
    return OptOut(
        number=row.number,
        person=row.person,
        state=OptOutState(row.state),
        source=Source(row.source),
        by=row.by,
        since=row.since,
    )
