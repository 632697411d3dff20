"""Databases of earlier days, taken over by this release: from before the first release, and from it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, func, select, text

from bot import settings
from bot.store import migrate as migrations
from bot.store.engine import open_engine
from bot.store.migrate import migrate
from bot.store.schema import metadata
from tests import databases
from tests.bot.test_settings import run
from tests.handlers.person import Person, buttons, shown
from tests.stage import ADMIN, AGENT, MARIA, SUPPORT, Stage, wait_for

RELEASES = Path(__file__).parent / "releases"
COPIES = ["0003 on sqlite", "0003 on postgresql", "0004 on sqlite", "0004 on postgresql"]
"""0004 is the first release's schema. Of 0003 there is a copy of SQLite only; its rows are carried over."""
WAITING_TEXT = "Hello? Anybody there?"
"""Came in, and was in no thread yet when the old bot stopped."""
WAITING_REPLY = "We are open until six today"
PARKED_REPLY = "Did the parcel arrive?"


@pytest.fixture(params=COPIES)
def upgraded(request: pytest.FixtureRequest, stage: Stage, tmp_path: Path) -> Stage:
    """The stage, with the database where an old bot left it."""
    revision, _, kind = request.param.partition(" on ")
    stage.database_url = settings.database_url(databases.fresh(kind, tmp_path))
    copy = RELEASES / f"{revision}.sql"
    if kind == "sqlite":
        _load(copy, stage.database_url.removeprefix("sqlite:///"))
    elif revision == "0003":
        _load(copy, str(tmp_path / "old.db"))
        _carry_over(f"sqlite:///{tmp_path / 'old.db'}", stage.database_url, revision)
    else:
        engine = open_engine(stage.database_url)
        with engine.begin() as db:
            dump = (RELEASES / f"{revision}.postgresql.sql").read_text("utf-8")
            db.connection.cursor().execute(dump)  # many statements at once
        engine.dispose()
    return stage


def _load(copy: Path, database: str) -> None:
    with closing(sqlite3.connect(database)) as db:
        db.executescript(copy.read_text("utf-8"))


def _carry_over(source_url: str, target_url: str, revision: str) -> None:
    """Make the schema of then by its migrations, and put the rows of a SQLite database into it."""
    source, target = open_engine(source_url), open_engine(target_url)
    old = MetaData()
    old.reflect(source)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent / "migrations"))
    with target.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
    there = MetaData()
    there.reflect(target)
    with source.connect() as rows, target.begin() as db:
        for table in old.sorted_tables:
            if table.name == "alembic_version":
                continue
            found = [dict(row._mapping) for row in rows.execute(select(table))]
            if found:
                db.execute(there.tables[table.name].insert(), found)
            if "id" in table.c:
                db.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :highest)"),
                    {"name": table.name, "highest": max((row["id"] for row in found), default=1)},
                )
    source.dispose()
    target.dispose()


def test_an_old_database_becomes_todays(upgraded: Stage) -> None:
    """Step by step from rows that are there, to the schema that the code expects; no row is lost."""
    before = counts(upgraded)
    engine = open_engine(upgraded.database_url)

    migrate(engine)

    with engine.connect() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []
    engine.dispose()
    after = counts(upgraded)
    assert all(before.values()), "the stored copy has rows in every table"
    assert {table: after[table] for table in before} == before


def test_what_was_open_at_the_upgrade_is_done_after_it(upgraded: Stage) -> None:
    """A text that waited is shown, a reply that waited is sent, and both once."""
    with upgraded.bot():
        upgraded.workspace.wait_for(lambda: WAITING_TEXT in upgraded.texts_in(SUPPORT))
        wait_for(lambda: WAITING_REPLY in upgraded.received_by(MARIA), "the reply that waited")
        heard = next(m for m in upgraded.workspace.messages(SUPPORT) if m["text"] == WAITING_TEXT)
        upgraded.workspace.member(AGENT).post(SUPPORT, "We are here", thread_ts=heard["thread_ts"])
        wait_for(lambda: "We are here" in upgraded.received_by(MARIA), "a new reply")
    assert upgraded.received_by(MARIA) == [WAITING_REPLY, "We are here"]
    assert upgraded.texts_in(SUPPORT).count(WAITING_TEXT) == 1


def test_what_people_decide_can_be_decided_after_an_upgrade(upgraded: Stage) -> None:
    """The text that was parked is listed and dropped; names, opt-outs and purchases are known."""
    with upgraded.bot(APPROVAL_OVER="1", APPROVERS=ADMIN):
        ada = Person(upgraded)
        parked = ada.asks("relay parked")
        assert PARKED_REPLY in shown(parked)
        assert "Maria Lopez" in shown(parked)
        assert "Drop" in buttons(parked)
        ada.presses(parked, "Drop")
        ada.reads_again(parked, showing="No text")
        assert "(425) 555-0177" in shown(ada.asks("relay optouts"))
        assert "(206) 339-5170" in shown(ada.asks("orders list"))


def test_a_migration_waits_for_nobody_while_others_wait_for_it(tmp_path: Path) -> None:
    """It gives up on a table that somebody holds, before webhooks queue behind it; then it goes on."""
    url = settings.database_url(databases.fresh("postgresql", tmp_path))
    engine = open_engine(url)
    with engine.begin() as db:
        db.connection.cursor().execute((RELEASES / "0004.postgresql.sql").read_text("utf-8"))
    engine.dispose()
    with engine.connect() as db, db.begin():
        db.execute(text("LOCK TABLE public.links IN ACCESS SHARE MODE"))
        held_up = run(tmp_path, "migrate", DATABASE_URL=url)
    again = run(tmp_path, "migrate", DATABASE_URL=url)
    engine.dispose()
    assert held_up.returncode == 1
    assert "lock timeout" in held_up.stderr
    assert "Traceback" not in held_up.stderr
    assert again.returncode == 0


def counts(stage: Stage) -> dict[str, int]:
    """Rows by table."""
    engine = open_engine(stage.database_url)
    there = MetaData()
    there.reflect(engine)
    with engine.connect() as db:
        found = {
            name: db.scalar(select(func.count()).select_from(table)) or 0
            for name, table in there.tables.items()
        }
    engine.dispose()
    return found
