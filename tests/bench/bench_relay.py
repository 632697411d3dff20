"""What the relay promises about speed and size: one process on SQLite unless it says otherwise."""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import databases
from tests.bench.relay_bot import HASTY, NUMBERS, RelayBot, relay_bot
from tests.bench.results import Result
from tests.bench.scale import scaled
from tests.bench.steady import p99, steady_ms
from tests.bench.stored import fill
from tests.bench.wire import Wire

SETTLE_S = 4.0
"""After a start or a burst, until nothing is left to do and the burst that Slack allows is there again."""
IDLE_S = scaled(20)
BUSY = NUMBERS[:10]
"""The numbers that get the bursts; what is relayed meanwhile, a post a second each, is part of the price."""
RATE_PER_S, RATE_FOR_S = 100, scaled(10)
SATURATED = scaled(3_000)
MANY = scaled(20_000)
PAST = scaled(1_000_000)
ROUNDS, A_ROUND = 7, scaled(150)

LATENCY_MS = 150
P99_MS = 50
SHARE = 0.5
IDLE_SQLITE, IDLE_POSTGRESQL = 2.0, 3.0
RSS_MIB, GROWTH_MIB = 150, 10
SLOWER = 1.2


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-relay-") as name:
        folder = Path(name)
        return [
            *_quiet(folder / "quiet"),
            _saturated(folder / "saturated"),
            *_idle_on_postgresql(folder / "postgresql"),
            *_size(folder / "size"),
            _long_past(folder / "past"),
        ]


def _quiet(folder: Path) -> list[Result]:
    """An idle bot, single texts, then a steady hundred a second."""
    with relay_bot(folder, _sqlite(folder)) as bot:
        time.sleep(SETTLE_S)
        idle = _idle_percent(bot)
        bot.open_threads()
        time.sleep(SETTLE_S)
        latencies = [_latency_ms(bot, place) for place in range(len(NUMBERS))]
        answered = _answered_ms(bot)
    p50 = statistics.median(latencies)
    return [
        Result(
            "idle CPU on SQLite",
            f"{idle:.2f} % of a core over {IDLE_S} s",
            None,
            f"under {IDLE_SQLITE} %",
            idle < IDLE_SQLITE,
        ),
        Result(
            "webhook to Slack call begun, idle",
            f"p50 {p50:.0f} ms, worst {max(latencies):.0f} ms of {len(latencies)}",
            None,
            f"p50 under {LATENCY_MS} ms",
            p50 < LATENCY_MS,
        ),
        Result(
            f"webhook answered, {RATE_PER_S} a second",
            f"p99 {p99(answered):.0f} ms, p50 {statistics.median(answered):.0f} ms of {len(answered):,}",
            None,
            f"p99 under {P99_MS} ms",
            p99(answered) < P99_MS,
        ),
    ]


def _latency_ms(bot: RelayBot, place: int) -> float:
    began = time.monotonic()
    bot.text(f"alone{place}", NUMBERS[place])
    return (bot.slack.arrival(f"alone{place}") - began) * 1000


def _answered_ms(bot: RelayBot) -> list[float]:
    def text(wire: Wire, place: int) -> None:
        bot.text(f"steady{place}", BUSY[place % len(BUSY)], wire)

    return steady_ms(bot.port, text, RATE_PER_S, range(RATE_PER_S * RATE_FOR_S))


def _saturated(folder: Path) -> Result:
    """Before and after the bot the yardstick is taken, so that a busy machine is unfair to none."""
    bare = [_accepted(folder / "before", "tests.bench.bare_insert")]
    ours, cpu_ms = _accepted(folder / "bot", "bot")
    bare.append(_accepted(folder / "after", "tests.bench.bare_insert"))
    ratio = ours / statistics.mean(rate for rate, _ in bare)
    return Result(
        "webhooks accepted, against one bare insert each",
        f"{ours:.0f}/s with {cpu_ms:.1f} ms CPU each against "
        + " and ".join(f"{rate:.0f}/s with {cpu:.1f}" for rate, cpu in bare),
        ratio,
        f"at least {SHARE}x",
        ratio >= SHARE,
    )


def _accepted(folder: Path, module: str) -> tuple[float, float]:
    """Webhooks a second, and CPU milliseconds for each and what is relayed meanwhile."""
    with relay_bot(folder, _sqlite(folder), module=module) as bot:
        bot.texts([f"warm{place}" for place in range(200)], BUSY)
        before, began = bot.cpu_s(), time.monotonic()
        bot.texts([f"many{place}" for place in range(SATURATED)], BUSY)
        rate = SATURATED / (time.monotonic() - began)
        return rate, (bot.cpu_s() - before) / SATURATED * 1000


def _idle_on_postgresql(folder: Path) -> list[Result]:
    folder.mkdir(parents=True)
    database_url = databases.fresh("postgresql", folder)
    with (
        relay_bot(folder / "web", database_url) as web,
        relay_bot(folder / "worker", database_url, "worker") as worker,
    ):
        time.sleep(SETTLE_S)
        with ThreadPoolExecutor(2) as pool:
            percents = list(pool.map(_idle_percent, (web, worker)))
    return [
        Result(
            "idle CPU on PostgreSQL, web and worker beside it",
            " and ".join(f"{percent:.2f} %" for percent in percents) + f" of a core over {IDLE_S} s",
            None,
            f"under {IDLE_POSTGRESQL} % each",
            max(percents) < IDLE_POSTGRESQL,
        )
    ]


def _idle_percent(bot: RelayBot) -> float:
    before = bot.cpu_s()
    time.sleep(IDLE_S)
    return (bot.cpu_s() - before) / IDLE_S * 100


def _size(folder: Path) -> list[Result]:
    with relay_bot(folder, _sqlite(folder), module=HASTY) as bot:
        posts = bot.open_threads()
        rss = []
        for half in range(2):
            bot.texts([f"half{half}-{place}" for place in range(MANY // 2)])
            bot.slack.wait_for(posts + (half + 1) * (MANY // 2))
            rss.append(bot.rss_mib())
    growth = rss[1] - rss[0]
    return [
        Result(
            f"memory after {MANY:,} texts",
            f"{rss[1]:.0f} MiB resident",
            None,
            f"under {RSS_MIB} MiB",
            rss[1] < RSS_MIB,
        ),
        Result(
            f"memory grown over the last {MANY // 2:,}",
            f"{growth:.1f} MiB",
            None,
            f"under {GROWTH_MIB} MiB",
            growth < GROWTH_MIB,
        ),
    ]


def _long_past(folder: Path) -> Result:
    """CPU of the bot for a text, from webhook to post; both bots run, and take turns."""
    past = _sqlite(folder / "past")
    (folder / "past").mkdir(parents=True)
    fill(past, PAST)
    with (
        relay_bot(folder / "empty", _sqlite(folder / "empty"), module=HASTY) as empty,
        relay_bot(folder / "past", past, module=HASTY) as full,
    ):
        bots = (empty, full)
        posts = [bot.open_threads() for bot in bots]
        costs: list[list[float]] = [[], []]
        for turn in range(ROUNDS):
            names = [f"turn{turn}-{place}" for place in range(A_ROUND)]
            for bot, spent, before in zip(bots, costs, posts, strict=True):
                spent.append(bot.cpu_ms_each(names, before + (turn + 1) * A_ROUND))
    ours, yardstick = statistics.median(costs[1]), statistics.median(costs[0])
    return Result(
        f"relay of one text with {PAST:,} stored, against an empty store, CPU",
        f"{ours:.1f} ms against {yardstick:.1f} ms, median of {ROUNDS} times {A_ROUND}",
        ours / yardstick,
        f"at most {SLOWER}x",
        ours / yardstick <= SLOWER,
    )


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'bot.db'}"
