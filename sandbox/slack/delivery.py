"""Sends what happens to the bot: over HTTP, signed, or through Socket Mode; timed, retried, recorded."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlencode

import requests

from sandbox.slack.socket_mode import Connections, Envelope, NotConnected
from sandbox.slack.wire import JSON
from sandbox.slow_world import out_of_step

Format = Literal["form", "payload", "json"]
"""A slash command is a form, an interaction JSON in one form field, an event JSON."""
ENVELOPE_TYPES: dict[Format, str] = {
    "form": "slash_commands",
    "payload": "interactive",
    "json": "events_api",
}
ANSWERED_WITH_MORE = frozenset({"slash_command", "view_submission", "block_suggestion"})
"""Deliveries whose answer may say something beyond "arrived"."""
FIRST_FAILURE = 300
FIRST_SERVER_ERROR = 500


@dataclass(frozen=True)
class Ack:
    """How the bot answered one request."""

    status: int | None
    """None when no answer arrived."""
    body: str
    took_s: float
    error: str | None = None
    """None when it counts; else Slack's own word: `operation_timeout`, `http_service_error`, …"""
    no_retry: bool = False

    @property
    def retry_reason(self) -> str:
        """The `X-Slack-Retry-Reason` of sending it again."""
        reasons = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}
        return reasons.get(str(self.error), "http_error")


@dataclass(frozen=True)
class Retry:
    """Which repetition of an event this is, and why."""

    number: int
    reason: str


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The `X-Slack-Signature` of `body`. Source: docs.slack.dev, "Verifying requests from Slack"."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class Outbox:
    """Delivers to one bot. Nothing here takes the workspace's lock while it waits for the network."""

    def __init__(
        self,
        url: str,
        signing_secret: str,
        connections: Connections | None,
        record: Callable[[JSON], None],
        *,
        retry_after_s: Sequence[float],
        ack_timeout_s: float,
    ) -> None:
        self.url = url
        self.signing_secret = signing_secret
        self._connections = connections
        self._record = record
        self._retry_after_s = retry_after_s
        self._ack_timeout_s = ack_timeout_s
        self._stopped = threading.Event()
        self._threads: set[threading.Thread] = set()
        self._threads_lock = threading.Lock()

    def deliver(self, kind: str, payload: JSON, how: Format, retry: Retry | None = None) -> Ack:
        """Send one delivery and wait for its answer, at most the ack timeout (3 s unless set)."""
        with out_of_step():
            ack = self._send(kind, payload, how, retry)
        self._record(
            {
                "kind": kind,
                "payload": payload,
                "status": ack.status,
                "took_s": ack.took_s,
                "retry_num": retry.number if retry else 0,
                "error": ack.error,
            }
        )
        return ack

    def _send(self, kind: str, payload: JSON, how: Format, retry: Retry | None) -> Ack:
        if self._connections is None:
            return self._post(payload, how, retry)
        more = kind in ANSWERED_WITH_MORE
        envelope = Envelope(ENVELOPE_TYPES[how], payload, accepts_response_payload=more)
        if retry is not None:
            reason = retry.reason.removeprefix("http_")
            envelope = replace(envelope, retry_attempt=retry.number, retry_reason=reason)
        return self._through(self._connections, envelope)

    def _through(self, connections: Connections, envelope: Envelope) -> Ack:
        began = time.monotonic()
        try:
            payload = connections.deliver(envelope, self._ack_timeout_s)
        except TimeoutError:
            return Ack(None, "", time.monotonic() - began, "operation_timeout")
        except NotConnected:
            return Ack(None, "", 0.0, "dispatch_failed")
        return Ack(HTTPStatus.OK, json.dumps(payload) if payload else "", time.monotonic() - began)

    def _post(self, payload: JSON, how: Format, retry: Retry | None) -> Ack:
        body, content_type = _encode(payload, how)
        timestamp = str(int(time.time()))  # not the workspace's clock: the bot compares it with its own
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.signing_secret, timestamp, body),
        }
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        began = time.monotonic()

        def took() -> float:
            return time.monotonic() - began

        try:
            answer = requests.post(self.url, data=body, headers=headers, timeout=self._ack_timeout_s)
        except requests.Timeout:
            return Ack(None, "", took(), "operation_timeout")
        except requests.RequestException:
            return Ack(None, "", took(), "dispatch_failed")
        took_s = took()
        if took_s > self._ack_timeout_s:  # a body that trickles in resets the socket's timeout, not Slack's
            return Ack(answer.status_code, answer.text, took_s, "operation_timeout")
        no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
        return Ack(answer.status_code, answer.text, took_s, _failure(answer.status_code), no_retry)

    def deliver_event(self, envelope: JSON) -> None:
        """Send an event on a thread of its own, again after each pause until it is answered 2xx."""
        self.in_background(lambda: self._deliver_event(envelope))

    def _deliver_event(self, envelope: JSON) -> None:
        ack = self.deliver("event", envelope, "json")
        for number, pause_s in enumerate(self._retry_after_s, start=1):
            if ack.error is None or ack.no_retry or self._stopped.wait(pause_s):
                return
            ack = self.deliver("event", envelope, "json", Retry(number, ack.retry_reason))

    def in_background(self, work: Callable[[], object]) -> None:
        """Run `work` on a thread that `stop` waits for; nothing once stopped."""

        def run() -> None:
            try:
                work()
            finally:
                with self._threads_lock:
                    self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, name="slack-delivery", daemon=True)
        with self._threads_lock:
            if self._stopped.is_set():
                return
            self._threads.add(thread)
            thread.start()

    def stop(self, timeout_s: float = 1.0) -> None:
        """Send nothing more; requests already on their way get `timeout_s` in all."""
        self._stopped.set()
        deadline = time.monotonic() + timeout_s
        with self._threads_lock:
            threads = list(self._threads)
        for thread in threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))


def _encode(payload: JSON, how: Format) -> tuple[bytes, str]:
    if how == "json":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if how == "form" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _failure(status: int) -> str | None:
    if status < FIRST_FAILURE:
        return None
    return "http_service_error" if status >= FIRST_SERVER_ERROR else "http_client_error"
