"""Background work in lanes: in order within a lane, lanes side by side, each worked in one place at a time.

What is to be done stands in the store, so a lane holds nothing that a crash could lose: it is woken when
a row is written, and a sweep finds what nobody was woken for (a restart, another process).
"""

import heapq
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text

from bot.precedence import Precedence
from bot.store.engine import Store

log = logging.getLogger(__name__)

SWEEP_S = 2.0
THREADS = 12
AFTER_A_FAULT_S = 5.0
ELSEWHERE_S = 0.25
"""When another process works a lane: waiting for the next sweep would make one text in a hundred late."""
STUCK_AFTER_S = 60.0
HUNG_AFTER_S = 600.0  # all that a lane waits for has a limit of its own, far below


class Lane(StrEnum):
    """The kinds of lanes, and what tells one lane of a kind from another."""

    POSTS = "posts"
    """Posts to Slack; a channel."""
    PLACING = "placing"
    """Texts that are in no conversation yet; one for linked numbers, one for others."""
    REPLIES = "replies"
    """Texts to phones; a conversation."""
    MARKS = "marks"
    """Reactions on people's messages; a channel."""
    CARDS = "cards"
    """Cards at the head of threads; a conversation."""
    MEDIA = "media"
    """Files that phones sent; a text."""
    REVIEWS = "reviews"
    """Caller names under review; a record."""
    ORDERS = "orders"
    """What comes before and after the lines of an order; an order."""
    LINES = "lines"
    """The steps of one number of an order; a line. They have threads of their own."""
    PROGRESS = "progress"
    """The message that shows how an order goes; an order."""
    RECONCILING = "reconciling"
    """Reading Flowroute's message list; there is only one."""
    ASKING = "asking"
    """Asking for receipts that did not come; there is only one."""
    SURVEY = "survey"
    """Looking at the account's numbers; there is only one."""
    HOMES = "homes"
    """Home tabs; a person."""
    MEMBERSHIP = "membership"
    """Being in the channels where texts are answered; there is only one."""
    AUDIT = "audit"
    """Changes that a crash cut short; there is only one."""
    GREETING = "greeting"
    """The first words of a new installation; there is only one."""
    RETENTION = "retention"
    """Removing what is too old; there is only one."""
    EXPORTS = "exports"
    """Exports of call records; one each."""


Work = Callable[[str], float | None]
"""Does what is due in one lane; answers in how many seconds to come back, None when all is done."""


Wake = Callable[[str, str], None]
"""`Lanes.wake`, for those who only write rows and say so."""


@dataclass(frozen=True)
class Kind:
    """One kind of lane: how to work it, and which lanes have something due."""

    name: str
    work: Work
    due: Callable[[], Iterable[str]]
    threads: int = 0
    """How many of its lanes run side by side, on threads that others need not wait for; 0 shares them."""


class Claims:
    """Keeps two processes off the same lane; a dead process lets go of its lanes by dying."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def claim(self, lane: str) -> Iterator[bool]:
        """Whether the lane is ours while the block runs."""
        if self._store.is_sqlite:  # one process owns the file
            yield True
            return
        with self._store.engine.connect() as db:
            ours = bool(
                db.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:lane, 0))"), {"lane": lane})
            )
            db.commit()  # the lock belongs to the session; an open transaction would only hold back vacuum
            try:
                yield ours
            finally:
                if ours:
                    db.execute(text("SELECT pg_advisory_unlock(hashtextextended(:lane, 0))"), {"lane": lane})
                    db.commit()


class Lanes:
    """Runs the kinds of lanes it is given on a few threads; `failed` is told the kind of each fault."""

    def __init__(
        self,
        claim: Callable[[str], AbstractContextManager[bool]],
        precedence: Precedence,
        failed: Callable[[str], None] = lambda _kind: None,
        *,
        sweep_s: float = SWEEP_S,
        hung_after_s: float = HUNG_AFTER_S,
    ) -> None:
        self._claim = claim
        self._precedence = precedence
        self._failed = failed
        self._sweep_s = sweep_s
        self._hung_after_s = hung_after_s
        self._kinds: dict[str, Kind] = {}
        self._changed = threading.Condition()
        self._awake: set[tuple[str, str]] = set()
        """What has a thread or waits for one."""
        self._running: dict[tuple[str, str], float] = {}
        """What has a thread, since when."""
        self._again: set[tuple[str, str]] = set()
        self._early: set[tuple[str, str]] = set()
        self._not_before: dict[tuple[str, str], float] = {}
        self._timers: list[tuple[float, str, str]] = []
        self._stopping = False
        self._ticked = time.monotonic()
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._clock: threading.Thread | None = None

    def add(self, kind: Kind) -> None:
        self._kinds[kind.name] = kind

    def start(self) -> None:
        shared = ThreadPoolExecutor(THREADS, thread_name_prefix="lane")
        for kind in self._kinds.values():
            own = ThreadPoolExecutor(kind.threads, thread_name_prefix=kind.name) if kind.threads else shared
            self._pools[kind.name] = own
        self._clock = threading.Thread(target=self._keep_time, name="lanes-clock", daemon=True)
        self._clock.start()

    def stop(self) -> None:
        """Let what is under way finish; nothing new begins."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)
        if self._clock is not None:
            self._clock.join()

    def wake(self, kind: str, lane: str, *, early: bool = False) -> None:
        """Something became due in that lane; harmless when it is being worked, waiting or not started yet.

        A lane that asked to be called again later is left alone till then, unless it is to come `early`.
        """
        key = (kind, lane)
        with self._changed:
            if self._stopping or not self._pools:
                return
            if key in self._awake:
                (self._early if early else self._again).add(key)
                return
            if not early and self._not_before.get(key, 0.0) > time.monotonic():
                return  # its timer is set
            self._awake.add(key)
            self._pools[kind].submit(self._run, kind, lane)

    def alive(self) -> bool:
        """Whether the clock ticks, which it does not when the store stopped answering, and no lane hangs."""
        if self._clock is None or time.monotonic() - self._ticked > STUCK_AFTER_S:
            return False
        with self._changed:
            return all(time.monotonic() - since < self._hung_after_s for since in self._running.values())

    def _run(self, kind: str, lane: str) -> None:
        key = (kind, lane)
        with self._changed:
            self._running[key] = time.monotonic()
        while True:
            wait_s = self._work_once(kind, lane)
            with self._changed:
                again = key in self._early or (wait_s is None and key in self._again)
                self._early.discard(key)
                self._again.discard(key)
                if self._stopping or not again:
                    del self._running[key]
                    self._awake.remove(key)
                    if wait_s is not None:
                        self._set_timer(key, wait_s)
                    else:
                        self._not_before.pop(key, None)
                    return
                self._running[key] = time.monotonic()

    def _work_once(self, kind: str, lane: str) -> float | None:
        try:
            with self._precedence.background(), self._claim(f"{kind}:{lane}") as ours:
                # Whoever holds it may have looked just before our row was there.
                return self._kinds[kind].work(lane) if ours else ELSEWHERE_S
        except Exception:
            log.exception("a lane failed and will be tried again", extra={"kind": kind, "lane": lane})
            self._failed(kind)
            return AFTER_A_FAULT_S

    def _set_timer(self, key: tuple[str, str], wait_s: float) -> None:
        when = time.monotonic() + wait_s
        self._not_before[key] = when
        heapq.heappush(self._timers, (when, *key))
        self._changed.notify_all()  # the clock may be waiting for a later one

    def _keep_time(self) -> None:
        next_sweep = time.monotonic()
        while True:
            with self._changed:
                now = time.monotonic()
                soonest = min(next_sweep, self._timers[0][0] if self._timers else next_sweep)
                if not self._stopping and soonest > now:
                    self._changed.wait(soonest - now)
                if self._stopping:
                    return
                now = time.monotonic()
                rung = []
                while self._timers and self._timers[0][0] <= now:
                    _, kind, lane = heapq.heappop(self._timers)
                    rung.append((kind, lane))
            for kind, lane in rung:
                self.wake(kind, lane)
            if now >= next_sweep:
                self._sweep()
                next_sweep = time.monotonic() + self._sweep_s
            self._ticked = time.monotonic()

    def _sweep(self) -> None:
        for kind in self._kinds.values():
            try:
                with self._precedence.background():
                    due = kind.due()
                for lane in due:
                    self.wake(kind.name, lane)
            except Exception:
                log.exception("a sweep failed and will be repeated", extra={"kind": kind.name})
                self._failed(kind.name)
