"""Trouble on request: what goes wrong with the next calls, and with the webhooks."""

import random
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

HELD_AT_MOST_S = 60.0


@dataclass(frozen=True)
class Latency:
    """The answer comes `seconds` later."""

    seconds: float

    def pass_by(self) -> None:
        time.sleep(self.seconds)


@dataclass(frozen=True)
class Hold:
    """The call is carried out once `go_on` is set, or a minute later: it takes as long as a test needs."""

    go_on: threading.Event

    def pass_by(self) -> None:
        self.go_on.wait(HELD_AT_MOST_S)


@dataclass(frozen=True)
class Refuse:
    """Answered with `status` and the documented error body; the call has no effect.

    `fields` are what a 422 finds wrong: name -> sentences.
    """

    status: Literal[401, 403, 404, 422, 429, 500, 503]
    retry_after_s: int | None = None
    fields: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class HtmlPage:
    """A gateway's HTML error page instead of JSON; the call has no effect."""

    status: int = 502


@dataclass(frozen=True)
class EmptyBody:
    """The call takes effect and answers its usual status, without a body."""


@dataclass(frozen=True)
class Drop:
    """The connection is cut without an answer, before or after the call took effect."""

    when: Literal["before effect", "after effect"]


Delay = Latency | Hold
Fault = Delay | Refuse | HtmlPage | EmptyBody | Drop


@dataclass
class _Rule:
    method: str
    path: re.Pattern[str]
    fault: Fault
    left: int | None
    probability: float


@dataclass
class Faults:
    """The switches of one carrier. Everything is off until a test or a person turns it on.

    `webhook_copies` posts each webhook between the first and the second number of times, in parallel;
    `webhook_shuffle` puts them out in any order; `messaging_fails` makes switching a number's messaging on
    fail (a purchase then answers 207); `exports_fail` ends CDR exports as failed; `odd_records` stand, as
    they are, at the head of every list of messages; `webhooks_forget_files` posts picture messages without
    what tells of their files; `receipts_get_lost` posts none, and only records tell.
    """

    webhook_copies: tuple[int, int] = (1, 1)
    webhook_shuffle: bool = False
    messaging_fails: bool = False
    exports_fail: bool = False
    webhooks_forget_files: bool = False
    receipts_get_lost: bool = False
    odd_records: tuple[object, ...] = ()
    dice: random.Random = field(default_factory=random.Random)
    _rules: list[_Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        *,
        method: str,
        path_pattern: str,
        fault: Fault,
        times: int | None = 1,
        probability: float = 1.0,
    ) -> None:
        r"""Let `fault` happen, with `probability`, to `times` calls (None: no end) whose whole path matches.

        The path is the provider's, without the prefix the stand-in is mounted under: `/v2/numbers/\d+`.
        """
        with self._lock:
            self._rules.append(_Rule(method.upper(), re.compile(path_pattern), fault, times, probability))

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def take(self, method: str, path: str) -> list[Fault]:
        """The faults of this call: every matching delay, and the first matching one of another kind."""
        taken: list[Fault] = []
        with self._lock:
            for rule in self._rules:
                is_delay = isinstance(rule.fault, Delay)
                full = not is_delay and any(not isinstance(fault, Delay) for fault in taken)
                if full or rule.method != method or not rule.path.fullmatch(path):
                    continue
                if self.dice.random() >= rule.probability:
                    continue
                taken.append(rule.fault)
                if rule.left is not None:
                    rule.left -= 1
            self._rules = [rule for rule in self._rules if rule.left != 0]
        return taken
