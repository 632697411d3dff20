"""What is on the account, kept for a moment, so that pickers can look for it as people type.

Slack waits three seconds for the choices of a picker; thousands of numbers take Flowroute longer.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from flowroute import Flowroute
from flowroute.cnam import Cnam
from flowroute.e911 import E911Record
from flowroute.numbers import OwnedNumber
from flowroute.routes import Route

T = TypeVar("T")

KEPT_S = 30.0


class Kept(Generic[T]):
    """A list that is read again when it is older than `KEPT_S`; by one thread, the others wait for it."""

    def __init__(self, read: Callable[[], Iterable[T]]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._items: Sequence[T] = ()
        self._until = 0.0

    def items(self) -> Sequence[T]:
        """May raise FlowrouteError."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._items = tuple(self._read())
                self._until = time.monotonic() + KEPT_S
            return self._items


class Catalogue:
    """The account's numbers, routes, emergency addresses and caller names, at most `KEPT_S` seconds old."""

    def __init__(self, flowroute: Flowroute) -> None:
        self.numbers: Kept[OwnedNumber] = Kept(flowroute.numbers.list)
        self.routes: Kept[Route] = Kept(flowroute.routes.list)
        self.addresses: Kept[E911Record] = Kept(flowroute.e911.list)
        self.caller_names: Kept[Cnam] = Kept(flowroute.cnam.list)
