"""The database: whether it answers, its schema, what waits in it, and room for more."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import utc_now
from bot.doctor.finding import Finding, Health
from bot.settings import Settings
from bot.store import replies
from bot.store.backlog import backlog
from bot.store.connections import Room, room
from bot.store.engine import MOST_CONNECTIONS, DatabaseAway, NoDatabase, Store, open_to_look
from bot.store.migrate import current_revision, is_of_a_later_release, newest_revision

LONG = timedelta(minutes=5)
"""What waits longer is held up by something."""
LITTLE_ROOM, NO_ROOM = 1_000_000_000, 100_000_000
"""Bytes free where SQLite lies."""
OTHERS = 10
"""Connections for whoever else wants one: PostgreSQL itself (three), `migrate`, `doctor`, `pg_dump`."""


def database(settings: Settings) -> Iterator[Finding]:
    """Look at the database of DATABASE_URL."""
    try:
        engine = open_to_look(settings.database_url)
    except NoDatabase:
        yield _not_made(Path(make_url(settings.database_url).database or ""))
        return
    except DatabaseAway as error:
        yield Finding("database", Health.BAD, error.user_message)
        return
    try:
        yield from _looked(engine)
        if engine.dialect.name == "sqlite":
            folder = Path(make_url(settings.database_url).database or "").parent
            yield _disk(shutil.disk_usage(folder).free)
        else:
            with engine.connect() as db:
                yield _connections(room(db))
    except SQLAlchemyError as error:
        reason = type(error).__name__
        yield Finding("database", Health.BAD, f"cannot be reached ({reason})", "check DATABASE_URL")
    finally:
        engine.dispose()


def _looked(engine: Engine) -> Iterator[Finding]:
    revision, newest = current_revision(engine), newest_revision()
    if is_of_a_later_release(revision):
        yield Finding(
            "database",
            Health.WORTH_A_LOOK,
            f"at schema {revision}, which a later release made",
            "it works as it is; start that later release when you are done with this one",
        )
        yield from _open_work(Store(engine))
    elif revision == newest:
        yield Finding("database", Health.GOOD, f"{engine.dialect.name}, at schema {revision}")
        yield from _open_work(Store(engine))
    else:
        yield Finding(
            "database",
            Health.WORTH_A_LOOK,
            f"at schema {revision}, the newest is {newest}",
            "run python -m bot migrate, or just start the bot",
        )


def _not_made(path: Path) -> Finding:
    """Whether a SQLite file could be made."""
    nearest = next(folder for folder in path.absolute().parents if folder.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return Finding(
            "database",
            Health.WORTH_A_LOOK,
            f"{path} was not made yet",
            "start the bot, which makes it, or check DATABASE_URL if the bot ran already",
        )
    return Finding(
        "database",
        Health.BAD,
        f"{path} cannot be made: {nearest} is no folder that this user may write to",
        "check DATABASE_URL (four slashes begin an absolute path), and as which user this runs",
    )


def _open_work(store: Store) -> Iterator[Finding]:
    now = utc_now()
    with store.read() as db:
        waiting = backlog(db)
        parked = replies.count_parked(db)
    depth = sum(one.depth for one in waiting)
    slow = [one.lane for one in waiting if one.oldest is not None and now - one.oldest > LONG]
    if slow:
        yield Finding(
            "backlog",
            Health.WORTH_A_LOOK,
            f"{depth} waiting, some for more than five minutes: {', '.join(slow)}",
            "is the bot running? Its log names what a lane waits for; a channel that takes no posts is told "
            "to an admin in Slack",
        )
    else:
        yield Finding("backlog", Health.GOOD, f"{depth} waiting" if depth else "nothing waits")
    if parked:
        yield Finding(
            "parked texts",
            Health.WORTH_A_LOOK,
            f"{parked} of unknown outcome",
            "/flowroute relay parked lists them, with what can be done",
        )


def _connections(there: Room) -> Finding:
    """Whether PostgreSQL has enough for every process at its busiest, and for two releases in a deploy."""
    processes = max(1, there.processes)
    busiest = processes * MOST_CONNECTIONS + OTHERS
    deploying = 2 * processes * MOST_CONNECTIONS + OTHERS
    who = "a process" if processes == 1 else f"{processes} processes"
    said = f"PostgreSQL has {there.allowed}; {who} may open {processes * MOST_CONNECTIONS}"
    if there.allowed >= deploying:
        return Finding("connections", Health.GOOD, said)
    short_of = "a busy hour" if there.allowed < busiest else "a deploy"
    return Finding(
        "connections",
        Health.BAD if there.allowed < busiest else Health.WORTH_A_LOOK,
        f"{said}, so that {short_of} may find none left",
        f"set max_connections to {deploying} or more, with the limits of the database and the bot's role if "
        "they have one; or run fewer processes",
    )


def _disk(free: int) -> Finding:
    said = f"{free / 1e9:,.1f} GB free"
    if free > LITTLE_ROOM:
        return Finding("disk", Health.GOOD, said)
    return Finding(
        "disk",
        Health.BAD if free < NO_ROOM else Health.WORTH_A_LOOK,
        said,
        "make room, or set RETENTION_DAYS: without room no text can be stored",
    )
