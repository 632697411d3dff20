"""Menus that look for things of the account as somebody types, among thousands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slackblocks import ExternalSelectMenu, Option

from bot.access.roles import Access, Role
from bot.provisioning.catalogue import Catalogue
from bot.provisioning.routes import NO_ROUTE
from flowroute import format_phone_number

from .ids import Field
from .limits import MAX_OPTIONS, option_text

PLACEHOLDERS = {
    Field.NUMBER: "Type digits or an alias",
    Field.ROUTE: "Type an alias or an address",
    Field.ADDRESS: "Type a label or a city",
    Field.CALLER_NAME: "Type a name",
    Field.PRIMARY: "Type an alias or an address",
    Field.FAILOVER: "Type an alias or an address",
    Field.SOME_ADDRESS: "Type a label or a city",
    Field.SOME_NAME: "Type a name",
}
GAP = "  "
"""Between what something is called and what is said about it."""
NEW = "new"
"""Stands in a picker for something that is still to be written down."""


@dataclass(frozen=True)
class Choice:
    """One thing to pick: its id, what is shown of it, and what else finds it."""

    value: str
    text: str
    also: str = ""

    def fits(self, words: Iterable[str]) -> bool:
        """Whether every word is somewhere in it."""
        haystack = f"{self.text} {self.value} {self.also}".casefold()
        return all(word in haystack for word in words)

    @property
    def option(self) -> Option:
        return Option(option_text(self.text), value=self.value)


def name_in(shown: str) -> str:
    """What the thing is called whose choice is shown like that."""
    return shown.partition(GAP)[0]


@dataclass(frozen=True)
class Pickers:
    access: Access
    catalogue: Catalogue

    def register(self, app: App) -> None:
        for field in PLACEHOLDERS:
            app.options(field)(self.suggest)

    def suggest(self, ack: Ack, payload: dict[str, Any], body: dict[str, Any]) -> None:
        """The first choices that fit what is typed so far."""
        self.access.require(body["user"]["id"], Role.VIEWER)
        words = str(payload.get("value") or "").casefold().split()
        digits = "".join(filter(str.isdigit, "".join(words)))
        found = [
            choice
            for choice in self._choices(Field(payload["action_id"]))
            if choice.fits(words) or (digits and not "".join(words).isalpha() and digits in choice.value)
        ]
        ack(options=[choice.option._resolve() for choice in found[:MAX_OPTIONS]])  # noqa: SLF001 - slackblocks has no other way to one option

    def menu(self, field: Field, value: str | None) -> ExternalSelectMenu:
        """The menu, with what was typed chosen if there is such a thing. May raise FlowrouteError."""
        return ExternalSelectMenu(
            action_id=field,
            initial_option=self._chosen(field, value),
            min_query_length=0,
            placeholder=PLACEHOLDERS[field],
        )

    def _chosen(self, field: Field, value: str | None) -> Option | None:
        if not value:
            return None
        choices = list(self._choices(field))
        wanted = value.casefold()
        found = next((one for one in choices if one.value == value), None) or next(
            (one for one in choices if wanted in {one.text.casefold(), one.also.casefold()}), None
        )
        return None if found is None else found.option

    def _choices(self, field: Field) -> Iterator[Choice]:
        match field:
            case Field.NUMBER:
                for number in self.catalogue.numbers.items():
                    alias = number.alias or ""
                    yield Choice(
                        number.value, f"{format_phone_number(number.value)}{GAP}{alias}".strip(), alias
                    )
            case Field.ROUTE:
                yield Choice(NO_ROUTE, "No route")
                yield from self._routes()
            case Field.PRIMARY | Field.FAILOVER:
                yield from self._routes()
            case Field.ADDRESS:
                yield from self._addresses()
            case Field.SOME_ADDRESS:
                yield Choice(NEW, "A new address, in the next step")
                yield from self._addresses()
            case Field.CALLER_NAME | Field.SOME_NAME:
                for name in self.catalogue.caller_names.items():
                    shown = name.value or name.id
                    yield Choice(name.id, f"{shown}{GAP}{name.status}", shown)
            case _:
                raise ValueError(field)

    def _routes(self) -> Iterator[Choice]:
        for route in self.catalogue.routes.items():
            alias = route.alias or route.id
            yield Choice(route.id, f"{alias}{GAP}{route.value or ''}".strip(), alias)

    def _addresses(self) -> Iterator[Choice]:
        for address in self.catalogue.addresses.items():
            label = address.label or address.id
            yield Choice(address.id, f"{label}{GAP}{address.city or ''}".strip(), label)
