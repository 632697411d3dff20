"""`reactions.*`."""

import re
from typing import TYPE_CHECKING

from sandbox.slack import happenings, seed
from sandbox.slack.channels import Channel
from sandbox.slack.messages import snapshot
from sandbox.slack.web_access import joined_channel, required, stored_message
from sandbox.slack.wire import JSON, SlackError

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(workspace: "Workspace", args: JSON) -> JSON:
    channel, message, name = _target(workspace, args)
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    if not happenings.react(workspace, channel, message, name, seed.BOT_USER):
        raise SlackError("already_reacted")
    return {}


def remove(workspace: "Workspace", args: JSON) -> JSON:
    channel, message, name = _target(workspace, args)
    if not happenings.unreact(workspace, channel, message, name, seed.BOT_USER):
        raise SlackError("no_reaction")
    return {}


def get(workspace: "Workspace", args: JSON) -> JSON:
    channel_id, ts = required(args, "channel", "timestamp")
    channel = joined_channel(workspace, channel_id)
    message = stored_message(workspace, channel, ts)
    return {"type": "message", "channel": channel.id, "message": snapshot(message)}


def _target(workspace: "Workspace", args: JSON) -> tuple[Channel, JSON, str]:
    channel_id, ts, name = required(args, "channel", "timestamp", "name")
    channel = joined_channel(workspace, channel_id)
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel, stored_message(workspace, channel, ts), name.strip(":")
