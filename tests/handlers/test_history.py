"""What was texted: page by page, and as a file that a spreadsheet opens without harm."""

import csv
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from bot.files import csv_of
from tests.handlers.person import Person, buttons, shown
from tests.stage import AGENT, JONAS, MARIA, NUMBER, SUPPORT, Stage

FORMULA = '=HYPERLINK("https://bad.example","you won")'


def texts_of(stage: Stage, person: str, *bodies: str) -> None:
    """Somebody texts our number."""
    for body in bodies:
        stage.carrier.handset_send(person, NUMBER, body)


def downloaded(person: Person, channel: str) -> list[dict[str, str]]:
    """The rows of the file that the bot sent, once it is there."""
    workspace = person.stage.workspace
    workspace.wait_for(lambda: any(m.get("files") for m in workspace.messages(channel)))
    file_id = next(m for m in workspace.messages(channel) if m.get("files"))["files"][0]["id"]
    content = workspace.files.get(file_id).content
    assert content is not None
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_history_shows_people_by_their_names(ada: Person) -> None:
    """Where somebody has one; everybody else by their number."""
    texts_of(ada.stage, MARIA, "hello")
    texts_of(ada.stage, JONAS, "good morning")
    ada.asks("relay name 206 555 0142 Maria L.")
    text = shown(ada.asks(f"sms history {NUMBER}"))
    assert "Maria L. · (206) 555-0142" in text
    assert "(425) 555-0177" in text


def test_a_long_history_is_read_page_by_page(ada: Person) -> None:
    """A hundred at once, newest first; the button shows older ones."""
    texts_of(ada.stage, MARIA, *(f"text {i}" for i in range(130)))
    newest = ada.asks(f"sms history {NUMBER} since=1d")
    assert "100 texts, the first of more" in newest["text"]
    older = ada.reads_after_pressing(newest, "Older texts")
    assert "30 texts" in older["text"]
    assert "text 0" in shown(older)
    assert "Older texts" not in buttons(older)
    assert "no older texts" in ada.asks(f"sms history {NUMBER} since=1d page=3")["text"]


def test_history_comes_as_a_file_in_direct_messages(ada: Person) -> None:
    """All texts of the time, not one page; a formula in a text is text."""
    # given
    ada.asks("relay name 206 555 0142 @Maria")
    texts_of(ada.stage, MARIA, FORMULA, *(f"text {i}" for i in range(120)))
    answer = ada.asks(f"sms history {NUMBER}")

    # when
    told = ada.reads_after_pressing(answer, "Download as CSV")

    # then
    assert "121 texts" in told["text"]
    rows = downloaded(ada, "D0ADMIN")
    assert len(rows) == 121
    assert rows[-1]["Text"] == f"'{FORMULA}"
    assert (rows[-1]["From"], rows[-1]["From name"], rows[-1]["To"]) == (MARIA, "'@Maria", NUMBER)


def test_a_download_is_for_those_who_may_read(ada: Person) -> None:
    """A button outlives the right: it is looked at again when it is pressed."""
    ada.asks(f"relay link {NUMBER} #support")
    texts_of(ada.stage, MARIA, "hello")
    sam = Person(ada.stage, AGENT, SUPPORT)
    answer = sam.asks(f"sms history {NUMBER}")
    ada.asks(f"relay link {NUMBER} #telecom")
    assert "*admin*" in sam.reads_after_pressing(answer, "Download as CSV")["text"]


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), max_size=20))
def test_no_cell_of_a_file_is_a_formula(rows: list[list[str]]) -> None:
    """Whatever people text or are called; and every other cell is what it was."""
    written = list(csv.reader(StringIO(csv_of("ABC", rows).decode("utf-8-sig"), newline="")))
    assert written[0] == ["A", "B", "C"]
    assert len(written) == len(rows) + 1
    for cells, row in zip(written[1:], rows, strict=True):
        for cell, given_cell in zip(cells, row, strict=True):
            assert not cell.startswith(("=", "+", "-", "@"))
            assert cell in {given_cell, f"'{given_cell}"}
