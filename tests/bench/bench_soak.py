"""An hour's texts and commands in ten minutes: memory and file handles stay where they are."""

import statistics
import tempfile
import threading
from pathlib import Path

from tests.bench.bare_bolt import command
from tests.bench.relay_bot import NUMBERS, SIGNING_SECRET, RelayBot, relay_bot
from tests.bench.results import Result
from tests.bench.scale import scaled
from tests.bench.steady import Send, p99, steady_ms
from tests.bench.wire import Wire

SOAK_S = scaled(600)
AN_HOUR = 14_000
"""Texts of an hour, from 10 million a month; in ten minutes that is 23 a second."""
PER_S = AN_HOUR / 600
COMMANDS_PER_S = 2
SAMPLES = 10
GROWTH_MIB = 10
MORE_FILES = 10


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-soak-") as name:
        folder = Path(name)
        with relay_bot(folder, f"sqlite:///{folder / 'bot.db'}") as bot:
            posts = bot.open_threads()
            sizes: list[tuple[float, int]] = []
            answered: list[float] = []
            stretch_s = SOAK_S / (SAMPLES + 1)
            for stretch in range(SAMPLES + 1):
                answered += _work(bot, stretch, stretch_s)
                sizes.append((bot.rss_mib(), bot.open_files()))
            bot.slack.wait_for(posts + len(answered))
    # The first stretch opens threads and connections and fills caches; what is under way at a moment differs.
    early, late = sizes[1 : 1 + SAMPLES // 2], sizes[-(SAMPLES // 2) :]
    grown = statistics.median(mib for mib, _ in late) - statistics.median(mib for mib, _ in early)
    more = statistics.median(files for _, files in late) - statistics.median(files for _, files in early)
    return [
        Result(
            f"soak of {SOAK_S / 60:.0f} min, {len(answered):,} texts: memory",
            " ".join(f"{mib:.0f}" for mib, _ in sizes) + " MiB",
            None,
            f"second half less than {GROWTH_MIB} MiB above the first",
            grown < GROWTH_MIB,
        ),
        Result(
            "the same: file handles",
            " ".join(str(files) for _, files in sizes),
            None,
            f"second half at most {MORE_FILES} above the first",
            more <= MORE_FILES,
        ),
        Result("the same: webhook answered", f"p99 {p99(answered):.0f} ms", None, "for the record", met=True),
    ]


def _work(bot: RelayBot, stretch: int, for_s: float) -> list[float]:
    """Texts and commands at once for some seconds; how long the webhooks took, in milliseconds."""

    def text(wire: Wire, place: int) -> None:
        bot.text(f"soak{stretch}-{place}", NUMBERS[place % len(NUMBERS)], wire)

    places = range(round(for_s * COMMANDS_PER_S))
    commands = threading.Thread(target=steady_ms, args=(bot.port, _commands(bot), COMMANDS_PER_S, places))
    commands.start()
    answered = steady_ms(bot.port, text, PER_S, range(round(for_s * PER_S)))
    commands.join()
    return answered


def _commands(bot: RelayBot) -> Send:
    def send(wire: Wire, _place: int) -> None:
        wire.post("/slack/events", *command(SIGNING_SECRET, f"{bot.slack.url}/response"))

    return send
