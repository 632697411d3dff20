"""Listing a large account: pages ahead against one page after another."""

import time

from flowroute import Flowroute
from tests.bench.carrier import KEYS, carrier
from tests.bench.results import Result

NUMBERS = 10_000
PAGE = 200
LATENCY_S = 0.05
TARGET = 4.0


def run() -> list[Result]:
    with carrier(numbers=NUMBERS, latency_s=LATENCY_S) as url, Flowroute(*KEYS, url) as client:
        client.numbers.get("12062000000")

        started = time.perf_counter()
        one_by_one = [
            number
            for offset in range(0, NUMBERS, PAGE)
            for number in client.numbers.list(limit=PAGE, offset=offset)
        ]
        alone = time.perf_counter() - started

        started = time.perf_counter()
        together = list(client.numbers.list())
        ahead = time.perf_counter() - started

    complete = one_by_one == together and len(together) == NUMBERS
    return [
        Result(
            name=f"list of {NUMBERS:,} numbers, {LATENCY_S * 1000:.0f} ms a page",
            figures=f"{ahead:.2f} s against {alone:.2f} s{'' if complete else ', and INCOMPLETE'}",
            ratio=alone / ahead,
            target=f"at least {TARGET:.0f}x as fast",
            met=complete and alone / ahead >= TARGET,
        )
    ]
