"""What the store promises, on both databases."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, delete, text
from sqlalchemy.exc import IntegrityError

from bot import settings
from bot.clock import utc_now
from bot.store import conversations, orders, posts, receipts, replies, texts
from bot.store.engine import Store, open_engine
from bot.store.migrate import current_revision, migrate, newest_revision
from bot.store.orders import NewLine, NewStep, OrderKind, StepName
from bot.store.receipts import Receipt
from bot.store.schema import conversations as conversations_table
from bot.store.schema import metadata
from bot.store.schema import replies as replies_table
from bot.store.set_up import SetUp
from bot.store.texts import Via
from bot.store.together import Together
from tests import databases
from tests.stage import exactly_once

NUMBER, PERSON = "12065550100", "12065550142"
TEXT = (NUMBER, PERSON, "hello", False)
"""Number, person, body and whether it is a picture."""


def test_the_migrations_build_the_schema_that_the_code_expects(store: Store) -> None:
    """A database made step by step and one made from scratch are the same."""
    with store.read() as db:
        difference = compare_metadata(MigrationContext.configure(db), metadata)

    assert difference == []


def test_what_is_committed_outlives_a_power_cut(store: Store) -> None:
    """The database waits for the disk before it says that something is kept."""
    with store.read() as db:
        if store.is_sqlite:
            assert db.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
        else:
            assert db.execute(text("SHOW synchronous_commit")).scalar() == "on"


@pytest.mark.parametrize("kind", databases.KINDS)
def test_several_processes_that_start_at_once_migrate_one_after_another(kind: str, tmp_path: Path) -> None:
    """Whoever comes second finds the work done."""
    # given
    database_url = settings.database_url(databases.fresh(kind, tmp_path))
    failures: list[Exception] = []

    def start() -> None:
        engine = open_engine(database_url)
        try:
            migrate(engine)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)
        engine.dispose()

    # when
    run_at_once(*[start] * 6)

    # then
    assert failures == []
    engine = open_engine(database_url)
    assert current_revision(engine) == newest_revision()
    engine.dispose()


@exactly_once
def test_a_text_that_comes_on_many_threads_at_once_is_kept_once(store: Store) -> None:
    """The database decides who is first."""
    # given
    kept: list[bool] = []

    def receive() -> None:
        with store.write() as db:
            kept.append(remember(db, "mdr2-1") is not None)

    # when
    run_at_once(*[receive] * 8)

    # then
    assert sorted(kept) == [False] * 7 + [True]


def test_texts_that_come_together_are_each_kept_and_told_apart(store: Store) -> None:
    """Eight threads share commits; each learns about its own, and order is that of the answers."""

    # given
    def write(db: Connection, names: Sequence[str]) -> list[bool]:
        return [remember(db, name) is not None for name in names]

    keep = Together(store, write)
    answers: list[bool] = []

    def receive(place: int) -> None:
        answers.append(keep(f"mdr2-{place // 2}"))

    # when
    run_at_once(*(partial(receive, place) for place in range(16)))

    # then
    assert sorted(answers) == [False] * 8 + [True] * 8
    with store.read() as db:
        assert texts.known(db, [f"mdr2-{place}" for place in range(9)]) == {f"mdr2-{i}" for i in range(8)}


@pytest.mark.parametrize(
    ("kept_sent_s", "listed_s", "is_twin"),
    [(0, 119, True), (0, 121, False), (None, -175, True), (None, 175, True), (None, -185, False)],
)
def test_a_text_is_its_own_twin_only_near_its_time(
    store: Store, kept_sent_s: int | None, listed_s: int, *, is_twin: bool
) -> None:
    """Two minutes by Flowroute's own times; three when a webhook told none, which may be posted late."""
    # given: an old webhook's text, kept now, and what the list has of the same words
    now = utc_now()
    sent_at = None if kept_sent_s is None else now + timedelta(seconds=kept_sent_s)
    with store.write() as db:
        texts.remember(
            db,
            [texts.NewText("mdr1-1", *TEXT, sent_at=sent_at, received_at=now, via=Via.WEBHOOK, shape=None)],
        )

    # when
    with store.write() as db:
        claimed = [
            texts.claim_twin(
                db,
                message_id=f"mdr2-{attempt}",
                number=NUMBER,
                person=PERSON,
                body="hello",
                sent_at=now + timedelta(seconds=listed_s),
            )
            for attempt in range(2)
        ]

    # then: and it answers for one only
    assert claimed == [is_twin, False]


def test_what_cannot_be_written_takes_nothing_else_with_it(store: Store) -> None:
    """One odd text among others that come at the same moment: its sender alone hears that it failed."""
    # given
    everybody = threading.Barrier(5)

    def write(db: Connection, names: Sequence[str]) -> list[str]:
        if names == ["first"]:
            everybody.wait(60)  # the others wait for this commit, and share the next
        for name in names:
            remember(db, name)
            if name == "odd":
                raise ValueError(name)
        return list(names)

    keep = Together(store, write)
    failed: list[str] = []

    def receive(name: str) -> None:
        if name != "first":
            everybody.wait(60)
        try:
            assert keep(name) == name
        except ValueError as error:
            failed.append(str(error))

    # when
    first = threading.Thread(target=receive, args=("first",))
    first.start()
    run_at_once(*(partial(receive, name) for name in ("one", "odd", "two", "three")))
    first.join()

    # then
    assert failed == ["odd"]
    with store.read() as db:
        assert texts.known(db, ["first", "one", "odd", "two", "three"]) == {"first", "one", "two", "three"}


def test_no_id_of_a_row_that_was_removed_is_given_again(store: Store) -> None:
    """Buttons that stand in Slack hold it: they must not act on somebody else."""
    with store.write() as db:
        # given
        first, _ = conversations.ensure(db, NUMBER, PERSON, "C1", utc_now())
        keep_reply(db, first.id)
        reply = replies.oldest_in_hand(db, first.id)
        assert reply is not None

        # when
        db.execute(delete(replies_table))
        db.execute(delete(conversations_table))

        # then
        second, _ = conversations.ensure(db, NUMBER, "12065550199", "C1", utc_now())
        keep_reply(db, second.id)
        later = replies.oldest_in_hand(db, second.id)
        assert later is not None
        assert (second.id > first.id, later.id > reply.id) == (True, True)


def test_money_and_time_come_back_as_they_went_in(store: Store) -> None:
    """No float in between, no time zone lost."""
    # given
    now = utc_now()

    # when
    with store.write() as db:
        placed = order(db, NewLine(NUMBER, [NewStep(StepName.BUY)], None, Decimal("1.2500")), now)
    with store.read() as db:
        found = orders.get(db, placed.id)

    # then
    assert found is not None
    assert found == placed
    assert str(found.monthly_cost) == "1.2500"
    assert (found.cost, found.setup_cost) == (None, None)
    assert found.changed_at == now


def test_one_number_is_in_the_hands_of_one_order(store: Store) -> None:
    """Two people confirm the same number: the second learns that it is taken."""
    # given
    with store.write() as db:
        mine = order(db)
        yours = order(db)

    # when
    with store.write() as db:
        orders.reserve(db, [mine.lines[0].id], money=True, now=utc_now())

    # then
    with store.read() as db:
        assert orders.taken_elsewhere(db, mine, mine.numbers) == []
        assert orders.taken_elsewhere(db, yours, yours.numbers) == [NUMBER]
    with pytest.raises(IntegrityError), store.write() as db:
        orders.reserve(db, [yours.lines[0].id], money=True, now=utc_now())


def test_a_receipt_with_members_missing_is_still_kept_once(store: Store) -> None:
    """Level and code may be absent; two such receipts are a repeat, not two receipts."""
    # given
    receipt = Receipt("mdr2-1", level=None, status="delivered", status_code=None, description="")

    # when
    with store.write() as db:
        kept = [receipts.remember(db, receipt, sent_at=None, now=utc_now()) for _ in range(2)]

    # then
    assert kept == [True, False]
    with store.read() as db:
        assert receipts.of(db, "mdr2-1") == [receipt]


def test_posts_wait_in_the_order_in_which_they_were_stored(store: Store) -> None:
    """Also across conversations of one channel."""
    with store.write() as db:
        for ref in (3, 1, 2):
            posts.add(db, kind="text", ref=ref, channel_id="C1", conversation_id=None, now=utc_now())
        posts.add(db, kind="text", ref=1, channel_id="C2", conversation_id=None, now=utc_now())

        seen = []
        while (post := posts.oldest_open(db, "C1")) is not None:
            seen.append(post.ref)
            posts.set_state(db, post.id, posts.PostState.POSTED, ts=str(post.ref))

    assert seen == [3, 1, 2]


def run_at_once(*actions: Callable[[], None]) -> None:
    """Each on a thread of its own; returns when all are done."""
    threads = [threading.Thread(target=action) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def remember(db: Connection, message_id: str) -> int | None:
    """A text with nothing special about it."""
    new = texts.NewText(
        message_id=message_id,
        number=NUMBER,
        person=PERSON,
        body="hello",
        is_mms=False,
        sent_at=None,
        received_at=utc_now(),
        via=texts.Via.WEBHOOK,
        shape=None,
    )
    return texts.remember(db, [new]).get(message_id)


def order(db: Connection, line: NewLine | None = None, now: datetime | None = None) -> orders.Order:
    """An order under review."""
    return orders.place(
        db,
        kind=OrderKind.PURCHASE,
        user_id="U1",
        channel_id=None,
        set_up=SetUp(),
        lines=[line or NewLine(NUMBER, [NewStep(StepName.BUY)], Decimal("1.00"), Decimal("1.25"))],
        now=now or utc_now(),
    )


def keep_reply(db: Connection, conversation_id: int) -> None:
    """A reply with nothing special about it."""
    replies.accept(
        db,
        key="C1:1700000000.000100",
        channel_id="C1",
        ts="1700000000.000100",
        conversation_id=conversation_id,
        user_id="U1",
        team_id="T1",
        body="on my way",
        file_ids=(),
        now=utc_now(),
    )
