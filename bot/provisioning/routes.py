"""Creating, changing and deleting inbound voice routes."""

from bot.actor import Actor
from bot.cards import escape, shorten
from bot.errors import BotError
from bot.provisioning.changing import Changed, Changing, Facts, Thing, looked
from flowroute import Flowroute, InvalidArgument
from flowroute.routes import SIP_REGISTRATION, Route, RouteType, checked_route_value

NO_ROUTE = "none"
"""What people write to take a route away."""
MAX_SAID = 40


class NoSuchRoute(BotError):
    """No route of the account has that id or alias."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"No route has the id or alias “{escape(shorten(said, MAX_SAID))}”. Nothing was changed; "
            "`/flowroute routes list` shows them."
        )


class BuiltIn(BotError):
    """The route `sip-reg` is Flowroute's own."""

    def __init__(self) -> None:
        super().__init__("`sip-reg` is built into Flowroute; it can be used, but not changed or deleted.")


class RouteChanges:
    """Each method raises NotAllowed, NoSuchRoute or ChangeFailed, and answers what was read back."""

    def __init__(self, flowroute: Flowroute, changing: Changing) -> None:
        self._flowroute = flowroute
        self._changing = changing

    def find(self, said: str) -> Route:
        """The route that somebody means by an id or an alias (any case)."""
        every = looked(lambda: list(self._flowroute.routes.list()))
        for route in every:
            if route.id == said:
                return route
        for route in every:
            if (route.alias or "").casefold() == said.casefold():
                return route
        raise NoSuchRoute(said)

    def find_own(self, said: str) -> Route:
        """Like `find`, for a route that is to be changed or deleted; raises BuiltIn."""
        route = self.find(said)
        if route.id == SIP_REGISTRATION:
            raise BuiltIn
        return route

    def create(self, actor: Actor, route_type: RouteType, value: str, alias: str) -> Changed[Route]:
        """A new route; its alias is unique on the account, so that it can be found again."""
        wanted = (route_type, _tidy(route_type, value), alias)
        return self._changing.make(
            actor,
            "route.create",
            Thing(alias, lambda: self._aliased(alias), _facts, "routes list"),
            lambda: self._flowroute.routes.create(route_type, value, alias),
            is_done=lambda route: route is not None and _parts(route) == wanted,
        )

    def update(
        self, actor: Actor, route_id: str, route_type: RouteType, value: str, alias: str
    ) -> Changed[Route]:
        """Every number that uses the route follows it."""
        wanted = (route_type, _tidy(route_type, value), alias)
        return self._changing.make(
            actor,
            "route.update",
            self._thing(route_id),
            lambda: self._flowroute.routes.update(route_id, route_type=route_type, value=value, alias=alias),
            is_done=lambda route: route is not None and _parts(route) == wanted,
            missing=NoSuchRoute(route_id),
        )

    def delete(self, actor: Actor, route_id: str) -> Changed[Route]:
        """Refused by Flowroute while a number uses it."""
        return self._changing.make(
            actor,
            "route.delete",
            self._thing(route_id),
            lambda: self._flowroute.routes.delete(route_id),
            is_done=lambda route: route is None,
            missing=NoSuchRoute(route_id),
        )

    def _thing(self, route_id: str) -> Thing[Route]:
        return Thing(route_id, lambda: self._with_id(route_id), _facts, "routes list")

    def _with_id(self, route_id: str) -> Route | None:
        return next((route for route in self._flowroute.routes.list() if route.id == route_id), None)

    def _aliased(self, alias: str) -> Route | None:
        return next((route for route in self._flowroute.routes.list() if route.alias == alias), None)


def _tidy(route_type: RouteType, value: str) -> str:
    """As Flowroute keeps it; a value that cannot be right stays, to be refused by the change itself."""
    try:
        return checked_route_value(route_type, value)
    except InvalidArgument:
        return value


def _parts(route: Route) -> tuple[str | None, str | None, str | None]:
    return route.route_type, route.value, route.alias


def _facts(route: Route) -> Facts:
    return {"id": route.id, "type": route.route_type, "goes to": route.value, "alias": route.alias}
