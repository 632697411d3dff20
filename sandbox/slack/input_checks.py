"""The complaints that Slack's own client makes about a form before it sends anything."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.slack.inputs import VALUE_FIELD, stateful
from sandbox.slack.wire import JSON

REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


def check_inputs(blocks: list[JSON], values: JSON) -> dict[str, str]:
    """Messages by block_id; empty when the form may be sent."""
    errors = {}
    for block, element in stateful(blocks):
        if block["type"] == "input":
            entry = values[block["block_id"]][element["action_id"]]
            complaint = _about(block, element, entry.get(VALUE_FIELD[element["type"]]))
            if complaint:
                errors[block["block_id"]] = complaint
    return errors


def _about(block: JSON, element: JSON, value: Any) -> str | None:
    if value in (None, [], ""):
        return None if block.get("optional") else REQUIRED
    look = LOOKS.get(element["type"])
    return look(element, value) if look else None


def _length(element: JSON, text: str) -> str | None:
    if len(text) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    longest = element.get("max_length", 3000)
    return f"Please enter at most {longest} characters." if len(text) > longest else None


def _number(element: JSON, text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if number < Decimal(element.get("min_value", text)):
        return f"Please enter a number of at least {element['min_value']}."
    if number > Decimal(element.get("max_value", text)):
        return f"Please enter a number of at most {element['max_value']}."
    return None


def _email(_: JSON, text: str) -> str | None:
    return None if EMAIL.fullmatch(text) else "Please enter a valid email address."


def _url(_: JSON, text: str) -> str | None:
    return None if URL.fullmatch(text) else "Please enter a valid URL."


def _files(element: JSON, files: list[JSON]) -> str | None:
    most = element.get("max_files", 10)
    return f"Please choose at most {most} files." if len(files) > most else None


def _several(element: JSON, chosen: list[Any]) -> str | None:
    most = element.get("max_selected_items", len(chosen))
    return f"Please choose at most {most} items." if len(chosen) > most else None


LOOKS: Mapping[str, Callable[[JSON, Any], str | None]] = {
    "plain_text_input": _length,
    "number_input": _number,
    "email_text_input": _email,
    "url_text_input": _url,
    "file_input": _files,
    **dict.fromkeys((kind for kind in VALUE_FIELD if kind.startswith("multi_")), _several),
}
