"""The one place that explains failures: a sentence to act on, and a reference that finds the log entry."""

import logging
from typing import Any

from slack_bolt import BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from .modals import IN_VIEW, Modal, notice
from .wording import told

log = logging.getLogger(__name__)

TITLE = "That did not work"


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
    modal = context.get(IN_VIEW)
    surface = body.get("view") or {}
    if modal is None and surface.get("type") == "modal":
        modal = Modal(client, view_id=surface["id"])
    if modal is not None:
        modal.show(notice(TITLE, sentence, "error"))
    elif context.respond is not None and context.response_url:
        context.respond(text=sentence, response_type="ephemeral", replace_original=False)
    elif surface:  # the Home tab, where Slack takes no answer
        client.chat_postMessage(channel=body["user"]["id"], text=sentence)
    return response and BoltResponse(status=200)
