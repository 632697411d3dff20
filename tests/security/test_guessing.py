"""Secrets in addresses and headers: guessed at, slowly and fast, directly and through a proxy."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from bot.guesses import MAX_CLIENTS, MAX_WRONG, WINDOW_S, Guesses, client_of
from tests.stage import Stage

TOKEN = "a-token-of-the-tests-1234"
GUESSER, FLOWROUTE = "93.184.216.34", "34.210.91.112"
JSON_TYPE = {"Content-Type": "application/json"}
PROXIES = (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))


@pytest.fixture
def post(stage: Stage) -> Iterator[Any]:
    """Posts rubbish to a webhook address through a proxy that is known to the bot; answers the status."""
    with stage.bot(WEBHOOK_TOKEN=TOKEN, TRUSTED_PROXIES="127.0.0.1", METRICS_TOKEN="letmein-letmein"):

        def send(token: str, client: str, kind: str = "sms") -> int:
            headers = JSON_TYPE | {"X-Forwarded-For": client}
            url = f"{stage.url}/flowroute/{token}/{kind}"
            return requests.post(url, data=b"{}", headers=headers, timeout=30).status_code

        yield send


def test_whoever_guesses_is_shut_out_and_nobody_else(post: Any) -> None:
    """404 for each guess, then 429 for everything, even the right token; others are not touched by it."""
    guesses = [post(f"guess-number-{n}", GUESSER) for n in range(MAX_WRONG + 1)]

    assert guesses == [404] * MAX_WRONG + [429]
    assert post(TOKEN, GUESSER) == 429
    assert post(TOKEN, FLOWROUTE) == 400  # let in, and told that `{}` is no message


def test_an_old_token_is_one_guess_however_often_it_comes(post: Any) -> None:
    """A callback that was forgotten when the token changed must not keep the carrier's other texts out."""
    assert {post("the-token-before-this", FLOWROUTE) for _ in range(2 * MAX_WRONG)} == {404}
    assert post(TOKEN, FLOWROUTE) == 400


def test_a_proxy_that_nobody_told_of_is_never_shut_out(stage: Stage) -> None:
    """Without TRUSTED_PROXIES a private address may stand for everybody, and its header for nobody."""
    with stage.bot(WEBHOOK_TOKEN=TOKEN):
        url = f"{stage.url}/flowroute"
        headers = JSON_TYPE | {"X-Forwarded-For": GUESSER}
        answers = {
            requests.post(f"{url}/guess-number-{n}/sms", headers=headers, timeout=30).status_code
            for n in range(MAX_WRONG + 5)
        }
        right = requests.post(f"{url}/{TOKEN}/sms", data=b"{}", headers=headers, timeout=30)

    assert answers == {404}
    assert right.status_code == 400


def test_guesses_at_the_metrics_token_count_too(post: Any, stage: Stage) -> None:
    """One client, one count, whatever it guesses at."""
    url = f"{stage.url}/metrics"
    for n in range(MAX_WRONG):
        guess = {"X-Forwarded-For": GUESSER, "Authorization": f"Bearer {n}"}
        assert requests.get(url, headers=guess, timeout=30).status_code == 401

    assert post(TOKEN, GUESSER) == 429
    page = requests.get(url, headers={"Authorization": "Bearer letmein-letmein"}, timeout=30).text
    assert f'bot_refused_requests_total{{reason="metrics_token"}} {MAX_WRONG}.0' in page
    assert 'bot_refused_requests_total{reason="too_many_guesses"} 1.0' in page


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        (GUESSER, [], GUESSER),
        (GUESSER, [FLOWROUTE], GUESSER),  # nobody told us to believe it
        ("127.0.0.1", [FLOWROUTE], FLOWROUTE),
        ("127.0.0.1", [GUESSER, FLOWROUTE], FLOWROUTE),  # the first was written by the client itself
        ("127.0.0.1", [FLOWROUTE, "10.0.0.7"], FLOWROUTE),  # two proxies in a row
        ("127.0.0.1", [" 192.168.7.7 "], "192.168.7.7"),
        ("127.0.0.1", ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
        ("127.0.0.1", ["unknown"], None),
        ("127.0.0.1", [""], None),
        ("192.168.1.1", [GUESSER], None),  # a proxy that nobody told us of
        ("", [], None),
        (None, [GUESSER], None),
    ],
)
def test_the_client_is_who_the_last_trusted_proxy_saw(
    peer: str | None, forwarded: list[str], client: str | None
) -> None:
    """Read from the end: what stands further in front may be made up."""
    assert client_of(peer, forwarded, PROXIES) == client


@given(st.text(), st.lists(st.text()))
def test_no_header_breaks_anything(peer: str, forwarded: list[str]) -> None:
    """Whatever a proxy passes on."""
    client_of(peer, forwarded, PROXIES)
    client_of("127.0.0.1", forwarded, PROXIES)


def test_after_ten_minutes_everybody_may_try_again() -> None:
    """The count of a client ends as a whole."""
    now = [0.0]
    guesses = Guesses(lambda: now[0])
    for n in range(MAX_WRONG):
        guesses.wrong(GUESSER, b"%d" % n)
    assert guesses.too_many(GUESSER)

    now[0] = WINDOW_S + 1

    assert not guesses.too_many(GUESSER)


def test_guesses_from_everywhere_take_little_memory() -> None:
    """The oldest client is forgotten for a new one, and of each no more is kept than is counted."""
    guesses = Guesses()
    for n in range(2 * MAX_WRONG):
        guesses.wrong(GUESSER, b"%d" % n)
    for n in range(MAX_CLIENTS):
        guesses.wrong(f"client {n}", b"x")

    assert not guesses.too_many(GUESSER)
    assert len(guesses._clients) == MAX_CLIENTS
