"""Turns what a person typed or chose into the typed values of `state.values`.

The raw value of an input is text, a list of texts, None, or a list of files.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.slack.blocks import STATEFUL, elements_of, walk_blocks
from sandbox.slack.escaping import escape
from sandbox.slack.rich_text import block_for
from sandbox.slack.wire import JSON, NotPossible

Values = Mapping[str, Mapping[str, Any]]
"""Raw values by block_id and action_id."""
FindOption = Callable[[JSON, str], JSON | None]
"""Looks an option up by its value: in the element itself, or among those suggested for it."""

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

    An element that was there before under the same ids keeps what the person entered, whatever its new
    initial value says: that is what Slack's client does when a view is updated.
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
    return _entry(element["type"], field, element.get(INITIAL_FIELD.get(field, ""), empty))


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
    return _entry(kind, field, value)


def _entry(kind: str, field: str, value: Any) -> JSON:
    if kind == "rich_text_input" and value is None:
        return {"type": kind}  # the one input whose value is left out while it is empty
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
