"""Lists of any length as iterators, paging by an offset that is computed here."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from typing import Final, TypeVar

from pydantic import TypeAdapter

from flowroute.documents import Page
from flowroute.errors import InvalidArgument
from flowroute.transport import MAX_IN_FLIGHT, Endpoint, Transport

T = TypeVar("T")

LARGEST_PAGE: Final = 200
"""What most lists allow. Source: developer.flowroute.com, the `limit` parameter of each list."""

Query = Mapping[str, str | int | float | bool | None]


def listed(
    transport: Transport,
    endpoint: Endpoint,
    shape: TypeAdapter[Page[T]],
    *,
    query: Query | None = None,
    largest_page: int = LARGEST_PAGE,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[T]:
    """All entries in order, or `limit` of them, skipping `offset`.

    The first page is fetched when the first entry is asked for; once a second one is needed, up to
    `MAX_IN_FLIGHT` are fetched ahead. Nothing is fetched beyond `limit`.

    Raises:
        InvalidArgument: at once, for a `limit` below 1 or an `offset` below 0.
    """
    return (
        entry
        for page in pages(
            transport, endpoint, shape, query=query, largest_page=largest_page, limit=limit, offset=offset
        )
        for entry in page.data
    )


def pages(
    transport: Transport,
    endpoint: Endpoint,
    shape: TypeAdapter[Page[T]],
    *,
    query: Query | None = None,
    largest_page: int = LARGEST_PAGE,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[Page[T]]:
    """Like `listed`, page by page, for lists whose pages carry `included` resources."""
    if limit is not None and limit < 1:
        raise InvalidArgument(
            f"limit is {limit}; it has to be 1 or more, such as 10.", fields={"limit": "1 or more"}
        )
    if offset < 0:
        raise InvalidArgument(f"offset is {offset}; it has to be 0 or more.", fields={"offset": "0 or more"})

    def fetch(at_offset: int, size: int) -> Page[T]:
        sent = {**(query or {}), "limit": size, "offset": at_offset}
        return transport.request("GET", endpoint, query=sent).read(shape)

    def ahead(at_offset: int, size: int) -> Future[Page[T]]:
        return transport.executor.submit(fetch, at_offset, size)

    return _walk(fetch, ahead, largest_page, offset, None if limit is None else offset + limit)


def _walk(
    fetch: Callable[[int, int], Page[T]],
    ahead: Callable[[int, int], Future[Page[T]]],
    size: int,
    offset: int,
    end: int | None,
) -> Iterator[Page[T]]:
    """Pages from `offset` up to `end`, the later ones requested before they are needed.

    A server that cuts pages shorter than asked is believed: the next offset follows from what came.
    """

    def size_at(start: int) -> int:
        return size if end is None else min(size, end - start)

    page = fetch(offset, size_at(offset))
    requested: deque[tuple[int, Future[Page[T]]]] = deque()
    in_flight = 1
    try:
        while page.data:
            if len(page.data) > size_at(offset):
                page = Page(data=page.data[: size_at(offset)], included=page.included, next=page.next)
            yield page
            short = len(page.data) < size_at(offset)
            offset += len(page.data)
            if page.next is None or offset == end:
                return
            if short:
                size = len(page.data)
            if requested and requested[0][0] != offset:
                _cancel(requested)
            in_flight = min(in_flight * 3, MAX_IN_FLIGHT)  # a list of two pages should not cost a dozen
            upcoming = requested[-1][0] + size if requested else offset
            while len(requested) < in_flight and (end is None or upcoming < end):
                requested.append((upcoming, ahead(upcoming, size_at(upcoming))))
                upcoming += size
            page = requested.popleft()[1].result()
    finally:
        _cancel(requested)


def _cancel(requested: "deque[tuple[int, Future[Page[T]]]]") -> None:
    """Forget pages that turned out not to be needed; those already under way are read and dropped."""
    while requested:
        requested.popleft()[1].cancel()
