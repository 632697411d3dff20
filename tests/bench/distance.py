"""A PostgreSQL that is some milliseconds away: a wire to one on this machine, on which all takes its time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from sqlalchemy import make_url

from tests.bench.beside import beside


@contextmanager
def far_away(database_url: str, round_trip_s: float) -> Iterator[str]:
    """The URL of the same database, whose every answer takes `round_trip_s` longer."""
    url = make_url(database_url)
    file = f"{url.query['host']}/.s.PGSQL.5432"
    with beside(_serve, file, round_trip_s / 2) as port:
        yield url.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)


def _serve(ready: Connection, file: str, way_s: float) -> None:
    asyncio.run(_listen(ready, file, way_s))


async def _listen(ready: Connection, file: str, way_s: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_unix_connection(file)
        await asyncio.gather(_carry(reader, questions, way_s), _carry(answers, writer, way_s))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    ready.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter, way_s: float) -> None:
    loop = asyncio.get_running_loop()
    try:
        while data := await source.read(65536):
            loop.call_later(way_s, target.write, data)
    except ConnectionError:
        pass  # a process that was killed says no goodbye
    loop.call_later(way_s, target.close)
