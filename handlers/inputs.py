"""What somebody filled in, out of the `state` of a view."""

from collections.abc import Mapping
from typing import Any

from .ids import Field


def typed_in(view: Mapping[str, Any], field: Field) -> str | None:
    """The value of an input, chosen or typed, without outer white space; None when it was left empty."""
    element = view["state"]["values"].get(field, {}).get(field, {})
    option = element.get("selected_option") or {}
    chosen = element.get("value") or option.get("value") or element.get("selected_conversation")
    return str(chosen).strip() or None if chosen else None
