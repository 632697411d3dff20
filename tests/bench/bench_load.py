"""Acknowledgements and webhooks at 10, 100 and 500 a second with busy workers, beside a bare Bolt app."""

import statistics
import tempfile
from functools import partial
from pathlib import Path

from tests.bench.bare_bolt import bare_bolt, command
from tests.bench.relay_bot import NUMBERS, SIGNING_SECRET, RelayBot, relay_bot
from tests.bench.results import Result
from tests.bench.scale import scaled
from tests.bench.steady import Send, p99, steady_ms
from tests.bench.wire import Wire

RATES = (10, 100, 500)
SLICES = 3
SLICE_S = scaled(5)
BACKLOG = scaled(40)
"""Texts that wait in each channel when a rate begins: the workers post one a second in fifty channels."""
SLOWER = 1.5
AT_MOST_MS = 1000


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-load-") as name:
        folder = Path(name)
        with (
            relay_bot(folder, f"sqlite:///{folder / 'bot.db'}") as bot,
            bare_bolt(bot.slack.url, SIGNING_SECRET, folder) as bare_url,
        ):
            bare_port = int(bare_url.rpartition(":")[2])
            return [result for rate in RATES for result in _at(rate, bot, bare_port)]


def _at(rate: int, bot: RelayBot, bare_port: int) -> list[Result]:
    """They take turns, so that whatever else the machine is doing is unfair to neither."""
    bot.texts([f"backlog{rate}-{place}" for place in range(len(NUMBERS) * BACKLOG)])
    contenders: dict[str, tuple[int, Send]] = {
        "bare": (bare_port, partial(_command, bot.slack.url)),
        "ours": (bot.port, partial(_command, bot.slack.url)),
        "webhook": (bot.port, partial(_text, bot, rate)),
    }
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(SLICES):
        places = range(turn * rate * SLICE_S, (turn + 1) * rate * SLICE_S)
        for name, (port, send) in contenders.items():
            spent[name] += steady_ms(port, send, rate, places)
    bare, ours, webhooks = spent.values()
    ratio = p99(ours) / p99(bare)
    calm = rate < max(RATES)
    return [
        Result(
            f"command acknowledged, {rate} a second, workers busy",
            f"{_told(ours)} (bare {_told(bare)})",
            ratio,
            f"p99 at most {SLOWER}x" if calm else f"none over {AT_MOST_MS / 1000:.0f} s",
            ratio <= SLOWER if calm else max(ours) <= AT_MOST_MS,
        ),
        Result(
            f"webhook answered, {rate} a second, workers busy",
            _told(webhooks),
            p99(webhooks) / p99(bare),
            "for the record" if calm else f"none over {AT_MOST_MS / 1000:.0f} s",
            calm or max(webhooks) <= AT_MOST_MS,
        ),
    ]


def _told(milliseconds: list[float]) -> str:
    p50 = statistics.median(milliseconds)
    return f"p50 {p50:.0f} ms, p99 {p99(milliseconds):.0f} ms, worst {max(milliseconds):.0f} ms"


def _command(slack_url: str, wire: Wire, _place: int) -> None:
    wire.post("/slack/events", *command(SIGNING_SECRET, f"{slack_url}/response"))


def _text(bot: RelayBot, rate: int, wire: Wire, place: int) -> None:
    bot.text(f"load{rate}-{place}", NUMBERS[place % len(NUMBERS)], wire)
