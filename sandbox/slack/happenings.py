"""What happens in channels, whoever causes it: each changes the log and tells the bot.

The caller holds the lock.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from sandbox.slack import events, seed
from sandbox.slack.blocks import short_id, with_ids
from sandbox.slack.channels import Channel
from sandbox.slack.files import StoredFile
from sandbox.slack.messages import add_reaction, is_reply, remove_reaction, snapshot
from sandbox.slack.people import SEEDED_AT, Person
from sandbox.slack.rich_text import block_for
from sandbox.slack.wire import JSON

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

BOT_FIELDS: JSON = {
    "bot_id": seed.BOT_ID,
    "app_id": seed.APP_ID,
    "bot_profile": {
        "id": seed.BOT_ID,
        "app_id": seed.APP_ID,
        "name": seed.BOT_NAME,
        "team_id": seed.TEAM_ID,
        "icons": {},
        "deleted": False,
        "updated": SEEDED_AT,
    },
}


def person_message(workspace: "Workspace", person: Person, text: str) -> JSON:
    """A new message of a person; `text` is already as Slack escapes it."""
    ts = workspace.log.next_ts()
    message: JSON = {
        "client_msg_id": str(uuid4()),
        "type": "message",
        "user": person.id,
        "text": text,
        "ts": ts,
        "team": seed.TEAM_ID,
    }
    return {**message, "blocks": [block_for(text, short_id())]} if text else message


def bot_message(workspace: "Workspace", content: JSON) -> JSON:
    """A new message of the bot: text, blocks, attachments, metadata, perhaps a borrowed name or icon."""
    message: JSON = {
        "type": "message",
        "ts": workspace.log.next_ts(),
        "text": content.get("text") or "",
        **BOT_FIELDS,
    }
    if content.get("username") or content.get("icon_emoji"):
        message.update(subtype="bot_message", username=content.get("username") or seed.BOT_NAME)
        if content.get("icon_emoji"):
            message["icons"] = {"emoji": content["icon_emoji"]}
        del message["bot_profile"]
    else:
        message.update(user=seed.BOT_USER, team=seed.TEAM_ID)
    if content.get("blocks"):
        message["blocks"] = with_ids(content["blocks"])
    for key in ("attachments", "metadata"):
        if content.get(key):
            message[key] = content[key]
    return message


def in_thread(workspace: "Workspace", channel: Channel, message: JSON, thread_ts: str | None) -> bool:
    """Hang `message` under the thread of `thread_ts`, also when that is a reply; False when there is none."""
    if not thread_ts:
        return True
    parent = workspace.log.find(channel.id, thread_ts)
    if parent is not None and is_reply(parent):
        parent = workspace.log.find(channel.id, parent["thread_ts"])
    if parent is None:
        return False
    message["thread_ts"] = parent["ts"]
    if "user" in parent:
        message["parent_user_id"] = parent["user"]
    return True


def with_files(workspace: "Workspace", channel: Channel, message: JSON, stored: Sequence[StoredFile]) -> JSON:
    """Share files with `message` in `channel`."""
    for one in stored:
        shares = {"channel": one.channels, "group": one.private, "im": one.direct}[channel.kind]
        shares.append(channel.id)
    shown = [workspace.files.as_api(one) for one in stored]
    return {**message, "subtype": "file_share", "files": shown, "upload": False, "display_as_bot": False}


def post(workspace: "Workspace", channel: Channel, message: JSON) -> JSON:
    workspace.log.add(channel.id, message)
    events.message_posted(workspace, channel, message)
    return message


def change(workspace: "Workspace", channel: Channel, message: JSON, new: JSON, editor: str) -> None:
    """Merge `new` into `message`; a value of None takes its field away."""
    before = snapshot(message)
    message.update(new, edited={"user": editor, "ts": workspace.log.next_ts()})
    for key in [key for key, value in new.items() if value is None]:
        message.pop(key)
    events.message_changed(workspace, channel, before, message)


def remove(workspace: "Workspace", channel: Channel, message: JSON) -> None:
    """Delete it; where replies hang on it a tombstone stays."""
    before = snapshot(message)
    workspace.log.remove(channel.id, message)
    events.message_deleted(workspace, channel, before)


def react(workspace: "Workspace", channel: Channel, message: JSON, name: str, user_id: str) -> bool:
    """False when that reaction was already there."""
    done = add_reaction(message, name, user_id)
    if done:
        events.reaction(workspace, channel, message, name, user_id, added=True)
    return done


def unreact(workspace: "Workspace", channel: Channel, message: JSON, name: str, user_id: str) -> bool:
    """False when there was no such reaction."""
    done = remove_reaction(message, name, user_id)
    if done:
        events.reaction(workspace, channel, message, name, user_id, added=False)
    return done


def join(workspace: "Workspace", channel: Channel, user_id: str, inviter: str | None = None) -> None:
    channel.members.append(user_id)
    notice = _notice(workspace, user_id, f"{channel.kind}_join", f"<@{user_id}> has joined the channel")
    post(workspace, channel, {**notice, "inviter": inviter} if inviter else notice)
    events.membership(workspace, channel, user_id, inviter, joined=True)


def leave(workspace: "Workspace", channel: Channel, user_id: str) -> None:
    notice = _notice(workspace, user_id, f"{channel.kind}_leave", f"<@{user_id}> has left the channel")
    post(workspace, channel, notice)
    events.membership(workspace, channel, user_id, None, joined=False)
    channel.members.remove(user_id)


def archive(workspace: "Workspace", channel: Channel, user_id: str) -> None:
    notice = _notice(workspace, user_id, f"{channel.kind}_archive", f"<@{user_id}> archived the channel")
    post(workspace, channel, notice)
    channel.is_archived = True
    event = {"type": "channel_archive", "channel": channel.id, "user": user_id, "event_ts": notice["ts"]}
    if channel.kind == "channel":
        events.channel_event(workspace, channel, "channel_archive", event)


def _notice(workspace: "Workspace", user_id: str, subtype: str, text: str) -> JSON:
    """A message that Slack itself writes on somebody's behalf."""
    ts = workspace.log.next_ts()
    return {
        "type": "message",
        "subtype": subtype,
        "user": user_id,
        "text": text,
        "ts": ts,
        "team": seed.TEAM_ID,
    }
