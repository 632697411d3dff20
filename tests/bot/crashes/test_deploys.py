"""A new release takes over from the old one on one PostgreSQL, while people write."""

import ast
from collections import Counter
from pathlib import Path

from sqlalchemy import text

from bot.store import migrate
from bot.store.migrate import newest_revision
from tests.bot.crashes.people import replying, texting
from tests.bot.crashes.switchboard import ALL_DONE_WITHIN_S, Switchboard
from tests.stage import BotProcess, free_port, wait_for

BEFORE_THE_FIRST_RELEASE = "0004"
"""Up to here migrations built what the first release begins with; nothing older is deployed beside it."""
MIGRATIONS = sorted(
    path
    for path in (Path(migrate.__file__).parent / "migrations" / "versions").glob("*.py")
    if path.name[:4] > BEFORE_THE_FIRST_RELEASE
)
ADDING = {"create_table", "create_index", "add_column", "get_bind", "f", "execute"}
"""What alembic operations a migration may use: those that an older process does not notice."""
LATER_RELEASE = (
    "ALTER TABLE texts ADD COLUMN seen_by_later_release INTEGER",
    "ALTER TABLE replies ADD COLUMN seen_by_later_release INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE made_by_later_release (id INTEGER PRIMARY KEY)",
    "UPDATE alembic_version SET version_num = '9999'",
)
TEXTS, REPLIES, THREADS = 120, 20, 10


def test_a_migration_only_adds() -> None:
    """So that the release before goes on working, and can be gone back to."""
    assert newest_revision() == max([BEFORE_THE_FIRST_RELEASE, *(path.name[:4] for path in MIGRATIONS)])
    for migration in MIGRATIONS:
        used = {
            node.func.attr
            for node in ast.walk(ast.parse(migration.read_text("utf-8")))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "op"
        }
        assert used <= ADDING, migration.name


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
