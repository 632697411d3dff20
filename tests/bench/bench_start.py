"""How soon the bot is ready after it was started."""

import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.relay_bot import relay_bot
from tests.bench.results import Result
from tests.bench.scale import scaled

STARTS = scaled(5)
TARGET_S = 3.0


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-start-") as name:
        folder = Path(name)
        with relay_bot(folder, f"sqlite:///{folder / 'bot.db'}") as bot:
            spent = []
            for _ in range(STARTS):
                bot.process.stop()
                began = time.monotonic()
                bot.process.start()
                bot.process.wait_until_ready()
                spent.append(time.monotonic() - began)
    median = statistics.median(spent)
    return [
        Result(
            "start until /readyz says yes",
            f"{median:.1f} s, worst {max(spent):.1f} s of {STARTS}",
            None,
            f"under {TARGET_S:.0f} s",
            median < TARGET_S,
        )
    ]
