"""What operators and their machines ask of a process: is it alive, can it work, how does it go."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, request
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import utc_now
from bot.gate import Gate
from bot.metrics import Metrics, Refusal
from bot.socket_mode import SocketMode
from bot.store import bookmarks
from bot.store.engine import Store

log = logging.getLogger(__name__)

TRIED_TO_WRITE = "tried to write"
"""The bookmark that is set to see whether the database takes anything again."""


@dataclass(frozen=True)
class OperatorPages:
    """`/healthz`, `/readyz` and `/metrics`: the same of every kind of process.

    `worker_alive` says whether background work goes on, `socket_mode` is None where this process does not
    hear Slack that way.
    """

    store: Store
    metrics: Metrics
    gate: Gate
    metrics_token: SecretStr | None
    worker_alive: Callable[[], bool]
    socket_mode: SocketMode | None

    def add_to(self, app: Flask) -> None:
        app.get("/healthz")(self.healthz)
        app.get("/readyz")(self.readyz)
        app.get("/metrics", endpoint="metrics")(self.metrics_page)

    def healthz(self) -> Response:
        return Response("ok\n", mimetype="text/plain")

    def readyz(self) -> Response:
        """200 when the database answers and can be written to, work goes on and Slack is near; else 503."""
        problem = self._problem()
        if problem is not None:
            return Response(f"{problem}\n", status=503, mimetype="text/plain")
        return Response("ready\n", mimetype="text/plain")

    def metrics_page(self) -> Response:
        if self.metrics_token is not None:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            refusal = self.gate.refusal(given, self.metrics_token, Refusal.METRICS_TOKEN, 401)
            if refusal is not None:
                refusal.headers["WWW-Authenticate"] = "Bearer"
                return refusal
        return Response(
            self.metrics.text(is_ready=self._problem() is None), mimetype="text/plain; version=0.0.4"
        )

    def _problem(self) -> str | None:
        """What keeps this process from working."""
        try:
            with self.store.read() as db:
                bookmarks.get(db, TRIED_TO_WRITE)  # SQLite would answer SELECT 1 without its file
        except SQLAlchemyError:
            log.exception("the database does not answer")
            return "the database does not answer"
        if not self._takes_writes():
            return "the database cannot be written to"
        if not self.worker_alive():
            return "the background work stands still"
        if self.socket_mode is not None and not self.socket_mode.alive():
            return "Slack is out of reach"
        return None

    def _takes_writes(self) -> bool:
        """Whether the last write went well, or one does now: a full disk can be read all the same."""
        if self.store.last_write_went_well:
            return True
        try:
            with self.store.write() as db:
                bookmarks.put(db, TRIED_TO_WRITE, utc_now())
        except SQLAlchemyError:
            log.exception("the database cannot be written to")
            return False
        return True
