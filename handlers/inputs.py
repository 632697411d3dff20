"""What somebody filled in, out of the `state` of a view."""

from collections.abc import Mapping
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


def files_in(view: Mapping[str, Any], field: Field) -> tuple[str, ...]:
    """The ids of the files that somebody put into an input."""
    return tuple(file["id"] for file in _element(view, field, field).get("files") or [])


def _element(view: Mapping[str, Any], field: Field, block_id: str) -> Mapping[str, Any]:
    element: Mapping[str, Any] = view["state"]["values"].get(block_id, {}).get(field, {})
    return element
