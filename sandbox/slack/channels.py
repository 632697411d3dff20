"""Public and private channels and direct messages: who is in, who may look."""

from dataclasses import dataclass
from typing import Literal

from sandbox.slack.people import SEEDED_AT, Person
from sandbox.slack.wire import JSON

Kind = Literal["channel", "group", "im"]
"""Slack's words: a public channel, a private one, a direct message."""


@dataclass
class Channel:
    id: str
    name: str
    kind: Kind
    members: list[str]
    topic: str = ""
    person: str | None = None
    """The human side of a direct message with the bot."""
    is_archived: bool = False

    def visible_to(self, person: Person) -> bool:
        """Whether `person` may know that this exists; guests see only where they are members."""
        return person.id in self.members or (self.kind == "channel" and not person.is_guest)

    @property
    def scope_family(self) -> str:
        """The first half of the scopes that govern it: `channels:read`, `groups:history`, `im:write`."""
        return {"channel": "channels", "group": "groups", "im": "im"}[self.kind]

    @property
    def name_for_commands(self) -> str:
        """What a slash command carries in `channel_name`; private names are withheld."""
        return {"channel": self.name, "group": "privategroup", "im": "directmessage"}[self.kind]


class Channels:
    """Every conversation, by id."""

    def __init__(self, channels: list[Channel]) -> None:
        self.all = {channel.id: channel for channel in channels}

    def add(self, channel: Channel) -> None:
        """One more conversation."""
        self.all[channel.id] = channel

    def get(self, channel_id: str) -> Channel | None:
        return self.all.get(channel_id)

    def named(self, name: str) -> Channel | None:
        """A channel by name, with or without `#`; direct messages have none."""
        wanted = name.removeprefix("#")
        return next((c for c in self.all.values() if c.kind != "im" and c.name == wanted), None)

    def direct_with(self, user_id: str) -> Channel | None:
        return next((c for c in self.all.values() if c.person == user_id), None)


def as_conversation(channel: Channel, viewer: str) -> JSON:
    """The conversation object of `conversations.info`, as `viewer` gets it."""
    common: JSON = {
        "id": channel.id,
        "created": SEEDED_AT,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": "T0SANDBOX",
        "updated": SEEDED_AT * 1000,
    }
    if channel.kind == "im":
        return {**common, "user": channel.person, "is_user_deleted": False, "priority": 0}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_mpim": False,
        "is_private": channel.kind == "group",
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "is_member": viewer in channel.members,
        "creator": "U0ADMIN",
        "topic": {"value": channel.topic, "creator": "U0ADMIN", "last_set": SEEDED_AT},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(channel.members),
    }
