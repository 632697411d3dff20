"""Slack by Socket Mode: the bot opens a WebSocket to Slack, so that nothing outside has to reach the bot.

One process holds one connection. Its successor is opened before it is given up wherever that is possible, and
it is read a while longer, so that a renewal loses nothing. What the bot does not acknowledge Slack sends
again (events), or it tells the person (commands, interactions): the same as for a bad answer over HTTP.

Source: docs.slack.dev, "Using Socket Mode".
"""

import json
import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

from bot.precedence import Precedence
from bot.slack import Slack, SlackError, TooFast

log = logging.getLogger(__name__)

# Its debug lines hold what people wrote, and the address that lets one in.
logging.getLogger("websockets").setLevel(logging.WARNING)

THREADS = 32
MAX_BYTES = 4 * 1024 * 1024
CLOSE_S = 1.0
STOP_S = 5.0

JSON = dict[str, Any]


@dataclass(frozen=True)
class Patience:
    """How long to wait for what, in seconds."""

    hello_s: float = 10.0
    ping_s: float = 10.0
    """Between two pings of ours."""
    pong_s: float = 10.0
    """For the answer to a ping; without it the connection is deaf and gets replaced."""
    quiet_s: float = 30 * 60.0
    """For a message of any kind. A connection that answers pings but delivers nothing looks like a quiet day
    from here, so that a quiet one is replaced, too."""
    drain_s: float = 15.0
    """How much longer a connection that is being replaced is read."""
    lasting_s: float = 60.0
    """A connection that ends sooner counts as a failure."""
    retry_s: tuple[float, float] = (1.0, 60.0)
    """The pause after the first failure, and the longest."""
    out_of_reach_s: float = 60.0
    """Without a connection the process counts as ready for this long."""


class Unwelcome(Exception):
    """Slack took the connection and sent it away; the message is Slack's word for why."""


class _Connection:
    """One WebSocket from its hello to its end."""

    def __init__(self, url: str, patience: Patience, take: Callable[["_Connection", JSON], None]) -> None:
        """Open it; `take` gets every message after the hello.

        Raises:
            OSError, WebSocketException: it cannot be opened, or nothing is said.
            Unwelcome: Slack does not want it.
        """
        self.spent = threading.Event()
        """Set once a successor is needed: Slack said so, it was quiet for too long, or it has ended."""
        self._patience = patience
        self._take = take
        with ExitStack() as undo:
            self._socket = undo.enter_context(
                connect(
                    url,
                    ping_interval=patience.ping_s,
                    ping_timeout=patience.pong_s,
                    close_timeout=CLOSE_S,
                    max_size=MAX_BYTES,
                )
            )
            hello = _decoded(self._socket.recv(patience.hello_s))
            if hello.get("type") != "hello":
                raise Unwelcome(str(hello.get("reason")))
            undo.pop_all()
        self._reader = threading.Thread(target=self._read, name="socket-mode-reader", daemon=True)
        self._reader.start()

    @property
    def is_open(self) -> bool:
        return self._reader.is_alive()

    def send(self, message: str) -> None:
        """Raises `ConnectionClosed`."""
        self._socket.send(message)

    def close(self) -> None:
        self._socket.close()
        self._reader.join()

    def _read(self) -> None:
        try:
            while not self.spent.is_set():
                self._take_next(self._patience.quiet_s)
            last_s = time.monotonic() + self._patience.drain_s
            while (left_s := last_s - time.monotonic()) > 0:
                self._take_next(left_s)
        except ConnectionClosed as end:
            log.info("a connection to Slack has ended", extra={"reason": str(end)})
        finally:
            self.spent.set()
            self._socket.close()

    def _take_next(self, timeout_s: float) -> None:
        try:
            message = _decoded(self._socket.recv(timeout_s))
        except TimeoutError:
            self.spent.set()
            return
        if message.get("type") == "disconnect":
            log.info("Slack asks for a new connection", extra={"reason": str(message.get("reason"))})
            self.spent.set()
        elif isinstance(message.get("payload"), dict):
            self._take(self, message)


class SocketMode:
    """Keeps a connection to Slack open and lets the Bolt app answer what arrives through it.

    Args:
        slack_app: answers; what it leaves without a 200 is not acknowledged.
        slack: the Web API with the app-level token (xapp-), which opens connections.
    """

    def __init__(
        self, slack_app: App, slack: Slack, precedence: Precedence, patience: Patience | None = None
    ) -> None:
        self._slack_app = slack_app
        self._slack = slack
        self._precedence = precedence
        self._patience = patience or Patience()
        self._connections: list[_Connection] = []
        self._lost_at: float | None = time.monotonic()
        self._stopping = threading.Event()
        self._taking = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="socket-mode")
        self._keeper = threading.Thread(target=self._keep_connected, name="socket-mode", daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Take nothing more, acknowledge what is being worked on, hang up."""
        with self._taking:
            self._stopping.set()
        for connection in self._connections:
            connection.spent.set()  # lets the keeper go
        self._keeper.join(STOP_S)  # it may be waiting for a Slack that does not answer
        self._pool.shutdown(wait=True)
        for connection in self._connections:
            connection.close()

    def alive(self) -> bool:
        """False when Slack has been out of reach for long."""
        lost_at = self._lost_at
        return lost_at is None or time.monotonic() - lost_at < self._patience.out_of_reach_s

    def _keep_connected(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            lasted_s = least_s = 0.0
            try:
                connection = self._connect()
            except (SlackError, Unwelcome, OSError, WebSocketException) as error:
                least_s = error.retry_after_s if isinstance(error, TooFast) else 0.0
                log.warning("Slack cannot be reached by Socket Mode", extra={"reason": _reason(error)})
            except Exception:  # whatever it was, the next attempt may go well
                log.exception("Socket Mode failed and will be tried again")
            else:
                began, self._lost_at = time.monotonic(), None
                connection.spent.wait()
                self._lost_at = time.monotonic()
                lasted_s = self._lost_at - began
            if lasted_s > self._patience.lasting_s:
                failures = 0
            else:
                failures += 1
                self._stopping.wait(max(least_s, self._pause_s(failures)))

    def _connect(self) -> _Connection:
        url = str(self._slack.call("apps.connections.open").get("url"))
        connection = _Connection(url, self._patience, self._take)
        self._connections = [*(old for old in self._connections if old.is_open), connection]
        if self._stopping.is_set():  # `stop` may not have seen this one
            connection.close()
        return connection

    def _pause_s(self, failures: int) -> float:
        """Twice as long each time; uneven, so that processes which lost Slack together return apart."""
        first_s, longest_s = self._patience.retry_s
        return random.uniform(0.5, 1.0) * min(longest_s, first_s * 2.0 ** min(failures - 1, 30))  # noqa: S311 - no secret

    def _take(self, connection: _Connection, envelope: JSON) -> None:
        with self._taking:
            if not self._stopping.is_set():
                self._pool.submit(self._answer, connection, envelope)

    def _answer(self, connection: _Connection, envelope: JSON) -> None:
        try:
            with self._precedence.request():
                answer = self._slack_app.dispatch(BoltRequest(body=envelope["payload"], mode="socket_mode"))
            if answer.status == HTTPStatus.OK:
                connection.send(_acknowledgement(envelope, answer))
            else:
                log.warning(
                    "Slack gets no answer", extra={"kind": envelope.get("type"), "status": answer.status}
                )
        except ConnectionClosed:
            log.warning("a connection to Slack ended before an answer was ready")
        except Exception:
            log.exception("something from Slack could not be worked on")


def _acknowledgement(envelope: JSON, answer: BoltResponse) -> str:
    acknowledgement: JSON = {"envelope_id": envelope.get("envelope_id")}
    if answer.body:
        payload = _decoded(answer.body)
        acknowledgement["payload"] = payload or {"text": answer.body}
    return json.dumps(acknowledgement)


def _decoded(text: str | bytes) -> JSON:
    """A JSON object, or {} for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _reason(error: Exception) -> str:
    """What may stand in the log: an error of the network may quote the secret address."""
    return str(error) if isinstance(error, SlackError | Unwelcome) else type(error).__name__
