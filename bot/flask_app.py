"""What holds for every answer of the bot over HTTP, whatever is asked."""

import logging
from typing import Any

from flask import Flask, Response, request
from gunicorn.http.errors import ParseException

from bot.metrics import Metrics, Refusal
from bot.precedence import Precedence

log = logging.getLogger(__name__)

NOT_FOR_BROWSERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer: nothing here is a page, and a picture from outside must not act as one."""
SERVER_ERROR = 500


class BotFlask(Flask):
    """Flask that goes before background work, logs no paths (secrets stand in them) and counts its 5xx."""

    def __init__(self, metrics: Metrics, precedence: Precedence) -> None:
        super().__init__("bot", static_folder=None)
        self._metrics = metrics
        self._precedence = precedence
        self.after_request(self._answered)
        self.register_error_handler(ParseException, self._broken_http)

    def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - Flask's signature
        """Answer a request, before any background work."""
        with self._precedence.request():
            return super().wsgi_app(environ, start_response)

    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401 - Flask's signature
        """Name what failed without its path."""
        log.error("a request failed", extra={"endpoint": request.endpoint}, exc_info=exc_info)

    def _answered(self, response: Response) -> Response:
        response.headers.update(NOT_FOR_BROWSERS)
        if response.status_code >= SERVER_ERROR and request.endpoint != "readyz":  # which says no with a 503
            self._metrics.request_failed(request.endpoint or "none")
        return response

    def _broken_http(self, _error: ParseException) -> Response:
        """400: gunicorn reads a body's chunks only when we do, and finds then that they are none."""
        self._metrics.refused(Refusal.BROKEN_HTTP)
        return Response(status=400)
