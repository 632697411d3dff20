"""Whether the bot holds a transaction while it waits for somebody outside.

A slow Slack or Flowroute would hold up every writer on SQLite, and all background work of a process. What the
bot says to others by HTTP goes through `http.client`, which tells Python's audit hooks of it; which
transactions a thread began is told by SQLAlchemy's events.
"""

import sys
import threading
import traceback
from collections.abc import Iterator
from weakref import WeakSet

import pytest
from sqlalchemy import Connection, Engine, event

OURS = ("bot", "handlers")


class _Thread(threading.local):
    """On which connections this thread began transactions, as long as these are of use to anybody."""

    def __init__(self) -> None:
        self.began_on: WeakSet[Connection] = WeakSet()


_thread = _Thread()
offences: list[str] = []
"""Where a request left within a transaction."""


def _begun(db: Connection) -> None:
    _thread.began_on.add(db)


def _heard(name: str, _args: tuple[object, ...]) -> None:
    if name != "http.client.send" or not any(db.in_transaction() for db in _thread.began_on):
        return
    frames = [frame for frame, _ in traceback.walk_stack(sys._getframe())]
    if any(str(frame.f_globals.get("__name__")).partition(".")[0] in OURS for frame in frames):
        offences.append("".join(traceback.format_stack()))


event.listen(Engine, "begin", _begun)
sys.addaudithook(_heard)


@pytest.fixture
def short_transactions() -> Iterator[None]:
    """Whatever the test is about, no transaction of a bot in this process waits for somebody outside."""
    offences.clear()
    yield
    assert offences == []
