"""Fixtures that tests of every room share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.server import QUICK, Sandbox
from tests.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The two stand-ins, quick and ready, and a place for a bot's data."""
    sandbox = Sandbox(pace=QUICK, data=tmp_path)
    sandbox.start()
    yield Stage(sandbox, f"sqlite:///{tmp_path / 'bot.db'}")
    sandbox.stop()
