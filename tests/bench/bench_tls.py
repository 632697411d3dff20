"""What it costs that Slack is reached over TLS: each call of the SDK shakes hands anew."""

import tempfile
from pathlib import Path

from tests.bench.relay_bot import HASTY, relay_bot
from tests.bench.results import Result
from tests.bench.scale import scaled

TEXTS = scaled(500)
AT_MOST = 2.0


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-tls-") as name:
        plain = _cpu_ms_each(Path(name) / "plain", tls=False)
        secure = _cpu_ms_each(Path(name) / "tls", tls=True)
    ratio = secure / plain
    return [
        Result(
            "a text relayed over TLS, beside one without",
            f"{secure:.1f} ms CPU beside {plain:.1f}",
            ratio,
            f"at most {AT_MOST}x",
            ratio <= AT_MOST,
        )
    ]


def _cpu_ms_each(folder: Path, *, tls: bool) -> float:
    folder.mkdir()
    with relay_bot(folder, f"sqlite:///{folder / 'bot.db'}", module=HASTY, tls=tls) as bot:
        posts = bot.open_threads()
        return bot.cpu_ms_each([f"text{place}" for place in range(TEXTS)], posts + TEXTS)
