"""`conversations.*` and `users.conversations`."""

from typing import TYPE_CHECKING

from sandbox.slack import happenings, seed
from sandbox.slack.channels import Channel, as_conversation
from sandbox.slack.messages import is_reply, snapshot
from sandbox.slack.paging import page
from sandbox.slack.web_access import (
    joined_channel,
    known_person,
    need_scope,
    required,
    visible_channel,
)
from sandbox.slack.wire import JSON, SlackError, invalid_arguments

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
FAMILIES = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


def info(workspace: "Workspace", args: JSON) -> JSON:
    (channel_id,) = required(args, "channel")
    return {"channel": as_conversation(visible_channel(workspace, channel_id, "read"), seed.BOT_USER)}


def members(workspace: "Workspace", args: JSON) -> JSON:
    (channel_id,) = required(args, "channel")
    ids, metadata = page(visible_channel(workspace, channel_id, "read").members, args)
    return {"members": ids, **metadata}


def list_all(workspace: "Workspace", args: JSON) -> JSON:
    visible = [
        c for c in workspace.channels.all.values() if c.kind == "channel" or seed.BOT_USER in c.members
    ]
    return _listed(workspace, visible, args)


def of_user(workspace: "Workspace", args: JSON) -> JSON:
    """Those of the bot, or those that it shares with `user`."""
    user_id = known_person(workspace, args.get("user") or seed.BOT_USER).id
    shared = [
        c
        for c in workspace.channels.all.values()
        if user_id in c.members and (c.kind == "channel" or seed.BOT_USER in c.members)
    ]
    return _listed(workspace, shared, args)


def _listed(workspace: "Workspace", channels: list[Channel], args: JSON) -> JSON:
    types = [name.strip() for name in str(args.get("types") or "public_channel").split(",")]
    if not set(types) <= set(KINDS):
        raise SlackError("invalid_types")
    kinds = {KINDS[name] for name in types}
    for kind in sorted(kinds):
        need_scope(workspace, f"{FAMILIES[kind]}:read")
    wanted = [c for c in channels if c.kind in kinds and not (args.get("exclude_archived") and c.is_archived)]
    shown, metadata = page(wanted, args)
    return {"channels": [as_conversation(channel, seed.BOT_USER) for channel in shown], **metadata}


def join(workspace: "Workspace", args: JSON) -> JSON:
    (channel_id,) = required(args, "channel")
    channel = visible_channel(workspace, channel_id)
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    already = seed.BOT_USER in channel.members
    if not already:
        happenings.join(workspace, channel, seed.BOT_USER)
    answer: JSON = {"channel": as_conversation(channel, seed.BOT_USER)}
    if already:
        answer.update(warning="already_in_channel", response_metadata={"warnings": ["already_in_channel"]})
    return answer


def invite(workspace: "Workspace", args: JSON) -> JSON:
    channel_id, users = required(args, "channel", "users")
    channel = joined_channel(workspace, channel_id)
    for user_id in users.split(","):
        person = known_person(workspace, user_id.strip())
        if person.id == seed.BOT_USER:
            raise SlackError("cant_invite_self")
        if person.id in channel.members:
            raise SlackError("already_in_channel")
        happenings.join(workspace, channel, person.id, inviter=seed.BOT_USER)
    return {"channel": as_conversation(channel, seed.BOT_USER)}


def open_direct(workspace: "Workspace", args: JSON) -> JSON:
    """The direct messages with one person, which always exist."""
    if args.get("channel"):
        channel = visible_channel(workspace, str(args["channel"]))
    else:
        users = [user for user in str(args.get("users") or "").split(",") if user]
        if len(users) != 1:
            raise invalid_arguments("users must be one user id: this workspace has no group messages")
        person = known_person(workspace, users[0])
        if person.is_deactivated:
            raise SlackError("user_disabled")
        found = workspace.channels.direct_with(person.id)
        if found is None:
            raise SlackError("cannot_dm_bot")
        channel = found
    whole = str(args.get("return_im")).lower() in ("1", "true")
    return {
        "channel": as_conversation(channel, seed.BOT_USER) if whole else {"id": channel.id},
        "already_open": True,
    }


def history(workspace: "Workspace", args: JSON) -> JSON:
    """Newest first, no replies."""
    (channel_id,) = required(args, "channel")
    channel = joined_channel(workspace, channel_id, "history")
    newest_first = workspace.log.top_level(channel.id)[::-1]
    return _messages(newest_first, args)


def replies(workspace: "Workspace", args: JSON) -> JSON:
    """The parent first, then its replies, oldest first; a reply's own `ts` finds that reply alone."""
    channel_id, ts = required(args, "channel", "ts")
    channel = joined_channel(workspace, channel_id, "history")
    message = workspace.log.find(channel.id, ts)
    if message is None:
        raise SlackError("thread_not_found")
    found = [message] if is_reply(message) else workspace.log.thread(channel.id, ts)
    always = found[:1] if not args.get("cursor") else []
    return _messages(found, args, always)


def _messages(found: list[JSON], args: JSON, always: list[JSON] | None = None) -> JSON:
    """`always` names messages that no time limit leaves out: a thread's parent."""
    within = [m for m in found if _within(m["ts"], args) or m in (always or [])]
    shown, metadata = page(within, args)
    has_more = bool(metadata["response_metadata"]["next_cursor"])
    dressed = [_dressed(message, with_metadata=bool(args.get("include_all_metadata"))) for message in shown]
    return {"messages": dressed, "has_more": has_more, **metadata}


def _within(ts: str, args: JSON) -> bool:
    at, oldest, latest = _micros(ts), args.get("oldest"), args.get("latest")
    if args.get("inclusive"):
        return (not oldest or at >= _micros(oldest)) and (not latest or at <= _micros(latest))
    return (not oldest or at > _micros(oldest)) and (not latest or at < _micros(latest))


def _micros(ts: object) -> int:
    """Unix microseconds; a float could not tell two neighbouring messages apart."""
    seconds, _, fraction = str(ts).partition(".")
    try:
        return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6] or 0)
    except ValueError as error:
        raise SlackError("invalid_ts_latest") from error


def _dressed(message: JSON, *, with_metadata: bool) -> JSON:
    shown = snapshot(message)
    if not with_metadata:
        shown.pop("metadata", None)
    return shown
