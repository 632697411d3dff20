"""Slack's Web API as a place to post, its failures sorted by the one question that matters: did it happen?

SlackError
├── Refused       Slack answered no: nothing happened; `code` is Slack's word for it
│   └── TooFast   HTTP 429: nothing happened, try again after `retry_after_s`
└── Unsure        timeout, dropped connection, 5xx or no JSON: nobody knows whether it happened

The client repeats nothing by itself; who calls it knows what a repeat would do.
"""

import http.client
import json
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.errors import BotError

TIMEOUT_S = 10
HTTP_TOO_MANY_REQUESTS = 429
HTTP_SERVER_FAULT = 500
OK, UNSURE = "ok", "unsure"
CLOCKS_APART = timedelta(minutes=5)
"""How far this host's clock may be from Slack's: beyond that Slack's signatures are refused anyway."""
# Every method reads a form; those that look something up ignore a JSON body, as if it were empty. For blocks
# Slack advises JSON (docs.slack.dev, "Slack Web API", "POST bodies").
TAKES_JSON = frozenset({"chat.postMessage", "chat.update", "views.publish"})
# Slack's own words for "we do not know either" (docs.slack.dev, errors of chat.postMessage).
UNSURE_CODES = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})

ABOUT_THE_CHANNEL = frozenset({"is_archived", "channel_not_found", "not_in_channel", "restricted_action"})
"""Refusals that a person can mend in Slack, so that what was refused waits for that."""

# The SDK logs the bodies of odd answers; what matters of them is logged by us.
logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)


class SlackError(BotError):
    """Slack could not do it; the subclass says whether it may have happened."""


class Refused(SlackError):
    """Slack refused; nothing happened."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack refused {method}: {code}.")
        self.code = code


class TooFast(Refused):
    """Slack's rate limit for this method; nothing happened."""

    def __init__(self, method: str, retry_after_s: float) -> None:
        super().__init__(method, "ratelimited")
        self.retry_after_s = retry_after_s


class Unsure(SlackError):
    """Nobody knows whether it happened."""

    def __init__(self, method: str) -> None:
        super().__init__(f"Slack did not answer {method}.")


Observe = Callable[[str, str, float], None]
"""Told of each call: its method, its outcome (ok, unsure, or Slack's word for a refusal), and its seconds."""


class Slack:
    """Calls Slack's Web API with the bot's token. Safe to share between threads."""

    def __init__(self, client: WebClient) -> None:
        self.client = client

    def call(self, method: str, **args: Any) -> Mapping[str, Any]:  # noqa: ANN401 - arguments differ by method
        """Call `method` once; arguments that are None are left out.

        Raises:
            TooFast, Refused: Slack said no.
            Unsure: the outcome is unknown.
        """
        given = {name: value for name, value in args.items() if value is not None}
        try:
            if method in TAKES_JSON:
                answer = self.client.api_call(method, json=given)
            else:
                answer = self.client.api_call(method, params=_form(given))
        except SlackApiError as error:
            raise _sort(method, error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unsure(method) from error
        data = answer.data
        return data if isinstance(data, dict) else {}

    def each(self, method: str, what: str, *, limit: int = 200, **args: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        """What `method` lists as `what`, page after page of at most `limit`, asked for as it is used.

        Raises as `call` does, also between two of them.
        """
        cursor: str | None = None
        while True:
            page = self.call(method, limit=limit, cursor=cursor, **args)
            yield from page.get(what) or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return

    def direct_messages(self, user_id: str) -> str:
        """The channel id of somebody's direct messages with the bot. Raises as `call` does."""
        return str(self.call("conversations.open", users=user_id)["channel"]["id"])


class _Watched(WebClient):
    """The SDK's client, which tells somebody of each call, also of those that Bolt and the handlers make."""

    def __init__(self, observe: Observe, **options: Any) -> None:  # noqa: ANN401 - the SDK's own
        super().__init__(**options)
        self._observe = observe

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:  # noqa: ANN401 - the SDK's own
        began = time.monotonic()
        outcome = UNSURE
        try:
            answer = super().api_call(api_method, **options)
            outcome = OK
        except SlackApiError as error:
            failure = _sort(api_method, error)
            if isinstance(failure, Refused):
                outcome = failure.code
            raise
        else:
            return answer
        finally:
            self._observe(api_method, outcome, time.monotonic() - began)


def _nobody(_method: str, _outcome: str, _took_s: float) -> None:
    """Not told of calls."""


def connect(token: str, base_url: str, observe: Observe = _nobody) -> WebClient:
    """The SDK's client, told not to repeat anything by itself."""
    return _Watched(
        observe,
        token=token,
        base_url=f"{base_url}/",
        timeout=TIMEOUT_S,
        retry_handlers=[],
        ssl=_trusted_roots(),
    )


@cache
def _trusted_roots() -> ssl.SSLContext:
    """The machine's list of authorities, as Python trusts it by itself; SSL_CERT_FILE names another.

    Read once: left to the SDK (slack_sdk 3.47), each call would read it anew, for 50 ms of CPU.
    """
    return ssl.create_default_context()


def oldest(moment: datetime) -> str:
    """From where to read a conversation for what was written at `moment` or later, by whosever clock."""
    return f"{(moment - CLOCKS_APART).timestamp():.6f}"


def _form(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form: lists and objects go in as JSON text; the SDK writes flags as 1 and 0."""
    return {
        name: json.dumps(value) if isinstance(value, list | dict) else value for name, value in given.items()
    }


def _sort(method: str, error: SlackApiError) -> SlackError:
    response = error.response
    if response.status_code == HTTP_TOO_MANY_REQUESTS:
        return TooFast(method, _seconds(response.headers.get("Retry-After")))
    code = response.data.get("error", "") if isinstance(response.data, dict) else ""
    if (
        response.status_code >= HTTP_SERVER_FAULT
        or code in UNSURE_CODES
        or not code.replace("_", "").isalnum()
    ):
        return Unsure(method)
    return Refused(method, code)


def _seconds(retry_after: object) -> float:
    try:
        return max(1.0, float(str(retry_after)))
    except ValueError:
        return 1.0
