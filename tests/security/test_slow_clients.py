"""Requests that trickle in, against the real server."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from bot.server import THREADS
from sandbox.server import QUICK, Sandbox
from tests.stage import BotProcess, free_port

WEBHOOK = "/flowroute/sandbox-webhook-token/sms"


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[BotProcess]:
    """A bot as a process of its own, which gives a request one second instead of fifteen."""
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        environment = sandbox.bot_environment(free_port())
        bot = BotProcess(environment, tmp_path / "bot.log", module="tests.security.hasty")
        bot.start()
        try:
            bot.wait_until_ready()
            yield bot
        finally:
            bot.stop()


@pytest.mark.parametrize(
    "beginning",
    [
        "POST {path} HTTP/1.1\r\nHost: x\r\n",
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{",
        "POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n",
        "POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\npay",
    ],
    ids=["headers", "body", "chunks", "slack"],
)
def test_requests_that_never_end_do_not_stop_the_bot(bot: BotProcess, beginning: str) -> None:
    """As many of them as there are threads, and more: they are cut, and others are answered."""
    with ExitStack() as stack:
        address = ("127.0.0.1", int(bot.environment["PORT"]))
        clients = [stack.enter_context(socket.create_connection(address, 30)) for _ in range(THREADS + 4)]
        for client in clients:
            client.sendall(beginning.format(path=WEBHOOK).encode())

        bot.wait_until_ready()
        for client in clients:
            with suppress(ConnectionError):
                while client.recv(4096):  # an answer; its end, or the test fails after 30 s
                    pass
