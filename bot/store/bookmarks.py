"""How far something that is done again and again has got."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.schema import bookmarks
from bot.store.statements import insert_new


def get(db: Connection, name: str) -> datetime | None:
    return db.execute(select(bookmarks.c.at).where(bookmarks.c.name == name)).scalar()


def put(db: Connection, name: str, at: datetime) -> None:
    moved = db.execute(update(bookmarks).where(bookmarks.c.name == name).values(at=at))
    if moved.rowcount == 0:
        db.execute(insert(bookmarks).values(name=name, at=at))


def add(db: Connection, name: str, at: datetime) -> bool:
    """Put one where there is none; False when there is, also since a moment ago."""
    return insert_new(db, bookmarks, name=name, at=at) is not None


def remove(db: Connection, name: str) -> None:
    db.execute(delete(bookmarks).where(bookmarks.c.name == name))
