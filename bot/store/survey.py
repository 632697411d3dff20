"""What was last seen at each number of the account; a number that is gone is forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from bot.store.schema import links, surveyed_numbers
from flowroute import TOLL_FREE_NPAS

AT_ONCE = 500


@dataclass(frozen=True)
class Gap:
    """How many numbers lack something, and the first of them."""

    count: int
    first: tuple[str, ...]


@dataclass(frozen=True)
class Findings:
    """The account's numbers by what they lack, as last seen."""

    numbers: int
    looked_at: int
    """How many of them were looked at so far; routes and addresses of the others are not known yet."""
    oldest_look: datetime | None
    without_route: Gap
    without_e911: Gap
    without_channel: Gap


def keep(db: Connection, numbers: Iterable[str]) -> None:
    """Say which numbers the account has now."""
    listed = set(numbers)
    known = set(db.scalars(select(surveyed_numbers.c.number)))
    gone = sorted(known - listed)
    for start in range(0, len(gone), AT_ONCE):
        some = gone[start : start + AT_ONCE]
        db.execute(delete(surveyed_numbers).where(surveyed_numbers.c.number.in_(some)))
    if new := sorted(listed - known):
        db.execute(insert(surveyed_numbers), [{"number": number} for number in new])


def to_look_at(db: Connection, since: datetime, limit: int) -> list[str]:
    """Numbers not looked at since then, those never looked at first."""
    seen = surveyed_numbers.c.looked_at
    return list(
        db.scalars(
            select(surveyed_numbers.c.number)
            .where(or_(seen.is_(None), seen < since))
            .order_by(seen.is_not(None), seen, surveyed_numbers.c.number)
            .limit(limit)
        )
    )


def looked(db: Connection, number: str, *, has_route: bool, has_e911: bool, now: datetime) -> None:
    db.execute(
        update(surveyed_numbers)
        .where(surveyed_numbers.c.number == number)
        .values(has_route=has_route, has_e911=has_e911, looked_at=now)
    )


def forget(db: Connection, number: str) -> None:
    db.execute(delete(surveyed_numbers).where(surveyed_numbers.c.number == number))


def findings(db: Connection, first: int) -> Findings:
    """What is known, with at most `first` numbers of each kind named."""
    table = surveyed_numbers.c
    total, looked_at, oldest = db.execute(
        select(func.count(), func.count(table.looked_at), func.min(table.looked_at)).select_from(
            surveyed_numbers
        )
    ).one()
    unlinked = table.number.not_in(select(links.c.number))
    return Findings(
        numbers=total,
        looked_at=looked_at,
        oldest_look=oldest,
        without_route=_gap(db, table.has_route.is_(False), first),
        without_e911=_gap(db, table.has_e911.is_(False) & _may_have_e911(), first),
        without_channel=_gap(db, unlinked, first),
    )


def _may_have_e911() -> ColumnElement[bool]:
    """Not toll-free: Flowroute's pages disagree on these, and its answer to one is a refusal."""
    return func.substr(surveyed_numbers.c.number, 1, 4).not_in([f"1{npa}" for npa in TOLL_FREE_NPAS])


def _gap(db: Connection, lacks: ColumnElement[bool], first: int) -> Gap:
    count = db.scalar(select(func.count()).select_from(surveyed_numbers).where(lacks)) or 0
    named = select(surveyed_numbers.c.number).where(lacks).order_by(surveyed_numbers.c.number).limit(first)
    return Gap(count, tuple(db.scalars(named)))
