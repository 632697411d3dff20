"""Slack's limits hold whatever the data: one function for each, tried beyond its limit."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slackblocks import ModalView, WebhookMessage

from handlers.answers import MAX_BUTTON_TEXT, run_button
from handlers.limits import MAX_CELLS_CHARS, MAX_OPTION, MAX_ROWS, option_text, table
from handlers.modals import MAX_ALERT, MAX_TITLE, alert, notice, waiting


@pytest.mark.parametrize("count", [1, 50, 200, 201, 10_000])
def test_a_table_shows_as_many_rows_as_slack_takes(count: int) -> None:
    """At most 200 rows under the header, and the caller learns how many these are."""
    block, shown = table("Rows", ["A", "B"], [["x", Decimal("1.25")]] * count)
    assert shown == min(count, MAX_ROWS)
    assert len(block.rows) == shown + 1


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.text(max_size=200), st.none() | st.text(max_size=200)), min_size=1, max_size=300)
)
def test_a_table_of_any_texts_is_taken(rows: list[tuple[str, str | None]]) -> None:
    """Empty cells, long cells, many cells: the block is made and its text stays within 20,000 characters."""
    block, shown = table("Rows", ["A", "B"], rows)
    message = WebhookMessage(text="Rows", blocks=[block]).to_dict()
    cells = [cell["text"] for row in message["blocks"][0]["rows"] for cell in row]
    assert 0 < shown <= len(rows)
    assert all(cells)
    assert sum(map(len, cells)) <= MAX_CELLS_CHARS


@given(st.text(min_size=1, max_size=400))
def test_an_option_is_cut_to_75_characters(text: str) -> None:
    """Of its text and of its description."""
    assert len(option_text(text).text) <= MAX_OPTION


@given(st.text(min_size=1, max_size=400))
def test_a_button_is_cut_to_75_characters(text: str) -> None:
    """Whatever stands on it."""
    label = run_button(text, "help").text
    assert label is not None
    assert len(label.text) <= MAX_BUTTON_TEXT


@given(st.text(alphabet="ab. \n&<", min_size=1, max_size=5000))
def test_an_alert_of_any_length_is_shown(text: str) -> None:
    """200 characters in the alert itself; what is longer goes on below it."""
    blocks = alert(text, "error")
    first = ModalView(title="x", blocks=blocks).to_dict()["blocks"][0]
    assert len(first["text"]["text"]) <= MAX_ALERT


@given(st.text(min_size=1, max_size=100))
def test_a_title_is_cut_to_24_characters(title: str) -> None:
    """On every view that is made here."""
    for view in (waiting(title, "Loading…"), notice(title, "Done", "success")):
        assert len(view.to_dict()["title"]["text"]) <= MAX_TITLE
