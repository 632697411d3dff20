"""A Slack that says yes to everything at once and remembers when each post came, in a process of its own."""

import itertools
import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any

POST = "/chat.postMessage"
ANSWERS: dict[str, dict[str, Any]] = {
    "/auth.test": {"team_id": "T0SANDBOX", "user_id": "U0BOT", "bot_id": "B0BOT"},
    "/users.info": {"user": {"id": "U0ADMIN", "name": "ada", "is_admin": True}},
}


class Sink:
    """What came: the monotonic time (one clock for all processes of a machine) of each post, by its text."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.url = f"http://{address[0]}:{address[1]}"
        self._address = address

    def arrival(self, text: str) -> float:
        """When a post began to come in; waits for it."""
        return float(self._get(f"/wait/{text}"))

    def wait_for(self, count: int) -> None:
        """Until so many posts have come."""
        self._get(f"/count/{count}")

    def _get(self, path: str) -> str:
        connection = HTTPConnection(*self._address, timeout=600)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    came: dict[str, float]
    changed: threading.Condition
    stamps: "itertools.count[int]"

    def do_POST(self) -> None:
        now = time.monotonic()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer: dict[str, Any] = {"ok": True, **ANSWERS.get(self.path, {})}
        if self.path == POST:
            args = json.loads(body)
            answer["ts"] = f"1700000000.{next(self.stamps):06d}"
            with self.changed:
                self.came[args["text"]] = now
                self.changed.notify_all()
        self._answer(json.dumps(answer))

    def do_GET(self) -> None:
        _, what, value = self.path.split("/")
        with self.changed:
            if what == "wait":
                self.changed.wait_for(lambda: value in self.came)
                self._answer(str(self.came[value]))
            else:
                self.changed.wait_for(lambda: len(self.came) >= int(value))
                self._answer(str(len(self.came)))

    def _answer(self, body: str) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write((head + body).encode())  # in one piece, so that no packet waits for another

    def log_message(self, *_: object) -> None:
        """Keep the table readable."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


def _serve(ready: Connection) -> None:
    _Handler.came, _Handler.changed, _Handler.stamps = {}, threading.Condition(), itertools.count(1)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        ready.send(server.server_address)
        server.serve_forever()


@contextmanager
def slack_sink() -> Iterator[Sink]:
    """A sink for one bot."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Sink(ours.recv())
    finally:
        process.terminate()
        process.join()
