"""Troubles on purpose: what the Web API can be told to do wrong."""

import random
import threading
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "ratelimited", "http_500", "html_page", "latency", "held", "drop_before", "drop_after", "error"
]


@dataclass(frozen=True)
class Fault:
    """One way to go wrong; made by the functions below."""

    kind: Kind
    seconds: float = 0.0
    code: str = ""
    go_on: threading.Event | None = None

    @property
    def happens_first(self) -> bool:
        """Whether the call is never carried out."""
        return self.kind not in ("latency", "held", "drop_after")

    def hold(self) -> None:
        """Let the time before a held call pass; no time for another fault."""
        if self.kind == "held":
            (self.go_on or threading.Event()).wait(self.seconds)


def ratelimited(retry_after_s: int = 1) -> Fault:
    """429 with `Retry-After`; nothing done."""
    return Fault("ratelimited", seconds=retry_after_s)


def http_500() -> Fault:
    return Fault("http_500")


def html_page() -> Fault:
    """200 with a page where JSON is expected; nothing done."""
    return Fault("html_page")


def latency(seconds: float) -> Fault:
    """Done and answered, but late."""
    return Fault("latency", seconds=seconds)


def held(seconds: float) -> Fault:
    """Done late, whether or not the caller still waits for the answer."""
    return Fault("held", seconds=seconds)


def held_until(go_on: threading.Event) -> Fault:
    """Done once `go_on` is set, or a minute later: it takes as long as a test needs."""
    return Fault("held", seconds=60.0, go_on=go_on)


def drop_before() -> Fault:
    """The connection closes and nothing was done."""
    return Fault("drop_before")


def drop_after() -> Fault:
    """It is done, but the connection closes before the answer."""
    return Fault("drop_after")


def error(code: str) -> Fault:
    """`{"ok": false, "error": code}`; nothing done."""
    return Fault("error", code=code)


@dataclass
class _Planned:
    method: str
    fault: Fault
    times: int | None
    probability: float


@dataclass
class Faults:
    """The troubles still to come; the caller holds the workspace's lock."""

    dice: random.Random = field(default_factory=random.Random)
    _planned: list[_Planned] = field(default_factory=list)

    def add(self, method: str, fault: Fault, times: int | None = 1, probability: float = 1.0) -> None:
        """Let the next `times` calls of `method` (`*`: any) go wrong with `probability`; None for ever."""
        self._planned.append(_Planned(method, fault, times, probability))

    def clear(self) -> None:
        self._planned.clear()

    def next_for(self, method: str) -> Fault | None:
        """The trouble for this call, taken off the list."""
        for planned in self._planned:
            if planned.method in (method, "*") and self.dice.random() < planned.probability:
                if planned.times is not None:
                    planned.times -= 1
                    if not planned.times:
                        self._planned.remove(planned)
                return planned.fault
        return None
