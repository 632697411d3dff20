"""Slack's limits hold whatever the data: one function for each, tried beyond its limit."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slackblocks import ModalView, Text, WebhookMessage

from handlers import limits
from handlers.limits import MAX_ALERT, MAX_CELLS_CHARS, MAX_ROWS, table
from handlers.modals import alert


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


@pytest.mark.parametrize(
    ("made", "limit"),
    [
        (limits.view_title, 24),
        (limits.option_text, 75),
        (limits.button_text, 75),
        (lambda text: limits.header(text).text, 150),
        (lambda text: limits.section(text).text, 3000),
    ],
    ids=["title of a view", "option", "button", "header", "section"],
)
@pytest.mark.parametrize("length", [1, 24, 25, 75, 76, 150, 151, 3000, 3001, 10_000])
def test_a_text_is_cut_to_what_its_place_takes(made: Callable[[str], Text], limit: int, length: int) -> None:
    """Whatever stands in the account, Slack takes the block."""
    assert len(made("x" * length).text) == min(length, limit)


@given(st.text(alphabet="ab. \n&<", min_size=1, max_size=5000))
def test_an_alert_of_any_length_is_shown(text: str) -> None:
    """200 characters in the alert itself; what is longer goes on below it."""
    blocks = alert(text, "error")
    first = ModalView(title="x", blocks=blocks).to_dict()["blocks"][0]
    assert len(first["text"]["text"]) <= MAX_ALERT
