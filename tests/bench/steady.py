"""A steady stream of requests, so many a second, whatever becomes of those before."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.bench.wire import Wire

MOST_CONNECTIONS = 64


Send = Callable[[Wire, int], None]
"""Makes the request of one place in the stream, on a connection that stays open."""


def steady_ms(port: int, send: Send, per_s: float, places: range) -> list[float]:
    """Milliseconds from when each request was due until it was answered: a late start counts as well."""
    local = threading.local()
    began = time.monotonic() + 0.5

    def deliver(place: int) -> float:
        due = began + (place - places.start) / per_s
        time.sleep(max(0.0, due - time.monotonic()))
        if not hasattr(local, "wire"):
            local.wire = Wire(port)
        send(local.wire, place)
        return (time.monotonic() - due) * 1000

    # At a calm rate fewer, so that the server finds none idle for long and closes it.
    with ThreadPoolExecutor(min(MOST_CONNECTIONS, 4 + round(per_s))) as pool:
        return list(pool.map(deliver, places))


def p99(milliseconds: Sequence[float]) -> float:
    return statistics.quantiles(milliseconds, n=100)[-1]
