"""The bodies of slash commands and interactions.

Source: docs.slack.dev, "Interaction payloads", "Implementing slash commands".
"""

from typing import TYPE_CHECKING

from sandbox.slack import seed
from sandbox.slack.channels import Channel
from sandbox.slack.events import TOKEN
from sandbox.slack.messages import snapshot
from sandbox.slack.people import Person
from sandbox.slack.places import Place, ViewPlace
from sandbox.slack.wire import JSON

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def slash_command(workspace: "Workspace", person: Person, channel: Channel, command: str, text: str) -> JSON:
    """The form of a slash command; every value is text."""
    return {
        "token": TOKEN,
        "team_id": seed.TEAM_ID,
        "team_domain": seed.TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name_for_commands,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": seed.APP_ID,
        "is_enterprise_install": "false",
        "response_url": workspace.response_urls.issue(person.id, channel.id),
        "trigger_id": workspace.triggers.issue(person.id),
    }


def _common(kind: str, person: Person) -> JSON:
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": seed.TEAM_ID}
    return {
        "type": kind,
        "team": {"id": seed.TEAM_ID, "domain": seed.TEAM_DOMAIN},
        "user": user,
        "api_app_id": seed.APP_ID,
        "token": TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _in_channel(channel: Channel) -> JSON:
    return {"id": channel.id, "name": channel.name_for_commands}


def _placed(place: Place) -> JSON:
    """Where it was: `container`, and the view, or the channel with its message."""
    if isinstance(place, ViewPlace):
        return {"container": {"type": "view", "view_id": place.view["id"]}, "view": snapshot(place.view)}
    container: JSON = {
        "type": "message",
        "message_ts": place.message["ts"],
        "channel_id": place.channel.id,
        "is_ephemeral": place.is_ephemeral,
    }
    if "thread_ts" in place.message:
        container["thread_ts"] = place.message["thread_ts"]
    where: JSON = {"container": container, "channel": _in_channel(place.channel)}
    # An ephemeral message is stored nowhere, so Slack cannot send it along.
    return where if place.is_ephemeral else {**where, "message": snapshot(place.message)}


def block_actions(workspace: "Workspace", person: Person, place: Place, action: JSON) -> JSON:
    """Something was pressed or chosen."""
    pressed = {**_common("block_actions", person), **_placed(place), "actions": [action]}
    if isinstance(place, ViewPlace):
        trigger_id = workspace.triggers.issue(person.id, place.view["id"])
        # Nothing to answer to: there is no message.
        return {**pressed, "trigger_id": trigger_id, "response_url": ""}
    url = workspace.response_urls.issue(
        person.id, place.channel.id, place.message["ts"], ephemeral=place.is_ephemeral
    )
    return {
        **pressed,
        "trigger_id": workspace.triggers.issue(person.id),
        "response_url": url,
        "state": {"values": snapshot(place.state)},
    }


def block_suggestion(person: Person, place: Place, block_id: str, action_id: str, query: str) -> JSON:
    """What an external select asks for while somebody types."""
    asked = {"block_id": block_id, "action_id": action_id, "value": query}
    return {**_common("block_suggestion", person), **_placed(place), **asked}


def view_submission(workspace: "Workspace", person: Person, view: JSON) -> JSON:
    return {
        **_common("view_submission", person),
        "view": snapshot(view),
        "trigger_id": workspace.triggers.issue(person.id, view["id"]),
        "response_urls": _response_urls(workspace, person, view),
    }


def _response_urls(workspace: "Workspace", person: Person, view: JSON) -> list[JSON]:
    """One for every filled select that asked for it with `response_url_enabled`."""
    urls = []
    for block in view["blocks"]:
        element = block.get("element", {})
        if element.get("response_url_enabled"):
            chosen = view["state"]["values"][block["block_id"]][element["action_id"]]
            channel_id = chosen.get("selected_conversation") or chosen.get("selected_channel")
            if channel_id:
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel_id,
                        "response_url": workspace.response_urls.issue(person.id, channel_id),
                    }
                )
    return urls


def view_closed(person: Person, view: JSON, *, is_cleared: bool) -> JSON:
    return {**_common("view_closed", person), "view": snapshot(view), "is_cleared": is_cleared}


def global_shortcut(workspace: "Workspace", person: Person, callback_id: str) -> JSON:
    return {
        **_common("shortcut", person),
        "callback_id": callback_id,
        "trigger_id": workspace.triggers.issue(person.id),
        "action_ts": workspace.log.next_ts(),
    }


def message_shortcut(
    workspace: "Workspace", person: Person, channel: Channel, message: JSON, callback_id: str
) -> JSON:
    return {
        **_common("message_action", person),
        "callback_id": callback_id,
        "trigger_id": workspace.triggers.issue(person.id),
        "action_ts": workspace.log.next_ts(),
        "response_url": workspace.response_urls.issue(person.id, channel.id, message["ts"]),
        "message_ts": message["ts"],
        "message": snapshot(message),
        "channel": _in_channel(channel),
    }
