"""Slack's limits kept by construction: one function for each, so that no data can break a message.

The figures are those of docs.slack.dev, "Blocks", "Block elements" and "Composition objects".
"""

from collections.abc import Sequence
from decimal import Decimal

from slackblocks import DataTableBlock, PlainText, RawNumber, RawText, RichTextBlock

from bot.cards import shorten, usd

MAX_ROWS = 200
MAX_CELLS_CHARS = 20_000
MAX_CELL = 70
"""A 64-character alias fits; a whole table of such still shows 70 rows of four columns."""
MAX_OPTION = 75
MAX_HEADER = 150

EMPTY = "–"

Cell = str | Decimal | None


def option_text(text: str) -> PlainText:
    """The text or description of an option: 75 characters, and plain, so that a view accepts it."""
    return PlainText(shorten(text, MAX_OPTION))


def table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, page_size: int = 10
) -> tuple[DataTableBlock, int]:
    """A table of the first rows that fit, and how many these are. `rows` holds at least one.

    Slack pages, sorts and filters it; costs (Decimal, USD) sort by amount.
    """
    drawn: list[list[RawText | RawNumber | RichTextBlock]] = [[RawText(column) for column in columns]]
    room = MAX_CELLS_CHARS - sum(len(column) for column in columns)
    for row in rows[:MAX_ROWS]:
        cells = [_cell(value) for value in row]
        room -= sum(len(cell.text) for cell in cells)
        if room < 0:
            break
        drawn.append(list(cells))
    return DataTableBlock(rows=drawn, caption=caption, page_size=page_size), len(drawn) - 1


def _cell(value: Cell) -> RawText | RawNumber:
    if isinstance(value, Decimal):
        return RawNumber(float(value), text=usd(value))
    return RawText(shorten(value.strip() or EMPTY, MAX_CELL) if value else EMPTY)
