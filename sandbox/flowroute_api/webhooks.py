"""Posts to the customer's callback URLs, and again until one is answered exactly 200.

Source: "Receive an inbound message": anything but 200 is sent again, four times at 30-second intervals.
"""

import json
import logging
import queue
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from sandbox.slow_world import out_of_step

from .faults import Faults
from .schedule import Clock, Schedule

log = logging.getLogger(__name__)

WORKERS = 8
TIMEOUT_S = 10.0
STOP_WITHIN_S = 0.5
SHUFFLE_WITHIN_S = 0.2
HEADERS = {
    "Content-Type": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": "Go-http-client/1.1",
    # A connection that the receiver closes while it is being reused would look like a refusal.
    "Connection": "close",
}


@dataclass(frozen=True)
class WebhookDelivery:
    """One post that was made; `status` is None when nothing came back that reads as HTTP."""

    url: str
    body: str
    attempt: int
    status: int | None
    at: datetime


@dataclass(frozen=True)
class _Post:
    url: str
    body: str
    lane: str | None
    attempt: int = 1


class WebhookSender:
    """Sends in parallel, except that posts of one lane go out one after another.

    A lane is a conversation, so that two quick texts of one person arrive in their order; a resend is not
    waited for. A receiver that is down, slow or talks nonsense costs its own lane some time and nothing else.
    """

    def __init__(
        self, *, clock: Clock, schedule: Schedule, faults: Faults, retry_s: float, attempts: int, seed: int
    ) -> None:
        self._clock = clock
        self._schedule = schedule
        self._faults = faults
        self._retry_s = retry_s
        self._attempts = attempts
        self._dice = random.Random(seed)
        self._ready: queue.SimpleQueue[_Post | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._lanes: dict[str, deque[_Post]] = {}
        self._made: list[WebhookDelivery] = []
        self._unfinished = 0
        self._threads: list[threading.Thread] = []

    @property
    def made(self) -> tuple[WebhookDelivery, ...]:
        with self._lock:
            return tuple(self._made)

    @property
    def unfinished(self) -> int:
        """How many posts are still waiting, under way or due again."""
        with self._lock:
            return self._unfinished

    def post(self, url: str, document: dict[str, Any], *, lane: str) -> None:
        """Send `document` to `url` as soon as `lane` is free; returns at once."""
        post = _Post(url, json.dumps(document), lane)
        with self._lock:
            copies = self._dice.randint(*self._faults.webhook_copies)
            self._unfinished += copies
            delays_s = [self._dice.uniform(0, SHUFFLE_WITHIN_S) for _ in range(copies)]
        for delay_s in delays_s:
            if self._faults.webhook_shuffle or copies > 1:
                loose = replace(post, lane=None)
                self._put_after(delay_s if self._faults.webhook_shuffle else 0, loose)
            else:
                self._put_in_lane(post, lane)

    def start(self) -> None:
        self._threads = [
            threading.Thread(target=self._work, name=f"carrier-webhooks-{number}", daemon=True)
            for number in range(WORKERS)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads; one that waits for a slow receiver ends by itself when its post is over."""
        for _ in self._threads:
            self._ready.put(None)
        deadline = time.monotonic() + STOP_WITHIN_S
        for thread in self._threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
        self._threads = []

    def _put_in_lane(self, post: _Post, lane: str) -> None:
        with self._lock:
            waiting = self._lanes.setdefault(lane, deque())
            waiting.append(post)
            if len(waiting) == 1:
                self._ready.put(post)

    def _put_after(self, delay_s: float, post: _Post) -> None:
        if delay_s:
            self._schedule.after(delay_s, lambda: self._ready.put(post))
        else:
            self._ready.put(post)

    def _work(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.headers.update(HEADERS)
            while (post := self._ready.get()) is not None:
                self._attempt(session, post)

    def _attempt(self, session: requests.Session, post: _Post) -> None:
        with out_of_step():
            at = self._clock.now()
            status = _status_answered(session, post)
        done = status == requests.codes.ok or post.attempt >= self._attempts
        with self._lock:
            # Due before it is seen to have failed: whoever then advances the clock advances it too.
            if not done:
                self._put_after(self._retry_s, replace(post, lane=None, attempt=post.attempt + 1))
            self._made.append(WebhookDelivery(post.url, post.body, post.attempt, status, at))
            self._unfinished -= done
            if post.lane is not None:
                self._free_lane(post.lane)
        if status != requests.codes.ok:
            log.info("webhook not acknowledged", extra={"status": status, "attempt": post.attempt})

    def _free_lane(self, lane: str) -> None:
        waiting = self._lanes[lane]
        waiting.popleft()
        if waiting:
            self._ready.put(waiting[0])
        else:
            del self._lanes[lane]


def _status_answered(session: requests.Session, post: _Post) -> int | None:
    try:
        with session.post(
            post.url,
            data=post.body.encode(),
            timeout=TIMEOUT_S,
            allow_redirects=False,
            stream=True,  # only the status counts; an answer without end is not read
        ) as answer:
            return answer.status_code
    except (requests.RequestException, HTTPError, ValueError):
        # Down, too slow, no HTTP, or a URL that leads nowhere: all of it means "not acknowledged".
        return None
