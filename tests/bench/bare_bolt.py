"""The other yardstick: a Bolt app that acknowledges and does nothing else, and requests signed for either."""

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from slack_sdk.signature import SignatureVerifier

from tests.stage import ADMIN, ROOT, TELECOM, free_port, wait_for

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


@contextmanager
def bare_bolt(slack_api_url: str, signing_secret: str, folder: Path) -> Iterator[str]:
    """The address of a Bolt app that acknowledges and does nothing else, behind the bot's server settings."""
    script = folder / "bare.py"
    script.write_text(BARE_APP)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(script), f"127.0.0.1:{port}", slack_api_url, signing_secret]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(lambda: _answers(url), "the bare app to answer", timeout_s=30)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def command(signing_secret: str, response_url: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of `/flowroute help`, as Slack sends it."""
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
            "response_url": response_url,
            "api_app_id": "A0FLOW",
        }
    )
    stamp = str(int(time.time()))
    signature = SignatureVerifier(signing_secret).generate_signature(timestamp=stamp, body=body)
    return body.encode(), {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": str(signature),
    }


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
