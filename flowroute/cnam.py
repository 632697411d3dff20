"""CNAM storage: the caller name that others see when a number of ours calls them."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from pydantic import AliasPath, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from flowroute.documents import WIRE, Instant, One, Page, Reference, attribute, body_of
from flowroute.errors import ApiError, InvalidArgument, NotFound
from flowroute.pages import listed
from flowroute.phone import PhoneNumber, checked
from flowroute.transport import Transport, at

LONGEST_NAME: Final = 15

_ALLOWED: Final = re.compile(r"""[A-Za-z0-9 \-_.,@+&'/"]+""")
_METHOD_NOT_ALLOWED: Final = 405


class CnamStatus(StrEnum):
    """Flowroute has no such field; it follows from the approval and the reason of a rejection."""

    PENDING = "pending"
    """Being reviewed, which takes up to two business days."""
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class Cnam:
    id: str
    value: str | None = attribute("value")
    """In upper case, as Flowroute stores it."""
    is_approved: bool = attribute("is_approved", default=False)
    rejection_reason: str | None = attribute("rejection_reason")
    created_at: Instant = attribute("creation_datetime")
    approved_at: Instant = attribute("approval_datetime")
    """None for some old records although they are approved."""
    assigned_to: tuple[Reference, ...] = Field(
        default=(), validation_alias=AliasPath("relationships", "numbers", "data")
    )

    @property
    def status(self) -> CnamStatus:
        if self.is_approved:
            return CnamStatus.APPROVED
        return CnamStatus.REJECTED if self.rejection_reason else CnamStatus.PENDING

    @property
    def numbers(self) -> tuple[PhoneNumber, ...]:
        """The numbers it is assigned to; only `get` knows them."""
        return tuple(PhoneNumber(reference.id) for reference in self.assigned_to)


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class CnamAssignment:
    """Flowroute's receipt for (un)assigning; callers see the change 5 to 7 business days later."""

    id: str | None = None
    """The record's id; None after unassigning."""
    created_at: Instant = attribute("date_created")


CNAM: Final = TypeAdapter(Cnam)
_ONE: Final = TypeAdapter(One[Cnam])
_PAGE: Final = TypeAdapter(Page[Cnam])
_ASSIGNMENT: Final = TypeAdapter(One[CnamAssignment])


def checked_name(value: str) -> str:
    """`value` in upper case when it can be a caller name, else `InvalidArgument` with the rule.

    Source: developer.flowroute.com, "CNAM storage": at most 15 characters, a letter, few symbols.
    """
    name = value.strip().upper()
    if not name:
        problem = "is empty"
    elif len(name) > LONGEST_NAME:
        problem = f"has {len(name)} characters"
    elif not _ALLOWED.fullmatch(name):
        problem = "has a character that phones cannot show"
    elif not any(character.isalpha() for character in name):
        problem = "has no letter"
    else:
        return name
    message = (
        f"The caller name {problem}. It takes up to {LONGEST_NAME} characters, at least one a letter, "
        "of letters, digits, spaces and - _ . , @ + & ' / \". Example: MAIN ST BAKERY"
    )
    raise InvalidArgument(message, fields={"value": message})


class Cnams:
    """The account's caller names, and which numbers show them. US local numbers only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        value: str | None = None,
        is_approved: bool | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Iterator[Cnam]:
        """Caller names; `value` matches parts and any case."""
        query = {"value": value, "is_approved": is_approved}
        return listed(self._transport, at("/v2/cnams"), _PAGE, query=query, limit=limit, offset=offset)

    def get(self, cnam_id: str) -> Cnam:
        """One caller name, with the numbers that show it. Raises `NotFound`."""
        return self._transport.request("GET", at("/v2/cnams/{cnam}", cnam=cnam_id)).read(_ONE).data

    def create(self, value: str) -> Cnam:
        """Submit a caller name for review, which takes up to two business days.

        Raises:
            InvalidArgument: `value` breaks a rule that needs no reviewer.

        Source: developer.flowroute.com, Numbers v2.0, "Create a new CNAM record".
        """
        # The one call that takes its attributes bare.
        answer = self._transport.request("POST", at("/v2/cnams"), json={"value": checked_name(value)})
        return answer.read(_ONE).data

    def update(self, cnam_id: str, value: str) -> Cnam:
        """Change a name that is still being reviewed."""
        body = body_of("cnam", {"value": checked_name(value)})
        endpoint = at("/v2/cnams/{cnam}", cnam=cnam_id)
        return self._transport.request("PATCH", endpoint, json=body).read(_ONE).data

    def delete(self, cnam_id: str) -> None:
        """Remove a name; every number that shows it loses it. Raises `NotFound`."""
        self._transport.request("DELETE", at("/v2/cnams/{cnam}", cnam=cnam_id))

    def assign(self, number: str, cnam_id: str) -> CnamAssignment:
        """Show an approved name on calls from `number`, in 5 to 7 business days."""
        return self._relate("PATCH", "/{cnam}", number=checked(number), cnam=cnam_id)

    def unassign(self, number: str) -> CnamAssignment:
        """Show no name on calls from `number`."""
        return self._relate("DELETE", "", number=checked(number))

    def _relate(self, method: str, rest: str, **values: str) -> CnamAssignment:
        """Try the documented path `cnams` first, on a 404 or 405 that of most official SDKs, `cnam`."""
        stem = "/v2/numbers/{number}/relationships/"
        try:
            answer = self._transport.request(method, at(f"{stem}cnams{rest}", **values))
        except ApiError as plural:
            if not isinstance(plural, NotFound) and plural.status != _METHOD_NOT_ALLOWED:
                raise
            try:
                answer = self._transport.request(method, at(f"{stem}cnam{rest}", **values))
            except ApiError:
                raise plural from None  # the documented path's answer is the one to explain
        return answer.read(_ASSIGNMENT).data
