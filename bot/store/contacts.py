"""What we know of the people who text: a name, and whether they are blocked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.store.schema import contacts
from bot.store.statements import insert_new


@dataclass(frozen=True)
class Contact:
    """`person` is E.164 digits, a short code or a sender's name."""

    person: str
    name: str | None
    blocked: bool


OF_PERSON = select(contacts).where(contacts.c.person == bindparam("person"))

BLOCKED_AMONG = select(contacts.c.person).where(
    contacts.c.person.in_(bindparam("persons", expanding=True)), contacts.c.blocked
)


def of(db: Connection, person: str) -> Contact:
    row = db.execute(OF_PERSON, {"person": person}).first()
    return Contact(person, None, blocked=False) if row is None else Contact(person, row.name, row.blocked)


def named(db: Connection) -> dict[str, str]:
    """Every name by person."""
    rows = db.execute(select(contacts.c.person, contacts.c.name).where(contacts.c.name.is_not(None)))
    return {row.person: row.name for row in rows}


def blocked(db: Connection) -> list[Contact]:
    rows = db.execute(select(contacts).where(contacts.c.blocked).order_by(contacts.c.person))
    return [Contact(row.person, row.name, blocked=True) for row in rows]


def blocked_among(db: Connection, persons: Iterable[str]) -> set[str]:
    return set(db.scalars(BLOCKED_AMONG, {"persons": list(set(persons))}))


def set_name(db: Connection, person: str, name: str | None, *, by: str, now: datetime) -> None:
    _change(db, person, by=by, now=now, name=name)


def set_blocked(db: Connection, person: str, *, blocked: bool, by: str, now: datetime) -> None:
    _change(db, person, by=by, now=now, blocked=blocked)


def _change(db: Connection, person: str, *, by: str, now: datetime, **values: Any) -> None:  # noqa: ANN401 - columns
    changed = {**values, "changed_by": by, "changed_at": now}
    if insert_new(db, contacts, **{"person": person, "blocked": False, **changed}) is None:
        db.execute(update(contacts).where(contacts.c.person == person).values(changed))
