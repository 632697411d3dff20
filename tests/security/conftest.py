"""A running bot and somebody who wants it no good."""

from collections.abc import Iterator

import pytest

from tests.handlers.person import Person
from tests.security.forger import Forger
from tests.stage import Stage


@pytest.fixture
def running(stage: Stage) -> Iterator[Stage]:
    """A bot between the two stand-ins."""
    with stage.bot():
        yield stage


@pytest.fixture
def forger(running: Stage) -> Forger:
    """Posts to a running bot in Slack's name."""
    return Forger(running)


@pytest.fixture
def ada(running: Stage) -> Person:
    """An admin, in #telecom."""
    return Person(running)
