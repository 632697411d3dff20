"""Roles, asked of Slack when somebody acts. Answers are kept for a minute; no answer means no."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.errors import BotError
from bot.slack import Refused, Slack, SlackError, TooFast

KEPT_S = 60.0


class Role(StrEnum):
    """What somebody may be; an admin may do all that a viewer may."""

    VIEWER = "viewer"
    """Any full member of the workspace."""
    ADMIN = "admin"
    APPROVER = "approver"


class NotAllowed(BotError):
    """The person's role does not cover what they asked for."""


@dataclass(frozen=True)
class _Person:
    is_full_member: bool
    is_workspace_admin: bool
    name: str


_NOT_SAID = "Slack did not say who you are, so nothing was done. Please try again."
_NOBODY = _Person(is_full_member=False, is_workspace_admin=False, name="")


class Access:
    """Answers who may do what. `admins` and `approvers` are Slack user or user-group ids."""

    def __init__(self, slack: Slack, admins: tuple[str, ...], approvers: tuple[str, ...]) -> None:
        self._slack = slack
        self._admins = admins
        self._approvers = approvers
        self._kept: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def require(self, user_id: str, role: Role) -> None:
        """Return when `user_id` has `role`.

        Raises:
            NotAllowed: they have not, or Slack could not say.
        """
        try:
            allowed = self.has(user_id, role)
        except SlackError as error:
            raise NotAllowed(_NOT_SAID) from error
        if not allowed:
            raise NotAllowed(self._refusal(role))

    def allows(self, user_id: str, role: Role) -> bool:
        """Like `require`, as an answer: False also when Slack could not say."""
        try:
            return self.has(user_id, role)
        except SlackError:
            return False

    def has(self, user_id: str, role: Role) -> bool:
        """Whether `user_id` has `role`; raises SlackError when Slack could not say."""
        person = self._person(user_id)
        if not person.is_full_member:
            return False
        match role:
            case Role.VIEWER:
                return True
            case Role.ADMIN:
                return self._listed(user_id, self._admins) if self._admins else person.is_workspace_admin
            case Role.APPROVER:
                return self._listed(user_id, self._approvers)

    def may_text(self, user_id: str, team_id: str) -> bool:
        """Whether a reply by them may become a text: full members of this workspace only.

        `team_id` is what Slack says of the message's author, "" when it says nothing.
        """
        return self._person(user_id).is_full_member and team_id in ("", *self._own_teams())

    def name_of(self, user_id: str) -> str:
        """What somebody is called, "" if Slack knows nobody; raises SlackError when it could not say."""
        return self._person(user_id).name

    def is_in_channel(self, user_id: str, channel_id: str) -> bool:
        """Whether somebody is a member of a channel; raises SlackError when Slack could not say."""
        members: frozenset[str] = self._keep(f"channel:{channel_id}", lambda: self._ask_members(channel_id))
        return user_id in members

    def may_text_in(self, user_id: str, channel_id: str) -> bool:
        """Whether somebody may text from a channel's numbers: its members, except guests, and admins.

        Raises SlackError when Slack could not say.
        """
        return self.has(user_id, Role.VIEWER) and (
            self.is_in_channel(user_id, channel_id) or self.has(user_id, Role.ADMIN)
        )

    def require_texter(self, user_id: str, channel_id: str) -> None:
        """Return when `user_id` may text from the numbers of a channel.

        Raises:
            NotAllowed: they may not, or Slack could not say.
        """
        self.require(user_id, Role.VIEWER)
        try:
            allowed = self.may_text_in(user_id, channel_id)
        except SlackError as error:
            raise NotAllowed(_NOT_SAID) from error
        if not allowed:
            raise NotAllowed(
                f"This needs the role *texter*: members of <#{channel_id}> may text from its numbers. "
                "Join the channel and try again."
            )

    def require_texter_in_any(self, user_id: str, channel_ids: Iterable[str]) -> None:
        """Return when `user_id` may text from the numbers of one of the channels, or is an admin.

        Raises:
            NotAllowed: they may not, or Slack could not say.
        """
        for channel_id in channel_ids:
            with suppress(NotAllowed):
                self.require_texter(user_id, channel_id)
                return
        self.require(user_id, Role.ADMIN)

    def approvers(self) -> list[str]:
        """The user ids of everybody in APPROVERS, groups resolved; raises SlackError."""
        return [
            user_id
            for listed in self._approvers
            for user_id in (self._group(listed) if listed.startswith("S") else (listed,))
        ]

    def first_admin(self) -> str:
        """A user id to turn to when there is nobody else: an active one of ADMINS, else of the workspace's.

        Raises:
            SlackError: Slack could not say.
            NotAllowed: the workspace shows no admin.
        """
        for admin in self._admins:
            for user_id in self._members(admin):
                if self._ask_person(user_id).is_full_member:
                    return user_id
        for member in self._slack.each("users.list", "members"):
            if member.get("is_admin") and not member.get("deleted") and not member.get("is_bot"):
                return str(member["id"])
        raise NotAllowed("Nobody is set in ADMINS and the workspace shows no admin.")

    def _members(self, listed: str) -> tuple[str, ...]:
        """Whom an id of ADMINS stands for; nobody when the group is not there any more."""
        if not listed.startswith("S"):
            return (listed,)
        try:
            return self._group(listed)
        except TooFast:
            raise
        except Refused:
            return ()

    def _refusal(self, role: Role) -> str:
        match role:
            case Role.VIEWER:
                return "This is for full members of the workspace, not for guests or other workspaces."
            case Role.ADMIN:
                return f"This needs the role *admin*. {_who(self._admins, 'the workspace admins have it')}"
            case Role.APPROVER:
                return f"This needs the role *approver*. {_who(self._approvers, 'nobody has it')}"

    def _listed(self, user_id: str, ids: tuple[str, ...]) -> bool:
        return user_id in ids or any(user_id in self._group(i) for i in ids if i.startswith("S"))

    def _person(self, user_id: str) -> _Person:
        person: _Person = self._keep(f"person:{user_id}", lambda: self._ask_person(user_id))
        return person

    def _ask_person(self, user_id: str) -> _Person:
        try:
            user = self._slack.call("users.info", user=user_id)["user"]
        except Refused as error:
            if error.code in ("user_not_found", "user_not_visible"):
                return _NOBODY
            raise
        teams = {user.get("team_id"), *(user.get("enterprise_user") or {}).get("teams", ())} - {None, ""}
        is_ours = not teams or not teams.isdisjoint(self._own_teams())
        return _Person(
            is_full_member=_is_full_member(user) and is_ours,
            is_workspace_admin=bool(user.get("is_admin") or user.get("is_owner")),
            name=str((user.get("profile") or {}).get("display_name") or user.get("real_name") or ""),
        )

    def _own_teams(self) -> tuple[str, ...]:
        """This workspace, and the organisation it belongs to where there is one."""
        teams: tuple[str, ...] = self._keep("teams", self._ask_own_teams)
        return teams

    def _ask_own_teams(self) -> tuple[str, ...]:
        who = self._slack.call("auth.test")
        return tuple(str(who[key]) for key in ("team_id", "enterprise_id") if who.get(key))

    def _ask_members(self, channel_id: str) -> frozenset[str]:
        return frozenset(self._slack.each("conversations.members", "members", limit=1000, channel=channel_id))

    def _group(self, group_id: str) -> tuple[str, ...]:
        members: tuple[str, ...] = self._keep(
            f"group:{group_id}",
            lambda: tuple(self._slack.call("usergroups.users.list", usergroup=group_id).get("users", ())),
        )
        return members

    def _keep(self, key: str, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - one short memory for all answers
        now = time.monotonic()
        with self._lock:
            since, answer = self._kept.get(key, (0.0, None))
        if answer is not None and now - since < KEPT_S:
            return answer
        answer = ask()
        with self._lock:
            self._kept = {k: kept for k, kept in self._kept.items() if now - kept[0] < KEPT_S}
            self._kept[key] = (now, answer)
        return answer


def _is_full_member(user: Mapping[str, Any]) -> bool:
    lesser = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")
    return not any(user.get(flag) for flag in lesser)


def _who(ids: tuple[str, ...], nobody: str) -> str:
    if not ids:
        return nobody[0].upper() + nobody[1:] + "."
    people = ", ".join(f"<!subteam^{i}>" if i.startswith("S") else f"<@{i}>" for i in ids)
    return f"It is held by {people}."
