"""What orders promise: how long one takes against the carrier's own time, and how many go through.

Bot and stand-ins share a process, so that a confirmed order is taken up as it is in the bot's own.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.store.orders import OrderState
from bot.store.set_up import SetUp
from sandbox.flowroute_api import Latency
from sandbox.server import QUICK, Sandbox
from tests.bench.results import Result
from tests.bot.provisioning.desk import ADA, EVERYTHING, Desk
from tests.stage import TELECOM, Stage, wait_for

LATENCY_S = 0.25
MANY = 20
SLOWER_ONE, SLOWER_MANY = 1.3, 6.0
ORDERS, A_SECOND = 40, 3.0
WITHIN_S = 300.0
SUMMARY = ":white_check_mark: Bought"


def run() -> list[Result]:
    one_s, calls = _to_summary(1)
    many_s, _ = _to_summary(MANY)
    carriers_s = calls * LATENCY_S
    per_s = _orders_per_s()
    return [
        Result(
            "order of one number with everything, confirm to summary",
            f"{one_s:.1f} s, and {calls} calls of {LATENCY_S * 1000:.0f} ms are {carriers_s:.1f} s",
            one_s / carriers_s,
            f"at most {SLOWER_ONE}x the carrier's",
            one_s <= SLOWER_ONE * carriers_s,
        ),
        Result(
            f"order of {MANY} numbers with everything, confirm to summary",
            f"{many_s:.1f} s",
            many_s / one_s,
            f"at most {SLOWER_MANY:.0f}x of one",
            many_s <= SLOWER_MANY * one_s,
        ),
        Result(
            f"{ORDERS} orders of one number at once",
            f"{per_s:.1f} orders/s",
            None,
            f"at least {A_SECOND:.0f}/s",
            per_s >= A_SECOND,
        ),
    ]


def _to_summary(count: int) -> tuple[float, int]:
    """Seconds from the confirmation to the summary in Slack, and how many calls the carrier had."""
    with _desk() as desk:
        draft = desk.draft(_for_sale(desk, count), EVERYTHING)
        for method in ("GET", "POST", "PATCH"):
            desk.carrier.faults.add(method=method, path_pattern=".*", fault=Latency(LATENCY_S), times=None)
        before = len(desk.carrier.calls)
        began = time.monotonic()
        desk.stage.orders.confirm(ADA, draft.id)
        wait_for(
            lambda: any(text.startswith(SUMMARY) for text in desk.stage.texts_in(TELECOM)),
            "the summary",
            WITHIN_S,
        )
        return time.monotonic() - began, len(desk.carrier.calls) - before


def _orders_per_s() -> float:
    with _desk() as desk:
        drafts = [desk.draft([number], SetUp(messaging=False)) for number in _for_sale(desk, ORDERS)]
        began = time.monotonic()
        for draft in drafts:
            desk.stage.orders.confirm(ADA, draft.id)
        for draft in drafts:
            desk.at_rest(draft.id, OrderState.DONE)
        return ORDERS / (time.monotonic() - began)


def _for_sale(desk: Desk, count: int) -> list[str]:
    return sorted(number for number in desk.carrier._world.stock if number.startswith("1206"))[:count]


@contextmanager
def _desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="bench-orders-") as name:
        folder = Path(name)
        with Sandbox(pace=QUICK, data=folder) as sandbox:
            stage = Stage(sandbox, f"sqlite:///{folder / 'bot.db'}")
            with stage.bot(AUDIT_CHANNEL="", POLL_SECONDS="0"):
                yield Desk(stage)
