"""Spacing out what many lanes do at a rate that somebody else sets, without a thread that waits."""

import threading
import time
from collections.abc import Callable

from bot.store import turns
from bot.store.engine import Store

MISSED_S = 5.0
"""A turn is lost when its lane comes so late: another process did its work, say."""

Take = Callable[[], float]
"""Takes one from what all processes may do together: 0, or in how many seconds to ask again."""


class Turns:
    """Gives each lane that asks a turn of its own: `per_second` a second, `burst` at once after a pause.

    `take` is asked when a lane's turn has come: while other processes have used the rate up, everybody here
    waits a little longer, in the same order.
    """

    def __init__(
        self,
        per_second: float,
        burst: int = 1,
        *,
        take: Take = lambda: 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gap_s = 1 / per_second
        self._burst_s = (burst - 1) * self._gap_s
        self._take = take
        self._clock = clock
        self._used_until = 0.0
        self._turns: dict[str, float] = {}
        self._lock = threading.Lock()

    @classmethod
    def shared(cls, store: Store, name: str, per_second: float, burst: int = 1) -> "Turns":
        """Turns at a rate that all processes on one PostgreSQL have together; SQLite has one process only."""

        def take() -> float:
            with store.write() as db:
                return turns.take(db, f"rate: {name}", gap_s=1 / per_second, burst=burst)

        return cls(per_second, burst) if store.is_sqlite else cls(per_second, burst, take=take)

    def wait_s(self, lane: str) -> float:
        """0 when it is the lane's turn, which is then over; else how many seconds to come back in."""
        with self._lock:
            now = self._clock()
            turn = self._turns.get(lane)
            if turn is None or turn < now - MISSED_S:
                used_until = max(now, self._used_until)
                turn = self._turns[lane] = max(now, used_until - self._burst_s)
                self._used_until = used_until + self._gap_s
            if turn > now:
                return turn - now
            held_s = self._take()
            if held_s:
                self._put_off(held_s)
            else:
                del self._turns[lane]
            return held_s

    def _put_off(self, held_s: float) -> None:
        self._used_until += held_s
        self._turns = {lane: turn + held_s for lane, turn in self._turns.items()}
