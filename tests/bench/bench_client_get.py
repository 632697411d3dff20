"""What the client adds to a bare request: CPU time of `numbers.get` against requests and json alone."""

import json
import statistics
import time
from collections.abc import Callable

import requests

from flowroute import Flowroute
from tests.bench.carrier import KEYS, carrier
from tests.bench.results import Result

ROUNDS = 1_000
NUMBER = "12062000000"
TARGET = 1.1


def run() -> list[Result]:
    with carrier(numbers=1) as url, requests.Session() as session, Flowroute(*KEYS, url) as client:
        session.auth = KEYS
        address = f"{url}/v2/numbers/{NUMBER}"
        bare, ours = _cpu_ms(
            lambda: json.loads(session.get(address, timeout=30).content), lambda: client.numbers.get(NUMBER)
        )
    return [
        Result(
            name="numbers.get against Session.get + json.loads, CPU",
            figures=f"{ours:.3f} ms against {bare:.3f} ms, median of {ROUNDS:,}",
            ratio=ours / bare,
            target=f"at most {TARGET}x",
            met=ours / bare <= TARGET,
        )
    ]


def _cpu_ms(*contenders: Callable[[], object]) -> tuple[float, ...]:
    """Median CPU milliseconds of each; they take turns, so that a busy machine is unfair to none."""
    spent: list[list[int]] = [[] for _ in contenders]
    for turn in range(ROUNDS + 20):
        for contender, times in zip(contenders, spent, strict=True):
            started = time.thread_time_ns()
            contender()
            if turn >= 20:  # the first ones open connections
                times.append(time.thread_time_ns() - started)
    return tuple(statistics.median(times) / 1e6 for times in spent)
