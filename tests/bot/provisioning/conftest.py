"""A desk where numbers are ordered."""

import pytest

from tests.bot.provisioning.desk import Desk
from tests.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Of a bot that the test starts."""
    return Desk(stage)
