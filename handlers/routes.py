"""`routes list`, `edges`: where calls can go."""

from dataclasses import dataclass

from flowroute import Flowroute

from .answers import Answer
from .commands import Ask, Commands
from .lists import beginning, listing


@dataclass(frozen=True)
class RouteHandlers:
    flowroute: Flowroute

    def register(self, commands: Commands) -> None:
        commands.on("routes list", self.list)
        commands.on("routes edges", self.edges)

    def list(self, _ask: Ask) -> Answer:
        routes = beginning(self.flowroute.routes.list())
        return listing(
            "route",
            ["Alias", "Type", "Goes to", "Id"],
            [[route.alias, route.route_type, route.value, route.id] for route in routes.items],
            is_all=routes.is_all,
            empty="There are no routes on this account.",
        )

    def edges(self, _ask: Ask) -> Answer:
        edges = self.flowroute.routes.edge_strategies()
        return listing(
            "edge",
            ["Name", "Description", "Id"],
            [[edge.name, edge.description, edge.id] for edge in edges],
            empty="Flowroute names no points of presence.",
        )
