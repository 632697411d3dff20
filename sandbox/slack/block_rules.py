"""Slack's judgement on blocks: the shape of each, and the rules between them.

Source: docs.slack.dev, "Blocks", "Modals", "Block Kit".
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.block_elements import plain_text
from sandbox.slack.block_kinds import BLOCKS, SURFACES, Surface
from sandbox.slack.blocks import STATEFUL
from sandbox.slack.shapes import Flaw, by_type, fields, flag, items, one_of, text

MOST_BLOCKS: dict[str, int] = {"message": 50, "modal": 100, "home": 100}
MOST_TABLES = 1
MOST_CHARTS = 2
MOST_MARKDOWN = 12_000
BLOCK = by_type(BLOCKS, "a block")


def _anything(_: Any, __: str) -> Iterator[Flaw]:
    """Blocks are judged on their own, by `check_blocks`."""
    return iter(())


_ANY_VIEW = {"callback_id": text(255), "private_metadata": text(3000), "external_id": text(255)}
VIEWS = {
    "modal": fields(
        {"title": plain_text(24), "blocks": items(_anything)},
        {
            **_ANY_VIEW,
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
            "type": one_of("modal"),
        },
    ),
    "home": fields({"blocks": items(_anything)}, {**_ANY_VIEW, "type": one_of("home")}),
}


def check_blocks(blocks: list[Any], surface: Surface) -> list[Flaw]:
    """What Slack would refuse about `blocks` there; pointers begin with `/blocks`."""
    flaws = []
    if len(blocks) > MOST_BLOCKS[surface]:
        flaws.append(("/blocks", f"no more than {MOST_BLOCKS[surface]} items allowed"))
    for index, block in enumerate(blocks):
        flaws += BLOCK(block, f"/blocks/{index}")
    if not flaws:  # the rules between blocks need each of them to be sound
        flaws += _between(blocks, surface)
    return flaws


def check_view(view: dict[str, Any]) -> list[Flaw]:
    """What Slack would refuse about a modal or a Home tab; its `type` must be one of those two."""
    surface: Surface = "modal" if view["type"] == "modal" else "home"
    flaws = list(VIEWS[surface](view, ""))
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        flaws += check_blocks(blocks, surface)
        if (
            not flaws
            and surface == "modal"
            and not view.get("submit")
            and any(b["type"] == "input" for b in blocks)
        ):
            flaws.append(("/submit", "missing required field: submit, because the view has an input block"))
    return flaws


def _between(blocks: list[dict[str, Any]], surface: Surface) -> Iterator[Flaw]:
    placed = [(f"/blocks/{index}", block) for index, block in enumerate(blocks)]
    for at, block in placed:
        if surface not in SURFACES[block["type"]]:
            yield at, f"unsupported type: {block['type']} is not available in a {surface}"
        yield from _unique(_elements(block, at), "action_id")
    yield from _unique(placed, "block_id")
    yield from _within_counts(blocks)
    elements = [found for at, block in placed for found in _elements(block, at)]
    focused = [at for at, element in elements if element.get("focus_on_load") is True]
    if len(focused) > 1:
        yield focused[1], "only one element can have focus_on_load"
    for at, element in elements:
        if element["type"] == "file_input" and surface != "modal":
            yield at, "file_input is only available in modals"
        if element.get("response_url_enabled") and not (surface == "modal" and at.endswith("/element")):
            yield at, "response_url_enabled is only available in the input blocks of a modal"


def _unique(placed: list[tuple[str, dict[str, Any]]], name: str) -> Iterator[Flaw]:
    seen = set()
    for at, one in placed:
        given = one.get(name)
        if given in seen:
            yield f"{at}/{name}", f"{name} {given!r} already exists"
        if given is not None:
            seen.add(given)


def _within_counts(blocks: list[dict[str, Any]]) -> Iterator[Flaw]:
    kinds = [block["type"] for block in blocks]
    if kinds.count("table") > MOST_TABLES:
        yield "/blocks", "only_one_table_allowed"
    if kinds.count("data_visualization") > MOST_CHARTS:
        yield "/blocks", f"no more than {MOST_CHARTS} data_visualization blocks allowed"
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN:
        yield "/blocks", f"must be less than {MOST_MARKDOWN + 1} characters in all markdown blocks"


def _elements(node: Any, at: str) -> list[tuple[str, dict[str, Any]]]:
    """Everything interactive inside a block, with its pointer."""
    found = []
    if isinstance(node, dict):
        if node.get("type") in STATEFUL or "action_id" in node:
            return [(at, node)]
        for name, value in node.items():
            found += _elements(value, f"{at}/{name}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            found += _elements(value, f"{at}/{index}")
    return found
