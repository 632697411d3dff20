"""A database of the bot's first days, taken over by this release."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.store.engine import open_engine
from bot.store.migrate import migrate
from bot.store.schema import metadata
from tests.handlers.person import Person, buttons, shown
from tests.stage import ADMIN, AGENT, MARIA, SUPPORT, Stage, wait_for

OLD = Path(__file__).parent / "releases" / "0003.sql"
WAITING_TEXT = "Hello? Anybody there?"
"""Came in, and was in no thread yet when the old bot stopped."""
WAITING_REPLY = "We are open until six today"
PARKED_REPLY = "Did the parcel arrive?"


@pytest.fixture
def upgraded(stage: Stage) -> Stage:
    """The stage, with the database where an old bot left it."""
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db:
        db.executescript(OLD.read_text("utf-8"))
    return stage


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


def counts(stage: Stage) -> dict[str, int]:
    """Rows by table."""
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608
