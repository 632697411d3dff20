"""Bytes that are no HTTP, against the real server: refused, counted, and written down as all else is."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox.server import QUICK, Sandbox
from tests.stage import BotProcess, free_port, wait_for

BROKEN_CHUNK = b"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n"
TOKEN = "sandbox-webhook-token"


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[BotProcess]:
    """A bot as a process of its own, behind gunicorn as in production."""
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        bot = BotProcess(sandbox.bot_environment(free_port()), tmp_path / "bot.log")
        bot.start()
        try:
            bot.wait_until_ready()
            yield bot
        finally:
            bot.stop()


def answer_to(bot: BotProcess, request: bytes) -> bytes:
    """The first line of what the server answers."""
    with socket.create_connection(("127.0.0.1", int(bot.environment["PORT"])), 30) as client:
        client.sendall(request)
        return client.makefile("rb").readline()


@pytest.mark.parametrize("path", ["/slack/events", f"/flowroute/{TOKEN}/sms"])
def test_a_broken_chunk_is_the_senders_fault(bot: BotProcess, tmp_path: Path, path: str) -> None:
    """400 and a count; a stranger can neither make a 5xx nor fill the log with tracebacks."""
    assert b" 400 " in answer_to(bot, f"POST {path} HTTP/1.1\r\nHost: x\r\n".encode() + BROKEN_CHUNK)

    counted = requests.get(f"{bot.url}/metrics", timeout=30).text
    assert 'bot_refused_requests_total{reason="broken_http"} 1.0' in counted
    assert "Traceback" not in (tmp_path / "bot.log").read_text("utf-8")


@pytest.mark.parametrize(
    "broken",
    [
        b"no request at all\r\n\r\n",
        f"POST /flowroute/{TOKEN}/sms\r\n\r\n".encode(),
        b"GET / HTTP/1.1\r\n:\r\n\r\n",
    ],
    ids=["words", "half a line", "a header without a name"],
)
def test_what_the_server_says_is_json_and_harmless_too(
    bot: BotProcess, tmp_path: Path, broken: bytes
) -> None:
    """The server has a log of its own, in plain text and with whatever was sent in it."""
    answer_to(bot, broken)

    log = tmp_path / "bot.log"
    wait_for(lambda: "Invalid" in log.read_text("utf-8"), "gunicorn's word for it")
    told = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    (said,) = (line for line in told if line["logger"] == "gunicorn.error")
    assert re.match(r"Invalid request from ip=127\.0\.0\.1: ", said["message"])
    assert said["level"] == "warning"
    assert TOKEN not in log.read_text("utf-8")
