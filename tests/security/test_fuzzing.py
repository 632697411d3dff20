"""Whatever is sent to the real server is answered, soon, and never with a 5xx.

`make fuzz` asks much more often than `make test`, and something else every time.
"""

import http.client
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.grammar import VERBS
from handlers.ids import Field, View
from sandbox.address import SIGNING_SECRET, WEBHOOK_TOKEN
from sandbox.server import QUICK, Sandbox
from sandbox.slack.delivery import sign
from tests.security import slack_payloads as payloads
from tests.security.mutations import JSON, ODD_TEXTS, mutated
from tests.stage import BotProcess, free_port

ANSWERED_WITHIN_S = 60
SERVER_ERROR = 500
NOT_IMPLEMENTED = 501
"""gunicorn's answer to an encoding of bodies that it does not know (RFC 9112, section 6.1)."""
EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
BOUNDS = settings(
    max_examples=int(EXAMPLES or 60),
    derandomize=EXAMPLES is None,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
DOCUMENTS = [
    json.loads(path.read_bytes())
    for path in sorted((Path(__file__).parents[1] / "flowroute" / "examples").glob("webhook.[id]*.json"))
]
JSON_TYPE, FORM = "application/json", "application/x-www-form-urlencoded"
WAYS_IN = (
    "/slack/events",
    "/flowroute",
    f"/flowroute/{WEBHOOK_TOKEN}",
    "/media",
    "/healthz",
    "/readyz",
    "/metrics",
)


class Send(Protocol):
    """Sends one request; fails unless it is answered in time and below 500."""

    def __call__(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> int: ...


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of a bot as a process of its own, behind gunicorn as in production."""
    folder = tmp_path_factory.mktemp("fuzzed")
    with Sandbox(pace=QUICK, data=folder) as sandbox:
        environment = sandbox.bot_environment(free_port()) | {"POLL_SECONDS": "0"}
        bot = BotProcess(environment, folder / "bot.log")
        bot.start()
        try:
            bot.wait_until_ready()
            yield int(environment["PORT"])
            bot.wait_until_ready()
        finally:
            bot.stop()


@pytest.fixture(scope="module")
def send(port: int) -> Send:
    """Whole requests."""

    def request(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, ANSWERED_WITHIN_S)
        try:
            connection.request(method, path, body, dict(headers))
            status = connection.getresponse().status
        finally:
            connection.close()
        assert status < SERVER_ERROR, f"{method} {path}: {status}"
        return status

    return request


def to_slack_events(send: Send, body: bytes, content_type: str) -> int:
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(SIGNING_SECRET, timestamp, body),
    }
    return send("POST", "/slack/events", body, headers)


HEADERS = (
    "Accept",
    "Authorization",
    "Content-Type",
    "Cookie",
    "Host",
    "If-None-Match",
    "Range",
    "X-Forwarded-For",
    "X-Slack-Request-Timestamp",
    "X-Slack-Retry-Num",
    "X-Slack-Signature",
)
HEADER_VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@given(
    st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FLY"]),
    st.sampled_from(WAYS_IN),
    st.lists(st.text("abcZ019%./-_~:;@+=&?é\\", max_size=20), max_size=4),
    st.binary(max_size=300),
    st.dictionaries(
        st.sampled_from(HEADERS),
        HEADER_VALUES,
    ),
)
@BOUNDS
def test_any_request_to_any_address_is_answered(
    send: Send, method: str, way_in: str, more: list[str], body: bytes, headers: dict[str, str]
) -> None:
    """Methods that do not exist, addresses that lead nowhere, headers that say nothing."""
    path = "/".join([way_in, *(part.encode().decode("latin-1").replace("\\", "%") for part in more)])
    send(method, path.encode("ascii", "replace").decode(), body, headers)


PIECES_OF_HTTP = st.sampled_from(
    [
        *(
            b"\r\n",
            b"\n",
            b"\r\n\r\n",
            b" ",
            b":",
            b";",
            b"0",
            b"5",
            b"zz",
            b"-1",
            b"ffffffffffffffff",
            b"\x00",
        ),
        *(b"hello", b"Host: x\r\n", b"Content-Type: application/json\r\n", b"Content-Length: 5\r\n"),
        *(b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip\r\n"),
        *(b"Expect: 100-continue\r\n", b"Connection: upgrade\r\n", b"5;a=b\r\nhello\r\n", b"0\r\n\r\n"),
        *(b"POST /slack/events HTTP/1.1\r\n", b"GET /healthz HTTP/1.0\r\n", b"PRI * HTTP/2.0\r\n"),
    ]
)


@given(
    st.sampled_from(
        [
            b"",
            b"POST /slack/events HTTP/1.1\r\nHost: x\r\n",
            b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"POST /flowroute/%b/sms HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/json\r\n\r\n" % WEBHOOK_TOKEN.encode(),
        ]
    ),
    st.lists(PIECES_OF_HTTP | st.binary(max_size=20), max_size=12),
)
@BOUNDS
def test_any_bytes_are_answered_or_cut(port: int, beginning: bytes, pieces: list[bytes]) -> None:
    """Lengths and chunks that lie, headers that are none, requests that end anywhere."""
    with socket.create_connection(("127.0.0.1", port), ANSWERED_WITHIN_S) as client:
        with suppress(ConnectionError):  # it may be refused before all of it is there
            client.sendall(beginning + b"".join(pieces))
            client.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError), client.makefile("rb") as answer:
            status = (answer.readline().split() or [b"", b"0"])[1]
            assert int(status) < SERVER_ERROR or int(status) == NOT_IMPLEMENTED


@given(
    st.sampled_from(["sms", "mms", "dlr"]),
    st.binary(max_size=400) | mutated(st.sampled_from(DOCUMENTS)) | JSON,
)
@BOUNDS
def test_any_webhook_is_answered(send: Send, kind: str, document: Any) -> None:
    """Flowroute's documents with anything in place of anything, and things that are none."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    send("POST", f"/flowroute/{WEBHOOK_TOKEN}/{kind}", body, {"Content-Type": JSON_TYPE})


@given(st.sampled_from([JSON_TYPE, FORM, "text/plain", ""]), st.binary(max_size=300) | JSON)
@BOUNDS
def test_any_signed_body_is_answered(send: Send, content_type: str, document: Any) -> None:
    """Only Slack can sign; it may still send what nobody has thought of."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    to_slack_events(send, body, content_type)


@given(
    st.sampled_from([verb.line for verb in VERBS] + ["", "help"]),
    ODD_TEXTS,
    mutated(st.just(payloads.COMMAND)),
)
@BOUNDS
def test_any_command_is_answered(send: Send, verb: str, arguments: str, form: dict[str, Any]) -> None:
    """Every verb with any arguments, and forms of which something is missing."""
    fields = {key: value if isinstance(value, str) else json.dumps(value) for key, value in form.items()}
    if "text" in fields:
        fields["text"] = f"{verb} {arguments}"
    to_slack_events(send, urlencode(fields).encode(), FORM)


@given(
    mutated(
        st.one_of(
            st.builds(payloads.pressed, st.sampled_from(payloads.BUTTONS), st.sampled_from(payloads.VALUES)),
            st.builds(
                payloads.submitted, st.sampled_from(list(View)), st.sampled_from(payloads.CARRIED), ODD_TEXTS
            ),
            st.builds(
                payloads.typed_into,
                st.sampled_from(list(Field)),
                st.sampled_from(payloads.CARRIED),
                ODD_TEXTS,
            ),
            st.builds(payloads.suggested, st.sampled_from(list(Field)), ODD_TEXTS),
            st.sampled_from(payloads.shortcuts()),
        )
    )
)
@BOUNDS
def test_any_interaction_is_answered(send: Send, payload: dict[str, Any]) -> None:
    """Every button, form and menu, with anything in place of anything."""
    to_slack_events(send, urlencode({"payload": json.dumps(payload)}).encode(), FORM)


@given(mutated(st.sampled_from(payloads.events())))
@BOUNDS
def test_any_event_is_answered(send: Send, event: Any) -> None:
    """A 5xx would make Slack send it again and again."""
    to_slack_events(send, json.dumps(event).encode(), JSON_TYPE)
