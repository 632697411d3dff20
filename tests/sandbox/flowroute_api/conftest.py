"""A carrier behind a real socket, and a customer's server that takes its webhooks."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.flowroute_api import Carrier, Clock, blueprint

MAIN, SUPPORT, TOLL_FREE = "12065550100", "12065550101", "18005550199"
PERSON = "12065551234"
HOUR = 3600.0
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SLOW = ("provisioning_s", "cnam_review_s", "receipt_delay_s", "export_s", "porting_step_s")
ACCESS_KEY, SECRET_KEY = "sandbox", "sandbox-secret"


class KeepAlive(WSGIRequestHandler):
    """As the sandbox serves: connections stay open, nothing is logged."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: object, **__: object) -> None:
        pass


@contextmanager
def served(app: Flask) -> Iterator[BaseWSGIServer]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=KeepAlive)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Api:
    """The carrier's API as a client sees it."""

    url: str
    session: requests.Session

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.session.request(method, self.url + path, json=body, timeout=30, **options)

    def get(self, path: str, **query: Any) -> Any:
        """The document behind `path`; anything but 200 fails the test."""
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def text(self, body: str, *, to: str = PERSON, **more: Any) -> requests.Response:
        """Send a text from the main line."""
        return self.call("POST", "/v2.1/messages", {"to": to, "from": MAIN, "body": body, **more})


StartCarrier = Callable[..., tuple[Carrier, Api]]


@dataclass
class Customer:
    """A customer's callback server: keeps what is posted, and answers what it is told to."""

    url: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """What the next posts are answered; 200 when there is nothing here."""

    def take(self, path: str) -> Response:
        document = request.get_json()
        self.posts.append({"path": path, **document})
        self.headers.append(dict(request.headers))
        return Response(status=self.statuses.pop(0) if self.statuses else 200)


def until(true: Callable[[], object], *, within_s: float = 60.0) -> None:
    """Wait for an outcome; fails when it does not come about."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def status_and_detail(answer: requests.Response) -> tuple[int, Any]:
    """The two things that tell refusals apart; also checks the documented form of the body."""
    [error] = answer.json()["errors"]
    assert error["status"] == answer.status_code
    return answer.status_code, error["detail"]


def wrong_fields(answer: requests.Response) -> set[str]:
    """The attributes that a 422 names."""
    status, detail = status_and_detail(answer)
    assert status == 422
    return set(detail["data"]["attributes"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(clock: Clock) -> Iterator[StartCarrier]:
    """Start a carrier with the given settings; all that takes time takes an hour of simulated time."""
    with ExitStack() as stack:

        def start_carrier(**settings: Any) -> tuple[Carrier, Api]:
            app = Flask("carrier")
            server = stack.enter_context(served(app))
            url = f"http://127.0.0.1:{server.port}/carrier"
            carrier = Carrier(
                ACCESS_KEY,
                SECRET_KEY,
                **{"public_url": url, "clock": clock, **dict.fromkeys(SLOW, HOUR), **settings},
            )
            app.register_blueprint(blueprint(carrier), url_prefix="/carrier")
            carrier.start()
            stack.callback(carrier.stop)
            session = stack.enter_context(requests.Session())
            session.auth = (ACCESS_KEY, SECRET_KEY)
            return carrier, Api(url, session)

        yield start_carrier


@pytest.fixture
def started(start: StartCarrier) -> tuple[Carrier, Api]:
    return start()


@pytest.fixture
def carrier(started: tuple[Carrier, Api]) -> Carrier:
    return started[0]


@pytest.fixture
def api(started: tuple[Carrier, Api]) -> Api:
    return started[1]


@pytest.fixture
def customer() -> Iterator[Customer]:
    customer = Customer()
    app = Flask("customer")
    app.add_url_rule("/<path:path>", view_func=customer.take, methods=["POST"])
    with served(app) as server:
        customer.url = f"http://127.0.0.1:{server.port}"
        yield customer
