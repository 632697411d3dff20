"""The bot's HTTP: Slack's requests, Flowroute's webhooks, and the pictures that Flowroute fetches."""

import logging
from dataclasses import dataclass

from flask import Flask, Response, request

from bot.gate import Gate
from bot.metrics import Metrics, Refusal, WebhookResult
from bot.relay.inbound import Inbound
from bot.relay.pictures_out import PicturesOut
from bot.relay.receipts import Receipts
from bot.settings import Settings
from bot.slack_requests import SlackRequests
from flowroute import webhooks
from flowroute.webhooks import InboundMessage, NotAMessage

log = logging.getLogger(__name__)

MAX_WEBHOOK_BYTES = 1024 * 1024
MAX_SLACK_BYTES = 4 * 1024 * 1024  # a modal of 250 kB with files' metadata is far below it


@dataclass(frozen=True)
class Web:
    """Answers what Slack and Flowroute ask."""

    settings: Settings
    slack_requests: SlackRequests | None
    """None in Socket Mode."""
    inbound: Inbound
    receipts: Receipts
    pictures: PicturesOut
    metrics: Metrics
    gate: Gate

    def add_to(self, app: Flask) -> None:
        app.config["MAX_CONTENT_LENGTH"] = MAX_SLACK_BYTES
        if self.slack_requests is not None:
            app.post("/slack/events", endpoint="slack")(self.slack_requests.answer)
        app.post("/flowroute/<token>/<any(sms, mms, dlr):kind>")(self.webhook)
        app.get("/media/<signed>")(self.media)

    def webhook(self, token: str, kind: str) -> Response:
        """200 once the message is stored, also for a repeat: anything else makes Flowroute send it again."""
        refusal = self.gate.refusal(token, self.settings.webhook_token, Refusal.WEBHOOK_TOKEN, 404)
        if refusal is not None:
            return refusal
        if request.mimetype not in ("application/json", "application/vnd.api+json"):
            return self._webhook_answer(kind, WebhookResult.WRONG_TYPE, 415)
        if (request.content_length or 0) > MAX_WEBHOOK_BYTES:
            return self._webhook_answer(kind, WebhookResult.TOO_LARGE, 413)
        body = request.stream.read(MAX_WEBHOOK_BYTES + 1)
        if len(body) > MAX_WEBHOOK_BYTES:
            return self._webhook_answer(kind, WebhookResult.TOO_LARGE, 413)
        try:
            message = webhooks.parse(body)
        except NotAMessage as error:
            log.warning("a webhook was no message", extra={"kind": kind, "reason": str(error)})
            return self._webhook_answer(kind, WebhookResult.NO_MESSAGE, 400)
        try:
            if isinstance(message, InboundMessage):
                new = self.inbound.receive(message)
            else:
                new = self.receipts.receive(message)
        except Exception:
            self.metrics.webhook_answered(kind, WebhookResult.ERROR)
            raise
        return self._webhook_answer(kind, WebhookResult.STORED if new else WebhookResult.REPEATED, 200)

    def _webhook_answer(self, kind: str, result: WebhookResult, status: int) -> Response:
        self.metrics.webhook_answered(kind, result)
        return Response(status=status)

    def media(self, signed: str) -> Response:
        """A picture that Flowroute fetches for an MMS, while its link is valid."""
        file = self.pictures.served(signed)
        if file is None:
            self.metrics.refused(Refusal.MEDIA_LINK)
            return Response(status=404)
        return Response(
            file.content,
            mimetype=file.mime_type,
            headers={"Content-Disposition": f'attachment; filename="{file.file_name}"'},
        )
