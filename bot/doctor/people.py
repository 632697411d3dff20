"""ADMINS and APPROVERS: whether everybody named there is still somebody."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from bot.doctor.finding import Finding, Health
from bot.slack import Refused, Slack, SlackError, TooFast

MOST_IDS = 20
"""Of each setting, so that Slack's rate limit is not reached."""


class _Standing(StrEnum):
    ACTIVE = "active"
    GONE = "was deactivated"
    UNKNOWN = "is nobody whom Slack knows"
    EMPTY = "is a group of nobody"


def people(slack: Slack, part: str, ids: Sequence[str]) -> Iterator[Finding]:
    """One finding when all of `ids` (users and user groups) are well, else one for each that is not."""
    standings = {}
    for one in ids[:MOST_IDS]:
        try:
            standings[one] = _standing(slack, one)
        except SlackError as error:
            yield Finding(part, Health.WORTH_A_LOOK, f"{one}: {error.user_message}", "try again")
    for one, standing in standings.items():
        if standing is not _Standing.ACTIVE:
            yield Finding(part, Health.WORTH_A_LOOK, f"{one} {standing}", f"take it out of {part}")
    active = sum(standing is _Standing.ACTIVE for standing in standings.values())
    if active:
        yield Finding(part, Health.GOOD, f"{active} of {len(ids)} are there")
    elif standings:
        yield Finding(part, Health.BAD, "nobody of them is there any more", f"set {part} anew, and restart")


def _standing(slack: Slack, one: str) -> _Standing:
    try:
        if one.startswith("S"):
            members = slack.call("usergroups.users.list", usergroup=one).get("users", ())
            return _Standing.ACTIVE if members else _Standing.EMPTY
        user = slack.call("users.info", user=one)["user"]
    except TooFast:
        raise
    except Refused as error:
        if error.code in ("user_not_found", "user_not_visible", "no_such_subteam", "subteam_not_found"):
            return _Standing.UNKNOWN
        raise
    return _Standing.GONE if user.get("deleted") else _Standing.ACTIVE
