"""Creating, changing and deleting inbound voice routes."""

from bot.actor import Actor
from bot.errors import BotError
from bot.provisioning.changing import Changed, Changing, Facts
from flowroute import Flowroute
from flowroute.routes import Route, RouteType


class NoSuchRoute(BotError):
    """No route of the account has that id or alias."""

    def __init__(self, said: str) -> None:
        super().__init__(f"No route has the id or alias “{said}”. `/flowroute routes list` shows them.")


class RouteChanges:
    """Each method raises NotAllowed, NoSuchRoute or a FlowrouteError, and answers what was read back."""

    def __init__(self, flowroute: Flowroute, changing: Changing) -> None:
        self._flowroute = flowroute
        self._changing = changing

    def find(self, said: str) -> Route:
        """The route that somebody means by an id or an alias (any case)."""
        every = list(self._flowroute.routes.list())
        for route in every:
            if route.id == said:
                return route
        for route in every:
            if (route.alias or "").casefold() == said.casefold():
                return route
        raise NoSuchRoute(said)

    def create(
        self, actor: Actor, route_type: RouteType, value: str, alias: str, edge_strategy_id: str | None = None
    ) -> Changed:
        """A new route; its alias is unique on the account, so that it can be found again."""
        return self._changing.make(
            actor,
            "route.create",
            alias,
            read=lambda: self._read(alias=alias),
            write=lambda: self._flowroute.routes.create(
                route_type, value, alias, edge_strategy_id=edge_strategy_id
            ),
        )

    def update(
        self,
        actor: Actor,
        route_id: str,
        *,
        route_type: RouteType | None = None,
        value: str | None = None,
        alias: str | None = None,
    ) -> Changed:
        return self._changing.make(
            actor,
            "route.update",
            route_id,
            read=lambda: self._read(route_id=route_id),
            write=lambda: self._flowroute.routes.update(
                route_id, route_type=route_type, value=value, alias=alias
            ),
        )

    def delete(self, actor: Actor, route_id: str) -> Changed:
        """Refused by Flowroute while a number uses it."""
        return self._changing.make(
            actor,
            "route.delete",
            route_id,
            read=lambda: self._read(route_id=route_id),
            write=lambda: self._flowroute.routes.delete(route_id),
        )

    def _read(self, *, route_id: str | None = None, alias: str | None = None) -> Facts | None:
        for route in self._flowroute.routes.list():
            if route_id in (route.id, None) and alias in (route.alias, None):
                return {
                    "id": route.id,
                    "type": route.route_type,
                    "value": route.value,
                    "alias": route.alias,
                }
        return None
