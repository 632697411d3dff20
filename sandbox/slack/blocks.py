"""Walks blocks: gives every block and element an id, and finds the ones a person can act on."""

import copy
import secrets
from collections.abc import Iterator
from typing import Any

from sandbox.slack.wire import JSON

STATEFUL = frozenset(
    {
        "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input",
        "file_input", "static_select", "external_select", "users_select", "conversations_select",
        "channels_select", "multi_static_select", "multi_external_select", "multi_users_select",
        "multi_conversations_select", "multi_channels_select", "checkboxes", "radio_buttons", "datepicker",
        "timepicker", "datetimepicker",
    }
)  # fmt: skip
"""Elements that hold a value, so that they appear in `state.values`."""
PRESSABLE = frozenset({"button", "overflow", "feedback_buttons", "icon_button", "workflow_button"})


def short_id() -> str:
    """Like the ids Slack makes up for blocks and elements that came without."""
    return secrets.token_urlsafe(4).replace("-", "x").replace("_", "y")


def with_ids(blocks: list[JSON]) -> list[JSON]:
    """A copy in which every block has a `block_id` and every interactive element an `action_id`."""
    copied = copy.deepcopy(blocks)
    for block in walk_blocks(copied):
        block.setdefault("block_id", short_id())
        for element in elements_of(block):
            element.setdefault("action_id", short_id())
    return copied


def walk_blocks(blocks: list[JSON]) -> Iterator[JSON]:
    """Every block, also the ones inside a container."""
    for block in blocks:
        yield block
        yield from walk_blocks(block.get("child_blocks", []))


def elements_of(block: JSON) -> Iterator[JSON]:
    """The interactive elements of one block, not those of the blocks inside it."""
    if block.get("type") == "input":
        yield block["element"]
        return
    yield from _interactive({k: v for k, v in block.items() if k != "child_blocks"})


def _interactive(node: Any) -> Iterator[JSON]:
    if isinstance(node, list):
        for item in node:
            yield from _interactive(item)
    elif isinstance(node, dict):
        if node.get("type") in STATEFUL | PRESSABLE:
            yield node
            return
        for value in node.values():
            yield from _interactive(value)


def find_element(blocks: list[JSON], block_id: str, action_id: str) -> tuple[JSON, JSON] | None:
    """The block and its element; None when there is no such pair."""
    for block in walk_blocks(blocks):
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    return None
