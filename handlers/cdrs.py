"""`cdr list`, and for admins `cdr export`: the calls of the account as a file, which says who was called."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.access.roles import Access, Role
from bot.cards import Action
from bot.clock import utc_now
from bot.errors import BotError
from bot.overview.exports import Exports
from flowroute import Flowroute
from flowroute.cdrs import LONGEST_RANGE

from .answers import Answer
from .commands import Ask, Commands
from .lists import beginning, listing, when

USUAL = timedelta(days=7)
DAY = timedelta(days=1)


class BadPeriod(BotError):
    """The days asked for cannot be exported."""


@dataclass(frozen=True)
class CdrHandlers:
    flowroute: Flowroute
    access: Access
    exports: Exports
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("cdr export", self.export, role=Role.ADMIN)
        self.commands.on("cdr list", self.list)
        app.action(Action.FOLLOW_EXPORT)(self.follow)

    def export(self, ask: Ask, *, start: datetime | None, end: datetime | None) -> Answer:
        first, last = period(start, end, utc_now())
        self.exports.begin(ask.actor, first, last)
        return Answer(
            f"Flowroute is asked for the calls from {when(first)} to {when(last)}. The file comes in your "
            "messages with me, where you see how far it is."
        )

    def follow(self, ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
        """From the message of an export that was given up."""
        ack()
        self.access.require(body["user"]["id"], Role.ADMIN)
        if not self.exports.follow_again(int(action["value"])):
            respond(text="That export is being looked at, or done.", replace_original=False)

    def list(self, _ask: Ask) -> Answer:
        exports = beginning(self.flowroute.cdrs.list())
        return listing(
            "export",
            ["From", "To", "Status", "Calls", "Cost", "Kept until"],
            [
                [
                    when(one.start),
                    when(one.end),
                    one.status,
                    None if one.num_calls is None else str(one.num_calls),
                    one.total_cost,
                    when(one.expires_at),
                ]
                for one in exports.items
            ],
            is_all=exports.is_all,
            empty="There are no exports of call records.",
            shareable=False,
        )


def period(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """From the first moment of one day to the last of another, or to `now`; the last seven days by default.

    Raises:
        BadPeriod: it is empty, in the future, or longer than Flowroute exports at once.
    """
    now = now.replace(microsecond=0)
    midnight = now.replace(hour=0, minute=0, second=0)
    last = now if end is None else min(end + DAY, now)
    first = start or min(midnight, last) - USUAL
    if first >= now:
        raise BadPeriod(f"{first:%Y-%m-%d} has not begun yet (UTC). Name a day that has, such as 7d.")
    if first >= last:
        raise BadPeriod(
            f"{end:%Y-%m-%d} is before {first:%Y-%m-%d}. Write the first day, then the last: "
            "`/flowroute cdr export 2026-11-01 2026-11-30`."
        )
    if last - first > LONGEST_RANGE:
        longest = LONGEST_RANGE.days
        latest = min(first + LONGEST_RANGE - DAY, midnight)
        raise BadPeriod(
            f"That is more than {longest} days, which is what Flowroute exports at once. From "
            f"{first:%Y-%m-%d} it could be up to {latest:%Y-%m-%d}; ask for the rest by itself."
        )
    return first, last
