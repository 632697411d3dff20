"""The people of the workspace, its bot among them, and its user groups."""

from dataclasses import dataclass, replace
from typing import Literal

from sandbox.slack.wire import JSON

Role = Literal["admin", "approver", "agent", "guest", "bot"]
SEEDED_AT = 1_700_000_000
"""Unix seconds; when accounts and channels were made, as far as anybody asks."""


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    real_name: str
    role: Role
    is_deactivated: bool = False
    """Left the company, say: Slack still knows who they were."""

    @property
    def is_bot(self) -> bool:
        return self.role == "bot"

    @property
    def is_guest(self) -> bool:
        return self.role == "guest"


@dataclass(frozen=True)
class Group:
    """A user group (`@telecom-admins`)."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


class People:
    """Everybody, by id."""

    def __init__(self, people: list[Person], groups: list[Group], team_id: str) -> None:
        self.everyone = {person.id: person for person in people}
        self.groups = {group.id: group for group in groups}
        self._team_id = team_id

    def get(self, user_id: str) -> Person | None:
        return self.everyone.get(user_id)

    def deactivate(self, user_id: str) -> None:
        """Close somebody's account."""
        self.everyone[user_id] = replace(self.everyone[user_id], is_deactivated=True)

    def as_user(self, person: Person) -> JSON:
        """The user object of `users.info`."""
        admin = person.role == "admin"
        return {
            "id": person.id,
            "team_id": self._team_id,
            "name": person.name,
            "real_name": person.real_name,
            "deleted": person.is_deactivated,
            "tz": "America/Los_Angeles",
            "tz_label": "Pacific Standard Time",
            "tz_offset": -28800,
            "profile": self._profile(person),
            "is_admin": admin,
            "is_owner": admin,
            "is_primary_owner": admin,
            "is_restricted": person.is_guest,
            "is_ultra_restricted": False,
            "is_bot": person.is_bot,
            "is_app_user": False,
            "is_email_confirmed": not person.is_bot,
            "updated": SEEDED_AT,
        }

    def _profile(self, person: Person) -> JSON:
        return {
            "real_name": person.real_name,
            "display_name": person.name,
            "real_name_normalized": person.real_name,
            "display_name_normalized": person.name,
            "status_text": "",
            "status_emoji": "",
            "team": self._team_id,
        }

    def as_usergroup(self, group: Group, *, with_users: bool) -> JSON:
        """The usergroup object of `usergroups.list`; `users` only when asked for."""
        shown: JSON = {
            "id": group.id,
            "team_id": self._team_id,
            "is_usergroup": True,
            "name": group.name,
            "handle": group.handle,
            "description": "",
            "is_external": False,
            "date_create": SEEDED_AT,
            "date_delete": 0,
            "user_count": len(group.members),
        }
        return {**shown, "users": list(group.members)} if with_users else shown
