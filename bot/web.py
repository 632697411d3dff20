"""The bot's HTTP: Slack's requests, Flowroute's webhooks, and what operators ask."""

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request
from gunicorn.http.errors import ParseException
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.guesses import WINDOW_S, Guesses, client_of
from bot.metrics import Metrics
from bot.precedence import Precedence
from bot.relay.inbound import Inbound
from bot.relay.pictures_out import PicturesOut
from bot.relay.receipts import Receipts
from bot.settings import Settings
from bot.slack_requests import SlackRequests
from bot.socket_mode import SocketMode
from bot.store.engine import Store
from flowroute import webhooks
from flowroute.webhooks import InboundMessage, NotAMessage

log = logging.getLogger(__name__)

MAX_WEBHOOK_BYTES = 1024 * 1024
MAX_SLACK_BYTES = 4 * 1024 * 1024  # a modal of 250 kB with files' metadata is far below it
NOT_FOR_BROWSERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer: nothing here is a page, and a picture from outside must not act as one."""


@dataclass(frozen=True)
class Web:
    """Answers every path of the bot. `worker_alive` says whether background work goes on."""

    settings: Settings
    store: Store
    slack_requests: SlackRequests | None
    """None in Socket Mode."""
    inbound: Inbound
    receipts: Receipts
    pictures: PicturesOut
    metrics: Metrics
    worker_alive: Callable[[], bool]
    socket_mode: SocketMode | None
    guesses: Guesses = field(default_factory=Guesses)

    def flask_app(self) -> Flask:
        app = _App("bot", static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = MAX_SLACK_BYTES
        if self.slack_requests is not None:
            app.post("/slack/events")(self.slack_requests.answer)
        app.post("/flowroute/<token>/<any(sms, mms, dlr):kind>")(self.webhook)
        app.get("/media/<signed>")(self.media)
        app.get("/healthz")(self.healthz)
        app.get("/readyz")(self.readyz)
        app.get("/metrics")(self.metrics_page)
        app.after_request(_not_for_browsers)
        app.register_error_handler(ParseException, self._broken_http)
        app.precedence = self.store.precedence
        return app

    def webhook(self, token: str, kind: str) -> Response:
        """200 once the message is stored, also for a repeat: anything else makes Flowroute send it again."""
        refusal = self._refusal(token, self.settings.webhook_token, "webhook_token", 404)
        if refusal is not None:
            return refusal
        if request.mimetype not in ("application/json", "application/vnd.api+json"):
            return self._webhook_answer(kind, "wrong_type", 415)
        if (request.content_length or 0) > MAX_WEBHOOK_BYTES:
            return self._webhook_answer(kind, "too_large", 413)
        body = request.stream.read(MAX_WEBHOOK_BYTES + 1)
        if len(body) > MAX_WEBHOOK_BYTES:
            return self._webhook_answer(kind, "too_large", 413)
        try:
            message = webhooks.parse(body)
        except NotAMessage as error:
            log.warning("a webhook was no message", extra={"kind": kind, "reason": str(error)})
            return self._webhook_answer(kind, "no_message", 400)
        if isinstance(message, InboundMessage):
            new = self.inbound.receive(message)
        else:
            new = self.receipts.receive(message)
        return self._webhook_answer(kind, "stored" if new else "repeated", 200)

    def _refusal(self, given: str, expected: SecretStr | None, reason: str, status: int) -> Response | None:
        """What whoever does not know a secret is answered; None for the one who does."""
        proxies = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
        client = client_of(request.remote_addr, proxies, self.settings.trusted_proxies)
        if self.guesses.too_many(client):
            self.metrics.refused.labels("too_many_guesses").inc()
            return Response(status=429, headers={"Retry-After": f"{WINDOW_S:.0f}"})
        secret = given.encode()
        if expected is not None and hmac.compare_digest(secret, expected.get_secret_value().encode()):
            return None
        self.guesses.wrong(client, secret)
        self.metrics.refused.labels(reason).inc()
        return Response(status=status)

    def _broken_http(self, _error: ParseException) -> Response:
        """400: gunicorn reads a body's chunks only when we do, and finds then that they are none."""
        self.metrics.refused.labels("broken_http").inc()
        return Response(status=400)

    def _webhook_answer(self, kind: str, result: str, status: int) -> Response:
        self.metrics.webhooks.labels(kind, result).inc()
        return Response(status=status)

    def media(self, signed: str) -> Response:
        """A picture that Flowroute fetches for an MMS, while its link is valid."""
        file = self.pictures.served(signed)
        if file is None:
            self.metrics.refused.labels("media_link").inc()
            return Response(status=404)
        return Response(
            file.content,
            mimetype=file.mime_type,
            headers={"Content-Disposition": f'attachment; filename="{file.file_name}"'},
        )

    def healthz(self) -> Response:
        return Response("ok\n", mimetype="text/plain")

    def readyz(self) -> Response:
        """200 when the database answers, background work goes on and Slack is near, else 503 and why."""
        try:
            with self.store.read() as db:
                db.execute(text("SELECT 1"))
        except SQLAlchemyError:
            log.exception("the database does not answer")
            return Response("the database does not answer\n", status=503, mimetype="text/plain")
        problem = self._problem()
        if problem is not None:
            return Response(f"{problem}\n", status=503, mimetype="text/plain")
        return Response("ready\n", mimetype="text/plain")

    def _problem(self) -> str | None:
        """What this process cannot do although the database answers."""
        if not self.worker_alive():
            return "the background work stands still"
        if self.socket_mode is not None and not self.socket_mode.alive():
            return "Slack is out of reach"
        return None

    def metrics_page(self) -> Response:
        token = self.settings.metrics_token
        if token is not None:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            refusal = self._refusal(given, token, "metrics_token", 401)
            if refusal is not None:
                refusal.headers["WWW-Authenticate"] = "Bearer"
                return refusal
        return Response(
            self.metrics.text(is_ready=self._problem() is None), mimetype="text/plain; version=0.0.4"
        )


class _App(Flask):
    precedence: Precedence

    def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - Flask's signature
        """Answer a request, before any background work."""
        with self.precedence.request():
            return super().wsgi_app(environ, start_response)

    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401 - Flask's signature
        """Name what failed without its path: a secret stands in it."""
        log.error("a request failed", extra={"endpoint": request.endpoint}, exc_info=exc_info)


def _not_for_browsers(response: Response) -> Response:
    response.headers.update(NOT_FOR_BROWSERS)
    return response
