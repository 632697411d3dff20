"""Simulated time: a clock that can be pushed forward, and the jobs that wait for it."""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)

Job = Callable[[], None]


def _wall_time() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The carrier's clock, UTC; `read` is where it gets the time from. `advance` lets days pass at once."""

    def __init__(self, read: Callable[[], datetime] = _wall_time) -> None:
        self._read = read
        self._skipped = timedelta()
        self._listeners: list[Job] = []

    def now(self) -> datetime:
        return self._read() + self._skipped

    def advance(self, step: timedelta) -> None:
        self._skipped += step
        for listener in self._listeners:
            listener()

    def on_advance(self, listener: Job) -> None:
        self._listeners.append(listener)


class Schedule:
    """Jobs by due time, run one at a time and in order.

    A thread runs them as they fall due; `run_due` lets an API call catch up first, so that after
    `Clock.advance` no answer is stale. Jobs take the world's lock, so nobody who holds it calls `run_due`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._jobs: list[tuple[datetime, int, Job]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._running = threading.Lock()
        self._stopping = False
        self._thread: threading.Thread | None = None
        clock.on_advance(self._wake)

    def after(self, delay_s: float, job: Job) -> None:
        with self._changed:
            due = self._clock.now() + timedelta(seconds=delay_s)
            heapq.heappush(self._jobs, (due, next(self._order), job))
            self._changed.notify_all()

    def run_due(self) -> None:
        with self._running:
            while (job := self._take_due()) is not None:
                try:
                    job()
                except Exception:
                    log.exception("a scheduled job failed")  # the others still have to run

    def start(self) -> None:
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="carrier-schedule", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=2)
            self._thread = None

    def _run(self) -> None:
        while True:
            self.run_due()
            with self._changed:
                if self._stopping:
                    return
                wait_s = self._seconds_to_next()
                if wait_s is None or wait_s > 0:
                    self._changed.wait(wait_s)

    def _take_due(self) -> Job | None:
        with self._changed:
            if not self._jobs or self._jobs[0][0] > self._clock.now():
                return None
            return heapq.heappop(self._jobs)[2]

    def _seconds_to_next(self) -> float | None:
        if not self._jobs:
            return None
        return (self._jobs[0][0] - self._clock.now()).total_seconds()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
