"""`python -m tests.soak`: orders of five numbers in processes killed at every call, on both databases.

`SOAK_NUMBERS=1` in the environment orders one, to try it out. Prints what happened; exits 1 when a number was
bought twice or is not as it was ordered.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests import databases
from tests.bot.crashes.order_desk import ALL, Deadly, order_desk

NUMBERS = int(os.environ.get("SOAK_NUMBERS", "5"))
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


def main() -> int:
    is_fine = True
    for kind in databases.KINDS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="soak-") as name:
            folder = Path(name)
            with order_desk(databases.migrated(kind, folder), folder) as desk:
                order_id = desk.confirm(NUMBERS, ALL)
                try:
                    kills = desk.run_with_kills(order_id, Deadly(*METHODS))
                    desk.assert_as_ordered(order_id)
                    told = f"{kills} kills, each number bought once and set up as ordered"
                except AssertionError as error:
                    is_fine = False
                    told = f"FAILED: {error}"
                calls = len(desk.wire.passed)
        took_s = time.monotonic() - began
        print(f"{kind}: {NUMBERS} numbers, {calls} calls, {told}, {took_s:.0f} s", flush=True)  # noqa: T201 - the report
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
