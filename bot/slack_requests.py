"""Slack's HTTP requests: proven to be Slack's, read, and seen to be of Slack's shape before Bolt gets them.

Bolt reads a body before it looks whose it is, answers 500 to what it cannot read, and logs whole bodies whose
signature is wrong (slack_bolt 1.30). A stranger must neither break anything here nor write into the log.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_sdk.signature import SignatureVerifier

from bot.event_limit import EventLimit
from bot.metrics import Metrics, Refusal

log = logging.getLogger(__name__)

JSON: Final = "application/json"
LEFT_OUT: Final = "app_rate_limited"
UNREADABLE: Final = (ValueError, AttributeError, LookupError, TypeError)
"""The first is pydantic's, the others Bolt's where fields are missing; what listeners raise, Bolt catches."""
YEAR_3000: Final = 32_503_680_000
MAX_FIELDS: Final = 100  # a command has a dozen


class _Shape(BaseModel):
    """The types that Slack's fields have where it sends them, as far as the bot or Bolt reads them."""

    model_config = ConfigDict(strict=True)


class _Identified(_Shape):
    id: str


class _Command(_Shape):
    command: str
    user_id: str


class _Action(_Shape):
    type: str | None = None
    action_id: str
    block_id: str | None = None
    value: str | None = None


class _State(_Shape):
    values: dict[str, dict[str, dict[str, Any]]] = {}


class _View(_Shape):
    id: str
    type: str | None = None
    hash: str | None = None
    callback_id: str | None = None
    private_metadata: str | None = None
    app_installed_team_id: str | None = None
    blocks: list[dict[str, Any]] = []
    state: _State | None = None


class _Interaction(_Shape):
    type: str
    user: _Identified
    team: _Identified | None = None
    enterprise: _Identified | None = None
    channel: _Identified | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    callback_id: str | None = None
    action_id: str | None = None
    actions: Annotated[list[_Action], Field(min_length=1)] | None = None
    view: _View | None = None
    message: dict[str, Any] | None = None


class _Authorization(_Shape):
    team_id: str | None = None
    enterprise_id: str | None = None


class _Before(_Shape):
    text: str | None = None
    user: str | None = None


class _After(_Before):
    ts: str


class _Message(_Shape):
    channel: str
    ts: str
    thread_ts: str | None = None
    subtype: str | None = None
    user: str | None = None
    user_team: str | None = None
    team: str | None = None
    text: str | None = None
    files: list[_Identified] | None = None
    blocks: list[dict[str, Any]] | None = None
    message: _After | None = None
    previous_message: _Before | None = None


class _Deleted(_Message):
    deleted_ts: str


class _HomeOpened(_Shape):
    user: str


class _Event(_Shape):
    type: str
    subtype: str | None = None


class _Delivery(_Shape):
    """What holds an event; Slack also asks for a `challenge` in this form."""

    type: str
    minute_rate_limited: Annotated[int, Field(ge=0, le=YEAR_3000)] = 0
    """Seconds since 1970, where `type` says that events are left out."""
    team_id: str | None = None
    enterprise_id: str | None = None
    authorizations: list[_Authorization] | None = None
    event: dict[str, Any] | None = None


_EVENTS: Final[Mapping[tuple[str, str | None], type[_Shape]]] = {
    ("message", None): _Message,
    ("message", "message_deleted"): _Deleted,
    ("app_home_opened", None): _HomeOpened,
}


@dataclass(frozen=True)
class SlackRequests:
    """Answers `POST /slack/events`; `signing_secret` is the app's."""

    app: App
    signing_secret: str
    metrics: Metrics
    event_limit: EventLimit

    def answer(self) -> Response:
        """Slack's protocol; 401 for a wrong or stale signature, 400 for what Slack does not send."""
        body = request.get_data()
        if not self._is_from_slack(body):
            return self._refused(Refusal.SLACK_SIGNATURE, 401)
        try:
            asked = _read(body.decode(), request.mimetype)
            if asked.get("type") == LEFT_OUT:  # of which Bolt knows nothing
                self.event_limit.reached(datetime.fromtimestamp(asked.get("minute_rate_limited", 0), UTC))
                return Response(status=200)
            # So named, it takes what has been read; nothing else in Bolt asks for the mode.
            return to_flask_response(self.app.dispatch(BoltRequest(body=asked, mode="socket_mode")))
        except UNREADABLE as error:
            log.warning("a request of Slack's cannot be read", extra={"error": type(error).__name__})
            return self._refused(Refusal.SLACK_SHAPE, 400)

    def _is_from_slack(self, body: bytes) -> bool:
        """Whether the signature is right and at most five minutes old.

        A repeat within them passes, as Slack's own repeats do: every effect has a key that happens once.
        """
        try:
            return SignatureVerifier(self.signing_secret).is_valid(
                body,
                request.headers.get("X-Slack-Request-Timestamp"),
                request.headers.get("X-Slack-Signature"),
            )
        except (TypeError, ValueError):  # a time that is no number, a signature or a body that is no text
            return False

    def _refused(self, reason: Refusal, status: int) -> Response:
        self.metrics.refused(reason)
        return Response(status=status)


def _read(body: str, content_type: str) -> dict[str, Any]:
    """What a body says; raises ValueError for one that Slack does not send."""
    if content_type == JSON:
        return _delivery(from_json(body))
    fields = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    if "payload" in fields:
        interaction: dict[str, Any] = from_json(fields["payload"])
        _Interaction.model_validate(interaction)
        return interaction
    if "command" in fields:
        _Command.model_validate(fields)
    return fields


def _delivery(said: dict[str, Any]) -> dict[str, Any]:
    delivery = _Delivery.model_validate(said)
    if delivery.event is not None:
        event = _Event.model_validate(delivery.event)
        shape = _EVENTS.get((event.type, event.subtype)) or _EVENTS.get((event.type, None))
        if shape is not None:
            shape.model_validate(delivery.event)
    return said
