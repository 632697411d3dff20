"""What a large account weighs once it is parsed."""

import tracemalloc

from flowroute import Flowroute
from tests.bench.carrier import KEYS, carrier
from tests.bench.results import Result

NUMBERS = 10_000
TARGET_MIB = 40


def run() -> list[Result]:
    with carrier(numbers=NUMBERS) as url, Flowroute(*KEYS, url) as client:
        list(client.numbers.list(limit=400))  # connections and caches are not what is weighed
        tracemalloc.start()
        kept = list(client.numbers.list())
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    mib = held / 2**20
    return [
        Result(
            name=f"{len(kept):,} parsed numbers in memory",
            figures=f"{mib:.1f} MiB",
            ratio=None,
            target=f"under {TARGET_MIB} MiB",
            met=len(kept) == NUMBERS and mib < TARGET_MIB,
        )
    ]
