"""The watch over transactions notices one that waits for somebody outside."""

import pytest

from bot.clock import utc_now
from bot.slack import Slack, connect
from bot.store import bookmarks
from bot.store.engine import Store
from tests.stage import Stage
from tests.transactions import offences

pytestmark = pytest.mark.usefixtures("short_transactions")


@pytest.fixture
def slack(stage: Stage) -> Slack:
    environment = stage.sandbox.bot_environment(0)
    return Slack(connect(environment["SLACK_BOT_TOKEN"], environment["SLACK_API_URL"]))


def test_a_request_within_a_transaction_is_noticed(store: Store, slack: Slack) -> None:
    """Whether it reads or writes, and where it was."""
    with store.read() as db:
        bookmarks.get(db, "anything")
        slack.call("auth.test")
    with store.write() as db:
        bookmarks.put(db, "anything", utc_now())
        slack.call("auth.test")
    assert ["test_a_request_within_a_transaction" in offence for offence in offences] == [True, True]
    offences.clear()


def test_a_request_between_two_transactions_is_not(store: Store, slack: Slack) -> None:
    """However the one before it ended."""
    with pytest.raises(RuntimeError):
        _break_off(store)
    slack.call("auth.test")
    with store.read() as db:
        bookmarks.get(db, "anything")
    slack.call("auth.test")
    assert offences == []


def _break_off(store: Store) -> None:
    with store.write() as db:
        bookmarks.put(db, "anything", utc_now())
        raise RuntimeError
