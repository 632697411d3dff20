"""What the bot says straight back: in the answer to a command or interaction, or through a response URL.

Both need no membership: Slack lets an app answer wherever it was spoken to.
"""

import json
from typing import TYPE_CHECKING

from sandbox.slack import happenings, seed
from sandbox.slack.channels import Channel
from sandbox.slack.content import checked_message
from sandbox.slack.tickets import ResponseUrl
from sandbox.slack.wire import JSON, SlackError

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def immediate(workspace: "Workspace", user_id: str, channel: Channel, body: str) -> None:
    """Show the body of the answer to a slash command: plain text, or JSON with text, blocks, `response_type`.

    Raises `SlackError` when Slack could not show it.
    """
    if not body.strip():
        return
    try:
        content = json.loads(body)
    except ValueError:
        content = {"text": body}
    if not isinstance(content, dict):
        content = {"text": body}
    if content:
        _say(workspace, user_id, channel, content)


def through_url(workspace: "Workspace", ticket: ResponseUrl, content: JSON) -> None:
    """One post to a response URL. Raises `SlackError`."""
    channel = workspace.channels.all[ticket.channel_id]
    if content.get("delete_original") and ticket.message_ts:
        _delete_original(workspace, ticket, channel)
    elif content.get("delete_original"):
        return  # after a slash command there is no original; Slack answers ok and does nothing
    elif content.get("replace_original") and ticket.message_ts:
        _replace_original(workspace, ticket, channel, checked_message(content))
    else:
        _say(workspace, ticket.user_id, channel, content)


def _say(workspace: "Workspace", user_id: str, channel: Channel, content: JSON) -> None:
    message = happenings.bot_message(workspace, checked_message(content))
    thread_ts = content.get("thread_ts")
    if content.get("response_type") == "in_channel":
        if not happenings.in_thread(workspace, channel, message, thread_ts):
            raise SlackError("thread_not_found")
        happenings.post(workspace, channel, message)
        return
    happenings.in_thread(workspace, channel, message, thread_ts)
    workspace.whisper(user_id, channel, message)


def _replace_original(workspace: "Workspace", ticket: ResponseUrl, channel: Channel, content: JSON) -> None:
    fresh = happenings.bot_message(workspace, content)
    original = _original(workspace, ticket, channel)
    if ticket.ephemeral:
        whispers = workspace.whispers_to(ticket.user_id, channel)
        kept: JSON = {key: original[key] for key in ("ts", "thread_ts", "is_ephemeral") if key in original}
        whispers[whispers.index(original)] = {**fresh, **kept}
    else:
        shown = {key: fresh.get(key) for key in ("text", "blocks", "attachments")}
        happenings.change(workspace, channel, original, shown, editor=seed.BOT_ID)


def _delete_original(workspace: "Workspace", ticket: ResponseUrl, channel: Channel) -> None:
    original = _original(workspace, ticket, channel)
    if ticket.ephemeral:
        workspace.whispers_to(ticket.user_id, channel).remove(original)
    else:
        happenings.remove(workspace, channel, original)


def _original(workspace: "Workspace", ticket: ResponseUrl, channel: Channel) -> JSON:
    if ticket.ephemeral:
        whispers = workspace.whispers_to(ticket.user_id, channel)
        found = next((m for m in whispers if m["ts"] == ticket.message_ts), None)
    else:
        found = workspace.log.find(channel.id, str(ticket.message_ts))
    if found is None:
        raise SlackError("message_not_found")
    return found
