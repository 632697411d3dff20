"""Answers through a request's `response_url`: private ones are given again where Slack did not take them."""

import logging
from http.client import HTTPException
from time import sleep
from typing import Any

from slack_bolt import Respond
from slack_sdk.webhook import WebhookClient, WebhookResponse

from bot.errors import BotError

log = logging.getLogger(__name__)

PAUSES_S = (0.5, 2.0)
"""Before the second attempt and the third; an address takes five messages in all."""
LONGEST_S = 30.0
TOO_MANY_REQUESTS = 429
REFUSED = 400
SERVER_ERROR = 500


class PatientRespond(Respond):
    """Answers again after a 429 or a fault of Slack's, on which Bolt's gives up without a word (1.30).

    What is seen by one person, or replaces what is there, may come twice; what is shown to a whole channel
    does not go this way.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> WebhookResponse:  # noqa: ANN401 - Bolt's signature
        for pause_s in PAUSES_S:
            response = super().__call__(*args, **kwargs)
            if response.status_code < SERVER_ERROR and response.status_code != TOO_MANY_REQUESTS:
                return response
            log.info("slack did not take an answer yet", extra={"status": response.status_code})
            sleep(min(_asked_to_wait_s(response) or pause_s, LONGEST_S))
        return super().__call__(*args, **kwargs)


class PerhapsShown(BotError):
    """Slack did not say that it took it, and everybody would see a repeat."""

    def __init__(self) -> None:
        super().__init__(
            "Slack did not say whether it showed that. Please look at the channel before you share it again."
        )


def respond_once(respond: Respond, message: dict[str, Any]) -> None:
    """Show something to a whole channel; Bolt's own way repeats it when Slack's answer gets lost.

    Raises:
        PerhapsShown: nobody knows whether the channel saw it.
    """
    client = WebhookClient(str(respond.response_url), proxy=respond.proxy, ssl=respond.ssl, retry_handlers=[])
    try:
        response = client.send_dict(message)
    except (OSError, HTTPException) as error:
        raise PerhapsShown from error
    if response.status_code >= REFUSED:
        raise PerhapsShown


def _asked_to_wait_s(response: WebhookResponse) -> float:
    """`Retry-After`, in whole seconds (docs.slack.dev, "Rate limits"); 0 where there is none."""
    asked = {name.lower(): value for name, value in response.headers.items()}.get("retry-after", "")
    return float(asked) if str(asked).isdecimal() else 0.0
