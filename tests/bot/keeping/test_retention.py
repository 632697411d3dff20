"""RETENTION_DAYS: what is too old goes; what is open stays, and so does what others rely on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Table, insert, select

from bot.clock import utc_now
from bot.keeping.retention import BOOKMARK, EVERYTHING, Retention
from bot.relay.sending import LookUp
from bot.store import bookmarks, conversations, media, posts, replies, texts
from bot.store.engine import Store, open_engine
from bot.store.removal import AT_ONCE
from bot.store.schema import (
    audit,
    contacts,
    opt_outs,
    orders,
    outgoing_files,
    receipts,
)
from bot.store.schema import media as media_table
from bot.store.schema import notices as notices_table
from bot.store.schema import posts as posts_table
from bot.store.schema import replies as replies_table
from bot.store.schema import texts as texts_table
from sandbox.flowroute_api import Drop
from sandbox.slack import Upload
from tests.bot.keeping.past import age, count
from tests.bot.test_pictures import picture, thread_of
from tests.handlers.person import Person, buttons
from tests.stage import AGENT, JONAS, MARIA, NUMBER, SUPPORT, Stage, wait_for

AT_ONCE_PARKED = LookUp(every_s=0.05, give_up=timedelta(0))
WORDS: tuple[Table, ...] = (texts_table, media_table, outgoing_files, receipts, notices_table)


@contextmanager
def store_of(stage: Stage) -> Iterator[Store]:
    """The bot's database, from outside."""
    store = Store(open_engine(stage.database_url))
    yield store
    store.close()


@pytest.fixture
def lived_in(stage: Stage) -> Stage:
    """Texts and replies with and without pictures, one of unknown outcome: all ten days old now."""
    with stage.bot(look_up=AT_ONCE_PARKED):
        stage.link()
        ada = Person(stage)
        ada.asks("relay name 206 555 0142 Maria L.")
        stage.carrier.handset_send(MARIA, NUMBER, "the old roof", [("roof.png", "image/png", picture())])
        thread = thread_of(stage, "the old roof")
        sam = stage.workspace.member(AGENT)
        upload = Upload("ours.png", "image/png", picture())
        sam.post(SUPPORT, "ours", thread_ts=thread, files=[upload])
        stage.carrier.handset_send(JONAS, NUMBER, "STOP")
        stage.workspace.wait_for(lambda: "STOP" in stage.texts_in(SUPPORT))
        wait_for(lambda: stage.received_by(MARIA) == ["ours"], "the reply")
        stage.carrier.faults.add(
            method="POST", path_pattern=".*/messages", fault=Drop("before effect"), times=None
        )
        sam.post(SUPPORT, "did it arrive?", thread_ts=thread)
        stage.workspace.wait_for(
            lambda: any("Send again" in buttons(m) for m in stage.workspace.messages(SUPPORT))
        )
        with store_of(stage) as store:
            wait_for(lambda: _nothing_open(store), "everything to be done")
        stage.carrier.faults.clear()
    with store_of(stage) as store:
        age(store, days=10)
    return stage


def test_old_words_go_and_what_is_open_or_relied_on_stays(lived_in: Stage) -> None:
    """The parked text waits for its decision; audit, names, opt-outs and threads are kept."""
    with store_of(lived_in) as store:
        before = {table.name: count(store, table) for table in (audit, contacts, opt_outs, orders)}
        with lived_in.bot(RETENTION_DAYS="7"):
            wait_for(lambda: not any(count(store, table) for table in WORDS), "old words to go")
            assert "did it arrive?" in str(Person(lived_in).asks("relay parked"))

            # and: a thread of old goes on
            thread = thread_of(lived_in, "the old roof")
            lived_in.workspace.member(AGENT).post(SUPPORT, "are you well?", thread_ts=thread)
            wait_for(lambda: "are you well?" in lived_in.received_by(MARIA), "the reply")
        assert {table.name: count(store, table) for table in (audit, contacts, opt_outs, orders)} == before
        with store.read() as db:
            left = set(db.scalars(select(replies_table.c.body)))
    assert left == {"did it arrive?", "are you well?"}


def test_nothing_goes_that_is_younger_than_was_asked_for(lived_in: Stage) -> None:
    """With a RETENTION_DAYS that is longer than the past, all is kept."""
    with store_of(lived_in) as store:
        before = {table.name: count(store, table) for table in WORDS}
        with lived_in.bot(RETENTION_DAYS="30"):
            wait_for(lambda: _has_run(store), "the removal to run")
        assert {table.name: count(store, table) for table in WORDS} == before


def test_nothing_goes_unless_it_is_asked_for(store: Store) -> None:
    """Without RETENTION_DAYS the removal is never due."""
    assert Retention(store, None, reads_list=True).due() == []


def test_a_long_past_goes_in_small_steps(store: Store) -> None:
    """No transaction removes more than a few hundred rows; what is young ends the walk."""
    # given
    many = 2 * AT_ONCE + 10
    with store.write() as db:
        old, young = utc_now() - timedelta(days=10), utc_now()
        conversation, _ = conversations.ensure(db, NUMBER, MARIA, SUPPORT, old)
        for i in range(many + 3):
            at = old if i < many else young
            _text(db, i, at, conversation.id)
    retention = Retention(store, 7, reads_list=False)

    # when
    left = []
    while retention.work(EVERYTHING) is not None:
        left.append(count(store, texts_table))

    # then
    assert left[0] == many + 3 - AT_ONCE
    assert count(store, texts_table) == 3
    assert count(store, posts_table) == 3
    assert retention.due() == []


def test_a_text_that_still_waits_for_something_is_not_old(store: Store) -> None:
    """Its post, its file, or a place: it is kept until that is done."""
    old = utc_now() - timedelta(days=10)
    with store.write() as db:
        conversation, _ = conversations.ensure(db, NUMBER, MARIA, SUPPORT, old)
        unposted, unfetched = (_text(db, i, old, conversation.id) for i in range(2))
        posts.remove(db, "text", unposted)
        posts.add(db, kind="text", ref=unposted, channel_id=SUPPORT, conversation_id=conversation.id, now=old)
        media.announce(db, unfetched, [media.Announced("https://x", "roof.png", "image/png")])
        _remember(db, "unplaced", old)
        replies.accept(
            db,
            key="C:1",
            channel_id=SUPPORT,
            ts="1.1",
            conversation_id=conversation.id,
            user_id="U1",
            team_id="T1",
            body="shall I?",
            file_ids=(),
            now=old,
            worries=["a card number"],
        )
    retention = Retention(store, 7, reads_list=False)

    assert retention.work(EVERYTHING) is None

    assert count(store, texts_table) == 3
    assert count(store, replies_table) == 1


def test_what_the_message_list_may_bring_again_is_still_known(store: Store) -> None:
    """After weeks without a reading, a text that was removed would come back as a new one."""
    last_reading = utc_now() - timedelta(days=20)
    with store.write() as db:
        conversation, _ = conversations.ensure(db, NUMBER, MARIA, SUPPORT, last_reading)
        _text(db, 1, last_reading - timedelta(hours=1), conversation.id)
        bookmarks.put(db, "message list", last_reading)

    assert Retention(store, 7, reads_list=True).work(EVERYTHING) is None
    assert count(store, texts_table) == 1


def _has_run(store: Store) -> bool:
    with store.read() as db:
        return bookmarks.get(db, BOOKMARK) is not None


def _nothing_open(store: Store) -> bool:
    with store.read() as db:
        waiting = posts.channels_with_open(db) or media.texts_with_open_parts(db)
        return not waiting and not replies.channels_unmarked(db)


def _remember(db: Connection, message_id: str, at: datetime) -> int:
    new = texts.NewText(
        message_id=message_id,
        number=NUMBER,
        person=MARIA,
        body="hello",
        is_mms=False,
        sent_at=at,
        received_at=at,
        via=texts.Via.WEBHOOK,
        shape=None,
    )
    return texts.remember(db, [new])[message_id]


def _text(db: Connection, i: int, at: datetime, conversation_id: int) -> int:
    """A text that is placed and posted."""
    text_id = _remember(db, f"mdr2-{i}", at)
    texts.place(db, {text_id: conversation_id})
    db.execute(
        insert(posts_table).values(
            kind="text",
            ref=text_id,
            channel_id=SUPPORT,
            conversation_id=conversation_id,
            state=posts.PostState.POSTED,
            ts=str(i),
            created_at=at,
        )
    )
    return text_id
