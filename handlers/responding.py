"""Private answers through a request's `response_url`, given again where Slack did not take them."""

import logging
from collections.abc import Callable
from time import sleep
from typing import Any

from slack_bolt import BoltRequest, BoltResponse, Respond
from slack_bolt.middleware import Middleware
from slack_sdk.webhook import WebhookResponse

log = logging.getLogger(__name__)

PAUSES_S = (0.5, 2.0)
"""Before the second attempt and the third; an address takes five messages in all."""
LONGEST_S = 30.0
TOO_MANY_REQUESTS = 429
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


class PatientAnswers(Middleware):
    """Lets the listeners of a request answer patiently."""

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], object]) -> BoltResponse:  # noqa: A002 - Bolt's name for it
        context = req.context
        if context.response_url:
            client = context.client
            context["respond"] = PatientRespond(
                response_url=context.response_url, proxy=client.proxy, ssl=client.ssl
            )
        next()
        return resp


def _asked_to_wait_s(response: WebhookResponse) -> float:
    """`Retry-After`, in whole seconds (docs.slack.dev, "Rate limits"); 0 where there is none."""
    asked = {name.lower(): value for name, value in response.headers.items()}.get("retry-after", "")
    return float(asked) if str(asked).isdecimal() else 0.0
