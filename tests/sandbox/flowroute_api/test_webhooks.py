"""How webhooks are sent: again when refused, in order by conversation, and whatever the receiver does."""

import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest

from sandbox.address import free_port
from sandbox.flowroute_api import Carrier, Clock

from .conftest import MAIN, NOON, PERSON, SUPPORT, Api, Customer, StartCarrier, until


def listen(api: Api, url: str, number: str | None = None) -> None:
    if number is None:
        api.call("PUT", "/v2.1/messages/sms_callback", {"callback_url": url})
    else:
        api.call("POST", f"/v2/numbers/{number}/relationships/sms_callback", {"callback_url": url})


@contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """Something that listens and answers every request with the same bytes, HTTP or not."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            done.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()


def until_made(carrier: Carrier, attempts: int) -> None:
    until(lambda: len(carrier.webhooks) == attempts)


def bodies(customer: Customer) -> list[str]:
    return [post["data"]["attributes"]["body"] for post in customer.posts]


def test_only_200_ends_the_resending(start: StartCarrier, customer: Customer) -> None:
    """202, 204, 302 and 500 all mean "again in 30 seconds"; the same body comes each time."""
    clock = Clock(lambda: NOON)  # stands still, however long this takes
    carrier, api = start(clock=clock)
    listen(api, customer.url + "/in")
    customer.statuses = [202, 204, 302, 500]

    carrier.handset_send(PERSON, MAIN, "hello")

    for attempt in range(1, 5):
        until_made(carrier, attempt)
        clock.advance(timedelta(seconds=29))
        assert len(carrier.webhooks) == attempt
        clock.advance(timedelta(seconds=1))
    until(lambda: carrier.unfinished_webhooks == 0)
    assert [(made.attempt, made.status) for made in carrier.webhooks] == [
        (1, 202),
        (2, 204),
        (3, 302),
        (4, 500),
        (5, 200),
    ]
    assert len({made.body for made in carrier.webhooks}) == 1
    assert [
        later.at - earlier.at >= timedelta(seconds=30) for earlier, later in pairwise(carrier.webhooks)
    ] == [True] * 4


def test_after_the_last_attempt_the_message_is_only_in_the_record(
    start: StartCarrier, customer: Customer
) -> None:
    """The number of attempts and their distance can be set; then it is over for good."""
    carrier, api = start(webhook_attempts=3, webhook_retry_s=0.01)
    listen(api, customer.url + "/in")
    customer.statuses = [500] * 10

    message_id = carrier.handset_send(PERSON, MAIN, "hello")

    until(lambda: len(carrier.webhooks) == 3 and carrier.unfinished_webhooks == 0)
    assert len(customer.posts) == 3
    assert api.get(f"/v2.1/messages/{message_id}")["data"]["id"] == message_id


@pytest.mark.parametrize(
    "answer",
    [b"", b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 500 \xff\r\nContent-Length: 9\r\n\r\n"],
)
def test_a_receiver_that_talks_nonsense_is_asked_again(
    start: StartCarrier, customer: Customer, answer: bytes
) -> None:
    """No HTTP, half of it, or none at all: the sender lives on and other numbers are served."""
    carrier, api = start(webhook_attempts=2, webhook_retry_s=0.01)
    listen(api, customer.url + "/in", SUPPORT)
    with raw_server(answer) as url:
        listen(api, url, MAIN)

        carrier.handset_send(PERSON, MAIN, "into the void")
        carrier.handset_send(PERSON, SUPPORT, "to somebody")

        until(lambda: carrier.unfinished_webhooks == 0)
    assert Counter(made.url for made in carrier.webhooks) == {url: 2, customer.url + "/in": 1}
    assert all(made.status in (None, 500) for made in carrier.webhooks if made.url == url)


def test_a_receiver_that_is_down_gets_its_message_when_it_is_back(
    start: StartCarrier, customer: Customer
) -> None:
    """Nobody listens at first; a resend finds the new address."""
    carrier, api = start(webhook_retry_s=0.02, webhook_attempts=10_000)
    port = free_port()
    listen(api, f"http://127.0.0.1:{port}/in")

    carrier.handset_send(PERSON, MAIN, "hello")

    until(lambda: len(carrier.webhooks) >= 2)
    assert {made.status for made in carrier.webhooks} == {None}
    with socket.create_server(("127.0.0.1", port)) as server:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        until(lambda: carrier.unfinished_webhooks == 0)
    assert carrier.webhooks[-1].status == 200


def test_texts_of_one_conversation_arrive_in_their_order(
    carrier: Carrier, api: Api, customer: Customer
) -> None:
    """A person who types quickly is not shuffled, although posts go out in parallel."""
    listen(api, customer.url + "/in")
    people = [f"1206555{line}" for line in range(2000, 2010)]

    for turn in range(10):
        for person in people:
            carrier.handset_send(person, MAIN, f"{person} {turn}")

    until(lambda: len(customer.posts) == 100)
    for person in people:
        assert [body for body in bodies(customer) if body.startswith(person)] == [
            f"{person} {turn}" for turn in range(10)
        ]


def test_three_hundred_texts_can_be_posted_one_to_five_times_in_any_order(
    carrier: Carrier, api: Api, customer: Customer
) -> None:
    """What retries and races do to a receiver in a bad hour, on purpose."""
    listen(api, customer.url + "/in")
    carrier.faults.webhook_copies = (1, 5)
    carrier.faults.webhook_shuffle = True

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: carrier.handset_send(PERSON, MAIN, f"{turn:03}"), range(300)))

    until(lambda: carrier.unfinished_webhooks == 0)
    times = Counter(bodies(customer))
    assert set(times) == {f"{turn:03}" for turn in range(300)}
    assert set(times.values()) == {1, 2, 3, 4, 5}
    arrived = list(dict.fromkeys(bodies(customer)))
    sent = [message.body for message in carrier.handset_messages(PERSON)]
    assert arrived != sent


def test_what_was_not_posted_waits_for_the_next_start(api: Api, carrier: Carrier, customer: Customer) -> None:
    """Stopping loses nothing; the message goes out when the threads run again."""
    listen(api, customer.url + "/in")
    carrier.stop()
    carrier.handset_send(PERSON, MAIN, "hello")
    assert carrier.unfinished_webhooks == 1

    carrier.start()

    until(lambda: carrier.unfinished_webhooks == 0)
    assert [json.loads(made.body)["data"]["attributes"]["body"] for made in carrier.webhooks] == ["hello"]


def test_stopping_does_not_wait_for_a_receiver_that_hangs(carrier: Carrier, api: Api) -> None:
    """The post under way is left to itself; its thread ends when the receiver lets go."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listen(api, f"http://127.0.0.1:{listener.getsockname()[1]}/in")
        carrier.handset_send(PERSON, MAIN, "hello")
        connection, _ = listener.accept()
        with connection:
            carrier.stop()

            assert carrier.unfinished_webhooks == 1
    until(lambda: len(carrier.webhooks) == 1)
