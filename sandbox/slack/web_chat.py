"""`chat.*`: posting, changing and deleting messages."""

from typing import TYPE_CHECKING

from sandbox.slack import happenings, seed
from sandbox.slack.blocks import with_ids
from sandbox.slack.content import LONGEST_UPDATE, check_length, check_parts, checked_message
from sandbox.slack.messages import snapshot
from sandbox.slack.web_access import (
    joined_channel,
    need_scope,
    required,
    stored_message,
    visible_channel,
    writable_channel,
)
from sandbox.slack.wire import JSON, SlackError, invalid_arguments

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def post_message(workspace: "Workspace", args: JSON) -> JSON:
    (address,) = required(args, "channel")
    if args.get("reply_broadcast"):
        raise invalid_arguments("reply_broadcast is not part of this stand-in")
    channel = writable_channel(workspace, address)
    content = checked_message(_customized(workspace, args))
    check_length(content["blocks"])
    workspace.posting_rate.take(channel.id)
    message = happenings.bot_message(workspace, content)
    if not happenings.in_thread(workspace, channel, message, args.get("thread_ts")):
        raise SlackError("thread_not_found")
    happenings.post(workspace, channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": snapshot(message)}


def post_ephemeral(workspace: "Workspace", args: JSON) -> JSON:
    address, user_id = required(args, "channel", "user")
    channel = joined_channel(workspace, address)
    if channel.is_archived:
        raise SlackError("is_archived")
    if user_id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = happenings.bot_message(workspace, checked_message(_customized(workspace, args)))
    happenings.in_thread(workspace, channel, message, args.get("thread_ts"))
    workspace.whisper(user_id, channel, message)
    return {"message_ts": message["ts"]}


def update(workspace: "Workspace", args: JSON) -> JSON:
    """What is not given stays; empty `blocks`, `attachments` or `metadata` take theirs away."""
    address, ts = required(args, "channel", "ts")
    channel = visible_channel(workspace, address)
    message = stored_message(workspace, channel, ts)
    if message.get("bot_id") != seed.BOT_ID:
        raise SlackError("cant_update_message")
    changeable = ("text", "blocks", "attachments", "metadata")
    given = {key: args[key] for key in changeable if args.get(key) is not None}
    if not given:
        raise SlackError("no_text")
    check_parts(given, text_limit=LONGEST_UPDATE)
    check_length(given.get("blocks"))
    new = {key: value or ("" if key == "text" else None) for key, value in given.items()}
    if new.get("blocks"):
        new["blocks"] = with_ids(given["blocks"])
    merged = {**message, **new}
    if not (merged.get("text") or merged.get("blocks") or merged.get("attachments") or merged.get("files")):
        raise SlackError("no_text")
    happenings.change(workspace, channel, message, new, editor=seed.BOT_ID)
    return {"channel": channel.id, "ts": ts, "text": message["text"], "message": snapshot(message)}


def delete(workspace: "Workspace", args: JSON) -> JSON:
    address, ts = required(args, "channel", "ts")
    channel = visible_channel(workspace, address)
    message = stored_message(workspace, channel, ts)
    if message.get("bot_id") != seed.BOT_ID:
        raise SlackError("cant_delete_message")
    happenings.remove(workspace, channel, message)
    return {"channel": channel.id, "ts": ts}


def get_permalink(workspace: "Workspace", args: JSON) -> JSON:
    address, ts = required(args, "channel", "message_ts")
    channel = visible_channel(workspace, address)
    message = stored_message(workspace, channel, ts)
    link = f"https://{seed.TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.get("thread_ts", ts) != ts:
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _customized(workspace: "Workspace", args: JSON) -> JSON:
    """`args`, refused when they borrow a name or an icon without the scope for it."""
    if any(args.get(key) for key in ("username", "icon_emoji", "icon_url")):
        need_scope(workspace, "chat:write.customize")
    return args
