"""People at the screen, before a running bot."""

from collections.abc import Iterator

import pytest

from tests.handlers.person import Person
from tests.stage import AGENT, GUEST, SUPPORT, Stage


@pytest.fixture
def running(stage: Stage) -> Iterator[Stage]:
    """A bot between the two stand-ins."""
    with stage.bot():
        yield stage


@pytest.fixture
def ada(running: Stage) -> Person:
    """An admin, in #telecom."""
    return Person(running)


@pytest.fixture
def sam(running: Stage) -> Person:
    """A full member without a role, in #support."""
    return Person(running, AGENT, SUPPORT)


@pytest.fixture
def gil(running: Stage) -> Person:
    """A guest, in #support."""
    return Person(running, GUEST, SUPPORT)
