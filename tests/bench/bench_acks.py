"""How soon the bot answers Slack and Flowroute, beside a bare Bolt app with an empty listener.

Both run behind the same gunicorn settings and take turns, request by request, so that whatever else the
machine is doing is unfair to neither.
"""

import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import requests
from slack_sdk.signature import SignatureVerifier

from sandbox.address import SIGNING_SECRET, WEBHOOK_TOKEN
from sandbox.server import QUICK, Sandbox
from tests.bench.results import Result
from tests.stage import ADMIN, NUMBER, ROOT, TELECOM, BotProcess, free_port, wait_for

ROUNDS = 400
WARM_UP = 20
ACK_TARGET = 1.5
BARE_APP = """
import os, sys
from flask import Flask, request
from gunicorn.app.base import BaseApplication
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

class Bare(BaseApplication):
    def load_config(self):
        for name, value in dict(bind=sys.argv[1], worker_class="gthread", workers=1, threads=32,
                                keepalive=30, loglevel="warning", control_socket_disable=True).items():
            self.cfg.set(name, value)

    def load(self):
        app = App(client=WebClient(token="xoxb-sandbox", base_url=sys.argv[2]),
                  signing_secret=sys.argv[3], token_verification_enabled=False)
        app.command("/flowroute")(lambda ack: ack())
        flask = Flask("bare")
        flask.post("/slack/events")(lambda: SlackRequestHandler(app).handle(request))
        flask.get("/healthz", endpoint="health")(lambda: "ok")
        return flask

Bare().run()
"""


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder, Sandbox(pace=QUICK, data=Path(folder)) as sandbox:
        port = free_port()
        sandbox.deliver_to(port)
        bot = BotProcess(sandbox.bot_environment(port), Path(folder) / "bot.log")
        bot.start()
        bot.wait_until_ready()
        try:
            with bare_bolt(sandbox, Path(folder)) as bare_url:
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


@contextmanager
def bare_bolt(sandbox: Sandbox, folder: Path) -> Iterator[str]:
    """The address of a Bolt app that acknowledges and does nothing else."""
    script = folder / "bare.py"
    script.write_text(BARE_APP)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(script), f"127.0.0.1:{port}", f"{sandbox.url}/slack/api/", SIGNING_SECRET]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(lambda: _answers(url), "the bare app to answer", timeout_s=30)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=1).ok
    except requests.RequestException:
        return False


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
    """`/flowroute help`, signed as Slack does; its private answer leads nowhere, quickly."""
    body = urlencode(
        {
            "team_id": "T0SANDBOX",
            "user_id": ADMIN,
            "user_name": "ada",
            "channel_id": TELECOM,
            "channel_name": "telecom",
            "command": "/flowroute",
            "text": "help",
            "trigger_id": uuid.uuid4().hex,
            "response_url": f"{slack_url}/slack/response/nowhere",
            "api_app_id": "A0FLOW",
        }
    )
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=stamp, body=body)
    return _session.post(
        f"{url}/slack/events",
        data=body,
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": str(signature),
        },
        timeout=10,
    )


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
