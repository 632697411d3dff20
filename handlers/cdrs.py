"""`cdr list`: exports of call records."""

from dataclasses import dataclass

from bot.access.roles import Access, Role
from flowroute import Flowroute

from .answers import Answer
from .commands import Ask, Commands
from .lists import beginning, listing, when


@dataclass(frozen=True)
class CdrHandlers:
    flowroute: Flowroute
    access: Access

    def register(self, commands: Commands) -> None:
        commands.on("cdr list", self.list)

    def list(self, ask: Ask) -> Answer:
        """For admins: an export says whom the company calls and what it pays."""
        self.access.require(ask.actor.user_id, Role.ADMIN)
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
