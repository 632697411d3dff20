"""A new release takes over from the old one on one PostgreSQL, while people write."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import event, text

from bot import settings
from bot.store.engine import open_engine
from bot.store.migrate import migrate
from tests import databases
from tests.bot.crashes.people import replying, texting
from tests.bot.crashes.switchboard import ALL_DONE_WITHIN_S, Switchboard
from tests.stage import BotProcess, free_port, wait_for

FIRST_RELEASE = Path(__file__).parents[1] / "releases" / "0004.postgresql.sql"
"""Nothing older is deployed beside anything."""
GROWING = {"texts", "replies", "posts", "receipts", "media", "audit"}
"""Tables that may be so large that building an index on them holds everybody up."""
LATER_RELEASE = (
    "ALTER TABLE texts ADD COLUMN seen_by_later_release INTEGER",
    "ALTER TABLE replies ADD COLUMN seen_by_later_release INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE made_by_later_release (id INTEGER PRIMARY KEY)",
    "UPDATE alembic_version SET version_num = '9999'",
)
TEXTS, REPLIES, THREADS = 120, 20, 10


def test_a_migration_only_adds(tmp_path: Path) -> None:
    """Since the first release: so that the release before goes on working, and can be gone back to."""
    engine = open_engine(settings.database_url(databases.fresh("postgresql", tmp_path)))
    with engine.begin() as db:
        db.connection.cursor().execute(FIRST_RELEASE.read_text("utf-8"))
    engine.dispose()
    given: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *sent: given.append(sent[2]))

    migrate(engine)

    engine.dispose()
    assert any("alembic_version" in statement and "UPDATE" in statement for statement in given)
    assert faults_of(given) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE notices",
        "ALTER TABLE texts DROP COLUMN via",
        "ALTER TABLE texts ALTER COLUMN via TYPE TEXT",
        "ALTER TABLE texts RENAME COLUMN via TO came_by",
        "ALTER TABLE texts ADD COLUMN colour VARCHAR(8) NOT NULL",
        "CREATE UNIQUE INDEX uq_links_channel_id ON links (channel_id)",
        "CREATE INDEX ix_texts_person ON texts (person)",
        "DELETE FROM bookmarks",
        "CREATE TABLE a (id INTEGER); DROP TABLE notices",
    ],
)
def test_a_migration_that_does_more_than_adding_is_found(statement: str) -> None:
    """However it is written: what reaches the database is judged."""
    assert faults_of(["CREATE TABLE new (id INTEGER)", statement]) == [statement]


def test_what_only_adds_passes() -> None:
    """An older process does not notice it."""
    assert (
        faults_of(
            [
                "\nCREATE TABLE new (\n id INTEGER\n)",
                "CREATE UNIQUE INDEX uq_new_id ON new (id)",
                "CREATE INDEX IF NOT EXISTS ix_texts_person ON texts (person)",
                "ALTER TABLE texts ADD COLUMN colour VARCHAR(8)",
                "ALTER TABLE texts ADD COLUMN seen BOOLEAN DEFAULT false NOT NULL",
                "UPDATE texts SET colour = 'red'",
            ]
        )
        == []
    )


def faults_of(statements: Sequence[str]) -> list[str]:
    """Those that a process of the release before could notice."""
    new = {found[1] for statement in statements if (found := re.match(r"\s*CREATE TABLE (\w+)", statement))}
    return [statement for statement in statements if not _only_adds(" ".join(statement.split()), new)]


def _only_adds(statement: str, new: set[str]) -> bool:
    if ";" in statement.rstrip(" ;"):
        return False
    index = re.match(r"CREATE (UNIQUE )?INDEX (IF NOT EXISTS )?\w+ ON (\w+)", statement)
    if index is not None:
        unique, if_not_exists, table = index.groups()
        return table in new or not (unique or (table in GROWING and not if_not_exists))
    if re.match(r"ALTER TABLE \w+ ADD COLUMN", statement):
        return "NOT NULL" not in statement or "DEFAULT" in statement
    return statement.startswith(("CREATE TABLE ", "INSERT INTO ", "UPDATE ", "SELECT ", "SET LOCAL "))


def test_the_release_before_works_and_starts_on_a_newer_schema(on_postgresql: Switchboard) -> None:
    """It was serving when the new one migrated, and is started again after that."""
    # given
    board = on_postgresql
    bot = board.process()
    bot.start()
    bot.wait_until_ready()
    with texting(board, range(10)):
        pass
    board.wait_for_texts(10)

    # when: a later release adds what it needs, while this one serves
    with texting(board, range(10, 40)):
        for statement in LATER_RELEASE:
            with board.store.write() as db:
                db.execute(text(statement))
    board.wait_for_texts(40)
    assert bot.stop() == 0
    bot.start()
    bot.wait_until_ready()
    with texting(board, range(40, 50)), replying(board, list(board.shown())[:5], 5):
        pass
    board.wait_for_texts(50)
    wait_for(lambda: len(board.received()) == 5, "the replies", timeout_s=ALL_DONE_WITHIN_S)
    board.wait_until_at_rest()

    # then
    assert bot.stop() == 0
    assert "the database is of a later release" in board.logs()
    assert "Traceback" not in board.logs()
    assert board.shown() == board.stored()


def test_a_deploy_under_load_loses_and_repeats_nothing(on_postgresql: Switchboard) -> None:
    """Start the new one, wait until it is ready, send the old one SIGTERM; three times over."""
    # given
    board = on_postgresql
    board.carrier.faults.webhook_copies = (1, 3)
    old = _started(board, int(board.environment["PORT"]))
    with texting(board, range(THREADS)):
        pass
    board.wait_for_texts(THREADS)
    threads = list(board.shown())

    # when
    with texting(board, range(THREADS, TEXTS)), replying(board, threads, REPLIES):
        for deploy in range(1, 4):
            board.wait_for_texts(deploy * TEXTS // 5)
            port = free_port()
            new = _started(board, port)
            board.deliver_to(port)
            assert old.stop() == 0
            old = new
    board.wait_for_texts(TEXTS)
    board.wait_until_at_rest()

    # then
    assert old.stop() == 0
    shown = board.shown()
    assert Counter(body for thread in shown.values() for body in thread) == Counter(
        f"text {i}" for i in range(TEXTS)
    )
    assert shown == board.stored()
    assert sorted(board.cards()) == sorted(shown)
    assert Counter(message.body for message in board.received()) == Counter(
        f"reply {i}" for i in range(REPLIES)
    )


def _started(board: Switchboard, port: int) -> BotProcess:
    process = board.process(PORT=str(port), PUBLIC_URL=f"http://127.0.0.1:{port}")
    process.start()
    process.wait_until_ready()
    return process
