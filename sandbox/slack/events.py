"""The Events API: which events the bot gets, and the envelope they come in.

Source: docs.slack.dev, "The Events API".
"""

import secrets
from typing import TYPE_CHECKING

from sandbox.slack import seed
from sandbox.slack.channels import Channel
from sandbox.slack.messages import snapshot
from sandbox.slack.wire import JSON

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
TOKEN = "sandbox-verification-token"  # noqa: S105 - the deprecated field every payload still carries
AFTER_CREATION = ("reply_count", "reply_users", "reply_users_count", "latest_reply", "reactions", "metadata")
"""What a message gains later, or shows only to those who ask; its first event has none of it."""


def channel_event(workspace: "Workspace", channel: Channel, subscription: str, event: JSON) -> None:
    """Send `event` if the manifest subscribes to it and the bot is in `channel`."""
    if seed.BOT_USER in channel.members:
        send_event(workspace, subscription, event)


def send_event(workspace: "Workspace", subscription: str, event: JSON) -> None:
    """Send `event` on a thread of its own if the manifest subscribes to it."""
    if subscription not in workspace.manifest.bot_events:
        return
    for _ in range(1 + workspace.event_repeats):
        workspace.outbox.deliver_event(envelope(workspace, event))


def envelope(workspace: "Workspace", event: JSON) -> JSON:
    """The `event_callback` around `event`, with an id of its own."""
    authorization = {
        "enterprise_id": None,
        "team_id": seed.TEAM_ID,
        "user_id": seed.BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": TOKEN,
        "team_id": seed.TEAM_ID,
        "context_team_id": seed.TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": seed.APP_ID,
        "event": snapshot(event),
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(workspace.clock()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(16)}",
    }


def message_posted(workspace: "Workspace", channel: Channel, message: JSON) -> None:
    """A message event, and an `app_mention` beside it when a person names the bot."""
    shown = {key: value for key, value in snapshot(message).items() if key not in AFTER_CREATION}
    located = {**shown, "channel": channel.id, "event_ts": message["ts"]}
    typed = {**located, "channel_type": channel.kind}
    channel_event(workspace, channel, MESSAGE_EVENTS[channel.kind], typed)
    if channel.kind != "im" and "client_msg_id" in message and f"<@{seed.BOT_USER}>" in message["text"]:
        mention = {key: value for key, value in located.items() if key not in ("subtype", "parent_user_id")}
        channel_event(workspace, channel, "app_mention", {**mention, "type": "app_mention"})


def message_changed(workspace: "Workspace", channel: Channel, before: JSON, after: JSON) -> None:
    changed = {"message": _inner(channel, after), "previous_message": _inner(channel, before)}
    _hidden(workspace, channel, "message_changed", changed)


def message_deleted(workspace: "Workspace", channel: Channel, before: JSON) -> None:
    _hidden(
        workspace,
        channel,
        "message_deleted",
        {"deleted_ts": before["ts"], "previous_message": _inner(channel, before)},
    )


def _hidden(workspace: "Workspace", channel: Channel, subtype: str, about: JSON) -> None:
    """An event about a message that is already there."""
    now = workspace.log.next_ts()
    event = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": now,
        "event_ts": now,
        **about,
    }
    channel_event(workspace, channel, MESSAGE_EVENTS[channel.kind], event)


def _inner(channel: Channel, message: JSON) -> JSON:
    """A message inside another event; Slack's types give it the fields of an event of its own."""
    shown = {key: value for key, value in snapshot(message).items() if key != "metadata"}
    return {**shown, "channel": channel.id, "channel_type": channel.kind, "event_ts": message["ts"]}


def reaction(
    workspace: "Workspace", channel: Channel, message: JSON, name: str, user_id: str, *, added: bool
) -> None:
    kind = "reaction_added" if added else "reaction_removed"
    event: JSON = {
        "type": kind,
        "user": user_id,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
        "item_user": message.get("user", seed.BOT_USER),
        "event_ts": workspace.log.next_ts(),
    }
    channel_event(workspace, channel, kind, event)


def membership(
    workspace: "Workspace", channel: Channel, user_id: str, inviter: str | None, *, joined: bool
) -> None:
    kind = "member_joined_channel" if joined else "member_left_channel"
    event: JSON = {
        "type": kind,
        "user": user_id,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "channel" else "G",
        "team": seed.TEAM_ID,
        "event_ts": workspace.log.next_ts(),
    }
    channel_event(workspace, channel, kind, {**event, "inviter": inviter} if inviter else event)


def home_opened(workspace: "Workspace", user_id: str, channel: Channel, home: JSON | None) -> None:
    event: JSON = {
        "type": "app_home_opened",
        "user": user_id,
        "channel": channel.id,
        "tab": "home",
        "event_ts": workspace.log.next_ts(),
    }
    send_event(workspace, "app_home_opened", {**event, "view": home} if home else event)
