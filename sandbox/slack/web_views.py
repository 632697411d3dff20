"""`views.*`: opening, changing, stacking modals, and the Home tab."""

from typing import TYPE_CHECKING

from sandbox.slack import seed
from sandbox.slack.content import checked_given_view
from sandbox.slack.messages import snapshot
from sandbox.slack.tickets import Trigger
from sandbox.slack.web_access import known_person, required
from sandbox.slack.wire import JSON, SlackError, invalid_arguments

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def open_modal(workspace: "Workspace", args: JSON) -> JSON:
    view = checked_given_view(args.get("view"), "modal")
    trigger = _trigger(workspace, args)
    return {"view": snapshot(workspace.views.open(trigger.user_id, view))}


def push(workspace: "Workspace", args: JSON) -> JSON:
    view = checked_given_view(args.get("view"), "modal")
    trigger = _trigger(workspace, args)
    return {"view": snapshot(workspace.views.push(trigger.user_id, view))}


def update(workspace: "Workspace", args: JSON) -> JSON:
    given = checked_given_view(args.get("view"), "modal", "home")
    view_id, external_id = args.get("view_id"), args.get("external_id")
    if not view_id and not external_id:
        raise invalid_arguments("missing required field: view_id or external_id")
    view = workspace.views.find(view_id=view_id, external_id=external_id)
    if view is None or view["type"] != given["type"]:
        raise SlackError("not_found")
    return {"view": snapshot(workspace.views.update(view, given, args.get("hash")))}


def publish(workspace: "Workspace", args: JSON) -> JSON:
    (user_id,) = required(args, "user_id")
    given = checked_given_view(args.get("view"), "home")
    person = known_person(workspace, user_id)
    if person.id == seed.BOT_USER:
        raise SlackError("not_enabled")
    return {"view": snapshot(workspace.views.publish(person.id, given, args.get("hash")))}


def _trigger(workspace: "Workspace", args: JSON) -> Trigger:
    (trigger_id,) = required(args, "trigger_id")
    return workspace.triggers.exchange(trigger_id)
