"""How the account's numbers are now, in the form in which a list says how they are to be."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from bot.files import csv_of
from bot.provisioning.bulk import COLUMNS, MOST_ROWS
from bot.provisioning.numbers import caller_name_id, e911_id, failover_route_id, primary_route_id
from bot.relay.links import Links
from flowroute import Flowroute
from flowroute.numbers import OwnedNumber

AT_ONCE = 5


@dataclass(frozen=True)
class CurrentState:
    flowroute: Flowroute
    links: Links

    def as_list(self) -> bytes:
        """CSV with every column that a list may have, of as many numbers as fit into one order.

        Things stand by their ids, as names may be shared. One request a number; may raise FlowrouteError.
        """
        numbers = [one.value for one in islice(self.flowroute.numbers.list(), MOST_ROWS)]
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="current") as pool:
            owned = [one for one in pool.map(self.flowroute.numbers.find, numbers) if one is not None]
        channels = {link.number: link.channel_id for link in self.links.every()}
        return csv_of(list(COLUMNS), (list(_cells(one, channels.get(one.value, ""))) for one in owned))


def _cells(owned: OwnedNumber, channel_id: str) -> Iterator[str]:
    """In the order of `COLUMNS`; empty where there is nothing, which as a list leaves it so."""
    yield owned.value
    yield owned.alias or ""
    yield primary_route_id(owned) or ""
    yield failover_route_id(owned) or ""
    yield e911_id(owned) or ""
    yield caller_name_id(owned) or ""
    yield "on" if owned.messaging_enabled else "off"
    yield channel_id
