"""`port check`: whether numbers can come over from another provider."""

from collections.abc import Sequence
from dataclasses import dataclass

from flowroute import Flowroute, PhoneNumber, format_phone_number

from .answers import Answer
from .commands import Ask, Commands
from .lists import listing


@dataclass(frozen=True)
class PortingHandlers:
    flowroute: Flowroute

    def register(self, commands: Commands) -> None:
        commands.on("port check", self.check)

    def check(self, _ask: Ask, *, numbers: Sequence[PhoneNumber]) -> Answer:
        found = self.flowroute.porting.portability(numbers)
        return listing(
            "number",
            ["Number", "Can be ported"],
            [[format_phone_number(one), "yes" if found.is_portable(one) else "no"] for one in numbers],
            empty="No number was given.",
        )
