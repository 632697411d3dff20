"""Which conversations the bot can see and use, and which scopes that takes."""

from typing import TYPE_CHECKING

from sandbox.slack import seed
from sandbox.slack.channels import Channel
from sandbox.slack.people import Person
from sandbox.slack.wire import JSON, SlackError, invalid_arguments

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def required(args: JSON, *names: str) -> list[str]:
    """The text of arguments that must be there; `SlackError` `invalid_arguments` names those that are not."""
    absent = [name for name in names if args.get(name) in (None, "")]
    if absent:
        raise invalid_arguments(*[f"missing required field: {name}" for name in absent])
    return [str(args[name]) for name in names]


def missing_scope(workspace: "Workspace", needed: str) -> SlackError:
    return SlackError("missing_scope", needed=needed, provided=",".join(sorted(workspace.manifest.scopes)))


def need_scope(workspace: "Workspace", scope: str) -> None:
    if scope not in workspace.manifest.scopes:
        raise missing_scope(workspace, scope)


def visible_channel(workspace: "Workspace", channel_id: str, half: str | None = None) -> Channel:
    """A conversation that the bot can see; `half` ("read", "history") is the scope needed for its kind.

    A private channel it is not in does not exist for it: `channel_not_found`.
    """
    channel = workspace.channels.get(channel_id)
    if channel is None or (channel.kind != "channel" and seed.BOT_USER not in channel.members):
        raise SlackError("channel_not_found")
    if half is not None:
        need_scope(workspace, f"{channel.scope_family}:{half}")
    return channel


def joined_channel(workspace: "Workspace", channel_id: str, half: str | None = None) -> Channel:
    """A conversation that the bot is in."""
    channel = visible_channel(workspace, channel_id, half)
    if seed.BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def writable_channel(workspace: "Workspace", address: str) -> Channel:
    """Where `chat.postMessage` may post: an id, a name, or a person's id for their direct messages.

    A public channel needs no membership with `chat:write.public`.
    """
    channel = workspace.channels.direct_with(address) or workspace.channels.named(address)
    channel = visible_channel(workspace, channel.id if channel else address)
    public = channel.kind == "channel" and "chat:write.public" in workspace.manifest.scopes
    if not public and seed.BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def known_person(workspace: "Workspace", user_id: str) -> Person:
    person = workspace.people.get(user_id)
    if person is None:
        raise SlackError("user_not_found")
    return person


def stored_message(
    workspace: "Workspace", channel: Channel, ts: str, error: str = "message_not_found"
) -> JSON:
    message = workspace.log.find(channel.id, ts)
    if message is None or message.get("subtype") == "tombstone":
        raise SlackError(error)
    return message
