"""A backup that is taken while people text, and the bot that goes on from it."""

import shutil
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from bot.keeping.backup import backup
from bot.relay.reconcile import BOOKMARK
from bot.store import bookmarks
from bot.store.engine import Store, open_engine
from bot.store.schema import replies
from sandbox.flowroute_api.faults import Refuse
from sandbox.server import QUICK, Sandbox
from tests import databases
from tests.bot.crashes.people import replying, texting
from tests.bot.crashes.switchboard import ALL_DONE_WITHIN_S, IMPATIENT, Switchboard, switchboard
from tests.bot.test_settings import run
from tests.stage import AGENT, MARIA, NUMBER, SUPPORT, BotProcess, Stage, exactly_once, free_port, wait_for

TEXTS, REPLIES, THREADS = 90, 20, 10
AFTER_IT = 10
"""Texts that the backup cannot hold, however slowly they are shown."""


@exactly_once
@pytest.mark.parametrize("kind", databases.KINDS)
def test_a_restored_backup_goes_on_where_slack_and_flowroute_are(kind: str, tmp_path: Path) -> None:
    """Taken in the middle of it all; what came after it is read from the list, and nothing is said twice."""
    url = databases.migrated(kind, tmp_path)
    copy = _SqliteCopy(url, tmp_path) if kind == "sqlite" else _PostgresqlCopy(url, tmp_path)
    with switchboard(url, tmp_path) as board:
        # given: a backup under load, and an end some time after it
        bot = board.process(module=IMPATIENT)
        bot.start()
        bot.wait_until_ready()
        with texting(board, range(THREADS)):
            pass
        board.wait_for_texts(THREADS)
        wait_for(lambda: _list_was_read(board), "the message list to be read")
        threads = list(board.shown())
        with texting(board, range(THREADS, TEXTS - AFTER_IT)), replying(board, threads, REPLIES):
            board.wait_for_texts(TEXTS // 3)
            copy.make()
        with texting(board, range(TEXTS - AFTER_IT, TEXTS)):
            pass
        board.wait_until_at_rest()
        bot.kill()
        board.store.close()

        # when: it takes the place of the database, of which nothing is left
        copy.put_back()
        kept = _count(board, "texts")
        said = run(tmp_path, "restored", DATABASE_URL=url)
        assert said.returncode == 0, said.stderr
        bot.start()
        bot.wait_until_ready()
        wait_for(lambda: _count(board, "texts") == TEXTS, "every text to be known again", ALL_DONE_WITHIN_S)
        board.wait_until_at_rest()

        # then
        assert THREADS <= kept <= TEXTS - AFTER_IT
        shown = board.shown()
        assert Counter(body for thread in shown.values() for body in thread) == Counter(
            f"text {i}" for i in range(TEXTS)
        )
        assert sorted(board.cards()) == sorted(shown)
        assert Counter(message.body for message in board.received()) == Counter(
            f"reply {i}" for i in range(REPLIES)
        )

        # and: people go on in their threads
        with replying(board, threads, 1):
            pass
        wait_for(lambda: len(board.received()) == REPLIES + 1, "a new reply", ALL_DONE_WITHIN_S)
        assert bot.stop() == 0


class _SqliteCopy:
    """As docs/operations.md says for SQLite."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._database = Path(str(make_url(url).database))
        self._copy = folder / "backup.db"

    def make(self) -> None:
        backup(self._url, self._copy)

    def put_back(self) -> None:
        """Nothing is torn in the copy."""
        for leftover in self._database.parent.glob(f"{self._database.name}*"):
            leftover.unlink()
        shutil.copy(self._copy, self._database)
        with closing(sqlite3.connect(self._database)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []


class _PostgresqlCopy:
    """As docs/operations.md says for PostgreSQL."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._copy = folder / "bot.dump"

    def make(self) -> None:
        self._run("pg_dump", "--format=custom", f"--file={self._copy}", self._url)

    def put_back(self) -> None:
        flags = ("--clean", "--if-exists", "--no-owner")
        self._run("pg_restore", *flags, f"--dbname={self._url}", str(self._copy))

    def _run(self, tool: str, *arguments: str) -> None:
        subprocess.run([databases.tools() / tool, *arguments], check=True, timeout=120)


def test_a_backup_is_whole_or_not_there(tmp_path: Path) -> None:
    """It replaces nothing, and says what it needs."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    missing = run(tmp_path, "backup", "copy.db", DATABASE_URL=url)
    run(tmp_path, "migrate", DATABASE_URL=url)
    made = run(tmp_path, "backup", "copy.db", DATABASE_URL=url)
    again = run(tmp_path, "backup", "copy.db", DATABASE_URL=url)
    elsewhere = run(tmp_path, "backup", "nowhere/copy.db", DATABASE_URL=url)
    postgres = run(tmp_path, "backup", "other.db", DATABASE_URL="postgres://u:p@localhost/bot")

    assert [one.returncode for one in (missing, made, again, elsewhere, postgres)] == [1, 0, 1, 1, 1]
    assert "There is no database of the bot" in missing.stderr
    assert "is there already" in again.stderr
    assert "pg_dump" in postgres.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name) == ["copy.db"]


def _list_was_read(board: Switchboard) -> bool:
    with board.store.read() as db:
        return bookmarks.get(db, BOOKMARK) is not None


def _count(board: Switchboard, table: str) -> int:
    return int(board._ask(f"SELECT count(*) AS rows FROM {table}")[0].rows)  # noqa: S608


def test_a_copy_that_nobody_called_restored_texts_nothing_again(tmp_path: Path) -> None:
    """Whoever puts a backup in place in the middle of the night forgets a command."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        stage = Stage(sandbox, url)
        environment = sandbox.bot_environment(free_port()) | {"DATABASE_URL": url}
        bot = BotProcess(environment, tmp_path / "bot.log")
        bot.start()
        bot.wait_until_ready()
        sandbox.deliver_to(int(environment["PORT"]))

        # given: a backup from when a reply was still to be sent, which it was after that
        stage.link()
        sandbox.carrier.handset_send(MARIA, NUMBER, "are you open?")
        stage.workspace.wait_for(lambda: "are you open?" in stage.texts_in(SUPPORT))
        asked = next(m for m in stage.workspace.messages(SUPPORT) if m["text"] == "are you open?")
        slowly = Refuse(429, retry_after_s=1)
        sandbox.carrier.faults.add(method="POST", path_pattern="/v2.1/messages", fault=slowly, times=None)
        stage.workspace.member(AGENT).post(SUPPORT, "until six", thread_ts=asked["thread_ts"])
        store = Store(open_engine(url))
        wait_for(lambda: _states(store), "the reply to be kept")
        made = run(tmp_path, "backup", "copy.db", DATABASE_URL=url)
        assert made.returncode == 0, made.stderr
        sandbox.carrier.faults.clear()
        wait_for(lambda: stage.received_by(MARIA) == ["until six"], "the reply")
        assert bot.stop() == 0
        store.close()

        # when
        for leftover in tmp_path.glob("bot.db-*"):
            leftover.unlink()
        shutil.copy(tmp_path / "copy.db", tmp_path / "bot.db")
        store = Store(open_engine(url))
        assert _states(store) == ["stored"]
        bot.start()
        bot.wait_until_ready()

        # then
        wait_for(lambda: set(_states(store)) & {"sent", "delivered"}, "the reply to be found at Flowroute")
        assert stage.received_by(MARIA) == ["until six"]
        assert bot.stop() == 0
        assert "the database is a backup" in (tmp_path / "bot.log").read_text("utf-8")
        store.close()


@pytest.mark.parametrize("kind", databases.KINDS)
@pytest.mark.parametrize("command", [("restored",), ("erase", "2065550142", "--by", "U0ADMIN", "--yes")])
def test_a_command_on_a_database_that_no_bot_made_fails(
    kind: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    """In the wrong folder, or without the bot's settings, it would do nothing and report success."""
    url = databases.fresh(kind, tmp_path)

    answer = run(tmp_path, *command, DATABASE_URL=url)

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "There is no database of the bot at" in answer.stderr
    assert "DATABASE_URL" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def _states(store: Store) -> list[str]:
    with store.read() as db:
        return list(db.scalars(select(replies.c.state)))
