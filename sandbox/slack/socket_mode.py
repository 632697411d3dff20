"""Socket Mode: the connections that the app opened, and what is delivered through them.

Source: docs.slack.dev, "Using Socket Mode". The fields of envelopes beyond those on that page are as Slack's
own SDKs read them.
"""

import json
import random
import secrets
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass

from sandbox.slack import seed
from sandbox.slack.websocket import WebSocket
from sandbox.slack.wire import JSON, SlackError

MOST_CONNECTIONS = 10
CONNECTION_TIME_S = 18060
"""What a hello says about how long the connection may live."""
HOST = "applink-sandbox"


@dataclass(frozen=True)
class Envelope:
    """One delivery: `type` is events_api, slash_commands or interactive."""

    type: str
    payload: JSON
    accepts_response_payload: bool
    """Whether what comes with the acknowledgement is read."""
    retry_attempt: int = 0
    retry_reason: str = ""

    def message(self, envelope_id: str) -> str:
        fields: JSON = {
            "envelope_id": envelope_id,
            "type": self.type,
            "payload": self.payload,
            "accepts_response_payload": self.accepts_response_payload,
        }
        if self.type == "events_api":
            fields |= {"retry_attempt": self.retry_attempt, "retry_reason": self.retry_reason}
        return json.dumps(fields)


class NotConnected(Exception):
    """The app has no open connection."""


class Connections:
    """The app's WebSockets. Nothing here takes the workspace's lock."""

    def __init__(self, base_url: str, *, enabled: bool) -> None:
        self._base_url = base_url
        self._enabled = enabled
        self._lock = threading.Lock()
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._unanswered: dict[str, Future[JSON]] = {}
        self.opened = 0
        """How many have been welcomed so far."""

    def __len__(self) -> int:
        """How many are open now, deaf ones included."""
        with self._lock:
            return len(self._open)

    def issue_url(self) -> str:
        """Where to open one connection; good once."""
        ticket = secrets.token_hex(16)
        with self._lock:
            self._tickets.add(ticket)
        return f"{self._base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={seed.APP_ID}"

    def use(self, ticket: str) -> None:
        """Take a ticket off the list. Raises `SlackError` when it is none or was used."""
        with self._lock:
            if ticket not in self._tickets:
                raise SlackError("invalid_ticket")
            self._tickets.remove(ticket)

    def serve(self, connection: WebSocket) -> None:
        """Greet, and take acknowledgements until the connection ends."""
        refusal = self._admit(connection)
        if refusal is not None:
            connection.send(_disconnect(refusal))
            connection.close()
            return
        try:
            for message in connection.messages():
                self._acknowledged(message)
        finally:
            self._forget(connection)

    def _admit(self, connection: WebSocket) -> str | None:
        """Why it may not stay; None, and greeted, when it may."""
        if not self._enabled:
            return "link_disabled"
        with self._lock:
            if len(self._open) >= MOST_CONNECTIONS:
                return "too_many_websockets"
            # Greeted before it is listed, so that nothing is delivered before the hello.
            connection.send(_hello(len(self._open) + 1))
            self._open.append(connection)
            self.opened += 1
        return None

    def deliver(self, envelope: Envelope, timeout_s: float) -> JSON:
        """Send to any one connection and wait for the payload of its acknowledgement, {} for none.

        Raises:
            NotConnected: there is no connection.
            TimeoutError: nobody acknowledged it.
        """
        envelope_id = secrets.token_hex(16)
        answer: Future[JSON] = Future()
        with self._lock:
            if not self._open:
                raise NotConnected
            connection = random.choice(self._open)
            self._unanswered[envelope_id] = answer
        try:
            connection.send(envelope.message(envelope_id))
            payload = answer.result(timeout_s)
        finally:
            with self._lock:
                del self._unanswered[envelope_id]
        return payload if envelope.accepts_response_payload else {}

    def _acknowledged(self, message: str) -> None:
        try:
            fields = json.loads(message)
            envelope_id, payload = fields["envelope_id"], fields.get("payload") or {}
        except (ValueError, TypeError, KeyError):
            return  # Slack says nothing to what it does not understand
        with self._lock:
            answer = self._unanswered.get(envelope_id)
            if answer is not None and not answer.done():
                answer.set_result(payload)

    # Troubles on purpose

    def deafen(self) -> None:
        """Let every connection of now stay open, but deliver nothing and answer no ping."""
        for connection in self._now():
            connection.is_deaf = True

    def warn(self) -> list[WebSocket]:
        """Announce that the connections of now will be closed soon; they go on until `refresh` does so."""
        warned = self._now()
        for connection in warned:
            connection.send(_disconnect("warning"))
        return warned

    def refresh(self, which: Iterable[WebSocket] | None = None) -> None:
        """Ask for new connections in place of these (of all those of now), and close them at once."""
        for connection in self._now() if which is None else which:
            connection.send(_disconnect("refresh_requested"))
            self._forget(connection)
            connection.close()

    def break_off(self) -> None:
        """Let every connection of now end without a word, as a cut cable would."""
        for connection in self._now():
            connection.is_deaf = True
            self._forget(connection)
            connection.close()

    def stop(self) -> None:
        """Close everything."""
        for connection in self._now():
            connection.close()

    def _forget(self, connection: WebSocket) -> None:
        """Deliver nothing more through it."""
        with self._lock:
            if connection in self._open:
                self._open.remove(connection)

    def _now(self) -> list[WebSocket]:
        with self._lock:
            return list(self._open)


def _hello(count: int) -> str:
    debug = {"host": HOST, "build_number": 1, "approximate_connection_time": CONNECTION_TIME_S}
    app = {"app_id": seed.APP_ID}
    return json.dumps(
        {"type": "hello", "num_connections": count, "debug_info": debug, "connection_info": app}
    )


def _disconnect(reason: str) -> str:
    return json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}})
