"""Every change that people make to the account, put together."""

from dataclasses import dataclass

from bot.provisioning.changing import Changing
from bot.provisioning.cnam import CnamChanges
from bot.provisioning.e911 import E911Changes
from bot.provisioning.numbers import NumberChanges
from bot.provisioning.release import Release
from bot.provisioning.routes import RouteChanges
from bot.relay.links import Links
from flowroute import Flowroute


@dataclass(frozen=True)
class Changes:
    """One service for each kind of thing."""

    numbers: NumberChanges
    routes: RouteChanges
    e911: E911Changes
    cnam: CnamChanges
    release: Release

    @classmethod
    def at(cls, flowroute: Flowroute, changing: Changing, links: Links) -> "Changes":
        numbers = NumberChanges(flowroute, changing)
        return cls(
            numbers,
            RouteChanges(flowroute, changing),
            E911Changes(flowroute, changing),
            CnamChanges(flowroute, changing),
            Release(flowroute, links),
        )
