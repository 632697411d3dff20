"""Stores for tests that ask the database directly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import settings
from bot.store.engine import Store, open_engine
from bot.store.migrate import migrate
from tests import databases


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once SQLite and once PostgreSQL."""
    return settings.database_url(databases.fresh(request.param, tmp_path))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store at the current schema."""
    engine = open_engine(database_url)
    migrate(engine)
    store = Store(engine)
    yield store
    store.close()


@pytest.fixture(scope="module")
def store_for_properties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One SQLite store for the many examples of a property."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('store') / 'bot.db'}")
    migrate(engine)
    store = Store(engine)
    yield store
    store.close()
