"""Keeping below a rate that Flowroute counts per second."""

import threading
from collections import deque
from collections.abc import Callable


class Pacer:
    """Lets at most `per_second` calls start in any one second; a burst up to that many goes at once.

    A refused attempt counts like an accepted one at Flowroute, so every attempt takes its turn here.
    Source: developer.flowroute.com, "Rate limits".
    """

    def __init__(
        self, per_second: float, *, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        burst = max(1, int(per_second))
        self._window_s = burst / per_second
        self._starts: deque[float] = deque(maxlen=burst)
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()

    def wait(self) -> float:
        """Sleep until it is this call's turn; returns the seconds waited."""
        with self._lock:
            now = self._clock()
            full = len(self._starts) == self._starts.maxlen
            start = max(now, self._starts[0] + self._window_s) if full else now
            self._starts.append(start)
        if start > now:
            self._sleep(start - now)
        return start - now
