"""What the client does when the network or Flowroute misbehaves."""

import gc
import logging
import pickle
import socket
import threading
import time as clock
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flowroute import (
    Call,
    Flowroute,
    FlowrouteError,
    InvalidArgument,
    NoAnswer,
    NotFound,
    ProviderDown,
    RateLimited,
    UnexpectedAnswer,
    __version__,
)
from flowroute.answers import flattened, retry_after_s
from tests.flowroute.conftest import StoodStill
from tests.flowroute.provider import FakeProvider, Reply, reply

NUMBER = "12065550100"
GET_NUMBER = f"GET /v2/numbers/{NUMBER}"
BUY_NUMBER = f"POST /v2/numbers/{NUMBER}"
SEND = "POST /v2.1/messages"
OURS = reply({"data": {"id": NUMBER, "type": "number", "attributes": {"value": NUMBER}}})
SENT = reply({"data": {"id": "mdr2-1", "type": "message"}}, 202)
DROPPED = Reply(dropped=True)
BROKEN = reply({"errors": [{"id": "5f0a", "status": 500, "title": "Internal Server Error"}]}, 500)
HTML = Reply(b"<html><body>Bad Gateway</body></html>", 502, {"Content-Type": "text/html"})


def text(client: Flowroute) -> object:
    return client.messages.send(to="12065550101", from_=NUMBER, body="On my way")


def test_every_request_logs_in_and_says_who_asks(client: Flowroute, provider: FakeProvider) -> None:
    """Flowroute sees the account's keys and the release of this client."""
    provider.answers(GET_NUMBER, OURS)
    client.numbers.get(NUMBER)
    [sent] = provider.sent
    assert sent.headers["Authorization"] == "Basic a2V5OnNlY3JldA=="
    assert sent.headers["User-Agent"].startswith(f"flowroute-python/{__version__}")


def test_a_path_in_front_of_the_api_is_kept(provider: FakeProvider) -> None:
    """The API may be mounted below a prefix, as behind a proxy."""
    provider.answers(f"GET /carrier/v2/numbers/{NUMBER}", OURS)
    with Flowroute("key", "secret", f"{provider.url}/carrier/") as client:
        assert client.numbers.get(NUMBER).value == NUMBER


@pytest.mark.parametrize("trouble", [BROKEN, HTML, DROPPED], ids=["500", "HTML page", "dropped"])
def test_reading_is_tried_again(
    trouble: Reply, client: Flowroute, provider: FakeProvider, time: StoodStill
) -> None:
    """A fault that passes does not reach whoever asked, and the pauses grow."""
    provider.answers(GET_NUMBER, trouble, trouble, OURS)
    assert client.numbers.get(NUMBER).value == NUMBER
    first, second = time.naps
    assert 0 < first < second


@pytest.mark.parametrize("call", [text, lambda client: client.numbers.buy(NUMBER)], ids=["text", "purchase"])
@pytest.mark.parametrize("trouble", [BROKEN, HTML, DROPPED], ids=["500", "HTML page", "dropped"])
def test_what_costs_money_is_never_sent_twice(
    trouble: Reply, call: Callable[[Flowroute], object], client: Flowroute, provider: FakeProvider
) -> None:
    """After a fault nobody knows whether it happened, and the error says so."""
    provider.answers(BUY_NUMBER, trouble)
    provider.answers(SEND, trouble)
    with pytest.raises(FlowrouteError) as caught:
        call(client)
    assert len(provider.sent) == 1
    assert caught.value.may_have_happened
    assert "Nobody knows" in caught.value.user_message


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"data": null}', b"[]", b'{"data": {"attributes": {}}}'])
def test_a_success_that_makes_no_sense_is_told_apart(
    body: bytes, client: Flowroute, provider: FakeProvider
) -> None:
    """Reading it again is harmless; a purchase has to be looked up."""
    provider.answers(GET_NUMBER, Reply(body))
    provider.answers(BUY_NUMBER, Reply(body, 201))
    with pytest.raises(UnexpectedAnswer) as reading:
        client.numbers.get(NUMBER)
    with pytest.raises(UnexpectedAnswer) as buying:
        client.numbers.buy(NUMBER)
    assert (reading.value.may_have_happened, buying.value.may_have_happened) == (False, True)


def test_a_text_refused_for_its_rate_is_sent_again_when_flowroute_says(
    client: Flowroute, provider: FakeProvider, time: StoodStill
) -> None:
    """429 is certain not to have happened, and `Retry-After` is honoured."""
    provider.answers(SEND, reply({"errors": []}, 429, retry_after="7"), SENT)
    text(client)
    assert len(provider.sent) == 2
    assert 7 <= time.naps[-1] < 8


def test_a_very_long_wait_is_left_to_the_caller(
    client: Flowroute, provider: FakeProvider, time: StoodStill
) -> None:
    """Nobody's thread is held for an hour."""
    provider.answers(SEND, reply({"errors": []}, 429, retry_after="3600"))
    with pytest.raises(RateLimited) as caught:
        text(client)
    assert (caught.value.retry_after_s, len(provider.sent), time.naps) == (3600, 1, [])


def test_being_refused_for_the_rate_ends_too(client: Flowroute, provider: FakeProvider) -> None:
    """Three attempts, then the caller hears of it."""
    provider.answers(SEND, reply({"errors": []}, 429))
    with pytest.raises(RateLimited):
        text(client)
    assert len(provider.sent) == 3


def test_nobody_listening_is_certain_not_to_have_happened(time: StoodStill) -> None:
    """A refused connection is tried again even for a purchase, and the error gives the all-clear."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with (
            Flowroute("key", "secret", url, sleep=time.sleep) as client,
            pytest.raises(NoAnswer) as caught,
        ):
            client.numbers.buy(NUMBER)
    assert not caught.value.may_have_happened
    assert "Nothing was changed" in caught.value.user_message
    assert len(time.naps) == 2


def test_silence_ends_at_the_read_timeout(provider: FakeProvider, time: StoodStill) -> None:
    """A provider that takes a request and never answers leaves the outcome unknown."""
    provider.answers(BUY_NUMBER, Reply(OURS.body, 201, delay_s=0.5))
    with (
        Flowroute("key", "secret", provider.url, timeout_s=(30.0, 0.1), sleep=time.sleep) as client,
        pytest.raises(NoAnswer) as caught,
    ):
        client.numbers.buy(NUMBER)
    assert caught.value.may_have_happened


def test_a_slow_answer_is_an_answer(client: Flowroute, provider: FakeProvider) -> None:
    """Latency below the timeout changes nothing."""
    provider.answers(GET_NUMBER, Reply(OURS.body, delay_s=0.1))
    assert client.numbers.get(NUMBER).value == NUMBER


def test_credentials_never_follow_a_redirect(client: Flowroute, provider: FakeProvider) -> None:
    """Flowroute does not redirect; whoever does gets no second request."""
    provider.answers(GET_NUMBER, Reply(status=302, headers={"Location": f"{provider.url}/elsewhere"}))
    with pytest.raises(UnexpectedAnswer):
        client.numbers.get(NUMBER)
    assert len(provider.sent) == 1


def test_one_connection_serves_one_thread(client: Flowroute, provider: FakeProvider) -> None:
    """Sessions are kept alive per thread and not shared, so threads may use one client."""
    provider.answers(GET_NUMBER, OURS)
    gate = threading.Barrier(4)

    def ask() -> str:
        gate.wait(timeout=30)
        return client.numbers.get(NUMBER).value

    with ThreadPoolExecutor(4) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(4)]]
    assert found == [NUMBER] * 4


def test_threads_that_end_take_their_connections_along(client: Flowroute, provider: FakeProvider) -> None:
    """A server with a thread per request does not run out of sockets."""
    provider.answers(GET_NUMBER, OURS)
    client.numbers.get(NUMBER)
    before = open_files()
    for _ in range(20):
        thread = threading.Thread(target=client.numbers.get, args=(NUMBER,))
        thread.start()
        thread.join()
    deadline = clock.monotonic() + 30
    while open_files() > before and clock.monotonic() < deadline:
        gc.collect()  # what went with a thread may be part of a cycle
    assert open_files() <= before


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_hook_sees_every_attempt_and_no_secret(
    client: Flowroute, provider: FakeProvider, calls: list[Call]
) -> None:
    """Metrics and logs get the path's template, the status and the time; no number, no key, no text."""
    provider.answers(GET_NUMBER, BROKEN, OURS)
    provider.answers(SEND, SENT)
    client.numbers.get(NUMBER)
    text(client)
    assert [(call.endpoint, call.attempt, call.status) for call in calls] == [
        ("/v2/numbers/{number}", 1, 500),
        ("/v2/numbers/{number}", 2, 200),
        ("/v2.1/messages", 1, 202),
    ]
    told = repr(calls)
    assert not any(secret in told for secret in (NUMBER, "secret", "a2V5OnNlY3JldA==", "On my way"))


def test_a_broken_hook_breaks_no_purchase(provider: FakeProvider, caplog: pytest.LogCaptureFixture) -> None:
    """What was bought stays bought in the eyes of the caller; the hook's fault is in the log."""
    provider.answers(BUY_NUMBER, OURS)

    def hook(call: Call) -> None:
        raise RuntimeError("no such metric")

    with Flowroute("key", "secret", provider.url, on_call=hook) as client, caplog.at_level(logging.ERROR):
        assert client.numbers.buy(NUMBER).number.value == NUMBER
    assert [record.message for record in caplog.records] == ["on_call hook failed"]


def test_the_chain_of_causes_holds_no_phone_number(client: Flowroute, provider: FakeProvider) -> None:
    """Tracebacks go into logs, and logs hold no whole numbers; `requests` quotes the URL in its errors."""
    provider.answers(GET_NUMBER, DROPPED)
    with pytest.raises(NoAnswer) as dropped:
        client.numbers.get(NUMBER)
    provider.close()
    with pytest.raises(NoAnswer) as refused:
        client.numbers.get(NUMBER)
    for caught in (dropped, refused):
        error: BaseException | None = caught.value
        while error is not None:
            assert NUMBER not in str(error)
            error = error.__cause__


def test_texts_are_paced_as_flowroute_counts_them(
    client: Flowroute, provider: FakeProvider, time: StoodStill
) -> None:
    """Five texts go at once, the sixth a second after the first; pictures have a count of their own: one."""
    provider.answers(SEND, SENT)
    for _ in range(6):
        text(client)
    assert time.naps == [1.0]
    for _ in range(2):
        client.messages.send(to="12065550101", from_=NUMBER, media_urls=["https://example.com/cat.png"])
    assert time.naps == [1.0, 1.0]


@pytest.mark.parametrize("url", ["api.flowroute.com", "ftp://api.flowroute.com", "https://", ""])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    """The mistake shows when the client is made, not at the first call."""
    with pytest.raises(InvalidArgument, match=r"https://api\.flowroute\.com"):
        Flowroute("key", "secret", url)


def test_a_missing_id_is_refused_before_any_request(client: Flowroute, provider: FakeProvider) -> None:
    """An empty id would otherwise name the whole list."""
    with pytest.raises(InvalidArgument):
        client.routes.delete("")
    assert provider.sent == []


@pytest.mark.parametrize(
    "error",
    [
        NotFound("gone", status=404, detail="Could not find it", request_id="d668", fields={"to": "wrong"}),
        RateLimited("slow down", retry_after_s=2.5),
        ProviderDown("down", status=503, may_have_happened=True),
        InvalidArgument("limit is 0", fields={"limit": "1 or more"}),
        NoAnswer("silence", may_have_happened=True),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_being_stored(error: FlowrouteError) -> None:
    """A job queue keeps errors in its database and raises them in another process."""
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))
    assert copy.user_message == error.user_message


NOW = datetime(2024, 10, 19, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("3", 3.0),
        ("Sat, 19 Oct 2024 12:00:05 GMT", 5.0),
        ("Sat, 19 Oct 2024 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    """Both forms of the header count; anything else is as if it were not there."""
    assert retry_after_s(header, now=NOW) == seconds


@pytest.mark.parametrize(
    ("detail", "fields"),
    [
        ({"data": {"attributes": {"zip": ["Too short."]}}}, {"zip": "Too short."}),
        ({"data": {"attributes": {"a": ["One.", "Two."], "b": "Three."}}}, {"a": "One. Two.", "b": "Three."}),
        ({"presets": {"cnam_id": ["Unknown."]}}, {"presets.cnam_id": "Unknown."}),
        (["Nothing works."], {"request": "Nothing works."}),
        ({"zip": None}, {}),
    ],
)
def test_the_detail_of_an_error_becomes_one_message_per_field(detail: object, fields: dict[str, str]) -> None:
    """A form shows each message beside its input."""
    assert flattened(detail) == fields
