"""`cnam list`, `show`: the names that people see when our numbers call."""

from dataclasses import dataclass

from slackblocks import Block, ContextBlock, Markdown

from bot.cards import escape
from flowroute import Flowroute, format_phone_number
from flowroute.cnam import Cnam, CnamStatus

from .answers import Answer
from .commands import Ask, Commands
from .limits import header, section
from .lists import beginning, listing, when

MAX_NUMBERS_SHOWN = 50
STATUS = {
    CnamStatus.APPROVED: "approved",
    CnamStatus.PENDING: "waiting for Flowroute's review",
    CnamStatus.REJECTED: "rejected",
}


@dataclass(frozen=True)
class CnamHandlers:
    flowroute: Flowroute

    def register(self, commands: Commands) -> None:
        commands.on("cnam list", self.list)
        commands.on("cnam show", self.show)

    def list(self, _ask: Ask) -> Answer:
        records = beginning(self.flowroute.cnam.list())
        return listing(
            "caller name",
            ["Name", "Status", "Asked for", "Id"],
            [[one.value, STATUS[one.status], when(one.created_at), one.id] for one in records.items],
            is_all=records.is_all,
            empty="There are no caller names on this account.",
        )

    def show(self, _ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        return _card(self.flowroute.cnam.get(id))


def _card(record: Cnam) -> Answer:
    title = record.value or "Caller name"
    status = STATUS[record.status]
    if record.rejection_reason:
        status += f": {escape(record.rejection_reason)}"
    numbers = ", ".join(format_phone_number(number) for number in record.numbers[:MAX_NUMBERS_SHOWN])
    if len(record.numbers) > MAX_NUMBERS_SHOWN:
        numbers += f" and {len(record.numbers) - MAX_NUMBERS_SHOWN} more"
    blocks: list[Block] = [
        header(title),
        section(f"*Status*\n{status}"),
        section(f"*Shown when these numbers call*\n{numbers or 'none yet'}"),
        ContextBlock([Markdown(f"Id {escape(record.id)}")]),
    ]
    return Answer(escape(title), tuple(blocks), shareable=True)
