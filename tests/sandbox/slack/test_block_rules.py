"""Slack's limits on blocks and views: what is refused, and where the pointer points."""

from typing import Any

import pytest

from sandbox.slack.block_kinds import Surface
from sandbox.slack.block_rules import check_blocks, check_view
from tests.sandbox.slack.pieces import Json, actions, button, modal, option, plain, section, text_input

CELL = {"type": "raw_text", "text": "206"}
CHART = {"type": "pie", "segments": [{"label": "SMS", "value": 3}]}


def table(*rows: list[Json]) -> Json:
    return {"type": "table", "rows": list(rows)}


def numbers(rows: int) -> Json:
    return {"type": "data_table", "caption": "Numbers", "rows": [[CELL]] * rows}


def chart() -> Json:
    return {"type": "data_visualization", "title": "Texts", "chart": CHART}


def menu(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "m", **more}


def input_of(element: Json) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element}


GOOD: list[tuple[Surface, Json]] = [
    ("message", section("*bold*", accessory=button("go"))),
    ("message", {"type": "section", "fields": [plain("a"), plain("b")]}),
    ("message", {"type": "header", "text": plain("Numbers for sale")}),
    ("message", {"type": "context", "elements": [plain("a"), {"type": "mrkdwn", "text": "b"}]}),
    ("message", actions("a", button("x"), menu(options=[option("a")], initial_option=option("a")))),
    ("message", table([CELL, CELL], [CELL, CELL])),
    ("home", numbers(201)),
    ("message", {"type": "markdown", "text": "x" * 12_000}),
    ("message", chart()),
    ("modal", {"type": "alert", "text": plain("Not valid"), "level": "error"}),
    ("modal", input_of({"type": "file_input", "max_files": 10})),
    ("modal", input_of({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"})),
    ("home", {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}),
    ("message", {"type": "card", "title": {"type": "mrkdwn", "text": "206"}, "actions": [button("x")]}),
]


@pytest.mark.parametrize(("surface", "block"), GOOD, ids=lambda v: v if isinstance(v, str) else v["type"])
def test_good_blocks_pass(surface: Surface, block: Json) -> None:
    """At the limit is within it."""
    assert check_blocks([block], surface) == []


BAD: list[tuple[str, Surface, list[Any], str, str]] = [
    ("an unknown type", "message", [{"type": "confetti"}], "/blocks/0", "unsupported type"),
    ("no block at all", "message", ["text"], "/blocks/0", "with a type"),
    ("an unknown field", "message", [section("x", color="red")], "/blocks/0/color", "invalid additional"),
    ("51 in a message", "message", [section("x")] * 51, "/blocks", "no more than 50"),
    ("101 in a modal", "modal", [section("x")] * 101, "/blocks", "no more than 100"),
    ("a long section", "message", [section("x" * 3001)], "/blocks/0/text/text", "less than 3001"),
    ("an empty text", "message", [section("")], "/blocks/0/text/text", "more than 0"),
    ("a bare section", "message", [{"type": "section"}], "/blocks/0", "text or fields"),
    (
        "11 fields",
        "message",
        [{"type": "section", "fields": [plain("x")] * 11}],
        "/blocks/0/fields",
        "no more than 10",
    ),
    (
        "a long header",
        "message",
        [{"type": "header", "text": plain("x" * 151)}],
        "/blocks/0/text/text",
        "less than 151",
    ),
    ("an empty row", "message", [actions("a")], "/blocks/0/elements", "at least 1"),
    (
        "26 buttons",
        "message",
        [actions("a", *[button(str(n)) for n in range(26)])],
        "/blocks/0/elements",
        "no more than 25",
    ),
    (
        "one block_id twice",
        "message",
        [section("x", block_id="b")] * 2,
        "/blocks/1/block_id",
        "already exists",
    ),
    (
        "one action_id twice",
        "message",
        [actions("a", button("x"), button("x"))],
        "/blocks/0/elements/1/action_id",
        "already exists",
    ),
    (
        "a long value",
        "message",
        [actions("a", button("x", value="v" * 2001))],
        "/blocks/0/elements/0/value",
        "less than 2001",
    ),
    ("no options", "message", [actions("a", menu())], "/blocks/0/elements/0", "either options or"),
    (
        "101 options",
        "message",
        [actions("a", menu(options=[option(str(n)) for n in range(101)]))],
        "/blocks/0/elements/0/options",
        "no more than 100",
    ),
    (
        "a long option",
        "message",
        [actions("a", menu(options=[{"text": plain("a"), "value": "v" * 151}]))],
        "/blocks/0/elements/0/options/0/value",
        "less than 151",
    ),
    (
        "an initial option that is none",
        "message",
        [actions("a", menu(options=[option("a")], initial_option=option("b")))],
        "/blocks/0/elements/0/initial_option",
        "must match",
    ),
    (
        "six in an overflow menu",
        "message",
        [actions("a", {"type": "overflow", "options": [option(str(n)) for n in range(6)]})],
        "/blocks/0/elements/0/options",
        "no more than 5",
    ),
    ("a table in a modal", "modal", [table([CELL])], "/blocks/0", "not available in a modal"),
    (
        "an alert in a message",
        "message",
        [{"type": "alert", "text": plain("x")}],
        "/blocks/0",
        "not available",
    ),
    ("two tables", "message", [table([CELL]), table([CELL])], "/blocks", "only_one_table_allowed"),
    ("uneven rows", "message", [table([CELL], [CELL, CELL])], "/blocks/0/rows", "same number of cells"),
    ("101 rows", "message", [table(*[[CELL]] * 101)], "/blocks/0/rows", "no more than 100"),
    ("21 columns", "message", [table([CELL] * 21)], "/blocks/0/rows/0", "no more than 20"),
    (
        "too much text in a table",
        "message",
        [table([{"type": "raw_text", "text": "x" * 10_001}])],
        "/blocks/0/rows",
        "less than 10001",
    ),
    ("a data table without rows", "message", [numbers(1)], "/blocks/0/rows", "at least 2"),
    ("a data table of 202 rows", "message", [numbers(202)], "/blocks/0/rows", "no more than 201"),
    ("three charts", "message", [chart()] * 3, "/blocks", "no more than 2"),
    (
        "too much markdown",
        "message",
        [{"type": "markdown", "text": "x" * 7000}] * 2,
        "/blocks",
        "less than 12001",
    ),
    (
        "a file input outside a modal",
        "home",
        [input_of({"type": "file_input"})],
        "/blocks/0/element",
        "only available in modals",
    ),
    (
        "limits the wrong way round",
        "modal",
        [text_input("a", min_length=5, max_length=3)],
        "/blocks/0/element",
        "must not be above",
    ),
    (
        "a day that is none",
        "modal",
        [input_of({"type": "datepicker", "initial_date": "2026-02-30"})],
        "/blocks/0/element/initial_date",
        "YYYY-MM-DD",
    ),
    (
        "two that want the focus",
        "modal",
        [text_input("a", focus_on_load=True), text_input("b", focus_on_load=True)],
        "/blocks/1/element",
        "focus_on_load",
    ),
]


@pytest.mark.parametrize(
    ("surface", "blocks", "pointer", "message"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_bad_blocks_are_refused_with_a_pointer(
    surface: Surface, blocks: list[Any], pointer: str, message: str
) -> None:
    """The first flaw points at the very thing."""
    # when
    flaws = check_blocks(blocks, surface)

    # then
    assert flaws
    assert flaws[0][0] == pointer
    assert message in flaws[0][1]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": plain("t" * 25)}, "/title/text"),
        ({"title": None}, ""),
        ({"submit": plain("s" * 25)}, "/submit/text"),
        ({"submit": None}, "/submit"),
        ({"private_metadata": "x" * 3001}, "/private_metadata"),
        ({"callback_id": "x" * 256}, "/callback_id"),
        ({"color": "red"}, "/color"),
    ],
)
def test_a_modal_has_limits_of_its_own(changes: Json, pointer: str) -> None:
    """Title, submit and close 24, metadata 3,000, callback_id 255; an input needs a submit."""
    assert [at for at, _ in check_view(modal(text_input("a"), **changes))] == [pointer]


def test_a_home_tab_has_no_title() -> None:
    """Nor anything to submit."""
    assert check_view({"type": "home", "blocks": [section("x")]}) == []
    assert [at for at, _ in check_view({"type": "home", "blocks": [], "title": plain("x")})] == ["/title"]
