"""What Flowroute's message list brings: with no public address it is the way in, else it fills gaps."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.clock import utc_now
from tests import databases
from tests.handlers.person import shown
from tests.stage import ADMINS_MESSAGES, MARIA, NUMBER, SUPPORT, Stage, exactly_once, wait_for

pytestmark = pytest.mark.usefixtures("short_transactions")

ONLY_THE_LIST: dict[str, Any] = {"PUBLIC_URL": "", "POLL_SECONDS": "1"}


@pytest.fixture
def polling(stage: Stage) -> Iterator[Stage]:
    """A bot that nobody can reach, whose number 12065550100 is linked to #support."""
    with stage.bot(**ONLY_THE_LIST):
        stage.link()
        yield stage


def record(body: str | None = "hello", **changes: Any) -> dict[str, Any]:
    """A text of Maria's as the list has it; `changes` are attributes, `from_` is `from`."""
    attributes: dict[str, Any] = {
        "body": body,
        "direction": "inbound",
        "from": MARIA,
        "to": NUMBER,
        "is_mms": False,
        "message_encoding": 0,
        "status": "delivered",
        "timestamp": f"{utc_now():%Y-%m-%dT%H:%M:%S}Z",
        "delivery_receipts": [],
    }
    named = {name.rstrip("_"): value for name, value in changes.items()}
    return {"id": f"mdr2-{uuid4().hex}", "type": "message", "attributes": attributes | named}


def wait_for_text(stage: Stage, text: str) -> None:
    """Until it is in #support."""
    stage.workspace.wait_for(lambda: text in stage.texts_in(SUPPORT))


@pytest.mark.parametrize(
    ("odd", "expected"),
    [
        (record("lone \ud800 surrogate"), "lone \ufffd surrogate"),
        (record("with a \0"), "with a \ufffd"),
        (record("odd members", is_mms="", message_encoding="", amount_nanodollars="?"), "odd members"),
        (record("odd receipts", delivery_receipts=[{"status_code": "", "level": []}, 7]), "odd receipts"),
        (record("odd time", timestamp="yesterday"), "odd time"),
        (record("numbers with a plus", to=f"+{NUMBER}", from_=f"+{MARIA}"), "numbers with a plus"),
        (record("numbers as numbers", to=int(NUMBER), from_=int(MARIA)), "numbers as numbers"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_odd_text_is_shown_all_the_same(polling: Stage, odd: dict[str, Any], expected: str) -> None:
    """As leniently as webhooks are read, since nobody can ask Flowroute to write it another way."""
    # when
    polling.carrier.faults.odd_records = (odd,)
    polling.carrier.handset_send(MARIA, NUMBER, "nothing special")

    # then
    wait_for_text(polling, expected)
    wait_for_text(polling, "nothing special")


@pytest.mark.parametrize("kind", databases.KINDS)
def test_what_cannot_be_read_holds_up_nothing_and_an_admin_is_told_once(
    stage: Stage, tmp_path: Path, kind: str
) -> None:
    """No sender, no id, no direction, no record at all, or more than a column takes."""
    # given
    stage.database_url = databases.migrated(kind, tmp_path)
    nobody = record("from nobody", from_=None)
    nameless = {**record("no id"), "id": None}
    aimless = record("neither in nor out", direction=None)
    endless = {**record("an endless id"), "id": "mdr2-" + "f" * 100}
    stage.carrier.faults.odd_records = (nobody, nameless, aimless, endless, None, 7)

    # when
    with stage.bot(**ONLY_THE_LIST):
        stage.link()
        for body in ("one", "two"):
            stage.carrier.handset_send(MARIA, NUMBER, body)
            wait_for_text(stage, body)
        stage.workspace.wait_for(lambda: stage.texts_in(ADMINS_MESSAGES))

    # then
    assert not {"from nobody", "no id", "neither in nor out"} & set(stage.texts_in(SUPPORT))
    [told] = stage.texts_in(ADMINS_MESSAGES)
    assert "cannot read" in told


@exactly_once
def test_with_old_webhooks_every_text_is_shown_once_and_two_equal_ones_are_two(stage: Stage) -> None:
    """Webhooks name a text mdr1-…, the list mdr2-…; "ok" and "ok" are two texts all the same."""
    # given
    stage.carrier.webhook_shape, stage.carrier.webhook_ids = "flat", "mdr1-"
    with stage.bot(POLL_SECONDS="1"):
        stage.link()

        # when
        for body in ("ok", "ok", "see you"):
            stage.carrier.handset_send(MARIA, NUMBER, body)
        wait_for(lambda: twins(stage) == 3, "the list's records of all three to be recognised")

        # then
        wait_for_text(stage, "see you")
    assert [stage.texts_in(SUPPORT).count(body) for body in ("ok", "see you")] == [2, 1]


@exactly_once
def test_of_two_equal_texts_the_one_that_no_webhook_brought_is_shown(stage: Stage) -> None:
    """A webhook answers for one record only."""
    # given
    stage.carrier.webhook_shape, stage.carrier.webhook_ids = "flat", "mdr1-"
    with stage.bot(POLL_SECONDS="1"):
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "ok")
        wait_for(lambda: twins(stage) == 1, "the list's record of it to be recognised")

        # when
        stage.carrier.faults.odd_records = (record("ok"),)

        # then
        stage.workspace.wait_for(lambda: stage.texts_in(SUPPORT).count("ok") == 2)


def test_texts_of_one_second_are_shown_in_the_order_of_the_list(polling: Stage) -> None:
    """Whoever writes in bursts is read in order, although some of Flowroute's times are whole seconds."""
    # given
    burst = [{**record(body), "id": f"mdr2-{9 - at}"} for at, body in enumerate(("I", "am", "late"))]
    for each in burst:
        each["attributes"]["timestamp"] = burst[0]["attributes"]["timestamp"]

    # when
    polling.carrier.faults.odd_records = tuple(reversed(burst))

    # then
    wait_for_text(polling, "late")
    assert [text for text in polling.texts_in(SUPPORT) if text in {"I", "am", "late"}] == ["I", "am", "late"]


def test_a_text_that_only_the_list_brought_says_that_it_is_late(polling: Stage) -> None:
    """When it was sent more than two minutes ago; else nobody needs to know how it came."""
    # when
    sent = f"{utc_now() - timedelta(minutes=4):%Y-%m-%dT%H:%M:%S}Z"
    polling.carrier.faults.odd_records = (record("from before", timestamp=sent), record("from now"))

    # then
    wait_for_text(polling, "from now")
    wait_for_text(polling, "from before")
    late = {m["text"]: "Arrived late" in shown(m) for m in polling.workspace.messages(SUPPORT)}
    assert (late["from before"], late["from now"]) == (True, False)


def twins(stage: Stage) -> int:
    """How many texts are known under both of their ids."""
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db:
        return int(db.execute("SELECT count(twin_id) FROM texts").fetchone()[0])
