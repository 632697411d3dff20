"""Fixtures that tests of every room share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sandbox.server import QUICK, Sandbox
from sandbox.slow_world import PAUSES
from tests import databases
from tests.browser import browser_context, chromium, page
from tests.discretion import listen, listener
from tests.stage import Stage

__all__ = ["browser_context", "chromium", "page"]  # known here once: there can be one browser in a process

SLOW_WORLD_S = 0.3

# How fast a busy machine makes and checks an example is no promise of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slow-world",
        action="store_true",
        help=f"let the stand-ins do everything up to {SLOW_WORLD_S} s late and out of step",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--slow-world"):
        PAUSES.longest_s = SLOW_WORLD_S


listen()


@pytest.fixture(autouse=True)
def discreet_logs() -> Iterator[None]:
    """Whatever the test is about, the log tells no secret, nobody's words and no whole number."""
    listener.forget()
    yield
    assert listener.indiscretions() == []


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The two stand-ins, quick and ready, and a place for a bot's data.

    Whatever the test is about, Slack's limits are kept in it: every message, modal and Home tab is judged.
    """
    sandbox = Sandbox(pace=QUICK, data=tmp_path)
    sandbox.start()
    stage = Stage(sandbox, databases.migrated("sqlite", tmp_path))
    yield stage
    sandbox.stop()
    listener.heard(message.body for message in stage.carrier.handset_messages())
    assert stage.refused_by_slack() == []
