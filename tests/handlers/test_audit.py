"""The audit: a private table for admins, and the same as a file."""

from tests.handlers.person import Person, buttons, shown
from tests.stage import NUMBER


def test_every_change_is_listed_with_who_what_before_and_after(ada: Person) -> None:
    """Newest first, refusals too; it cannot be shared."""
    ada.asks(f"numbers alias {NUMBER} Front desk")
    ada.asks(f"numbers alias {NUMBER} Night desk")
    answer = ada.asks("audit")
    text = shown(answer)
    assert "2 changes" in text
    assert text.index("Front desk → Night desk") < text.index("Main line → Front desk")
    assert "U0ADMIN\nnumber.alias\n(206) 555-0100" in text
    assert buttons(answer) == ["Get it as CSV"]
    assert "1 change" in shown(ada.asks("audit 1"))


def test_the_audit_is_handed_over_as_a_file_in_direct_messages(ada: Person) -> None:
    """With every value; no cell can pose as a formula."""
    ada.asks(f"numbers alias {NUMBER} =1+1")
    answer = ada.asks("audit")
    assert "in your messages with me" in ada.reads_after_pressing(answer, "Get it as CSV")["text"]
    files = [file for one in ada.stage.workspace.messages("D0ADMIN") for file in one.get("files", [])]
    assert [file["name"] for file in files] == ["audit.csv"]


def test_an_empty_audit_says_so(ada: Person) -> None:
    """No table with nothing in it."""
    assert ada.asks("audit")["text"] == "Nothing was changed yet."


def test_only_admins_read_the_audit(sam: Person) -> None:
    """It says who did what."""
    assert "*admin*" in sam.asks("audit")["text"]
