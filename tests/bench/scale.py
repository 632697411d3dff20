"""How much the benchmarks do: `BENCH_SCALE=0.1` makes all of them a tenth as long, to try them out."""

import os

SCALE = float(os.environ.get("BENCH_SCALE", "1"))


def scaled(full: int) -> int:
    """So much of `full` (requests, texts, seconds), at least one."""
    return max(1, round(full * SCALE))
