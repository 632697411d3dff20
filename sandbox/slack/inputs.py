"""Turns what a person typed or chose into the typed values of `state.values`, and checks it first.

The raw value of an input is text, a list of texts, None, or a list of files. The checks are the ones that Slack's own
client makes before it sends anything.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.slack.blocks import STATEFUL, elements_of, walk_blocks
from sandbox.slack.escaping import escape
from sandbox.slack.rich_text import block_for
from sandbox.slack.wire import JSON, NotPossible

Values = Mapping[str, Mapping[str, Any]]
"""Raw values by block_id and action_id."""
FindOption = Callable[[JSON, str], JSON | None]
"""Looks an option up by its value: in the element itself, or among those suggested for it."""
REQUIRED = "Please complete this required field."

VALUE_FIELD = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""Where `state.values` holds what an element's person entered."""
INITIAL_FIELD = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
}
LISTS = {"selected_options", "selected_users", "selected_conversations", "selected_channels", "files"}


def stateful(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Every block with each of its elements that holds a value."""
    for block in walk_blocks(blocks):
        for element in elements_of(block):
            if element["type"] in STATEFUL:
                yield block, element


def initial_state(blocks: list[JSON], before: JSON | None = None) -> JSON:
    """`state.values` of freshly drawn blocks.

    An element that was there before under the same ids keeps what the person entered, whatever its new initial
    value says: that is what Slack's client does when a view is updated.
    """
    values: JSON = {}
    for block, element in stateful(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        kept = (before or {}).get(block_id, {}).get(action_id)
        if kept is None or kept["type"] != element["type"]:
            kept = _initial_value(element)
        values.setdefault(block_id, {})[action_id] = kept
    return values


def _initial_value(element: JSON) -> JSON:
    field = VALUE_FIELD[element["type"]]
    empty: Any = [] if field in LISTS else None
    value = element.get(INITIAL_FIELD.get(field, ""), empty)
    return {"type": element["type"], field: value}


def typed_value(element: JSON, raw: Any, find_option: FindOption) -> JSON:
    """One entry of `state.values`. Raises `NotPossible` for a choice that was not offered."""
    kind = element["type"]
    field = VALUE_FIELD[kind]
    value: Any = raw
    if field == "selected_option":
        value = _chosen(element, str(raw), find_option) if raw not in (None, "") else None
    elif field == "selected_options":
        value = [_chosen(element, str(one), find_option) for one in raw or []]
    elif field in LISTS:
        value = list(raw or [])
    elif raw in (None, ""):
        value = None
    elif field == "selected_date_time":
        value = int(raw)
    elif field == "rich_text_value":
        block = block_for(escape(str(raw)), "")
        value = {"type": block["type"], "elements": block["elements"]}
    return {"type": kind, field: value}


def _chosen(element: JSON, value: str, find_option: FindOption) -> JSON:
    option = find_option(element, value)
    if option is None:
        raise NotPossible(f"There is no option {value!r} to choose here.")
    return option


def offered_option(element: JSON, value: str) -> JSON | None:
    """The option of a static menu with this value."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return next((o for o in [*element.get("options", []), *grouped] if o.get("value") == value), None)


def check_inputs(blocks: list[JSON], values: JSON) -> dict[str, str]:
    """The client's own complaints by block_id; empty when the form may be sent."""
    errors = {}
    for block, element in stateful(blocks):
        if block["type"] == "input":
            entry = values[block["block_id"]][element["action_id"]]
            complaint = _complaint(block, element, entry[VALUE_FIELD[element["type"]]])
            if complaint:
                errors[block["block_id"]] = complaint
    return errors


def _complaint(block: JSON, element: JSON, value: Any) -> str | None:
    if value in (None, [], ""):
        return None if block.get("optional") else REQUIRED
    if element["type"] == "number_input":
        return _number_complaint(element, str(value))
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", value):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not re.fullmatch(
        r"[a-z][a-z0-9+.-]*://\S+", value, re.IGNORECASE
    ):
        return "Please enter a valid URL."
    if element["type"] == "file_input" and len(value) > element.get("max_files", 10):
        return f"Please choose at most {element.get('max_files', 10)} files."
    if element["type"].startswith("multi_") and len(value) > element.get("max_selected_items", len(value)):
        return f"Please choose at most {element['max_selected_items']} items."
    return _length_complaint(element, str(value)) if element["type"] == "plain_text_input" else None


def _length_complaint(element: JSON, text: str) -> str | None:
    if len(text) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    longest = element.get("max_length", 3000)
    return f"Please enter at most {longest} characters." if len(text) > longest else None


def _number_complaint(element: JSON, text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if number < Decimal(element.get("min_value", text)):
        return f"Please enter a number of at least {element['min_value']}."
    if number > Decimal(element.get("max_value", text)):
        return f"Please enter a number of at most {element['max_value']}."
    return None
