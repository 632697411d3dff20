"""How the bot's figures grow when there is ten times as much of something."""

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.relay_bot import HASTY, NUMBERS, RelayBot, relay_bot
from tests.bench.results import Result
from tests.bench.scale import scaled
from tests.bench.stored import fill

ROUNDS, A_ROUND = 5, scaled(100)
IDLE_S = scaled(10)


@dataclass(frozen=True)
class Size:
    """What a bot has to carry."""

    links: int = 50
    numbers: int = 1_000
    texts: int = scaled(20_000)


ONCE = Size()
TEN_TIMES = {
    f"{ONCE.links * 10:,} links": Size(links=ONCE.links * 10),
    f"{ONCE.numbers * 10:,} numbers on the account": Size(numbers=ONCE.numbers * 10),
    f"{ONCE.texts * 10:,} texts stored": Size(texts=ONCE.texts * 10),
}


@dataclass(frozen=True)
class Figures:
    """What one bot costs: CPU milliseconds a text, CPU percent when idle, MiB, milliseconds until Slack."""

    cpu_ms: float
    idle: float
    rss_mib: float
    relayed_ms: float


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-growth-") as name:
        base = _figures(Path(name) / "once", ONCE)
        return [
            Result(
                f"{ONCE.links} links, {ONCE.numbers:,} numbers, {ONCE.texts:,} texts",
                _told(base),
                None,
                "for the record",
                met=True,
            ),
            *(
                _compared(f"the same with {what}", _figures(Path(name) / str(place), size), base)
                for place, (what, size) in enumerate(TEN_TIMES.items())
            ),
        ]


def _compared(what: str, figures: Figures, base: Figures) -> Result:
    return Result(what, _told(figures), figures.cpu_ms / base.cpu_ms, "for the record", met=True)


def _told(figures: Figures) -> str:
    return (
        f"{figures.cpu_ms:.1f} ms CPU a text, {figures.relayed_ms:.0f} ms to Slack, "
        f"idle {figures.idle:.1f} %, {figures.rss_mib:.0f} MiB"
    )


def _figures(folder: Path, size: Size) -> Figures:
    folder.mkdir()
    database_url = f"sqlite:///{folder / 'bot.db'}"
    fill(database_url, size.texts)
    with relay_bot(folder, database_url, module=HASTY, links=size.links, numbers=size.numbers) as bot:
        posts = bot.open_threads()
        costs = [_cpu_ms_each(bot, posts, turn) for turn in range(ROUNDS)]
        idle = bot.cpu_s()
        time.sleep(IDLE_S)
        idle = (bot.cpu_s() - idle) / IDLE_S * 100
        relayed = [_relayed_ms(bot, place) for place in range(len(NUMBERS))]
        return Figures(statistics.median(costs), idle, bot.rss_mib(), statistics.median(relayed))


def _cpu_ms_each(bot: RelayBot, posts: int, turn: int) -> float:
    names = [f"turn{turn}-{place}" for place in range(A_ROUND)]
    return bot.cpu_ms_each(names, posts + (turn + 1) * A_ROUND)


def _relayed_ms(bot: RelayBot, place: int) -> float:
    began = time.monotonic()
    bot.text(f"alone{place}", NUMBERS[place])
    return (bot.slack.arrival(f"alone{place}") - began) * 1000
