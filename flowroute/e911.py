"""E911: the addresses that an emergency centre sees when a number dials 911."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from dataclasses import dataclass as plain_dataclass
from typing import Final

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from flowroute.documents import WIRE, One, Page, attribute, body_of, given
from flowroute.errors import InvalidArgument
from flowroute.pages import listed
from flowroute.phone import PhoneNumber, checked
from flowroute.transport import Transport, at

ADDRESS_TYPES: Final = (
    *("Apartment", "Basement", "Building", "Department", "Floor", "Front", "Key", "Lobby", "Lot", "Lower"),
    *("Office", "Penthouse", "Pier", "Rear", "Room", "Side", "Slip", "Space", "Stop", "Suite", "Trailer"),
    *("Unit", "Upper"),
)

_COUNTRIES: Final = ("US", "CA")
_STATE: Final = re.compile(r"[A-Z]{2}")
_ZIP: Final = {
    "US": (re.compile(r"[0-9]{5}"), "five digits, such as 98104"),
    "CA": (re.compile(r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]"), "a Canadian postal code, such as M4C 5K7"),
}
_REQUIRED: Final = {
    "label": "a name of your own for this address, such as Seattle office",
    "first_name": "the first name of who is there, such as Maria",
    "last_name": "the last name of who is there, such as Bermudez",
    "street_number": "the house number, such as 1218",
    "street_name": "the street without the house number, such as 3rd Ave",
    "city": "the city, such as Seattle",
    "state": "two letters, such as WA or ON",
    "country": "US or CA",
    "zip": "a ZIP or postal code, such as 98104 or M4C 5K7",
}


@plain_dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What an E911 record is made of; `checked_address` tells what is wrong with one.

    `label` is unique on the account. `address_type` (one of `ADDRESS_TYPES`) and `address_type_number` name a
    unit, such as Suite and A-1, and go together.
    Source: developer.flowroute.com, Numbers v2.0, "Create and validate a new E911 address".
    """

    label: str
    first_name: str
    last_name: str
    street_number: str
    street_name: str
    city: str
    state: str
    zip: str
    country: str = "US"
    address_type: str = ""
    address_type_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class E911Record:
    """A stored address; members that Flowroute left out or empty are None."""

    id: str
    label: str | None = attribute("label")
    first_name: str | None = attribute("first_name")
    last_name: str | None = attribute("last_name")
    street_number: str | None = attribute("street_number")
    street_name: str | None = attribute("street_name")
    city: str | None = attribute("city")
    state: str | None = attribute("state")
    zip: str | None = attribute("zip")
    country: str | None = attribute("country")
    address_type: str | None = attribute("address_type")
    """`""` or None without a unit."""
    address_type_number: str | None = attribute("address_type_number")


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class NumberAtAddress:
    """A number that an address is assigned to; the resource's own id is not always the number."""

    value: PhoneNumber = attribute("value")
    alias: str | None = attribute("alias")


E911_RECORD: Final = TypeAdapter(E911Record)
_ONE: Final = TypeAdapter(One[E911Record])
_PAGE: Final = TypeAdapter(Page[E911Record])
_NUMBERS: Final = TypeAdapter(Page[NumberAtAddress])


def checked_address(address: Address) -> dict[str, str]:
    """The attributes that Flowroute wants, tidied; or one `InvalidArgument` naming every faulty field.

    Country and state become upper case, the unit is left out when there is none.
    """
    return _checked_parts({name: str(value) for name, value in asdict(address).items()}, whole=True)


def _checked_parts(parts: Mapping[str, str], *, whole: bool) -> dict[str, str]:
    """Check the members that are there; `whole` also says which are missing."""
    tidy = {name: " ".join(value.split()) for name, value in parts.items()}
    for name in ("state", "country", "zip"):
        if name in tidy:
            tidy[name] = tidy[name].upper()
    if tidy.get("country") == "USA":
        tidy["country"] = "US"

    wrong = {name: f"Needed: {rule}." for name, rule in _REQUIRED.items() if name in tidy and not tidy[name]}
    if tidy.get("state") and not _STATE.fullmatch(tidy["state"]):
        wrong["state"] = f"Has to be {_REQUIRED['state']}."
    if tidy.get("country") and tidy["country"] not in _COUNTRIES:
        wrong["country"] = f"Has to be {_REQUIRED['country']}; E911 reaches no further."
    if tidy.get("zip") and (problem := _zip_problem(tidy["zip"], tidy.get("country"))):
        wrong["zip"] = problem
    wrong |= _unit_problems(tidy)
    if wrong:
        raise InvalidArgument(
            "This address is not complete. " + " ".join(f"{name}: {text}" for name, text in wrong.items()),
            fields=wrong,
        )
    return {name: value for name, value in tidy.items() if value} if whole else tidy


def _zip_problem(code: str, country: str | None) -> str | None:
    fitting = [_ZIP[country]] if country in _ZIP else list(_ZIP.values())
    if any(pattern.fullmatch(code) for pattern, _ in fitting):
        return None
    return f"Has to be {' or '.join(rule for _, rule in fitting)}."


def _unit_problems(tidy: Mapping[str, str]) -> dict[str, str]:
    kind, number = tidy.get("address_type"), tidy.get("address_type_number")
    if kind and kind.casefold() not in {known.casefold() for known in ADDRESS_TYPES}:
        return {"address_type": f"Has to be one of {', '.join(ADDRESS_TYPES)}."}
    if kind and number == "":
        return {
            "address_type_number": f"Needed with an address type: which {kind.lower()}, such as 600 or A-1."
        }
    if number and kind == "":
        return {"address_type": "Needed with a unit number: Suite, Apartment, Floor and so on."}
    return {}


class E911:
    """The account's emergency addresses, and which numbers they belong to."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        label: str | None = None,
        street_name: str | None = None,
        city: str | None = None,
        state: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Iterator[E911Record]:
        """Stored addresses; texts match parts and any case."""
        query = {"label": label, "street_name": street_name, "city": city, "state": state}
        return listed(self._transport, at("/v2/e911s"), _PAGE, query=query, limit=limit, offset=offset)

    def get(self, record_id: str) -> E911Record:
        """One stored address. Raises `NotFound`."""
        return self._transport.request("GET", at("/v2/e911s/{record}", record=record_id)).read(_ONE).data

    def validate(self, address: Address) -> None:
        """Ask whether the emergency centre can find `address`; nothing is stored.

        Raises:
            InvalidArgument: a field is missing or cannot be right.
            Refused: the address cannot be located, or the detail names how it has to be written.

        Source: developer.flowroute.com, Numbers v2.0, "Validate an E911 address".
        """
        self._transport.request(
            "POST", at("/v2/e911s/validate"), json=body_of("e911", checked_address(address))
        )

    def create(self, address: Address) -> E911Record:
        """Validate and store `address`. Raises like `validate`."""
        body = body_of("e911", checked_address(address))
        return self._transport.request("POST", at("/v2/e911s"), json=body).read(_ONE).data

    def update(
        self,
        record_id: str,
        *,
        label: str | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        street_number: str | None = None,
        street_name: str | None = None,
        city: str | None = None,
        state: str | None = None,
        zip: str | None = None,  # noqa: A002 - the field's name at Flowroute and on every form
        country: str | None = None,
        address_type: str | None = None,
        address_type_number: str | None = None,
    ) -> E911Record:
        """Change what is given; `address_type=""` with `address_type_number=""` removes the unit.

        Raises like `validate`. Source: developer.flowroute.com, Numbers v2.0, "Update an E911 address".
        """
        changes = {
            name: str(value)
            for name, value in given(
                label=label,
                first_name=first_name,
                last_name=last_name,
                street_number=street_number,
                street_name=street_name,
                city=city,
                state=state,
                zip=zip,
                country=country,
                address_type=address_type,
                address_type_number=address_type_number,
            ).items()
        }
        if not changes:
            raise InvalidArgument("Nothing to change: give at least one part of the address.")
        body = body_of("e911", _checked_parts(changes, whole=False))
        endpoint = at("/v2/e911s/{record}", record=record_id)
        return self._transport.request("PATCH", endpoint, json=body).read(_ONE).data

    def delete(self, record_id: str) -> None:
        """Remove an address that no number uses any more.

        Raises:
            Forbidden: a number still uses it.
            NotFound: there is none.
        """
        self._transport.request("DELETE", at("/v2/e911s/{record}", record=record_id))

    def assign(self, number: str, record_id: str) -> None:
        """Make the address the one of `number`; billed monthly. Safe to repeat with the same address.

        Raises:
            Refused: the number cannot have E911.
            NotFound: the number or the address is not on this account.
        """
        template = "/v2/numbers/{number}/relationships/e911s/{record}"
        self._transport.request("PATCH", at(template, number=checked(number), record=record_id))

    def unassign(self, number: str) -> None:
        """Leave `number` without an address; 911 calls from it are then billed one by one."""
        self._transport.request(
            "DELETE", at("/v2/numbers/{number}/relationships/e911s", number=checked(number))
        )

    def numbers(
        self, record_id: str, *, limit: int | None = None, offset: int = 0
    ) -> Iterator[NumberAtAddress]:
        """The numbers that the address is assigned to."""
        endpoint = at("/v2/e911s/{record}/relationships/numbers", record=record_id)
        return listed(self._transport, endpoint, _NUMBERS, limit=limit, offset=offset)
