"""Lists of numbers and what each is to be like, as spreadsheets write them."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from bot.cards import escape, shorten
from bot.errors import BotError
from bot.files import csv_of
from bot.store.orders import Line, Order, StepState
from flowroute import InvalidNumber, PhoneNumber, format_phone_number, parse_phone_number
from flowroute.numbers import LONGEST_ALIAS

MOST_ROWS = 200
MOST_PROBLEMS = 20
MAX_SAID = 40
DELIMITERS = ",;\t"
NOTHING = "none"
"""Takes something away; an empty cell leaves it as it is."""
GUARD = re.compile(r"'(?=[=+\-@\t\r])")
"""What `csv_of` puts in front of a cell that would be a formula."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "phone", "phone number", "telephone number", "did", "tn"),
    "alias": ("alias", "name"),
    "route": ("route", "primary", "primary route"),
    "failover": ("failover", "failover route"),
    "e911": ("e911", "address", "e911 address", "emergency address"),
    "cnam": ("cnam", "caller name"),
    "messaging": ("messaging", "texting", "sms"),
    "channel": ("channel", "slack channel", "relay channel"),
}
"""Names of columns, in any case, and what they mean."""
YES_NO = {
    "on": True,
    "yes": True,
    "true": True,
    "1": True,
    "off": False,
    "no": False,
    "false": False,
    "0": False,
}


class BadList(BotError):
    """A list that cannot be carried out as it is; `problems` says what is wrong, by line."""

    def __init__(self, problems: Sequence[str]) -> None:
        shown = [*problems[:MOST_PROBLEMS]]
        if len(problems) > MOST_PROBLEMS:
            shown.append(f"and {len(problems) - MOST_PROBLEMS} more")
        super().__init__("\n".join(escape(problem) for problem in shown))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Row:
    """What one number is to be like, in people's words; None leaves it as it is, "none" takes it away.

    `line` is where it stands in the file. A route, an address and a caller name are given by id or name, a
    channel by id or `#name`.
    """

    line: int
    number: PhoneNumber
    alias: str | None = None
    route: str | None = None
    failover: str | None = None
    e911: str | None = None
    cnam: str | None = None
    messaging: bool | None = None
    channel: str | None = None


def parse(content: bytes) -> list[Row]:
    """Read CSV with a line of column names; commas, semicolons or tabs, as Excel and others write it.

    Raises BadList with every problem, each beginning with its line: `line 3: …`.
    """
    lines = list(_lines(_decoded(content)))
    if not lines:
        raise BadList(["The list is empty. It begins with a line of column names, such as: number,alias"])
    head, *rest = lines
    names = _columns(*head)
    if not rest:
        raise BadList(["The list has column names, but no numbers below them."])
    if len(rest) > MOST_ROWS:
        raise BadList([f"The list has {len(rest)} numbers; {MOST_ROWS} fit into one order. Split it."])
    rows: list[Row] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for line, cells in rest:
        try:
            row = _row(line, names, cells)
        except ValueError as error:
            problems.append(f"line {line}: {error}")
            continue
        if row.number in seen:
            problems.append(
                f"line {line}: {format_phone_number(row.number)} is in line {seen[row.number]} already"
            )
        seen.setdefault(row.number, line)
        rows.append(row)
    if problems:
        raise BadList(problems)
    return rows


def result(order: Order) -> bytes:
    """What became of each number of an order, as CSV."""
    return csv_of(["number", "result", "done", "not done"], [_result(line) for line in order.lines])


def _result(line: Line) -> list[str]:
    done = [step for step in line.steps if step.state is StepState.DONE]
    left = [step for step in line.steps if step.state is not StepState.DONE]
    word = "as it was" if not line.steps else "not done" if not done else "in part" if left else "done"
    return [
        line.number,
        word,
        "; ".join(f"{step.name}: {step.wanted or ''}".removesuffix(": ") for step in done),
        "; ".join(f"{step.name}: {step.note or step.state}" for step in left),
    ]


def _decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else what Windows writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _lines(text: str) -> Iterable[tuple[int, list[str]]]:
    """The lines that say something, each with its place in the file."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        place = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadList([f"line {place}: this is no CSV ({error})"]) from error
        tidy = [GUARD.sub("", cell.strip(), count=1) for cell in cells]
        if any(tidy):
            yield place, tidy


def _columns(line: int, cells: Sequence[str]) -> list[str]:
    known = {name: column for column, names in COLUMNS.items() for name in names}
    problems = []
    found: list[str] = []
    for cell in cells:
        words = " ".join(re.split(r"[\s_-]+", cell.casefold())).strip()
        column = known.get(words)
        if column is None:
            what = f"“{shorten(cell, MAX_SAID)}” is no column" if cell else "a column has no name"
            problems.append(f"line {line}: {what}; columns are {', '.join(COLUMNS)}")
        elif column in found:
            problems.append(f"line {line}: the column {column} is there twice")
        found.append(column or "")
    if "number" not in found and not problems:
        problems.append(f"line {line}: the column number is missing; an example is number,alias,route")
    if problems:
        raise BadList(problems)
    return found


def _row(line: int, names: Sequence[str], cells: Sequence[str]) -> Row:
    """Raises ValueError with what is wrong."""
    if any(cells[len(names) :]):
        raise ValueError(f"{len(cells)} cells, but {len(names)} column names")
    given = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
    try:
        number = parse_phone_number(given.pop("number", ""))
    except InvalidNumber as error:
        raise ValueError(error.user_message) from error
    messaging = None
    if "messaging" in given:
        word = given.pop("messaging")
        messaging = YES_NO.get(word.casefold())
        if messaging is None:
            raise ValueError(f"“{shorten(word, MAX_SAID)}” under messaging; write on or off")
    alias = given.pop("alias", None)
    if alias is not None and len(alias) > LONGEST_ALIAS:
        raise ValueError(f"the alias has {len(alias)} characters, {LONGEST_ALIAS} fit")
    texts = {field.name: given.get(field.name) for field in fields(Row) if field.name in TEXTS}
    return Row(line, number, alias=alias, messaging=messaging, **texts)


TEXTS = ("route", "failover", "e911", "cnam", "channel")
