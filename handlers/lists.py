"""Lists of anything as an answer: Slack's own table, or one sentence when there is nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Generic, TypeVar

from slackblocks import Block, ContextBlock, Markdown

from bot.cards import counted

from .answers import Answer
from .limits import MAX_ROWS, MAX_SECTION, Cell, header, section, table

T = TypeVar("T")


@dataclass(frozen=True)
class Beginning(Generic[T]):
    """The first items of what may be a long list."""

    items: Sequence[T]
    is_all: bool


def beginning(items: Iterable[T], size: int = MAX_ROWS) -> Beginning[T]:
    """At most `size` items; no more than one page is fetched to know whether there are others."""
    first = list(islice(items, size + 1))
    return Beginning(first[:size], len(first) <= size)


def listing(
    noun: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    plural: str | None = None,
    is_all: bool = True,
    empty: str,
    narrow: str | None = None,
    shareable: bool = True,
) -> Answer:
    """`rows` as a table that Slack pages, sorts and filters; `narrow` (mrkdwn) says how to see the others."""
    if not rows:
        return Answer(empty)
    several = plural or noun + "s"
    block, shown = table(several[0].upper() + several[1:], columns, rows)
    complete = is_all and shown == len(rows)
    title = counted(shown, noun, plural) + ("" if complete else ", the first of more")
    blocks: list[Block] = [header(title), block]
    if not complete and narrow:
        blocks.append(ContextBlock([Markdown(narrow)]))
    return Answer(title, tuple(blocks), shareable=shareable)


def words_in_sections(words: Iterable[str]) -> Iterator[Block]:
    """Short plain words side by side, in as many sections as they need."""
    line = ""
    for word in words:
        if len(line) + len(word) + 2 > MAX_SECTION:
            yield section(line)
            line = ""
        line += f"{word}  "
    if line:
        yield section(line.rstrip())


def when(moment: datetime | None) -> str | None:
    """For a table's cell, where Slack cannot show the reader's own time."""
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
