"""What somebody filled in, out of the `state` of a view."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .ids import Field


def typed_in(view: Mapping[str, Any], field: Field, *, block_id: str | None = None) -> str | None:
    """The value of an input, chosen or typed, without outer white space; None when it was left empty.

    `block_id` is where the block is not called like its field.
    """
    element = _element(view, field, block_id or field)
    option = element.get("selected_option") or {}
    chosen = element.get("value") or option.get("value") or element.get("selected_conversation")
    return str(chosen).strip() or None if chosen else None


@dataclass(frozen=True)
class Picked:
    """Something chosen from a menu: its id, and the words that the person saw."""

    value: str
    text: str


def picked_in(view: Mapping[str, Any], field: Field) -> Picked | None:
    """What was chosen from a menu."""
    option = _element(view, field, field).get("selected_option")
    return None if option is None else Picked(option["value"], option["text"]["text"])


def ticked_in(view: Mapping[str, Any], field: Field) -> tuple[str, ...]:
    """The values of all boxes that are ticked, in every block that is called like the field."""
    return tuple(
        option["value"]
        for block_id, elements in view["state"]["values"].items()
        if block_id == field or block_id.startswith(f"{field}.")
        for element in elements.values()
        for option in element.get("selected_options") or []
    )


def files_in(view: Mapping[str, Any], field: Field) -> tuple[str, ...]:
    """The ids of the files that somebody put into an input."""
    return tuple(file["id"] for file in _element(view, field, field).get("files") or [])


def _element(view: Mapping[str, Any], field: Field, block_id: str) -> Mapping[str, Any]:
    element: Mapping[str, Any] = view["state"]["values"].get(block_id, {}).get(field, {})
    return element
