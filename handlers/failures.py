"""The one place that explains failures: a sentence to act on, and a reference that finds the log entry."""

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from .modals import OPEN_VIEW, Modal, notice
from .wording import told

log = logging.getLogger(__name__)

TITLE = "That did not work"


class FirstAnswer(Ack):
    """An acknowledgement that stays given.

    Bolt looks for it every 10 ms and drops it when the listener fails before the next look, so that Slack
    waits three seconds and gets a 404 (slack_bolt 1.30, `ThreadListenerRunner.run`).
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name != "response" or value is not None or getattr(self, name, None) is None:
            super().__setattr__(name, value)


def register(app: App) -> None:
    app.use(keep_first_answer)
    app.error(explain)


def keep_first_answer(context: BoltContext, next: Callable[[], None]) -> None:  # noqa: A002 - Bolt's name for it
    context["ack"] = FirstAnswer()  # type: ignore[no-untyped-call] # Ack.__init__ lacks annotations
    next()


def explain(
    error: Exception,
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
    response: BoltResponse | None,
) -> BoltResponse | None:
    """Tell the person who acted; `response` is None when Slack has had its answer already.

    An event has nobody waiting: its 500 stays, so that Slack sends it again.
    """
    sentence = told(error)
    if body.get("type") == "event_callback":
        return None
    try:
        return _tell(sentence, body, context, client, response)
    except (SlackApiError, OSError):
        log.exception("nobody could be told about a failure")
        return None


def _tell(
    sentence: str,
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
    response: BoltResponse | None,
) -> BoltResponse | None:
    kind = body.get("type")
    if kind == "block_suggestion":
        return response and BoltResponse(status=200, body={"options": []})
    if kind == "view_submission" and response is not None:
        view = notice(TITLE, sentence, "error")
        return BoltResponse(status=200, body={"response_action": "update", "view": view.to_dict()})
    view_id = context.get(OPEN_VIEW) or body.get("view", {}).get("id")
    if view_id:
        Modal(client, view_id).show(notice(TITLE, sentence, "error"))
    elif context.respond is not None and context.response_url:
        context.respond(text=sentence, response_type="ephemeral", replace_original=False)
    return response and BoltResponse(status=200)
