"""Bringing the database to the current schema, also when several processes start at once."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from bot.store.engine import DatabaseAway, NoDatabase, open_to_look

log = logging.getLogger(__name__)

ONE_MIGRATION_AT_A_TIME = 7_203_001  # an arbitrary PostgreSQL advisory lock, the same in every process

LONGEST_WAIT_S = 5
"""For a table that somebody holds: whoever wants it meanwhile, a webhook say, waits behind the migration."""


def migrate(engine: Engine) -> None:
    """Create or upgrade the schema; a second process waits and then finds nothing to do.

    A schema of a later release is left alone: migrations only add, so this one works on it as well.
    """
    config = _config()
    with _alone(engine) as db:
        revision = MigrationContext.configure(db).get_current_revision()
        if revision == newest_revision():
            return
        if is_of_a_later_release(revision):
            log.warning("the database is of a later release", extra={"revision": revision})
            return
        config.attributes["connection"] = db
        command.upgrade(config, "head")


def newest_revision() -> str | None:
    return _scripts().get_current_head()


def is_of_a_later_release(revision: str | None) -> bool:
    """Whether a newer bot has migrated the database."""
    known = {script.revision for script in _scripts().walk_revisions()}
    return revision is not None and revision not in known


def current_revision(engine: Engine) -> str | None:
    """The revision the database is at, None for an empty one."""
    with engine.connect() as db:
        return MigrationContext.configure(db).get_current_revision()


def require_database(database_url: str) -> None:
    """For commands that work on what is there: they would make an empty database, and report success.

    Raises:
        NoDatabase: no bot has ever migrated it.
        DatabaseAway: it cannot be asked.
    """
    engine = open_to_look(database_url)
    try:
        revision = current_revision(engine)
    except DBAPIError as error:
        raise DatabaseAway(error.orig) from error
    finally:
        engine.dispose()
    if revision is None:
        raise NoDatabase(database_url)


@cache
def _scripts() -> ScriptDirectory:
    """What this release knows; it reads every file among them."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction that no other process migrates beside: BEGIN IMMEDIATE, or an advisory lock."""
    with engine.connect() as raw:
        db = raw.execution_options(writes=True)
        with _tables_may_be_copied(raw), db.begin():
            if engine.dialect.name == "postgresql":
                db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_MIGRATION_AT_A_TIME})
                db.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT_S}s'"))
            yield db


@contextmanager
def _tables_may_be_copied(db: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it, and must not miss the original (sqlite.org, "ALTER TABLE")."""
    if db.dialect.name != "sqlite":
        yield
        return
    driver = db.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
        driver.close()
