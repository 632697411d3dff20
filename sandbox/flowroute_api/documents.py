"""How numbers, routes, addresses and caller names look in an answer."""

from collections.abc import Iterable
from datetime import datetime

from .paging import HOST
from .state import Account, Cnam, E911Address, Json, OwnedNumber, Route, StockNumber


def stock_attributes(number: StockNumber) -> Json:
    return {
        "inbound_rate": float(number.price.inbound),
        "iso_country": number.iso_country,
        "monthly_cost": float(number.price.monthly),
        "number_type": number.number_type,
        "rate_center": number.rate_center,
        "rate_type": "tollfree" if number.number_type == "toll-free" else "local",
        "setup_cost": float(number.price.setup),
        "state": number.state,
        "tier": number.price.tier,
        "value": number.value,
    }


def number_object(number: OwnedNumber) -> Json:
    """An owned number without its relationships, as lists show it."""
    attributes = {
        **stock_attributes(number.stock),
        "alias": number.alias,
        "cnam_lookups_enabled": number.cnam_lookups_enabled,
        "messaging_enabled": number.messaging_enabled,
        "note": None,
        "status": "PURCHASED",
    }
    return {
        "attributes": attributes,
        "id": number.value,
        "links": {"self": f"{HOST}/v2/numbers/{number.value}"},
        "type": "number",
    }


def number_document(account: Account, number: OwnedNumber, included: Iterable[Json] = ()) -> Json:
    """An owned number with its relationships, and the objects they name."""
    route_ids = [number.primary_route, number.failover_route]
    objects = [route_object(account.routes[route]) for route in dict.fromkeys(route_ids) if route is not None]
    if number.e911 is not None:
        objects.append(e911_object(account.addresses[number.e911]))
    if number.cnam is not None:
        objects.append(cnam_object(account.cnams[number.cnam]))
    relationships = {
        "cnam_preset": _link(number.cnam, "cnam"),
        "e911_address": _link(number.e911, "e911"),
        "failover_route": _link(number.failover_route, "route"),
        "primary_route": _link(number.primary_route, "route"),
    }
    return {
        "data": {**number_object(number), "relationships": relationships},
        "included": [*objects, *included],
        "links": {"self": f"{HOST}/v2/numbers/{number.value}"},
    }


def route_object(route: Route) -> Json:
    return {
        "attributes": {
            "alias": route.alias,
            "edge_strategy_id": route.edge_strategy_id,
            "route_type": route.route_type,
            "value": route.value,
        },
        "id": route.id,
        "links": {"self": f"{HOST}/v2/routes/{route.id}"},
        "type": "route",
    }


def e911_object(address: E911Address) -> Json:
    return {
        "attributes": dict(address.attributes),
        "id": address.id,
        "links": {"self": f"{HOST}/v2/e911s/{address.id}"},
        "type": "e911",
    }


def cnam_object(cnam: Cnam) -> Json:
    return {
        "attributes": {
            "approval_datetime": _spaced(cnam.approved_at),
            "creation_datetime": _spaced(cnam.created_at),
            "is_approved": cnam.approved_at is not None,
            "rejection_reason": cnam.rejection_reason,
            "value": cnam.value,
        },
        "id": cnam.id,
        "links": {"self": f"{HOST}/v2/cnams/{cnam.id}"},
        "type": "cnam",
    }


def _link(target: str | None, kind: str) -> Json:
    return {"data": None if target is None else {"id": target, "type": kind}}


def _spaced(at: datetime | None) -> str | None:
    """Caller name records write a space where others write T: `2018-07-10 23:14:28.529156+00:00`."""
    return None if at is None else at.isoformat(sep=" ", timespec="microseconds")
