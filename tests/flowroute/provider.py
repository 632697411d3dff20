"""A provider that answers from a table, over a real socket.

For odd answers that a well-behaved stand-in never gives. A call that nobody planned is answered with a status
that no code expects, and its name fails the test.
"""

import contextlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Reply:
    """What to answer: `dropped` closes the connection instead, after the request was read."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    dropped: bool = False


def reply(document: object, status: int = 200, **headers: str) -> Reply:
    """A JSON answer; `retry_after="2"` becomes the header `Retry-After`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps(document).encode(), status, named)


@dataclass(frozen=True)
class Request:
    """What arrived; `path` is without the query."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class FakeProvider:
    """Serves planned replies on 127.0.0.1; `sent` is every request in the order it arrived."""

    def __init__(self) -> None:
        self.sent: list[Request] = []
        self.unplanned: list[str] = []
        self._plans: dict[str, list[Reply]] = {}
        self._lock = threading.Lock()
        provider = self

        class Handler(_Handler):
            owner = provider

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answers(self, call: str, *replies: Reply) -> None:
        """Plan `replies` for a call such as `GET /v2/routes`, one after another; the last one stays."""
        self._plans[call] = list(replies)

    def take(self, request: Request) -> Reply:
        with self._lock:
            self.sent.append(request)
            call = f"{request.method} {request.path}"
            planned = self._plans.get(call)
            if not planned:
                self.unplanned.append(call)
                return reply({"errors": [{"detail": f"nobody planned {call}"}]}, 418)
            return planned.pop(0) if len(planned) > 1 else planned[0]

    def close(self) -> None:
        """Hang up and listen no more; a second time changes nothing."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 10
    owner: ClassVar[FakeProvider]

    def answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        planned = self.owner.take(Request(self.command, parts.path, query, dict(self.headers), body))
        time.sleep(planned.delay_s)
        if planned.dropped:
            self.close_connection = True
            return
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client may have given up
            self.write(planned)

    def write(self, planned: Reply) -> None:
        self.send_response_only(planned.status)
        for name, value in {"Date": self.date_time_string(), **planned.headers}.items():
            self.send_header(name, value)
        if planned.status != 204:
            self.send_header("Content-Length", str(len(planned.body)))
        self.end_headers()
        self.wfile.write(planned.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the names the base class calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's signature
        """Keep test output clean."""
