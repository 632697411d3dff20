"""Opening the database: how SQLite is tuned, who may write when, and which process owns the file."""

import fcntl
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError

from bot.errors import BotError
from bot.precedence import Precedence

PRIVATE = 0o600
"""Rights of files with people's texts in them: nobody else's."""
SQLITE_BUSY_S = 10.0
POOL_SIZE = 20  # request threads and background lanes of one process together
MOST_CONNECTIONS = 2 * POOL_SIZE
"""Of one process, when all of them are busy."""
CONNECTIONS_ARE_CALLED = "flowroute-bot"
"""What `pg_stat_activity` shows of each, before process and host."""
TURNS_ON_POSTGRESQL = 4
"""They mostly wait for the network: 2 ms away, one at a time relayed 9 texts a second, four 31."""
# A host that dies says no goodbye; only when PostgreSQL notices are its locks free for others (seconds).
NOTICE_DEATH = "-c tcp_keepalives_idle=4 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=2"


class AlreadyRunning(BotError):
    """Another process holds this SQLite database."""


class NoDatabase(BotError):
    """No bot has ever made the database that DATABASE_URL leads to."""

    def __init__(self, database_url: str) -> None:
        shown = make_url(database_url).render_as_string(hide_password=True)
        super().__init__(
            f"There is no database of the bot at {shown}. Is DATABASE_URL the one that the bot runs with? It "
            "comes from the environment, or from .env in the folder where the command is run."
        )


class DatabaseAway(BotError):
    """The database cannot be used; `why` is told to the operator."""

    def __init__(self, why: object) -> None:
        reason = str(why).strip().partition("\n")[0]
        super().__init__(f"The database cannot be used: {reason}. Check DATABASE_URL, and whether it runs.")


def open_engine(database_url: str) -> Engine:
    """Connect lazily to `database_url` (sqlite:///… or postgresql+psycopg://…)."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url,
            pool_size=POOL_SIZE,
            max_overflow=MOST_CONNECTIONS - POOL_SIZE,
            pool_pre_ping=True,
            hide_parameters=True,  # they are people's texts and numbers, and errors end up in the log
            connect_args={
                "options": f"{url.query.get('options', '')} {NOTICE_DEATH}".strip(),
                # Who it is stands first: PostgreSQL keeps 63 characters, and names of hosts are long.
                "application_name": f"{CONNECTIONS_ARE_CALLED} {os.getpid()}@{socket.gethostname()}",
            },
        )
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=MOST_CONNECTIONS - POOL_SIZE,
        hide_parameters=True,
        connect_args={"timeout": SQLITE_BUSY_S},
    )
    event.listen(engine, "do_connect", _keep_private)
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_to_look(database_url: str) -> Engine:
    """Like `open_engine`, for reading only: a SQLite file is neither made nor tuned.

    Raises:
        NoDatabase: there is no such file.
        DatabaseAway: it cannot be looked for.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return open_engine(database_url)
    path = Path(url.database or "")
    try:
        if not path.is_file():
            raise NoDatabase(database_url)
    except OSError as error:
        raise DatabaseAway(error) from error
    looking = url.set(database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
    return create_engine(looking, hide_parameters=True, connect_args={"timeout": SQLITE_BUSY_S})


def _keep_private(_dialect: object, _record: object, arguments: list[str], _options: object) -> None:
    """People's texts are for the bot's account alone; SQLite's other files take after this one."""
    if arguments[0] != ":memory:":
        Path(arguments[0]).touch(PRIVATE)


def _tune_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = None  # BEGIN is ours, see below
    # FULL: what is committed was answered, or is about to be sent, and has to outlive a power cut as well.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes would fail instead of waiting its turn.
    writes = connection.get_execution_options().get("writes", False)
    # The driver's own: through SQLAlchemy it costs as much as a statement.
    connection.connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


class Store:
    """Hands out transactions; the statements live in the modules beside this one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.precedence = Precedence(turns=1 if self.is_sqlite else TURNS_ON_POSTGRESQL)
        """Background threads have few transactions at a time, and requests go before them."""
        self.last_write_went_well = True
        """False after a full disk, say; what the database refuses for its content is no fault of its."""
        # SQLite lets waiting writers starve; a fair queue in front keeps the slowest answer short.
        self._one_writer = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only looks."""
        with self.precedence.turn(), self.engine.connect() as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed when the block ends and undone when it raises."""
        try:
            with self.precedence.turn(), self._one_writer, self.engine.connect() as raw:
                db = raw.execution_options(writes=True)
                with db.begin():
                    yield db
        except SQLAlchemyError as error:
            self.last_write_went_well = isinstance(error, IntegrityError | DataError | ProgrammingError)
            raise
        self.last_write_went_well = True

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def sole_owner(database_url: str, *, wait_s: float = 10.0) -> Iterator[None]:
    """Hold a SQLite file for this process alone; on PostgreSQL any number of processes may run.

    Raises:
        AlreadyRunning: another process still held it after `wait_s` seconds.
        DatabaseAway: nothing can be written where it lies.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    path = Path(f"{url.database}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(PRIVATE)
        opened = path.open("a+")
    except OSError as error:
        raise DatabaseAway(error) from error
    with opened as lock:
        _lock(lock, wait_s, f"{url.database} is in use by another bot process. Stop it, or use PostgreSQL.")
        yield


def _lock(file: IO[str], wait_s: float, refusal: str) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise AlreadyRunning(refusal) from None
            time.sleep(0.1)
        else:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            return
