"""`e911 list`, `show`, `numbers`, `gaps`: emergency addresses, shown to the one who asks and nobody else."""

from dataclasses import dataclass

from slackblocks import Block, ContextBlock, Markdown, PlainText, SectionBlock

from bot.cards import escape
from flowroute import Flowroute, format_phone_number
from flowroute.e911 import E911Record

from .answers import Answer
from .commands import Ask, Commands
from .limits import header
from .lists import beginning, listing


@dataclass(frozen=True)
class E911Handlers:
    flowroute: Flowroute

    def register(self, commands: Commands) -> None:
        commands.on("e911 list", self.list)
        commands.on("e911 show", self.show)
        commands.on("e911 numbers", self.numbers)
        commands.on("e911 gaps", self.gaps)

    def list(self, _ask: Ask) -> Answer:
        records = beginning(self.flowroute.e911.list())
        return listing(
            "address",
            ["Label", "Who", "Address", "Id"],
            [[one.label, _who(one), _where(one), one.id] for one in records.items],
            plural="addresses",
            is_all=records.is_all,
            empty="There are no emergency addresses on this account.",
            shareable=False,
        )

    def show(self, _ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        return _card(self.flowroute.e911.get(id))

    def numbers(self, _ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        found = beginning(self.flowroute.e911.numbers(id))
        return listing(
            "number",
            ["Number", "Alias"],
            [[format_phone_number(one.value), one.alias] for one in found.items],
            is_all=found.is_all,
            empty="No number has this address.",
            shareable=False,
        )

    def gaps(self, _ask: Ask) -> Answer:
        """Numbers without an address: one request for each address instead of one for each number."""
        covered = {
            number.value
            for record in self.flowroute.e911.list()
            for number in self.flowroute.e911.numbers(record.id)
        }
        found = beginning(one for one in self.flowroute.numbers.list() if one.value not in covered)
        return listing(
            "number without an emergency address",
            ["Number", "Alias"],
            [[format_phone_number(one.value), one.alias] for one in found.items],
            plural="numbers without an emergency address",
            is_all=found.is_all,
            empty="Every number has an emergency address.",
        )


def _card(record: E911Record) -> Answer:
    title = record.label or "Emergency address"
    blocks: list[Block] = [
        header(title),
        SectionBlock(PlainText(f"{_who(record)}\n{_where(record)}")),
        ContextBlock([Markdown(f"Id {escape(record.id)}; `/flowroute e911 numbers {escape(record.id)}`")]),
    ]
    return Answer(escape(title), tuple(blocks))


def _who(record: E911Record) -> str:
    return " ".join(part for part in (record.first_name, record.last_name) if part)


def _where(record: E911Record) -> str:
    """`1218 3rd Ave, Suite 600, Seattle, WA 98101, US`."""
    parts = (
        (record.street_number, record.street_name),
        (record.address_type, record.address_type_number),
        (record.city,),
        (record.state, record.zip),
        (record.country,),
    )
    return ", ".join(filter(None, (" ".join(filter(None, part)) for part in parts)))
