"""Routes v2.0: where a number's calls go."""

import re
from dataclasses import dataclass
from typing import Any

from .api import Api
from .documents import route_object
from .errors import ApiError, invalid_fields, not_found, not_permitted
from .paging import HOST, page
from .start import SIP_REG
from .state import Json, Route
from .wire import ApiRequest, Reply
from .world import World

_OPTIONS = r"(;transport=(udp|tcp|tls))?(;weight=[0-9]+)?"
_HOST = "[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?"
RULES = {
    "host": (re.compile(_HOST + _OPTIONS), "an IP address or host name with an optional port"),
    "number": (re.compile("[1-9][0-9]{10,14}"), "an E.164 number without the plus sign"),
    "uri": (re.compile(rf"sips?:[^@\s;]+@{_HOST}{_OPTIONS}"), "protocol:user@domain[:port][;transport=...]"),
}
"""Creatable route types -> what their value looks like. `sip-reg` is built in and cannot be created."""

EDGE_STRATEGIES: list[Json] = [
    {
        "attributes": {
            "description": f"Data will be sent preferentially from our edge systems in {place}. "
            "We will fall back to other regions if necessary.",
            "firewall_rules": rules,
            "name": name,
            "naptr": f"{name.lower()}.sip.flowroute.com",
        },
        "id": number,
        "type": "edge_strategy",
    }
    for number, name, place, rules in (
        (1, "US-West-OR", "Oregon", "34.210.91.112/28, 34.210.91.112-34.210.91.127"),
        (4, "US-East-VA", "North Virginia", "34.226.36.32/28, 34.226.36.32-34.226.36.47"),
    )
]


@dataclass(frozen=True)
class Routes:
    world: World

    def register(self, api: Api) -> None:
        api.add("GET", "/v2/routes/edge_strategies", self.edge_strategies)
        api.add("GET", "/v2/routes", self.routes)
        api.add("POST", "/v2/routes", self.create)
        api.add("GET", "/v2/routes/<route_id>", self.details)
        api.add("PATCH", "/v2/routes/<route_id>", self.update)
        api.add("DELETE", "/v2/routes/<route_id>", self.delete)

    def edge_strategies(self, _request: ApiRequest) -> Reply:
        return Reply(200, {"data": EDGE_STRATEGIES})

    def routes(self, request: ApiRequest) -> Reply:
        kind = request.query.get("route_type")
        found = [route for route in self.world.account.routes.values() if kind in (None, route.route_type)]
        window = page(found, request.query, maximum=200)
        links = window.links("/v2/routes", {"route_type": kind} if kind else {})
        return Reply(200, {"data": [route_object(route) for route in window.items], "links": links})

    def details(self, _request: ApiRequest, route_id: str) -> Reply:
        """Implied by every route's own link, though no page describes it."""
        return _document(self._route(route_id), 200)

    def create(self, request: ApiRequest) -> Reply:
        """201; 403 for a route the account has already, by alias or by destination."""
        wanted = request.attributes("route")
        route = Route(str(self.world.account.next_id()), "", "", None)
        missing = {
            name: ["Missing data for required field."]
            for name in ("alias", "route_type", "value")
            if not wanted.get(name)
        }
        if missing:
            raise invalid_fields(missing)
        self._apply(wanted, route)
        self.world.account.routes[route.id] = route
        # The documented answer's links leave "/v2" out.
        own = {"self": f"{HOST}/routes/{route.id}"}
        return Reply(201, {"data": {**route_object(route), "links": own}, "links": own})

    def update(self, request: ApiRequest, route_id: str) -> Reply:
        route = self._route(route_id)
        if route.id == SIP_REG:
            raise not_permitted()
        self._apply(request.attributes("route"), route)
        return _document(route, 200)

    def delete(self, _request: ApiRequest, route_id: str) -> Reply:
        route = self._route(route_id)
        if any(
            route.id in (number.primary_route, number.failover_route)
            for number in self.world.account.numbers.values()
        ):
            raise ApiError(
                403,
                "Please disassociate all numbers before deleting.",
                title="This Route has numbers still associated to it.",
            )
        if route.id == SIP_REG:
            raise not_permitted()
        del self.world.account.routes[route.id]
        return Reply(204)

    def _route(self, route_id: str) -> Route:
        route = self.world.account.routes.get(route_id)
        if route is None:
            raise not_found()
        return route

    def _apply(self, wanted: Json, route: Route) -> None:
        alias = wanted.get("alias", route.alias)
        kind = wanted.get("route_type", route.route_type)
        value = wanted.get("value", route.value)
        # The SDK demos say edge_strategy, and send it as a string.
        edge = wanted.get("edge_strategy_id", wanted.get("edge_strategy", route.edge_strategy_id))
        problems = _problems(alias, kind, value, edge)
        if problems:
            raise invalid_fields(problems)
        others = [other for other in self.world.account.routes.values() if other.id != route.id]
        if any(alias == other.alias or (kind, value) == (other.route_type, other.value) for other in others):
            raise ApiError(
                403, "This route already exists on your account.", title="ActionNotAuthorizedError"
            )
        route.alias, route.route_type, route.value = alias, kind, value
        route.edge_strategy_id = None if edge is None else int(edge)


def _problems(alias: Any, kind: Any, value: Any, edge: Any) -> dict[str, list[str]]:
    problems = {}
    if not isinstance(alias, str) or not alias.strip():
        problems["alias"] = ["Not a valid alias."]
    if not isinstance(kind, str) or kind not in RULES:
        problems["route_type"] = [f"Must be one of: {', '.join(RULES)}."]
    elif not isinstance(value, str) or not RULES[kind][0].fullmatch(value):
        problems["value"] = [f"A {kind} route needs {RULES[kind][1]}."]
    if edge is not None and str(edge) not in {str(strategy["id"]) for strategy in EDGE_STRATEGIES}:
        problems["edge_strategy_id"] = ["No such edge strategy."]
    return problems


def _document(route: Route, status: int) -> Reply:
    own = {"self": f"{HOST}/v2/routes/{route.id}"}
    return Reply(status, {"data": route_object(route), "links": own})
