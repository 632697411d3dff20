"""`numbers search`, `list`, `show`: looking at what is for sale and at what is ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.access.audit import Audit
from bot.access.roles import Access, Role
from bot.overview.events import Events
from bot.relay.links import Links
from flowroute import Flowroute, PhoneNumber
from flowroute.numbers import OwnedNumber

from . import number_blocks
from .answers import Answer
from .commands import Ask, Commands
from .lists import beginning
from .number_card import card
from .number_search import Filters, find

OFFERS_A_PAGE = 20
SHOWN = 3
"""Changes and texts on a card."""


@dataclass(frozen=True)
class NumberHandlers:
    flowroute: Flowroute
    access: Access
    links: Links
    audit: Audit
    events: Events

    def register(self, commands: Commands) -> None:
        commands.on("numbers search", self.search)
        commands.on("numbers list", self.list)
        commands.on("numbers show", self.show)
        commands.on("numbers areas", self.areas)
        commands.on("numbers exchanges", self.exchanges)

    def search(self, ask: Ask, *, page: int | None, **filters: str | None) -> Answer:
        wanted = Filters.model_validate(filters)
        found = find(self.flowroute, wanted, page=page or 1, size=OFFERS_A_PAGE)
        return number_blocks.offers(wanted, found, may_buy=self._acts_as_admin(ask))

    def list(self, _ask: Ask, *, filter: str | None) -> Answer:  # noqa: A002 - the argument's name
        return number_blocks.owned(beginning(self._fitting(filter)), filtered_by=filter)

    def show(self, ask: Ask, *, number: PhoneNumber) -> Answer:
        owned = self.flowroute.numbers.get(number)
        may_read = not ask.shared and self.links.may_read_texts(ask.actor.user_id, number)
        return card(
            owned,
            self.links.of(number),
            self.audit.latest_of(number, SHOWN),
            self.events.latest_of(number, SHOWN) if may_read else (),
            is_admin=self._acts_as_admin(ask),
        )

    def areas(self, _ask: Ask) -> Answer:
        return number_blocks.areas([area.id for area in self.flowroute.numbers.area_codes()])

    def exchanges(self, _ask: Ask, *, npa: str) -> Answer:
        found = self.flowroute.numbers.exchanges(areacode=npa)
        return number_blocks.exchanges(npa, [exchange.id[3:] for exchange in found])

    def _acts_as_admin(self, ask: Ask) -> bool:
        """Whether the answer may hold buttons for admins: never where everybody sees it."""
        return not ask.shared and self.access.allows(ask.actor.user_id, Role.ADMIN)

    def _fitting(self, wanted: str | None) -> Iterator[OwnedNumber]:
        """Ours with these digits, or with this text in the alias; Flowroute finds whole aliases only."""
        digits = re.sub(r"[\s().+-]", "", wanted or "")
        if digits.isdecimal():
            return self.flowroute.numbers.list(contains=digits)
        text = (wanted or "").casefold()
        return (number for number in self.flowroute.numbers.list() if text in (number.alias or "").casefold())
