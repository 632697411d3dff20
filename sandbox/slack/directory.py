"""What the names that a person types stand for, in messages and in slash commands."""

from typing import TYPE_CHECKING

from sandbox.slack.channels import Channel
from sandbox.slack.escaping import Directory, escape, linked
from sandbox.slack.people import Person

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def as_message_text(workspace: "Workspace", typist: Person, typed: str) -> str:
    """The `text` of a message: mentions as `<@U…>`."""
    return linked(typed, _directory(workspace, typist, with_names=False))


def as_command_text(workspace: "Workspace", typist: Person, typed: str, *, should_escape: bool) -> str:
    """The `text` of a slash command: as typed, or with `<@U…|name>` mentions if the manifest asks for it."""
    typed = typed.strip()
    return linked(typed, _directory(workspace, typist, with_names=True)) if should_escape else escape(typed)


def _directory(workspace: "Workspace", typist: Person, *, with_names: bool) -> Directory:
    mentions = {
        group.handle: f"<!subteam^{group.id}|@{group.handle}>" for group in workspace.people.groups.values()
    }
    for person in workspace.people.everyone.values():
        token = f"<@{person.id}|{person.name}>" if with_names else f"<@{person.id}>"
        mentions.update(dict.fromkeys((person.name.lower(), person.real_name.lower()), token))
    visible = [c for c in workspace.channels.all.values() if c.kind != "im" and c.visible_to(typist)]
    return Directory(mentions, {channel.name: _channel_token(channel) for channel in visible})


def _channel_token(channel: Channel) -> str:
    """A private channel's name is withheld."""
    return f"<#{channel.id}|{channel.name if channel.kind == 'channel' else ''}>"
