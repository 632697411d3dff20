"""Spacing out what many lanes do at a rate that somebody else sets, without a thread that waits."""

import threading
import time
from collections.abc import Callable

MISSED_S = 5.0
"""A turn is lost when its lane comes so late: another process did its work, say."""


class Turns:
    """Gives each lane that asks a turn of its own, `per_second` of them a second."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap_s = 1 / per_second
        self._clock = clock
        self._next = 0.0
        self._turns: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait_s(self, lane: str) -> float:
        """0 when it is the lane's turn, which is then over; else how many seconds to come back in."""
        with self._lock:
            now = self._clock()
            turn = self._turns.pop(lane, None)
            if turn is None or turn < now - MISSED_S:
                turn = max(now, self._next)
                self._next = turn + self._gap_s
            if turn > now:
                self._turns[lane] = turn
            return max(0.0, turn - now)
