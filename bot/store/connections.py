"""How many connections PostgreSQL has for the bot, and how many of its processes share them."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from bot.store.engine import CONNECTIONS_ARE_CALLED

# The narrowest counts (PostgreSQL's manual, "Connections and Authentication", "CREATE DATABASE" and
# "CREATE ROLE"); -1 is no limit.
_LIMITS = text("""
    SELECT current_setting('max_connections')::int, datconnlimit, rolconnlimit
    FROM pg_database, pg_roles
    WHERE datname = current_database() AND rolname = session_user
""")
_PROCESSES = text("""
    SELECT count(DISTINCT application_name)
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE :ours
""")


@dataclass(frozen=True)
class Room:
    """How many connections PostgreSQL allows, and the bot's processes that have some now."""

    allowed: int
    processes: int


def room(db: Connection) -> Room:
    """Of PostgreSQL; whoever asks does not count as a process."""
    limits = db.execute(_LIMITS).one()
    processes = db.scalar(_PROCESSES, {"ours": f"{CONNECTIONS_ARE_CALLED} %"})
    return Room(min(limit for limit in limits if limit >= 0), processes or 0)
