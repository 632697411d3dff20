"""Requests go first: background work takes turns, and stands back while somebody waits for an answer.

Python runs one thread at a time. A dozen that all compute make a request wait for each of them several times;
one that does is hardly felt. So background threads compute one after the other, and wait for their networks
side by side: a turn is a transaction, and nothing in a transaction waits for Slack or Flowroute. One on
PostgreSQL does wait, for the database; there a few have a turn at a time.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

STAND_BACK_S = 0.1
"""How long requests may keep a turn waiting; while they never cease, there are ten turns a second."""


class _Thread(threading.local):
    """What this thread is."""

    is_background = False
    has_turn = False


class Precedence:
    """Knows how many requests are being answered, and whose turn it is."""

    def __init__(self, turns: int = 1, stand_back_s: float = STAND_BACK_S) -> None:
        """`turns` at a time: more than one where what has a turn mostly waits."""
        self._stand_back_s = stand_back_s
        self._thread = _Thread()
        self._turns = threading.BoundedSemaphore(turns)
        self._requests = 0
        self._changed = threading.Condition()

    @contextmanager
    def request(self) -> Iterator[None]:
        """Somebody waits for an answer while the block runs."""
        with self._changed:
            self._requests += 1
        try:
            yield
        finally:
            with self._changed:
                self._requests -= 1
                if not self._requests:
                    self._changed.notify_all()

    @contextmanager
    def background(self) -> Iterator[None]:
        """Nobody waits for what this thread does in the block."""
        self._thread.is_background = True
        try:
            yield
        finally:
            self._thread.is_background = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """What a background thread computes without waiting for the outside; others need no turn."""
        if not self._thread.is_background or self._thread.has_turn:
            yield
            return
        with self._turns:
            with self._changed:
                self._changed.wait_for(lambda: not self._requests, self._stand_back_s)
            self._thread.has_turn = True
            try:
                yield
            finally:
                self._thread.has_turn = False
