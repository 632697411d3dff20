"""`python -m tests.bench [name…]`: run the benchmarks whose module name contains a name, print a table.

A benchmark is a module `bench_*.py` in this folder with `run() -> list[Result]`. `BENCH_SCALE=0.1` in the
environment makes them a tenth as long: to try them out, the figures say little then.
Exits 1 when a target is missed, 2 when there is no such benchmark.
"""

import importlib
import pkgutil
import sys
import time
from collections.abc import Sequence
from types import ModuleType

import tests.bench
from tests.bench.results import Result, table
from tests.bench.scale import SCALE


def modules(wanted: Sequence[str]) -> list[ModuleType]:
    names = sorted(found.name for found in pkgutil.iter_modules(tests.bench.__path__))
    return [
        importlib.import_module(f"tests.bench.{name}")
        for name in names
        if name.startswith("bench_") and (not wanted or any(part in name for part in wanted))
    ]


def main(wanted: Sequence[str]) -> int:
    found = modules(wanted)
    if not found:
        print("No benchmark has such a name.", file=sys.stderr)  # noqa: T201 - a command line tool
        return 2
    results: list[Result] = []
    for module in found:
        print(f"Running {module.__name__} ...", file=sys.stderr)  # noqa: T201 - a command line tool
        began = time.monotonic()
        results += module.run()
        print(f"... took {time.monotonic() - began:.0f} s", file=sys.stderr)  # noqa: T201 - the same
    print(table(results))  # noqa: T201 - the table is what was asked for
    if SCALE != 1:
        print(f"At {SCALE} of the size: figures to compare with others take the whole.")  # noqa: T201
    return 0 if all(result.met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
