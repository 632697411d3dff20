"""A wire from a bot to the carrier or Slack that trips before a call gets through, or before its answer."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

Moment = Literal["before", "after"]
HOP = {"connection", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Passing:
    """A call on its way: `before` it reaches the carrier, or `after` it took effect."""

    method: str
    path: str
    moment: Moment


Trip = Callable[[Passing], bool]
"""Whether the call is lost at that moment; it may do harm first, such as ending the process that called."""


@dataclass
class Tripwire:
    """Passes every call on to `carrier_url` and asks `trip` twice about each; `passed` holds what came."""

    carrier_url: str
    trip: Trip = field(default=lambda _: False)
    passed: list[Passing] = field(default_factory=list)
    url: str = ""

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        call = Passing(handler.command, handler.path, "before")
        self.passed.append(call)
        if self.trip(call):
            handler.close_connection = True
            return
        target = urlsplit(self.carrier_url)
        connection = http.client.HTTPConnection(target.netloc, timeout=60)
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in HOP}
        connection.request(handler.command, target.path + handler.path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if self.trip(Passing(handler.command, handler.path, "after")):
            handler.close_connection = True
            return
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {*HOP, "date", "server"}:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


@contextmanager
def tripwire(carrier_url: str) -> Iterator[Tripwire]:
    """A wire to the carrier at that address, for one test."""
    wire = Tripwire(carrier_url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            wire.pass_on(self)

        do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that the server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing about each request."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # who called is gone
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wire.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
