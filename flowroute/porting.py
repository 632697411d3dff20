"""Porting: bringing numbers from another provider to the account."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from dataclasses import dataclass as plain_dataclass
from typing import Final

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from flowroute.documents import WIRE, Instant, One, Page, attribute, body_of, given
from flowroute.errors import InvalidArgument
from flowroute.pages import listed
from flowroute.phone import checked
from flowroute.transport import Transport, at


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class Portability:
    """Which numbers can come over. Some are in two of the lists."""

    portable: tuple[str, ...] = ()
    nonportable: tuple[str, ...] = ()
    hypernetwork_enabled: tuple[str, ...] = ()

    def is_portable(self, number: str) -> bool:
        return f"+{number}" in self.portable


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class PortOrder:
    """`status` is text of Flowroute's, such as `pending` (45 days at most), `completed` or `cancelled`."""

    id: str
    status: str | None = attribute("status")
    status_updated_at: Instant = attribute("status_updated_at")
    alias: str | None = attribute("alias")
    numbers: tuple[str, ...] | None = attribute("numbers")
    """With their plus, as porting writes them; None when the answer did not say."""
    billing_name: str | None = attribute("billing_name")
    provider: str | None = attribute("provider")
    group_id: str | None = attribute("group_id")


@plain_dataclass(frozen=True, slots=True)
class Presets:
    """What ported numbers get on arrival, by id."""

    cnam_id: str | None = None
    e911_id: str | None = None
    primary_route_id: str | None = None
    failover_route_id: str | None = None


_PORTABILITY: Final = TypeAdapter(One[Portability])
_ONE: Final = TypeAdapter(One[PortOrder])
_PAGE: Final = TypeAdapter(Page[PortOrder])

_REQUIRED: Final = {
    "billing_name": "the name on the bill of the present provider, such as John Doe",
    "street": "the service address, such as 1218 3rd Ave",
    "city": "such as Seattle",
    "state": "two letters, such as WA",
    "zip": "such as 98101",
    "country": "US or CA",
    "provider": "the present provider, such as Example Telecom",
}


class Porting:
    """Port orders. Source: developer.flowroute.com, Porting v2.0."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def portability(self, numbers: Iterable[str]) -> Portability:
        """Which of `numbers` can be ported."""
        body = {"numbers": _with_plus(numbers)}
        answer = self._transport.request("POST", at("/v2/portorders/portability"), json=body)
        return answer.read(_PORTABILITY).data

    def list(
        self, *, group_id: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Iterator[PortOrder]:
        """Port orders, optionally those of one group."""
        query = {"group_id": group_id}
        return listed(self._transport, at("/v2/portorders"), _PAGE, query=query, limit=limit, offset=offset)

    def status(self, order_id: str) -> PortOrder:
        """How far an order is. Raises `NotFound`."""
        endpoint = at("/v2/portorders/{order}/status", order=order_id)
        return self._transport.request("GET", endpoint).read(_ONE).data

    def create(
        self,
        numbers: Iterable[str],
        *,
        billing_name: str,
        street: str,
        city: str,
        state: str,
        zip: str,  # noqa: A002 - the field's name at Flowroute and on every form
        provider: str,
        country: str = "US",
        street2: str | None = None,
        loa_email: str | None = None,
        loa_cc: str | None = None,
        presets: Presets | None = None,
    ) -> PortOrder:
        """Order numbers over; `loa_email` is who signs the letter of authorization.

        Flowroute may split the order into several of one group.

        Raises:
            InvalidArgument: names every field that is missing.

        Source: developer.flowroute.com, Porting v2.0, "Create a port order".
        """
        parts = {
            "billing_name": billing_name.strip(),
            "street": street.strip(),
            "city": city.strip(),
            "state": state.strip().upper(),
            "zip": zip.strip().upper(),
            "country": country.strip().upper(),
            "provider": provider.strip(),
        }
        wrong = {name: f"Needed: {rule}." for name, rule in _REQUIRED.items() if not parts[name]}
        if parts["country"] not in {"US", "CA"}:
            wrong["country"] = "Has to be US or CA."
        if wrong:
            raise InvalidArgument(
                "The port order is not complete. "
                + " ".join(f"{name}: {text}" for name, text in wrong.items()),
                fields=wrong,
            )
        letter = given(email=loa_email, cc=loa_cc)
        attributes = {
            "numbers": _with_plus(numbers),
            **parts,
            **given(street2=street2, loa_details=letter or None, presets=_presets(presets)),
        }
        answer = self._transport.request("POST", at("/v2/portorders"), json=body_of("portorder", attributes))
        return answer.read(_ONE).data

    def update(self, order_id: str, *, alias: str | None = None, presets: Presets | None = None) -> PortOrder:
        """Rename an order, or change what its numbers get on arrival."""
        attributes = given(alias=alias, presets=_presets(presets))
        if not attributes:
            raise InvalidArgument("Nothing to change: give an alias or presets.")
        endpoint = at("/v2/portorders/{order}", order=order_id)
        body = body_of("portorder", attributes)
        return self._transport.request("PATCH", endpoint, json=body).read(_ONE).data

    def cancel(self, order_id: str) -> PortOrder:
        """Cancel an order that is pending (then cancelled) or rejected (then abandoned)."""
        endpoint = at("/v2/portorders/{order}", order=order_id)
        body = body_of("portorder", {"status": "cancelled"})
        return self._transport.request("PATCH", endpoint, json=body).read(_ONE).data

    def add_numbers(self, group_id: str, numbers: Iterable[str]) -> None:
        """Add numbers to a group of orders."""
        endpoint = at("/v2/portorders/{group}/numbers", group=group_id)
        self._transport.request("POST", endpoint, json={"add": _with_plus(numbers)})


def _with_plus(numbers: Iterable[str]) -> tuple[str, ...]:
    """Porting is the one resource that insists on the plus."""
    written = tuple(f"+{checked(number)}" for number in numbers)
    if not written:
        raise InvalidArgument("No number was given. Example: 12065550100", fields={"numbers": "one or more"})
    return written


def _presets(presets: Presets | None) -> dict[str, object] | None:
    return None if presets is None else given(**asdict(presets))
