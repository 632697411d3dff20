"""Bringing the database to the current schema, also when several processes start at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

ONE_MIGRATION_AT_A_TIME = 7_203_001  # an arbitrary PostgreSQL advisory lock, the same in every process


def migrate(engine: Engine) -> None:
    """Create or upgrade the schema; a second process waits and then finds nothing to do."""
    config = _config()
    with _alone(engine) as db:
        if MigrationContext.configure(db).get_current_revision() == newest_revision():
            return
        config.attributes["connection"] = db
        command.upgrade(config, "head")


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_revision(engine: Engine) -> str | None:
    """The revision the database is at, None for an empty one."""
    with engine.connect() as db:
        return MigrationContext.configure(db).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction that no other process migrates beside: BEGIN IMMEDIATE, or an advisory lock."""
    with engine.connect() as raw:
        db = raw.execution_options(writes=True)
        with db.begin():
            if engine.dialect.name == "postgresql":
                db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_MIGRATION_AT_A_TIME})
            yield db
