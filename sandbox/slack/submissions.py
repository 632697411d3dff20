"""What becomes of a modal when the bot has answered its submission, and of an external select's request.

Source: docs.slack.dev, "Modals" (response actions), "External data".
"""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.slack.content import checked_given_view
from sandbox.slack.delivery import Ack
from sandbox.slack.wire import JSON, SlackError

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

NO_CONNECTION = "We had some trouble connecting. Try again?"
MOST_OPTIONS = 100


@dataclass(frozen=True)
class Submission:
    """What became of a submitted modal."""

    ok: bool
    errors: dict[str, str] = field(default_factory=dict)
    """Messages beside the inputs, by block_id."""
    error: str | None = None
    """What the client shows when the answer was late or made no sense."""


def follow(workspace: "Workspace", user_id: str, view: JSON, ack: Ack) -> Submission:
    """Do what the answer says; one that is late, failed or senseless becomes a notice. The lock is held."""
    try:
        return _obey(workspace, user_id, view, _decoded(ack))
    except SlackError as error:
        workspace.notices.add(user_id, f"{NO_CONNECTION} ({error.code})")
        return Submission(ok=False, error=NO_CONNECTION)


def _decoded(ack: Ack) -> JSON:
    """The JSON of a good answer, {} for an empty one."""
    if ack.error is not None:
        raise SlackError(ack.error)
    try:
        answer = json.loads(ack.body) if ack.body.strip() else {}
    except ValueError as error:
        raise SlackError("invalid_response") from error
    if not isinstance(answer, dict):
        raise SlackError("invalid_response")
    return answer


def _obey(workspace: "Workspace", user_id: str, view: JSON, answer: JSON) -> Submission:
    views = workspace.views
    action = answer.get("response_action")
    if action == "errors":
        return Submission(ok=False, errors=_errors_beside(view, answer.get("errors")))
    if action == "update":
        views.update(view, checked_given_view(answer.get("view"), "modal"))
    elif action == "push":
        views.push(user_id, checked_given_view(answer.get("view"), "modal"))
    elif action in ("clear", None):
        # The bot may have taken the view away itself, before it answered.
        if views.is_open(user_id, view):
            views.close(user_id, view, everything=action == "clear")
    else:
        raise SlackError("invalid_response_action")
    return Submission(ok=True)


def _errors_beside(view: JSON, errors: object) -> dict[str, str]:
    """Messages by block_id; one for a block that is no input of the view is itself an error."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_errors")
    return errors


def offered(ack: Ack) -> JSON:
    """`options` and `option_groups`, one of them empty. Raises `SlackError` for a bad answer."""
    answer = _decoded(ack)
    options, groups = answer.get("options") or [], answer.get("option_groups") or []
    if len(options) > MOST_OPTIONS or len(groups) > MOST_OPTIONS:
        raise SlackError("too_many_options")
    return {"options": options, "option_groups": groups}
