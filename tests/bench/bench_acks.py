"""How soon the bot answers Slack and Flowroute, beside a bare Bolt app with an empty listener.

Both run behind the same gunicorn settings and take turns, request by request, so that whatever else the
machine is doing is unfair to neither.
"""

import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import requests

from sandbox.address import SIGNING_SECRET, WEBHOOK_TOKEN
from sandbox.server import QUICK, Sandbox
from tests.bench.bare_bolt import bare_bolt, command
from tests.bench.results import Result
from tests.stage import NUMBER, BotProcess, free_port

ROUNDS = 400
WARM_UP = 20
ACK_TARGET = 1.5


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder, Sandbox(pace=QUICK, data=Path(folder)) as sandbox:
        port = free_port()
        sandbox.deliver_to(port)
        bot = BotProcess(sandbox.bot_environment(port), Path(folder) / "bot.log")
        bot.start()
        bot.wait_until_ready()
        try:
            with bare_bolt(f"{sandbox.url}/slack/api/", SIGNING_SECRET, Path(folder)) as bare_url:
                bare, ours, webhooks = _in_turns(
                    lambda: _command(bare_url, sandbox.url),
                    lambda: _command(bot.url, sandbox.url),
                    lambda: _text(bot.url),
                )
        finally:
            bot.stop()
    ratio = ours[1] / bare[1]
    return [
        Result(
            name="slash command acknowledged, beside a bare Bolt app",
            figures=f"p50 {ours[0]:.1f} ms, p99 {ours[1]:.1f} ms (bare {bare[0]:.1f}, {bare[1]:.1f})",
            ratio=ratio,
            target=f"p99 at most {ACK_TARGET}x",
            met=ratio <= ACK_TARGET,
        ),
        Result(
            name="webhook answered after the commit, beside the same bare app",
            figures=f"p50 {webhooks[0]:.1f} ms, p99 {webhooks[1]:.1f} ms",
            ratio=webhooks[1] / bare[1],
            target="for the record",
            met=True,
        ),
    ]


def _in_turns(*contenders: Callable[[], requests.Response]) -> list[tuple[float, float]]:
    """(p50, p99) in milliseconds of each."""
    spent: list[list[float]] = [[] for _ in contenders]
    for turn in range(ROUNDS + WARM_UP):
        for contender, times in zip(contenders, spent, strict=True):
            began = time.perf_counter()
            answer = contender()
            took_ms = (time.perf_counter() - began) * 1000
            answer.raise_for_status()
            if turn >= WARM_UP:
                times.append(took_ms)
    return [(statistics.median(times), statistics.quantiles(times, n=100)[98]) for times in spent]


_session = requests.Session()


def _command(url: str, slack_url: str) -> requests.Response:
    """`/flowroute help`; its private answer leads nowhere, quickly."""
    body, headers = command(SIGNING_SECRET, f"{slack_url}/slack/response/nowhere")
    return _session.post(f"{url}/slack/events", data=body, headers=headers, timeout=10)


def _text(url: str) -> requests.Response:
    """A text from one of many people."""
    message_id = uuid.uuid4().hex
    message = {
        "id": f"mdr2-{message_id}",
        "to": NUMBER,
        "from": f"1425{int(message_id[:6], 16) % 10**7:07}",
        "body": "hi",
    }
    return _session.post(f"{url}/flowroute/{WEBHOOK_TOKEN}/sms", json=message, timeout=10)
