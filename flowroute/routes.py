"""Where inbound calls go: hosts, other numbers, SIP URIs, and the built-in SIP registration."""

import ipaddress
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from flowroute.documents import WIRE, One, Page, attribute, body_of, given
from flowroute.errors import InvalidArgument
from flowroute.pages import listed
from flowroute.phone import checked, parse_phone_number
from flowroute.transport import Endpoint, Transport, at

SIP_REGISTRATION: Final = "0"
"""The id of the built-in `sip-reg` route, which every new number starts with."""


class RouteType(StrEnum):
    """What can be created; answers may hold other words, such as `sip-reg`."""

    HOST = "host"
    NUMBER = "number"
    URI = "uri"


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class Route:
    id: str
    alias: str | None = attribute("alias")
    route_type: str | None = attribute("route_type")
    """A word of `RouteType`, `sip-reg`, or one that came later."""
    value: str | None = attribute("value")
    """None for `sip-reg`."""
    edge_strategy_id: str | None = attribute("edge_strategy_id", "edge_strategy")


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class EdgeStrategy:
    """A point of presence through which a route's calls prefer to leave Flowroute."""

    id: str
    name: str | None = attribute("name")
    description: str | None = attribute("description")
    firewall_rules: str | None = attribute("firewall_rules")
    naptr: str | None = attribute("naptr")


ROUTE: Final = TypeAdapter(Route)
_ONE: Final = TypeAdapter(One[Route])
_PAGE: Final = TypeAdapter(Page[Route])
_EDGES: Final = TypeAdapter(Page[EdgeStrategy])

_HOST_NAME: Final = (
    r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_HOST: Final = re.compile(
    rf"(?P<host>{_HOST_NAME}|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<extra>(?:;[a-z]+=[A-Za-z0-9]+)*)"
)
_URI: Final = re.compile(
    rf"sips?:[^\s@;]+@(?P<host>{_HOST_NAME}|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<extra>(?:;[a-z]+=[A-Za-z0-9]+)*)",
    re.IGNORECASE,
)
_EXTRAS: Final = re.compile(r"(?:;transport=(?:tcp|udp|tls)|;weight=[0-9]+)*", re.IGNORECASE)
_LARGEST_PORT: Final = 65535

ROUTE_VALUES: Final = {
    RouteType.HOST: "a host name or IP address, with a port if you like: pbx.example.com or 203.0.113.7:5060",
    RouteType.NUMBER: "a phone number: 12065550100",
    RouteType.URI: "a SIP URI: sip:reception@pbx.example.com:5060;transport=tls",
}
"""What the value of each type of route is, with an example."""


def checked_route_value(route_type: RouteType, value: str) -> str:
    """`value` as Flowroute wants it for `route_type`, or `InvalidArgument` with the rule.

    Source: developer.flowroute.com, Numbers v2.0, "Create an inbound route".
    """
    value = value.strip()
    if route_type is RouteType.NUMBER:
        try:
            return parse_phone_number(value)
        except InvalidArgument as error:
            raise _bad_value(route_type) from error
    found = (_HOST if route_type is RouteType.HOST else _URI).fullmatch(value)
    if found is None or not _EXTRAS.fullmatch(found["extra"]) or not _reachable(found["host"], found["port"]):
        raise _bad_value(route_type)
    return value


class Routes:
    """The routes of the account, and which numbers use them."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self, *, route_type: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Iterator[Route]:
        """Every route, the built-in `sip-reg` first."""
        query = {"route_type": route_type.lower() if route_type else None}
        return listed(self._transport, at("/v2/routes"), _PAGE, query=query, limit=limit, offset=offset)

    def create(
        self, route_type: RouteType, value: str, alias: str, *, edge_strategy_id: str | int | None = None
    ) -> Route:
        """Make a route; `alias` has to be unique on the account.

        Raises:
            InvalidArgument: `value` cannot be of that type.
            Forbidden: such a route exists already.

        Source: developer.flowroute.com, Numbers v2.0, "Create an inbound route".
        """
        attributes = {
            "route_type": RouteType(route_type).value,
            "value": checked_route_value(RouteType(route_type), value),
            "alias": _checked_alias(alias),
            **given(edge_strategy_id=_edge(edge_strategy_id)),
        }
        answer = self._transport.request("POST", at("/v2/routes"), json=body_of("route", attributes))
        return answer.read(_ONE).data

    def update(
        self,
        route_id: str,
        *,
        route_type: RouteType | None = None,
        value: str | None = None,
        alias: str | None = None,
        edge_strategy_id: str | int | None = None,
    ) -> Route:
        """Change what is given. A new `value` is checked only when its `route_type` is given too.

        Source: developer.flowroute.com, Numbers v2.0, "Update a voice route".
        """
        if route_type is not None and value is not None:
            value = checked_route_value(RouteType(route_type), value)
        attributes = given(
            route_type=None if route_type is None else RouteType(route_type).value,
            value=value,
            alias=None if alias is None else _checked_alias(alias),
            edge_strategy_id=_edge(edge_strategy_id),
        )
        if not attributes:
            raise InvalidArgument("Nothing to change: give a value, an alias or an edge strategy.")
        endpoint = at("/v2/routes/{route}", route=route_id)
        return self._transport.request("PATCH", endpoint, json=body_of("route", attributes)).read(_ONE).data

    def delete(self, route_id: str) -> None:
        """Remove a route that no number uses.

        Raises:
            Forbidden: a number still uses it.
            NotFound: there is none.
        """
        self._transport.request("DELETE", at("/v2/routes/{route}", route=route_id))

    def set_primary(self, number: str, route_id: str) -> None:
        """Send calls to `number` along the route; `SIP_REGISTRATION` is the built-in one."""
        self._point(number, "primary_route", route_id)

    def set_failover(self, number: str, route_id: str) -> None:
        """Where calls to `number` go when the primary route does not answer."""
        self._point(number, "failover_route", route_id)

    def remove_primary(self, number: str) -> None:
        """Leave `number` without a primary route."""
        self._transport.request("DELETE", _relationship(number, "primary_route"))

    def remove_failover(self, number: str) -> None:
        """Leave `number` without a failover route."""
        self._transport.request("DELETE", _relationship(number, "failover_route"))

    def edge_strategies(self) -> tuple[EdgeStrategy, ...]:
        """The points of presence that a route can name."""
        return self._transport.request("GET", at("/v2/routes/edge_strategies")).read(_EDGES).data

    def _point(self, number: str, which: str, route_id: str) -> None:
        body = {"data": {"type": "route", "id": route_id}}
        self._transport.request("PATCH", _relationship(number, which), json=body)


def _relationship(number: str, which: str) -> Endpoint:
    template = f"/v2/numbers/{{number}}/relationships/{which}"
    return at(template, number=checked(number))


def _edge(edge_strategy_id: str | int | None) -> int | None:
    """Flowroute documents an integer, although it writes strings elsewhere."""
    if edge_strategy_id is None:
        return None
    text = str(edge_strategy_id)
    if not (text.isascii() and text.isdecimal()):
        rule = "is the id of an edge strategy, a whole number such as 4"
        raise InvalidArgument(f"edge_strategy_id {rule}.", fields={"edge_strategy_id": rule})
    return int(text)


def _checked_alias(alias: str) -> str:
    if not alias.strip():
        rule = "is the route's name, such as Seattle PBX"
        raise InvalidArgument(f"alias {rule}.", fields={"alias": rule})
    return alias


def _bad_value(route_type: RouteType) -> InvalidArgument:
    rule = f"The value of a {route_type.value} route is {ROUTE_VALUES[route_type]}."
    return InvalidArgument(rule, fields={"value": rule})


def _reachable(host: str, port: str | None) -> bool:
    """Whether an address made of digits is one, and the port can be."""
    if port is not None and not 0 < int(port) <= _LARGEST_PORT:
        return False
    bare = host.strip("[]")
    if host.startswith("[") or all(character in "0123456789." for character in bare):
        try:
            ipaddress.ip_address(bare)
        except ValueError:
            return False
    return True
