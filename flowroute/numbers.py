"""Phone numbers: finding, buying, keeping and releasing them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from pydantic import AliasPath, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from flowroute.answers import Answer
from flowroute.arguments import checked_url
from flowroute.callbacks import CallbackKind, callback_body
from flowroute.cnam import CNAM, Cnam
from flowroute.documents import (
    WIRE,
    One,
    Page,
    Reference,
    attribute,
    find_included,
    given,
    of_type,
    required_attribute,
)
from flowroute.e911 import E911_RECORD, E911Record
from flowroute.errors import InvalidArgument, NotFound
from flowroute.message_provision import PROVISION_JOB, ProvisionJob
from flowroute.pages import listed
from flowroute.phone import PhoneNumber, checked
from flowroute.routes import ROUTE, Route
from flowroute.transport import Transport, at

LONGEST_ALIAS: Final = 64
LARGEST_PAGE_OF_AREAS: Final = 400


class NumberType(StrEnum):
    """The words that searches take; answers may hold older ones, see `OwnedNumber.is_toll_free`."""

    LOCAL = "longcode"
    TOLL_FREE = "toll-free"


_TOLL_FREE_WORDS: Final = {"toll-free", "tollfree", "toll_free"}


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class NumberForSale:
    """A number in Flowroute's inventory. Costs are in USD."""

    value: PhoneNumber = required_attribute("value")
    setup_cost: Decimal | None = attribute("setup_cost")
    """Charged once, when it is bought."""
    monthly_cost: Decimal | None = attribute("monthly_cost")
    inbound_rate: Decimal | None = attribute("inbound_rate")
    """Per minute."""
    number_type: str | None = attribute("number_type")
    rate_center: str | None = attribute("rate_center")
    """Abbreviated, in lower case: `seattle`, `nwyrcyzn01`."""
    state: str | None = attribute("state")
    """Two lower-case letters."""
    iso_country: str | None = attribute("iso_country")
    rate_type: str | None = attribute("rate_type")
    tier: str | None = attribute("tier")

    @property
    def is_toll_free(self) -> bool:
        return self.number_type in _TOLL_FREE_WORDS


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class Relationships:
    """What is assigned to a number, by id."""

    primary_route: Reference | None = Field(default=None, validation_alias=AliasPath("primary_route", "data"))
    failover_route: Reference | None = Field(
        default=None, validation_alias=AliasPath("failover_route", "data")
    )
    e911_address: Reference | None = Field(default=None, validation_alias=AliasPath("e911_address", "data"))
    cnam_preset: Reference | None = Field(default=None, validation_alias=AliasPath("cnam_preset", "data"))


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class OwnedNumber:
    """A number on the account. Costs are in USD.

    Routes, address and caller name are known to `get`, `buy` and the changes, not to `list`: there
    `relationships` is None, and None for one of them means nothing.
    """

    value: PhoneNumber = required_attribute("value")
    alias: str | None = attribute("alias")
    number_type: str | None = attribute("number_type")
    rate_center: str | None = attribute("rate_center")
    state: str | None = attribute("state")
    cnam_lookups_enabled: bool | None = attribute("cnam_lookups_enabled")
    """Whether the names of callers are looked up, which is billed per call."""
    messaging_enabled: bool | None = attribute("messaging_enabled")
    """None when the answer did not say."""
    status: str | None = attribute("status")
    note: str | None = attribute("note")
    iso_country: str | None = attribute("iso_country")
    tier: str | None = attribute("tier")
    rate_type: str | None = attribute("rate_type")
    inbound_rate: Decimal | None = attribute("inbound_rate")
    monthly_cost: Decimal | None = attribute("monthly_cost")
    setup_cost: Decimal | None = attribute("setup_cost")
    relationships: Relationships | None = None
    primary_route: Route | None = None
    failover_route: Route | None = None
    e911: E911Record | None = None
    cnam: Cnam | None = None

    @property
    def is_toll_free(self) -> bool:
        return self.number_type in _TOLL_FREE_WORDS


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class AreaCode:
    """A three-digit NPA that has numbers for sale."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class Exchange:
    """An NPA and NXX, six digits, that has numbers for sale."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class Tier:
    """A price tier; its id is its name, such as `US Promo $0.0/$0.50/$0.005`."""

    id: str


@dataclass(frozen=True, slots=True)
class Change:
    """A number after buying or changing it, and what became of switching its messaging."""

    number: OwnedNumber
    messaging_failed: bool = False
    """Everything else happened, but messaging could not be switched (207); repeat only `set_messaging`."""
    provision: ProvisionJob | None = None
    """The job that is switching messaging on, when one was started."""


_FOR_SALE: Final = TypeAdapter(Page[NumberForSale])
_OWNED: Final = TypeAdapter(Page[OwnedNumber])
_ONE: Final = TypeAdapter(One[OwnedNumber])
_AREAS: Final = TypeAdapter(Page[AreaCode])
_EXCHANGES: Final = TypeAdapter(Page[Exchange])
_TIERS: Final = TypeAdapter(Page[Tier])

_NUMBER: Final = "/v2/numbers/{number}"
_PUNCTUATION: Final = re.compile(r"[\s().\-]+")
_PREFIX: Final = re.compile(r"\+?[0-9]+", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)
_STATE: Final = re.compile(r"[A-Za-z]{2}")


class Numbers:
    """Numbers for sale and numbers of the account."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def area_codes(
        self, *, max_setup_cost: Decimal | float | None = None, limit: int | None = None, offset: int = 0
    ) -> Iterator[AreaCode]:
        """Area codes with numbers for sale, optionally with one whose setup cost (USD) is at most that."""
        return listed(
            self._transport,
            at("/v2/numbers/available/areacodes"),
            _AREAS,
            query={"max_setup_cost": _cost(max_setup_cost)},
            largest_page=LARGEST_PAGE_OF_AREAS,
            limit=limit,
            offset=offset,
        )

    def exchanges(
        self,
        *,
        areacode: str | None = None,
        max_setup_cost: Decimal | float | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Iterator[Exchange]:
        """Exchanges with numbers for sale, in one area code or all."""
        query = {"areacode": _areacode(areacode), "max_setup_cost": _cost(max_setup_cost)}
        endpoint = at("/v2/numbers/available/exchanges")
        return listed(self._transport, endpoint, _EXCHANGES, query=query, limit=limit, offset=offset)

    def tiers(self, *, limit: int | None = None, offset: int = 0) -> Iterator[Tier]:
        """Price tiers, for `search(tier=…)`."""
        endpoint = at("/v2/numbers/available/tiers")
        return listed(self._transport, endpoint, _TIERS, limit=limit, offset=offset)

    def search(
        self,
        *,
        starts_with: str | None = None,
        contains: str | None = None,
        ends_with: str | None = None,
        state: str | None = None,
        rate_center: str | None = None,
        number_type: NumberType | str | None = None,
        iso_country: str | None = None,
        tier: str | None = None,
        order_by: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Iterator[NumberForSale]:
        """Numbers for sale that fit every filter given.

        `starts_with` is North American unless it begins with a plus (`206`, `1206555`, `+44`); `state` is
        two letters of a US state or Canadian province, `rate_center` is abbreviated (`nwyrcyzn01`).

        Raises:
            InvalidArgument: at once, for a filter that cannot fit anything.

        Source: developer.flowroute.com, Numbers v2.0, "Search for purchasable phone numbers".
        """
        query = {
            "starts_with": _prefix("starts_with", starts_with),
            "contains": _digits("contains", contains),
            "ends_with": _digits("ends_with", ends_with),
            "state": _state(state),
            "rate_center": rate_center,
            "number_type": _number_type(number_type),
            "iso_country": iso_country,
            "tier": tier,
            "order_by": order_by,
        }
        endpoint = at("/v2/numbers/available")
        return listed(self._transport, endpoint, _FOR_SALE, query=query, limit=limit, offset=offset)

    def price(self, number: str) -> NumberForSale | None:
        """`number` with its costs if it is for sale, else None. One request."""
        value = checked(number)
        prefix = value if value.startswith("1") else f"+{value}"
        return next(
            (found for found in self.search(starts_with=prefix, limit=1) if found.value == value), None
        )

    def buy(
        self,
        number: str,
        *,
        messaging_enabled: bool = False,
        cnam_lookups_enabled: bool | None = None,
        messaging_callback_url: str | None = None,
        messaging_email: bool | None = None,
    ) -> Change:
        """Buy `number`; its setup cost (USD) is charged at once, with no confirmation.

        `cnam_lookups_enabled` None is the account's preference. With `messaging_enabled` a job switches
        messaging on, and tells `messaging_callback_url` or sends an e-mail when it is done.

        Not safe to repeat blindly: after an error that `may_have_happened`, `find` tells whether it is ours.

        Raises:
            NotFound: the number is not for sale.
            NoAnswer: the purchase may or may not have happened.

        Source: developer.flowroute.com, Numbers v2.0, "Purchase a phone number".
        """
        options = given(
            messaging_enabled=messaging_enabled or None,
            cnam_lookups_enabled=cnam_lookups_enabled,
            messaging_callback_url=_callback(messaging_callback_url),
            messaging_email=messaging_email,
        )
        endpoint = at(_NUMBER, number=checked(number))
        return _changed(self._transport.request("POST", endpoint, json=options or None))

    def list(
        self,
        *,
        starts_with: str | None = None,
        contains: str | None = None,
        ends_with: str | None = None,
        alias: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Iterator[OwnedNumber]:
        """The account's numbers that fit every filter given; `alias` has to be equal."""
        query = {
            "starts_with": _prefix("starts_with", starts_with),
            "contains": _digits("contains", contains),
            "ends_with": _digits("ends_with", ends_with),
            "alias": alias,
        }
        return listed(self._transport, at("/v2/numbers"), _OWNED, query=query, limit=limit, offset=offset)

    def get(self, number: str) -> OwnedNumber:
        """One of the account's numbers with all that is assigned to it.

        Raises:
            NotFound: it is not on this account.
        """
        return _with_included(self._transport.request("GET", at(_NUMBER, number=checked(number))).read(_ONE))

    def find(self, number: str) -> OwnedNumber | None:
        """Like `get`, but None when the number is not on this account."""
        try:
            return self.get(number)
        except NotFound:
            return None

    def set_alias(self, number: str, alias: str) -> OwnedNumber:
        """Name a number; `""` removes the name. Up to 64 characters, need not be unique."""
        if len(alias) > LONGEST_ALIAS:
            rule = f"has at most {LONGEST_ALIAS} characters, this one has {len(alias)}; such as Front desk"
            raise InvalidArgument(f"An alias {rule}.", fields={"alias": rule})
        return self._change(number, {"alias": alias}).number

    def set_cnam_lookups(self, number: str, *, enabled: bool) -> OwnedNumber:
        """Look the names of callers up, which is billed per call, or stop it."""
        return self._change(number, {"cnam_lookups_enabled": enabled}).number

    def set_messaging(
        self,
        number: str,
        enabled: bool,
        *,
        messaging_callback_url: str | None = None,
        messaging_email: bool | None = None,
    ) -> Change:
        """Start switching messaging on or off; `messaging_enabled` follows when the job is done."""
        options = given(
            messaging_enabled=enabled,
            messaging_callback_url=_callback(messaging_callback_url),
            messaging_email=messaging_email,
        )
        return self._change(number, options)

    def set_callback(self, number: str, kind: CallbackKind, url: str) -> None:
        """Where events of this number go; beats the account's own callback.

        Source: developer.flowroute.com, Numbers v2.0, "Set a messaging callback URL for a phone number".
        """
        template = f"{_NUMBER}/relationships/{CallbackKind(kind).value}"
        body = callback_body(checked_url("callback_url", url))
        self._transport.request("POST", at(template, number=checked(number)), json=body)

    def release(self, number: str) -> None:
        """Give `number` back; billing stops, and anybody may buy it.

        Raises:
            NotFound: it is not on this account.
        """
        self._transport.request("DELETE", at(_NUMBER, number=checked(number)))

    def _change(self, number: str, attributes: dict[str, object]) -> Change:
        body = {"type": "number", **attributes}
        return _changed(self._transport.request("PATCH", at(_NUMBER, number=checked(number)), json=body))


def _changed(answer: Answer) -> Change:
    document = answer.read(_ONE)
    jobs = of_type(document.included, "message_provisioning_status", PROVISION_JOB)
    return Change(
        number=_with_included(document),
        messaging_failed=answer.status == HTTPStatus.MULTI_STATUS,
        provision=next((job for _, job in jobs), None),
    )


def _with_included(document: One[OwnedNumber]) -> OwnedNumber:
    number, related = document.data, document.data.relationships
    if related is None or not document.included:
        return number
    return replace(
        number,
        primary_route=find_included(document.included, related.primary_route, ROUTE),
        failover_route=find_included(document.included, related.failover_route, ROUTE),
        e911=find_included(document.included, related.e911_address, E911_RECORD),
        cnam=find_included(document.included, related.cnam_preset, CNAM),
    )


def _prefix(name: str, typed: str | None) -> str | None:
    return _matching(name, typed, _PREFIX, "digits, with a plus for other countries, such as 206 or +4420")


def _digits(name: str, typed: str | None) -> str | None:
    return _matching(name, typed, _DIGITS, "digits, such as 0100")


def _matching(name: str, typed: str | None, pattern: re.Pattern[str], rule: str) -> str | None:
    if typed is None:
        return None
    bare = _PUNCTUATION.sub("", typed)
    if not pattern.fullmatch(bare):
        raise InvalidArgument(f"{name} takes {rule}.", fields={name: f"takes {rule}"})
    return bare


def _areacode(typed: str | None) -> str | None:
    found = _matching("areacode", typed, _DIGITS, "an area code of three digits, such as 206")
    if found is not None and len(found) != len("206"):
        rule = "takes an area code of three digits, such as 206"
        raise InvalidArgument(f"areacode {rule}.", fields={"areacode": rule})
    return found


def _state(typed: str | None) -> str | None:
    if typed is not None and not _STATE.fullmatch(typed):
        rule = "takes two letters of a US state or Canadian province, such as WA"
        raise InvalidArgument(f"state {rule}.", fields={"state": rule})
    return typed


def _number_type(typed: str | None) -> str | None:
    if typed is None:
        return None
    word = typed.lower()
    if word in _TOLL_FREE_WORDS:
        return NumberType.TOLL_FREE.value
    if word in {"longcode", "long-code", "local", "standard"}:
        return NumberType.LOCAL.value
    rule = "takes longcode or toll-free"
    raise InvalidArgument(f"number_type {rule}.", fields={"number_type": rule})


def _cost(maximum: Decimal | float | None) -> float | None:
    if maximum is not None and maximum < 0:
        rule = "takes US dollars, 0 or more, such as 1.00"
        raise InvalidArgument(f"max_setup_cost {rule}.", fields={"max_setup_cost": rule})
    return None if maximum is None else float(maximum)


def _callback(url: str | None) -> str | None:
    return None if url is None else checked_url("messaging_callback_url", url)
