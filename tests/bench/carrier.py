"""The stand-in for Flowroute in a process of its own, so that its work is not mistaken for the client's."""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.flowroute_api import Carrier, Latency, blueprint
from tests.bench.beside import beside

KEYS = ("bench", "bench-secret")


class _KeepAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the table readable."""


def _serve(ready: Connection, numbers: int, latency_s: float) -> None:
    carrier = Carrier(*KEYS, empty=True)
    carrier.give_numbers(*(f"1206{place:07d}" for place in range(2_000_000, 2_000_000 + numbers)))
    if latency_s:
        carrier.faults.add(method="GET", path_pattern=".*", fault=Latency(latency_s), times=None)
    app = Flask("carrier")
    app.register_blueprint(blueprint(carrier), url_prefix="/")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_KeepAlive)
    ready.send(server.server_port)
    server.serve_forever()


@contextmanager
def carrier(*, numbers: int, latency_s: float = 0.0) -> Iterator[str]:
    """The address of an account with that many numbers; every GET takes `latency_s` longer."""
    with beside(_serve, numbers, latency_s) as port:
        yield f"http://127.0.0.1:{port}"
