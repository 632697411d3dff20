"""1, 2 and 4 processes on one PostgreSQL: what they relay a second, how soon, and what one leaves behind."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import databases
from tests.bench.distance import far_away
from tests.bench.relay_bot import HASTY, NUMBERS, RelayBot, relay_bot, relay_bots
from tests.bench.results import Result
from tests.bench.scale import scaled
from tests.bench.steady import p99, steady_ms
from tests.bench.wire import Wire

PROCESSES = (1, 2, 4)
FLOOD = scaled(3_000)
PER_S, FOR_S = 20, scaled(10)
ROUND_TRIP_S = 0.002
"""To a PostgreSQL in another data center of the same city."""
FROM_AFAR = scaled(600)
ORPHANS = 200
"""Texts that a process has accepted, and mostly not yet posted, when it is killed."""
ADOPTED_WITHIN_S = 10.0


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-workers-") as name:
        relayed = [_relayed_by(count, Path(name) / str(count)) for count in PROCESSES]
        return [*relayed, _relayed_from_afar(Path(name) / "afar"), _adopted(Path(name) / "adopted")]


def _relayed_by(count: int, folder: Path) -> Result:
    """Every process serves and works; webhooks come to each in turn, as from a load balancer."""
    folder.mkdir()
    database_url = databases.fresh("postgresql", folder)
    with relay_bots(folder, database_url, module=HASTY, count=count) as bots:
        posts = bots[0].open_threads()
        relayed = _relayed_ms(bots)
        before, began = sum(bot.cpu_s() for bot in bots), time.monotonic()
        _share(bots, [f"flood{place}" for place in range(FLOOD)])
        accepted_s = time.monotonic() - began
        bots[0].slack.wait_for(posts + PER_S * FOR_S + FLOOD)
        relayed_s = time.monotonic() - began
        cpu_ms = (sum(bot.cpu_s() for bot in bots) - before) / FLOOD * 1000
    return Result(
        f"{count} process{'es' if count > 1 else ''} on PostgreSQL",
        f"{FLOOD / accepted_s:.0f} texts/s accepted, {FLOOD / relayed_s:.0f}/s relayed, "
        f"{cpu_ms:.1f} ms CPU each; at {PER_S}/s in Slack after "
        f"p50 {statistics.median(relayed):.0f} ms, p99 {p99(relayed):.0f} ms",
        None,
        "for the record",
        met=True,
    )


def _relayed_from_afar(folder: Path) -> Result:
    """What the way to the database costs."""
    folder.mkdir()
    with (
        far_away(databases.fresh("postgresql", folder), ROUND_TRIP_S) as database_url,
        relay_bot(folder, database_url, module=HASTY) as bot,
    ):
        posts = bot.open_threads()
        began = time.monotonic()
        bot.texts([f"far{place}" for place in range(FROM_AFAR)])
        bot.slack.wait_for(posts + FROM_AFAR)
        relayed_s = time.monotonic() - began
    return Result(
        f"1 process, PostgreSQL {ROUND_TRIP_S * 1000:.0f} ms away",
        f"{FROM_AFAR / relayed_s:.0f}/s relayed",
        None,
        "for the record",
        met=True,
    )


def _adopted(folder: Path) -> Result:
    """One of two is killed with its hands full; until the other has all that it left in Slack."""
    folder.mkdir()
    with relay_bots(folder, databases.fresh("postgresql", folder), module=HASTY, count=2) as bots:
        bots[0].open_threads()
        names = [f"orphan{place}" for place in range(ORPHANS)]
        bots[0].texts(names)
        bots[0].process.kill()
        killed = time.monotonic()
        took_s = max(0.0, max(bots[1].slack.arrival(name) for name in names) - killed)
    return Result(
        "work of a killed process adopted",
        f"the last of {ORPHANS} texts in Slack after {took_s:.1f} s",
        None,
        f"{ADOPTED_WITHIN_S:.0f} s",
        met=took_s <= ADOPTED_WITHIN_S,
    )


def _share(bots: Sequence[RelayBot], names: Sequence[str]) -> None:
    """Deliver the texts, a share to each process at the same time."""
    with ThreadPoolExecutor(len(bots)) as pool:
        shares = [names[place :: len(bots)] for place in range(len(bots))]
        list(pool.map(lambda bot, share: bot.texts(share), bots, shares))


def _relayed_ms(bots: Sequence[RelayBot]) -> list[float]:
    """Milliseconds from a webhook to its post, at a calm rate."""
    began: dict[str, float] = {}

    def text(_wire: Wire, place: int) -> None:
        name = f"calm{place}"
        began[name] = time.monotonic()
        bots[place % len(bots)].text(name, NUMBERS[place % len(NUMBERS)])

    steady_ms(bots[0].port, text, PER_S, range(PER_S * FOR_S))
    return [(bots[0].slack.arrival(name) - since) * 1000 for name, since in began.items()]
