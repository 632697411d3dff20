"""A Slack that says yes to everything at once and remembers when each post came, in a process of its own."""

import itertools
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import certifi
import trustme

from tests.bench.beside import beside

POST = "/chat.postMessage"
ANSWERS: dict[str, dict[str, Any]] = {
    "/auth.test": {"team_id": "T0SANDBOX", "user_id": "U0BOT", "bot_id": "B0BOT"},
    "/users.info": {"user": {"id": "U0ADMIN", "name": "ada", "is_admin": True}},
}


class Sink:
    """What came: the monotonic time (one clock for all processes of a machine) of each post, by its text."""

    def __init__(self, port: int, trusted: Path | None) -> None:
        self.url = f"{'http' if trusted is None else 'https'}://localhost:{port}"
        self.trusted = trusted
        """A file with the authority that vouches for it; None without TLS."""
        self._port = port

    def arrival(self, text: str) -> float:
        """When a post began to come in; waits for it."""
        return float(self._get(f"/wait/{text}"))

    def wait_for(self, count: int) -> None:
        """Until so many posts have come."""
        self._get(f"/count/{count}")

    def _get(self, path: str) -> str:
        connection = self._connection()
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        if self.trusted is None:
            return HTTPConnection("localhost", self._port, timeout=600)
        context = ssl.create_default_context(cafile=self.trusted)
        return HTTPSConnection("localhost", self._port, timeout=600, context=context)


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


def _serve(ready: Connection, certificate: Path | None) -> None:
    _Handler.came, _Handler.changed, _Handler.stamps = {}, threading.Condition(), itertools.count(1)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        if certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            # Hands are shaken on the thread of each connection, not on the one that accepts them.
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        ready.send(server.server_address[1])
        server.serve_forever()


@contextmanager
def slack_sink(tls: Path | None = None) -> Iterator[Sink]:
    """A sink for one bot; with TLS when there is a folder for its certificates."""
    certificate = trusted = None
    if tls is not None:
        authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
        certificate, trusted = tls / "slack.pem", tls / "authority.pem"
        # Beside the authorities that a real machine trusts: reading their list is part of what TLS costs.
        trusted.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
        authority.issue_cert(
            "localhost", key_type=trustme.KeyType.ECDSA
        ).private_key_and_cert_chain_pem.write_to_path(certificate)
    with beside(_serve, certificate) as port:
        yield Sink(port, trusted)
