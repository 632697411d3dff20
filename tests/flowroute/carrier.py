"""The stand-in for Flowroute over a real socket, for promises that need state behind the answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from flowroute import Flowroute
from sandbox.flowroute_api import Carrier, blueprint

KEYS = ("carrier-key", "carrier-secret")


class _KeepAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep test output clean."""


@contextmanager
def running_carrier() -> Iterator[tuple[Carrier, str]]:
    """A furnished account where nothing takes its time, and its address."""
    app = Flask("carrier")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_KeepAlive)
    url = f"http://127.0.0.1:{server.server_port}/carrier"
    carrier = Carrier(*KEYS, public_url=url, provisioning_s=0, export_s=0, receipt_delay_s=0)
    app.register_blueprint(blueprint(carrier), url_prefix="/carrier")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    carrier.start()
    try:
        yield carrier, url
    finally:
        carrier.stop()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def client_of(url: str) -> Iterator[Flowroute]:
    with Flowroute(*KEYS, url) as client:
        yield client
