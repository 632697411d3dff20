"""Slack's limits kept by construction: one function for each, so that no data can break a message.

The figures are those of docs.slack.dev, "Blocks", "Block elements", "Composition objects" and "Modal views".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from slackblocks import (
    DataTableBlock,
    HeaderBlock,
    Markdown,
    PlainText,
    RawNumber,
    RawText,
    RichTextBlock,
    RichTextChannel,
    RichTextSection,
    RichTextUser,
    SectionBlock,
)

from bot.cards import shorten, usd

MAX_TITLE = 24
MAX_OPTION = 75
MAX_OPTIONS = 100
MAX_BUTTON = 75
MAX_BUTTON_VALUE = 2000
MAX_HEADER = 150
MAX_ALERT = 200
MAX_INPUT = 3000
MAX_SECTION = 3000
MAX_FIELD = 2000
MAX_TEXT = 3000
"""Of a message's `text`: 4,000 are advised, and escaping makes it longer."""
MAX_ROWS = 200
MAX_CELLS_CHARS = 20_000
MAX_CELL = 70
"""Of ours, not of Slack's: a 64-character alias fits, and a whole table of such still shows 70 rows."""

EMPTY = "–"


@dataclass(frozen=True)
class Member:
    """Somebody of the workspace, drawn by name in a cell of a table."""

    user_id: str


@dataclass(frozen=True)
class Channel:
    """A channel, drawn by name in a cell of a table."""

    channel_id: str


Cell = str | Decimal | Member | Channel | None
Cells = list[RawText | RawNumber | RichTextBlock]


def view_title(text: str) -> PlainText:
    """The title of a modal."""
    return PlainText(shorten(text, MAX_TITLE))


def option_text(text: str) -> PlainText:
    """The text or the description of an option; plain, as a view wants it."""
    return PlainText(shorten(text, MAX_OPTION))


def button_text(text: str) -> PlainText:
    return PlainText(shorten(text, MAX_BUTTON))


def header(text: str) -> HeaderBlock:
    return HeaderBlock(PlainText(shorten(text, MAX_HEADER)))


def section(mrkdwn: str) -> SectionBlock:
    return SectionBlock(Markdown(shorten(mrkdwn, MAX_SECTION)))


def facts(said: Mapping[str, str]) -> SectionBlock:
    """Labels with what is said of each (mrkdwn), side by side; ten at most, of 2,000 characters."""
    fields = [Markdown(shorten(f"*{label}*\n{value}", MAX_FIELD)) for label, value in said.items()]
    return SectionBlock(fields=list(fields))


def table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, page_size: int = 10
) -> tuple[DataTableBlock, int]:
    """A table of the first rows that fit, and how many these are. `rows` holds at least one.

    Slack pages, sorts and filters it; costs (Decimal, USD) sort by amount.
    """
    drawn: list[Cells] = [[RawText(column) for column in columns]]
    room = MAX_CELLS_CHARS - sum(len(column) for column in columns)
    for row in rows[:MAX_ROWS]:
        cells = [_cell(value) for value in row]
        room -= sum(len(cell.text) if isinstance(cell, RawText | RawNumber) else MAX_CELL for cell in cells)
        if room < 0:
            break
        drawn.append(list(cells))
    return DataTableBlock(rows=drawn, caption=caption, page_size=page_size), len(drawn) - 1


def _cell(value: Cell) -> RawText | RawNumber | RichTextBlock:
    if isinstance(value, Member):
        return RichTextBlock([RichTextSection([RichTextUser(value.user_id)])])
    if isinstance(value, Channel):
        return RichTextBlock([RichTextSection([RichTextChannel(value.channel_id)])])
    if isinstance(value, Decimal):
        return RawNumber(float(value), text=usd(value))
    return RawText(shorten((value or "").strip() or EMPTY, MAX_CELL))
