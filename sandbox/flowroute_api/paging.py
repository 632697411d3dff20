"""Lists with `limit` and `offset`, and the links that the provider puts below them.

The links are as misleading as the documented ones: they name the provider's own host wherever this runs, echo
filters in the server's words, and promise a next page whenever this one is full.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from .errors import invalid_parameter
from .state import Json

HOST = "https://api.flowroute.com"
DEFAULT_LIMIT = 10

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    items: Sequence[T]
    limit: int
    offset: int

    def links(self, path: str, filters: Mapping[str, str], *, host: str = HOST) -> Json:
        """`self`, and `next` when the page is full. `filters` as the server echoes them, by name."""
        links = {"self": self._link(host + path, filters, self.offset)}
        if len(self.items) == self.limit:
            links["next"] = self._link(host + path, filters, self.offset + self.limit)
        return links

    def _link(self, base: str, filters: Mapping[str, str], offset: int) -> str:
        # Server's order, not the request's: the filters backwards, then the window.
        query = [*reversed(list(filters.items())), ("limit", self.limit), ("offset", offset)]
        return f"{base}?{urlencode(query)}"


def page(items: Sequence[T], query: Mapping[str, str], *, maximum: int | None) -> Page[T]:
    """The window that `limit` and `offset` ask for; a limit over `maximum` is cut down to it.

    Raises `ApiError` 422 for a limit that is not positive and for an offset below 0.
    """
    limit = _integer(query, "limit", DEFAULT_LIMIT, at_least=1)
    offset = _integer(query, "offset", 0, at_least=0)
    if maximum is not None:
        limit = min(limit, maximum)
    return Page(items[offset : offset + limit], limit, offset)


def _integer(query: Mapping[str, str], name: str, default: int, *, at_least: int) -> int:
    text = query.get(name, str(default))
    try:
        value = int(text)
    except ValueError:
        value = at_least - 1
    if value < at_least:
        raise invalid_parameter(name, f"must be an integer of at least {at_least}.")
    return value
