"""What a person may read about a failure."""

import logging
from uuid import uuid4

from slack_sdk.errors import SlackApiError

from bot.cards import escape
from bot.errors import BotError
from flowroute import FlowrouteError, InvalidArgument, NotFound, Refused

log = logging.getLogger(__name__)

_TOO_LATE = "That took too long for Slack. Please try once more."
_SLACK_SAYS = {
    "expired_trigger_id": _TOO_LATE,
    "trigger_expired": _TOO_LATE,
    "exchanged_trigger_id": _TOO_LATE,
    "ratelimited": "Slack is being asked too often. Try again in a minute.",
    "missing_scope": "The Slack app lacks a permission. Whoever runs this has to reinstall it.",
}


def told(error: Exception) -> str:
    """What a person may read about `error`, in mrkdwn; anything but a plain refusal is logged.

    A `BotError` is an answer, written in mrkdwn; so is what Flowroute does not have. All others get a
    reference into the log, and so does an answer that a failure of Flowroute's caused.
    """
    if isinstance(error, BotError):
        cause = error.__cause__
        if not isinstance(cause, FlowrouteError) or isinstance(cause, InvalidArgument | NotFound | Refused):
            return error.user_message
        reference = uuid4().hex[:8]
        log.warning("flowroute failed", extra={"reference": reference}, exc_info=cause)
        return f"{error.user_message} (reference `{reference}`)"
    if isinstance(error, InvalidArgument | NotFound):
        return escape(error.user_message)
    reference = uuid4().hex[:8]
    if isinstance(error, FlowrouteError):
        log.warning("flowroute failed", extra={"reference": reference}, exc_info=error)
        sentence = escape(error.user_message)
    else:
        log.error("request failed", extra={"reference": reference}, exc_info=error)
        code = error.response.get("error") if isinstance(error, SlackApiError) else None
        sentence = _SLACK_SAYS.get(str(code), "That broke on our side.")
    return f"{sentence} (reference `{reference}`)"
