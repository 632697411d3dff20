"""Lists: complete, in order, and with no more requests than needed."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic_core import to_json

from flowroute import Flowroute, InvalidArgument
from flowroute.transport import MAX_IN_FLIGHT
from tests.flowroute.provider import FakeProvider, reply


class Shelf:
    """A list of numbers behind a socket; `cap` cuts pages shorter than asked, as a server may."""

    def __init__(
        self, count: int, *, cap: int = 200, cap_later: int | None = None, last_page_lies: bool = False
    ) -> None:
        self.numbers = [f"1206{place:07d}" for place in range(count)]
        self.cap = cap
        self.cap_later = cap if cap_later is None else cap_later
        self.last_page_lies = last_page_lies
        self.asked: list[tuple[int, int]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def page(self, offset: int, limit: int) -> dict[str, Any]:
        with self._lock:
            self.asked.append((offset, limit))
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(0.005)  # long enough for requests that are sent together to be seen together
        with self._lock:
            self._at_once -= 1
        cap = self.cap if offset < len(self.numbers) // 2 else self.cap_later
        end = min(offset + min(limit, cap), len(self.numbers))
        data = [{"id": n, "attributes": {"value": n}} for n in self.numbers[offset:end]]
        more = end < len(self.numbers) or (self.last_page_lies and offset < len(self.numbers))
        return {"data": data, "links": {"next": "http://internal/v2/elsewhere"} if more else {}}


@pytest.fixture
def serve() -> Iterator[Any]:
    servers: list[ThreadingHTTPServer] = []
    clients: list[Flowroute] = []

    def start(shelf: Shelf) -> Flowroute:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10

            def do_GET(self) -> None:
                query = dict(pair.split("=") for pair in self.path.partition("?")[2].split("&"))
                body = to_json(shelf.page(int(query["offset"]), int(query["limit"])))
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the base class
                """Keep test output clean."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        clients.append(Flowroute("key", "secret", f"http://127.0.0.1:{server.server_port}"))
        return clients[-1]

    yield start
    for client in clients:
        client.close()
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 999, 4321])
@pytest.mark.parametrize("last_page_lies", [False, True], ids=["honest", "lying next"])
def test_a_list_is_complete_and_in_order(serve: Any, count: int, last_page_lies: bool) -> None:
    """Whatever its length, and even when the last page claims that there is more."""
    shelf = Shelf(count, last_page_lies=last_page_lies)
    assert [n.value for n in serve(shelf).numbers.list()] == shelf.numbers


@pytest.mark.parametrize("cap", [1, 7, 50, 150])
def test_a_server_that_cuts_pages_shorter_loses_nothing(serve: Any, cap: int) -> None:
    """The next offset follows from what came, not from what was asked for."""
    shelf = Shelf(321, cap=cap)
    assert [n.value for n in serve(shelf).numbers.list()] == shelf.numbers
    assert len(shelf.asked) <= 321 // cap + 1 + MAX_IN_FLIGHT


def test_pages_of_changing_size_lose_nothing(serve: Any) -> None:
    """What was asked for ahead is dropped when it turns out to start at the wrong place."""
    shelf = Shelf(3_000, cap_later=150)
    assert [n.value for n in serve(shelf).numbers.list()] == shelf.numbers


def test_pages_are_fetched_together_but_not_without_bound(serve: Any) -> None:
    """A large account is listed with several requests in flight, and never more than promised."""
    shelf = Shelf(10_000)
    assert len(list(serve(shelf).numbers.list())) == 10_000
    assert 1 < shelf.most_at_once <= MAX_IN_FLIGHT


def test_the_first_ten_take_one_request(serve: Any) -> None:
    """`limit` bounds what is asked for, too."""
    shelf = Shelf(5_000)
    assert len(list(serve(shelf).numbers.search(limit=10))) == 10
    assert shelf.asked == [(0, 10)]


def test_a_limit_above_one_page_is_met_exactly(serve: Any) -> None:
    """The last page is asked for only as large as needed."""
    shelf = Shelf(5_000)
    found = [n.value for n in serve(shelf).numbers.list(limit=450, offset=30)]
    assert found == shelf.numbers[30:480]
    assert sorted(shelf.asked) == [(30, 200), (230, 200), (430, 50)]


def test_nothing_is_asked_before_the_first_entry_is_wanted(serve: Any) -> None:
    """A list that nobody reads costs nothing; one that is read a little costs one page."""
    shelf = Shelf(5_000)
    listing = serve(shelf).numbers.list()
    assert shelf.asked == []
    assert next(listing).value == shelf.numbers[0]
    assert shelf.asked == [(0, 200)]


@pytest.mark.parametrize("bounds", [{"limit": 0}, {"limit": -5}, {"offset": -1}])
def test_bounds_that_cannot_be_are_refused_at_once(
    bounds: dict[str, int], client: Flowroute, provider: FakeProvider
) -> None:
    """Before any request, and before anybody iterates."""
    with pytest.raises(InvalidArgument, match="or more"):
        client.numbers.list(**bounds)  # type: ignore[arg-type]  # mypy reads ** as filling every parameter
    assert provider.sent == []


def test_an_error_on_a_later_page_reaches_the_reader(client: Flowroute, provider: FakeProvider) -> None:
    """Entries before it were already handed out; the rest is not silently missing."""
    page = {
        "data": [{"id": "1206", "attributes": {"value": f"1206{n:07d}"}} for n in range(200)],
        "links": {"next": "more"},
    }
    provider.answers("GET /v2/numbers", reply(page), reply({"errors": [{"detail": "No."}]}, 403))
    listing = client.numbers.list()
    assert len([next(listing) for _ in range(200)]) == 200
    with pytest.raises(Exception, match="403"):
        next(listing)
