"""`numbers bulk`: a list of numbers, what it would change, and the changes as one order."""

import csv
import io

import pytest

from sandbox.flowroute_api import Refuse
from sandbox.slack.files import Upload
from tests.handlers.person import JSON, Person, buttons, shown
from tests.handlers.test_purchases import told
from tests.stage import ADMIN, ADMINS_MESSAGES, AGENT, NUMBER, SECOND_NUMBER, SUPPORT, TELECOM, Stage

LIST = f"number,alias,channel\n{NUMBER},Front desk,#support\n{SECOND_NUMBER},Second desk,\n"


def opens(ada: Person) -> None:
    ada.says("numbers bulk")
    ada.form(showing="Paste a list")


def alias_of(stage: Stage, number: str = NUMBER) -> str | None:
    return next(one.alias for one in stage.carrier.owned_numbers() if one.value == number)


def upload(text: str, name: str = "numbers.csv") -> Upload:
    return Upload(name, "text/csv", text.encode())


def drop(person: Person, text: str) -> JSON:
    """Put a list into the direct messages with the bot; what it answers."""
    workspace = person.stage.workspace
    before = len(workspace.messages(ADMINS_MESSAGES))
    person.member.post(ADMINS_MESSAGES, "here they are", files=[upload(text)])
    workspace.wait_for(lambda: len(workspace.messages(ADMINS_MESSAGES)) > before + 1)
    return workspace.messages(ADMINS_MESSAGES)[before + 1]


def given_file(stage: Stage, before: int) -> list[list[str]]:
    """The rows of a CSV that came into Ada's direct messages."""

    def files() -> list[JSON]:
        messages = stage.workspace.messages(ADMINS_MESSAGES)[before:]
        return [file for message in messages for file in message.get("files", [])]

    stage.workspace.wait_for(lambda: bool(files()))
    content = stage.workspace.files.get(files()[0]["id"]).content or b""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_pasted_list_shows_what_would_change_and_changes_it_once_applied(ada: Person) -> None:
    """Old and new by number; what is like that already is only counted; the message ends with the result."""
    # given
    opens(ada)
    before = alias_of(ada.stage)

    # when
    assert not ada.submits(rows=LIST.replace("Second desk", alias_of(ada.stage, SECOND_NUMBER) or ""))
    view = ada.form(showing="1 number would change, 1 is like that already")

    # then
    assert f"•  Alias *Front desk*  (now {before})" in shown(view)
    assert f"•  Channel for texts <#{SUPPORT}>  (now none)" in shown(view)
    assert alias_of(ada.stage) == before
    assert not ada.submits()
    ada.form(showing="Under way as order 1")
    told(ada.stage, ":white_check_mark: Set up 2 numbers")
    assert alias_of(ada.stage) == "Front desk"
    assert "1 linked number" in ada.asks("relay list")["text"]


def test_a_file_in_the_form_does_the_same(ada: Person) -> None:
    """As a spreadsheet writes it: with a mark, semicolons and other names for the columns."""
    opens(ada)
    ada.submits(files=[upload("﻿Phone number;Name\n(206) 555-0100;Front desk\n")])
    ada.form(showing="1 number would change")
    ada.submits()
    told(ada.stage, "Set up 1 number")
    assert alias_of(ada.stage) == "Front desk"


def test_a_list_dropped_into_the_direct_messages_is_answered_there(ada: Person) -> None:
    """With a button that applies it; the result is a file."""
    # given
    answer = drop(ada, LIST)
    assert "2 numbers would change" in shown(answer)
    assert buttons(answer) == ["Apply", "Leave it"]
    at_home = Person(ada.stage, ADMIN, ADMINS_MESSAGES)

    # when
    at_home.presses(answer, "Apply")

    # then
    assert buttons(at_home.reads_again(answer, showing="Under way as order 1")) == []
    told(ada.stage, "Set up 2 numbers", ADMINS_MESSAGES)
    assert alias_of(ada.stage) == "Front desk"
    messages = ada.stage.workspace.messages(ADMINS_MESSAGES)
    end = next(message for message in messages if "Set up 2 numbers" in shown(message))
    at_home.presses(end, "Result as CSV")
    rows = given_file(ada.stage, len(messages))
    assert rows[1] == [NUMBER, "done", "alias: Front desk; relay: C0SUPPORT", ""]


def test_a_dropped_list_can_be_left(ada: Person) -> None:
    """Nothing was changed, and nothing is left to press."""
    before = alias_of(ada.stage)
    answer = drop(ada, LIST)
    at_home = Person(ada.stage, ADMIN, ADMINS_MESSAGES)
    at_home.presses(answer, "Leave it")
    assert buttons(at_home.reads_again(answer, showing="left as it is")) == []
    assert alias_of(ada.stage) == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("number,colour\n2065550100,red\n", "line 1: “colour” is no column"),
        ("number,alias\n206555,Desk\n", "line 2: "),
        ("number,route\n2065550100,Nowhere\n", "line 2: “Nowhere” is no route"),
        ("number,alias\n2069990000,Desk\n", "line 2: (206) 999-0000 is not on this Flowroute account"),
        ("number,alias\n", "no numbers below them"),
    ],
)
def test_what_is_wrong_with_a_dropped_list_is_said_by_its_line(ada: Person, text: str, says: str) -> None:
    """And that nothing was changed."""
    said = shown(drop(ada, text))
    assert "Nothing was changed" in said
    assert says in said


def test_what_is_wrong_with_a_pasted_list_stands_above_it(ada: Person) -> None:
    """The list stays, to be mended."""
    opens(ada)
    ada.submits(rows="number,alias\n206555,Desk\n2065550100,<!channel>\n")
    view = ada.form(showing="Mend the list")
    assert "line 2: " in shown(view)
    ada.submits(rows="number,alias\n2065550100,<!channel>\n")
    assert "Alias *&lt;!channel&gt;*" in shown(ada.form(showing="1 number would change"))


@pytest.mark.parametrize("values", [{}, {"rows": LIST, "files": [upload(LIST)]}], ids=["neither", "both"])
def test_a_list_is_pasted_or_chosen(ada: Person, values: dict[str, object]) -> None:
    """One of the two, said beside the field."""
    opens(ada)
    assert "one of them" in ada.submits(**values)["rows"]


def test_a_list_that_changes_nothing_ends_there(ada: Person) -> None:
    """There is nothing to submit."""
    opens(ada)
    ada.submits(rows=f"number,alias\n{NUMBER},{alias_of(ada.stage)}\n")
    assert ada.form(showing="everything is like that already")["submit"] is None


def test_the_current_state_is_a_list_to_begin_with(ada: Person) -> None:
    """Sent back untouched it changes nothing."""
    opens(ada)
    ada.presses_in_form("Get the current state as CSV")
    rows = given_file(ada.stage, 0)
    assert rows[0][:3] == ["number", "alias", "route"]
    assert {NUMBER, SECOND_NUMBER} <= {row[0] for row in rows}
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    ada.submits(rows=out.getvalue())
    ada.form(showing="everything is like that already")


def test_a_number_that_cannot_be_changed_leaves_the_others_changed(ada: Person) -> None:
    """It is named with a way to try it again."""
    ada.stage.carrier.faults.add(
        method="PATCH", path_pattern=f"/v2/numbers/{NUMBER}$", fault=Refuse(403), times=None
    )
    opens(ada)
    ada.submits(rows=LIST.replace("#support", ""))
    ada.form(showing="2 numbers would change")
    ada.submits()
    told(ada.stage, "Set up 1 of 2 numbers, 1 step open")
    message = next(m for m in ada.stage.workspace.messages(TELECOM) if "1 step open" in shown(m))
    assert buttons(message) == ["Retry: alias …0100", "Skip it", "Result as CSV", "Cancel the order"]
    assert alias_of(ada.stage, SECOND_NUMBER) == "Second desk"


def test_lists_are_for_admins(running: Stage) -> None:
    """The form, and a file in the direct messages."""
    sam = Person(running, AGENT, SUPPORT)
    sam.says("numbers bulk")
    sam.form(showing="*admin*")
    sam.member.post("D0AGENT", "here", files=[upload(LIST)])
    running.workspace.wait_for(lambda: any("*admin*" in text for text in running.texts_in("D0AGENT")))


def test_other_files_in_direct_messages_are_nobodys_list(ada: Person) -> None:
    """A picture is left alone; the list after it is answered."""
    ada.member.post(ADMINS_MESSAGES, "look", files=[Upload("shop.png", "image/png", b"\x89PNG\r\n\x1a\n")])
    assert "2 numbers would change" in shown(drop(ada, LIST))
    assert len(ada.stage.texts_in(ADMINS_MESSAGES)) == 3
