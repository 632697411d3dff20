"""What became of a text is asked when nobody tells."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.relay.sending import LookUp
from sandbox.flowroute_api.receipts import DELIVERED, FAILED, SUBMITTED
from sandbox.flowroute_api.world import Receipt
from sandbox.slack import Upload
from tests.bot.test_pictures import picture
from tests.stage import AGENT, MARIA, NUMBER, SUPPORT, Stage, wait_for

FEW = LookUp(fates_after=tuple(timedelta(seconds=s) for s in (0.1, 1, 2)))
SOON = LookUp(fates_after=tuple(timedelta(seconds=s) for s in (0.1, 1, 2, 4, 8, 16, 32, 64)))
"""So often that a busy machine's receipts are on record by one of them."""


def reply_to_maria(stage: Stage, text: str, *files: Upload) -> str:
    """Somebody answers in her thread; the ts of the answer."""
    stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
    stage.workspace.wait_for(lambda: "are you open?" in stage.texts_in(SUPPORT))
    asked = next(m for m in stage.workspace.messages(SUPPORT) if m["text"] == "are you open?")
    return stage.workspace.member(AGENT).post(SUPPORT, text, thread_ts=asked["thread_ts"], files=list(files))


def wait_for_mark(stage: Stage, ts: str, mark: str) -> None:
    def marks() -> list[str]:
        found = next(m for m in stage.workspace.messages(SUPPORT) if m["ts"] == ts)
        return [reaction["name"] for reaction in found.get("reactions", [])]

    stage.workspace.wait_for(lambda: marks() == [mark])


def test_a_receipt_that_was_lost_is_asked_for(stage: Stage) -> None:
    """The mark tells the truth although Flowroute's post never came."""
    stage.carrier.faults.receipts_get_lost = True
    with stage.bot(look_up=SOON, POLL_SECONDS="0"):
        stage.link()
        wait_for_mark(stage, reply_to_maria(stage, "Yes"), "white_check_mark")

        stage.carrier.receipt_plan = (SUBMITTED, FAILED)
        wait_for_mark(stage, reply_to_maria(stage, "until five"), "x")
    assert stage.received_by(MARIA) == ["Yes", "until five"]


def test_what_became_of_a_picture_is_asked_for_too(stage: Stage) -> None:
    """Its record has no receipts, but says how it stands."""
    stage.carrier.faults.receipts_get_lost = True
    with stage.bot(look_up=SOON, POLL_SECONDS="0"):
        stage.link()
        ts = reply_to_maria(stage, "here", Upload("plan.png", "image/png", picture()))
        wait_for_mark(stage, ts, "white_check_mark")


def test_a_text_of_which_nobody_hears_is_asked_for_a_few_times_and_no_more(stage: Stage) -> None:
    """Some carriers never tell."""
    # given
    stage.carrier.receipt_plan = (SUBMITTED,)
    with stage.bot(look_up=FEW, POLL_SECONDS="0"):
        stage.link()

        # when
        ts = reply_to_maria(stage, "Yes")
        stage.workspace.wait_for(lambda: stage.received_by(MARIA) == ["Yes"])
        wait_for(lambda: questions(stage) and not awaited(stage), "questions, and an end of them")

        # then
        wait_for_mark(stage, ts, "outbox_tray")
    assert len(questions(stage)) <= len(FEW.fates_after)


def test_who_was_told_asks_no_more(stage: Stage) -> None:
    """Nearly every text: its receipts come, and nothing is left to ask."""
    stage.carrier.receipt_plan = (SUBMITTED, DELIVERED, Receipt(2, "delivered", 1004, "again"))
    with stage.bot(POLL_SECONDS="0"):
        stage.link()
        wait_for_mark(stage, reply_to_maria(stage, "Yes"), "white_check_mark")
        assert not awaited(stage)


def test_questions_become_fewer_and_end_after_three_days() -> None:
    """Ten minutes after a text was sent, then at growing intervals."""
    sent_at = datetime(2026, 1, 1, tzinfo=UTC)
    look_up = LookUp()
    asked = [sent_at]
    while (moment := look_up.next_fate(sent_at, asked[-1])) is not None:
        asked.append(moment)
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert gaps == sorted(gaps)
    assert (gaps[0], asked[-1] - sent_at) == (timedelta(minutes=10), timedelta(days=3))


def questions(stage: Stage) -> list[str]:
    """The messages that were looked at by themselves."""
    return [
        call.path
        for call in stage.carrier.calls
        if call.method == "GET" and call.path.startswith("/v2.1/messages/mdr2-")
    ]


def awaited(stage: Stage) -> bool:
    """Whether a text is still to be asked for."""
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db:
        return bool(db.execute("SELECT 1 FROM replies WHERE ask_after IS NOT NULL").fetchall())
