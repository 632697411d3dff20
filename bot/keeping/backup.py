"""Copying a SQLite database while the bot runs, and what a restored database does not know.

A backup is a moment of the past. What it says is still to be done may have been done since, so after a
restore nothing is posted or texted before it was looked for.
"""

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.clock import utc_now
from bot.errors import BotError
from bot.relay.inbound import RESTORED
from bot.store import bookmarks, posts, replies
from bot.store.engine import PRIVATE, SQLITE_BUSY_S, Store
from bot.store.migrate import require_database

log = logging.getLogger(__name__)

COPIED = "copied by backup"


class NoBackup(BotError):
    """It could not be made; nothing was left behind."""


def backup(database_url: str, target: Path) -> int:
    """Copy a SQLite database as it is at this moment, whole and compact; answers the copy's size in bytes.

    Writers are not held up. The copy appears under its name when it is complete and on the disk.

    Raises:
        NoBackup: not SQLite, or `target` is there already.
        NoDatabase: there is nothing to copy.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        raise NoBackup("This is for SQLite. PostgreSQL: pg_dump --format=custom --file=bot.dump DATABASE_URL")
    require_database(database_url)
    source = Path(url.database or "")
    if target.exists():
        raise NoBackup(f"{target} is there already. Name another file, for instance with the date in it.")
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(PRIVATE)
    try:
        with closing(sqlite3.connect(source, timeout=SQLITE_BUSY_S)) as db:
            db.execute("VACUUM INTO ?", (str(unfinished),))
        _mark_as_copy(unfinished)
        with unfinished.open("rb") as copied:
            os.fsync(copied.fileno())
        unfinished.rename(target)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise NoBackup(f"The backup failed: {error}.") from error
    return target.stat().st_size


def _mark_as_copy(file: Path) -> None:
    """Whoever starts on it is to know that it is a moment of the past."""
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("DELETE FROM bookmarks WHERE name = ?", (COPIED,))
        now = utc_now().replace(tzinfo=None)  # as `UtcDateTime` writes it
        db.execute("INSERT INTO bookmarks (name, at) VALUES (?, ?)", (COPIED, now.isoformat(" ")))


def doubt_a_copy(store: Store) -> None:
    """Before the bot works: `doubt_everything` if this is a copy by `backup` and nobody has said so."""
    with store.read() as db:
        copied = bookmarks.get(db, COPIED)
    if copied is not None:
        log.warning("the database is a backup: it looks before it acts", extra={"copied": f"{copied:%F %T}"})
        doubt_everything(store)


def doubt_everything(store: Store) -> None:
    """Have a database that was just restored look before it acts; harmless to repeat."""
    with store.write() as db:
        bookmarks.remove(db, COPIED)
        posts.doubt_waiting(db)
        replies.doubt_stored(db)
        bookmarks.put(db, RESTORED, utc_now())
