"""What a stranger can write into: texts, names of files, call records, and the files on the disk."""

import csv
import io
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.clock import utc_now
from bot.files import harmless_csv
from bot.keeping.backup import backup
from bot.media.signing import Signer
from bot.store.engine import Store, open_engine, sole_owner
from bot.store.migrate import migrate
from sandbox.slack import Upload
from tests.bot.test_pictures import picture
from tests.handlers.person import Person
from tests.handlers.test_usage import file_in, files_in
from tests.stage import ADMINS_MESSAGES, AGENT, MARIA, NUMBER, SUPPORT, Stage

PING = "<!channel> <@U0ADMIN> <https://evil.example|your bank> &amp; *bold*"
NASTY_NAME = '../../etc/passwd\r\nX-Evil: 1"; filename="evil.exe'
FORMULA = "=cmd|' /C calc'!A0"


def test_a_text_can_neither_ping_nor_pose_as_a_link(running: Stage) -> None:
    """Wherever it is shown: the thread, the card, the lists, the Home tab, the files of a message."""
    # given
    running.link()
    running.carrier.handset_send(MARIA, NUMBER, PING, [("<!here>.png", "image/png", picture())])
    running.workspace.wait_for(lambda: "your bank" in _all(running) and _files(running))
    ada = Person(running)
    ada.asks(f"relay name {MARIA} {PING}")

    # when
    for line in (f"sms history {NUMBER}", "relay list", f"numbers show {NUMBER}", "relay optouts"):
        ada.asks(line)
    ada.member.open_home()
    running.workspace.wait_for(lambda: "your bank" in json.dumps(ada.member.home))

    # then: markup is escaped; in plain and rich text, which show it as it is, it need not be
    read_for_markup = _mrkdwn_in(running)
    assert any("your bank" in written for written in read_for_markup)
    for written in read_for_markup:
        assert "<!channel>" not in written
        assert "<https://evil.example" not in written


def test_a_files_name_stays_a_name(running: Stage) -> None:
    """No path and no header where it is uploaded to Slack."""
    running.link()

    running.carrier.handset_send(MARIA, NUMBER, "look", [(NASTY_NAME, "image/png", picture())])

    running.workspace.wait_for(lambda: _files(running))
    [name] = _files(running)
    assert name.endswith(".png")
    assert not set(name) & set('/\\\r\n"<>')


@pytest.mark.parametrize("file_name", [NASTY_NAME, "<script>.svg", "\u202egnp.exe"])
def test_a_served_picture_cannot_act_as_a_page(running: Stage, file_name: str) -> None:
    """What Flowroute fetches is a file and nothing else, also in a browser."""
    running.link()
    running.carrier.handset_send(MARIA, NUMBER, "look")
    running.workspace.wait_for(lambda: "look" in running.texts_in(SUPPORT))
    thread = next(m["thread_ts"] for m in running.workspace.messages(SUPPORT) if m.get("text") == "look")
    uploads = [Upload(file_name, "image/png", picture())]
    running.workspace.member(AGENT).post(SUPPORT, "here", thread_ts=thread, files=uploads)
    running.workspace.wait_for(lambda: running.received_by(MARIA) == ["here"])
    signer = Signer("sandbox-webhook-token")

    answer = requests.get(f"{running.url}/media/{signer.path(1, utc_now() + timedelta(hours=1))}", timeout=30)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].count('"') == 2
    assert "X-Evil" not in answer.headers


def test_a_link_to_a_picture_ends_and_cannot_be_altered(running: Stage) -> None:
    """404 for one that has ended, for another file's, for one that is signed with anything else."""
    soon, past = utc_now() + timedelta(hours=1), utc_now() - timedelta(seconds=1)
    good = Signer("sandbox-webhook-token").path(1, soon)
    body, _, signature = good.rpartition(".")
    for path in (
        Signer("sandbox-webhook-token").path(1, past),
        Signer("another-token-of-nobody").path(1, soon),
        f"{body[:-1]}.{signature}",
        body,
        f"{good}/../1",
    ):
        assert requests.get(f"{running.url}/media/{path}", timeout=30).status_code == 404


def test_call_records_cannot_compute(ada: Person) -> None:
    """The names that callers give themselves stand in them, and a spreadsheet would run a formula."""
    ada.stage.carrier.give_numbers("12065550177", alias=FORMULA)
    ada.says("cdr export 7d")
    ada.stage.workspace.wait_for(lambda: files_in(ada.stage, ADMINS_MESSAGES))
    rows = list(csv.DictReader(io.StringIO(file_in(ada.stage, ADMINS_MESSAGES))))
    assert {row["number_alias"] for row in rows} >= {f"'{FORMULA}"}


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), min_size=1, max_size=20))
def test_no_cell_of_somebody_elses_file_is_a_formula(rows: list[list[str]]) -> None:
    """Whatever stands in it, and it stays the table that it was."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)

    made = harmless_csv(out.getvalue().encode()).decode("utf-8-sig")

    for cells, before in zip(csv.reader(io.StringIO(made, newline="")), rows, strict=True):
        for cell, given_cell in zip(cells, before, strict=True):
            assert not cell.startswith(("=", "@", "\t", "\r")) or not cell
            assert cell.removeprefix("'") == given_cell.removeprefix("'").removeprefix("\ufeff")


def test_a_plain_file_of_somebody_else_stays_as_it_is() -> None:
    """Numbers with a sign are no formulas."""
    plain = b"to,cost\r\n+12065550100,-0.0040\r\n"
    assert harmless_csv(plain) == plain


def test_only_the_bots_own_account_reads_its_files(tmp_path: Path) -> None:
    """The database, what SQLite puts beside it, the lock and a copy: people's texts are in them."""
    url = f"sqlite:///{tmp_path / 'data' / 'bot.db'}"
    with sole_owner(url):
        engine = open_engine(url)
        migrate(engine)
        store = Store(engine)
        with store.write() as db:
            db.execute(text("INSERT INTO bookmarks (name, at) VALUES ('x', '2026-01-01')"))
        backup(url, tmp_path / "data" / "copy.db")
        rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
        store.close()

    assert {"bot.db", "bot.db-wal", "bot.db.lock", "copy.db"} <= set(rights)
    assert set(rights.values()) == {0o600}


def _files(stage: Stage) -> list[str]:
    return [
        file["name"] for message in stage.workspace.messages(SUPPORT) for file in message.get("files", [])
    ]


def _all(stage: Stage) -> str:
    return json.dumps(stage.workspace.messages(SUPPORT))


def _mrkdwn_in(stage: Stage) -> list[str]:
    """Every text that Slack would read for markup, of all that the bot has called Slack with."""
    found: list[str] = []

    def look(value: object) -> None:
        if isinstance(value, str) and value.startswith(("{", "[")):
            look(json.loads(value))
        elif isinstance(value, dict):
            if value.get("type") == "mrkdwn":
                found.append(str(value["text"]))
            for part in value.values():
                look(part)
        elif isinstance(value, list):
            for part in value:
                look(part)

    for call in stage.workspace.calls:
        look(call["args"])
        found.append(str(call["args"].get("text", "")))
    return found
