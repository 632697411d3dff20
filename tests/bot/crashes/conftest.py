"""One switchboard a test, on the database that the test asks for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.bot.crashes.switchboard import Switchboard, switchboard


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Switchboard]:
    """For one process."""
    with switchboard(databases.migrated("sqlite", tmp_path), tmp_path) as board:
        yield board


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[Switchboard]:
    """For any number of processes."""
    with switchboard(databases.migrated("postgresql", tmp_path), tmp_path) as board:
        yield board
