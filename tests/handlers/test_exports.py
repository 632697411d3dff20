"""`cdr export`: from a period to a file, with a message that says how far it is."""

import csv
import gzip
import io
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from bot.overview.exports import unpacked
from handlers.cdrs import BadPeriod, period
from sandbox.flowroute_api import Refuse
from sandbox.flowroute_api.cdrs import CdrExports
from tests.handlers.person import Person, buttons, shown
from tests.handlers.test_usage import ADMINS_MESSAGES, file_in, files_in
from tests.stage import Stage

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


def written_at_last(stage: Stage) -> None:
    """The carrier finishes what it has been writing."""
    world = stage.carrier._world
    resource = CdrExports(world)
    for export in list(world.account.exports.values()):
        resource._finish(export)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def exports_at(stage: Stage) -> int:
    """How many exports the carrier was asked for."""
    return sum(1 for call in stage.carrier.calls if (call.method, call.path) == ("POST", "/v2/cdrs/exports"))


def progress(stage: Stage) -> str:
    """What the message that is updated says now."""
    found = [m["text"] for m in stage.workspace.messages(ADMINS_MESSAGES) if "Call records" in m["text"]]
    return found[-1] if found else ""


def test_an_export_is_followed_until_the_file_is_there(ada: Person) -> None:
    """One message, updated; then the calls as a CSV that a spreadsheet opens."""
    # when
    answer = ada.asks("cdr export 7d")

    # then
    assert "in your messages with me" in answer["text"]
    ada.stage.workspace.wait_for(lambda: "The file is below" in progress(ada.stage))
    said = [m for m in ada.stage.workspace.messages(ADMINS_MESSAGES) if "Call records" in m["text"]]
    assert len(said) == 1
    rows = list(csv.DictReader(io.StringIO(file_in(ada.stage, ADMINS_MESSAGES))))
    assert f"{len(rows):,} calls" in progress(ada.stage)
    assert {"direction", "start_time", "destination", "total_cost"} <= set(rows[0])
    assert "completed" in shown(ada.asks("cdr list"))


def test_an_export_that_failed_is_said_to_have_failed(ada: Person) -> None:
    """And nothing is uploaded."""
    ada.stage.carrier.faults.exports_fail = True
    ada.says("cdr export 7d")
    ada.stage.workspace.wait_for(lambda: "could not write it" in progress(ada.stage))
    assert files_in(ada.stage, ADMINS_MESSAGES) == []


def test_an_export_survives_a_restart(stage: Stage) -> None:
    """What is followed stands in the store."""
    stage.carrier._world.pace.export_s = 3600
    with stage.bot():
        ada = Person(stage)
        ada.says("cdr export 7d")
        stage.workspace.wait_for(lambda: "is writing it" in progress(stage))
    assert files_in(stage, ADMINS_MESSAGES) == []
    written_at_last(stage)
    with stage.bot():
        stage.workspace.wait_for(lambda: "The file is below" in progress(stage))


def test_a_carrier_that_is_away_for_a_moment_only_delays_it(ada: Person) -> None:
    """Looking is safe to repeat."""
    ada.stage.carrier.faults.add(
        method="GET", path_pattern=r"/v2/cdrs/exports/\d+", fault=Refuse(503), times=3
    )
    ada.says("cdr export 7d")
    ada.stage.workspace.wait_for(lambda: "The file is below" in progress(ada.stage))


def test_one_that_takes_too_long_is_given_up_and_can_be_taken_up_again(stage: Stage) -> None:
    """With what to do, and a button that does it."""
    # given: half an hour later it is still being written
    stage.carrier._world.pace.export_s = 3600
    with stage.bot():
        ada = Person(stage, channel=ADMINS_MESSAGES)
        ada.says("cdr export 7d")
        stage.workspace.wait_for(lambda: "is writing it" in progress(stage))
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db, db:
        db.execute("UPDATE exports SET followed_since = '2026-01-01 00:00:00'")

    # when
    with stage.bot():
        stage.workspace.wait_for(lambda: "I stopped looking" in progress(stage))
        message = next(m for m in stage.workspace.messages(ADMINS_MESSAGES) if "Look again" in buttons(m))
        written_at_last(stage)
        ada.presses(message, "Look again")

        # then
        stage.workspace.wait_for(lambda: "The file is below" in progress(stage))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("cdr export 93d", "more than 92 days"),
        ("cdr export 2020-02-02 2020-01-01", "is before"),
        ("cdr export 2999-01-01", "has not begun yet"),
        ("cdr export yesterday", "is not a date"),
    ],
)
def test_a_period_that_cannot_be_is_refused_before_anybody_is_asked(
    ada: Person, line: str, says: str
) -> None:
    """With what would be right."""
    assert says in ada.asks(line)["text"]
    assert exports_at(ada.stage) == 0


def test_exports_are_for_admins(sam: Person) -> None:
    """Whom the company calls is nobody else's business."""
    assert "*admin*" in sam.asks("cdr export 7d")["text"]


def test_which_exports_there_are_is_for_everybody(sam: Person) -> None:
    """A list, as all lists."""
    assert sam.asks("cdr list")["text"] == "There are no exports of call records."


@pytest.mark.parametrize(
    ("start", "end", "means"),
    [
        (None, None, (day(11, 14), NOW)),
        (day(11, 1), None, (day(11, 1), NOW)),
        (day(11, 1), day(11, 3), (day(11, 1), day(11, 4))),
        (day(11, 21), day(11, 21), (day(11, 21), NOW)),
        (day(8, 1), day(10, 31), (day(8, 1), day(11, 1))),
    ],
)
def test_days_are_whole_days(
    start: datetime | None, end: datetime | None, means: tuple[datetime, datetime]
) -> None:
    """Both named days are in the file, today as far as it goes."""
    assert period(start, end, NOW) == means


def test_what_is_too_long_says_how_far_it_could_go() -> None:
    """A day that works when it is typed."""
    with pytest.raises(BadPeriod, match="up to 2026-10-31"):
        period(day(8, 1), day(11, 1), NOW)
    assert period(day(8, 1), day(10, 31), NOW)


def test_a_small_file_that_unpacks_into_a_huge_one_stays_packed() -> None:
    """Memory is for others as well."""
    assert unpacked(gzip.compress(b"0" * 1000), most=1000) == b"0" * 1000
    assert unpacked(gzip.compress(b"0" * 1001), most=1000) is None
