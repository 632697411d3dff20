"""Fixtures that tests of every room share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.server import QUICK, Sandbox
from tests.browser import browser_context, chromium, page
from tests.stage import Stage

__all__ = ["browser_context", "chromium", "page"]  # known here once: there can be one browser in a process


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The two stand-ins, quick and ready, and a place for a bot's data.

    Whatever the test is about, Slack's limits are kept in it: every message, modal and Home tab is judged.
    """
    sandbox = Sandbox(pace=QUICK, data=tmp_path)
    sandbox.start()
    stage = Stage(sandbox, f"sqlite:///{tmp_path / 'bot.db'}")
    yield stage
    sandbox.stop()
    assert stage.refused_by_slack() == []
