"""Stores for tests that ask the database directly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import settings
from bot.store.engine import Store, open_engine
from tests import databases
from tests.transactions import short_transactions

__all__ = ["short_transactions"]


@pytest.fixture(params=databases.KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store at the current schema, once on SQLite and once on PostgreSQL."""
    store = Store(open_engine(settings.database_url(databases.migrated(request.param, tmp_path))))
    yield store
    store.close()


@pytest.fixture(scope="module")
def store_for_properties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One SQLite store for the many examples of a property."""
    store = Store(open_engine(databases.migrated("sqlite", tmp_path_factory.mktemp("store"))))
    yield store
    store.close()
