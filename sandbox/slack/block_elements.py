"""The parts of blocks: texts, options, buttons, menus, inputs, with their fields and limits.

Source: docs.slack.dev, "Block elements" and "Composition objects".
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.slack.shapes import (
    Check,
    Flaw,
    both,
    by_type,
    either,
    fields,
    flag,
    items,
    number,
    one_of,
    text,
    web_address,
)

ID = text(255, 1)


def texts(longest: int = 3000) -> Mapping[str, Check]:
    """The two text objects."""
    return {
        "plain_text": fields({"text": text(longest, 1)}, {"emoji": flag}),
        "mrkdwn": fields({"text": text(longest, 1)}, {"verbatim": flag}),
    }


def plain_text(longest: int = 3000) -> Check:
    return by_type({"plain_text": texts(longest)["plain_text"]}, "a plain_text object")


def mrkdwn(longest: int = 3000) -> Check:
    return by_type({"mrkdwn": texts(longest)["mrkdwn"]}, "a mrkdwn object")


def any_text(longest: int = 3000) -> Check:
    return by_type(texts(longest), "a text object")


CONFIRM = fields(
    {"text": any_text(300)},
    {
        "title": plain_text(100),
        "confirm": plain_text(30),
        "deny": plain_text(30),
        "style": one_of("primary", "danger"),
    },
)
SLACK_FILE = either(fields({"id": text(None, 1)}), fields({"url": text(None, 1)}))
IMAGE: Mapping[str, Check] = {
    "image": either(
        fields({"image_url": web_address("http", "https"), "alt_text": text(2000)}),
        fields({"slack_file": SLACK_FILE, "alt_text": text(2000)}),
    )
}

# Options

PLAIN_OPTION = fields({"text": plain_text(75), "value": text(150)}, {"description": plain_text(75)})
RICH_OPTION = fields({"text": any_text(75), "value": text(150)}, {"description": any_text(75)})
OVERFLOW_OPTION = fields(
    {"text": plain_text(75)},
    {"value": text(150), "description": plain_text(75), "url": web_address("http", "https", "mailto", "tel")},
)
OPTION_GROUP = fields({"label": plain_text(75), "options": items(PLAIN_OPTION, 100, 1)})


def _initial_is_offered(value: Any, at: str) -> Iterator[Flaw]:
    """The initial option must equal one of the options, its description included."""
    groups = value.get("option_groups") or []
    if not isinstance(groups, list) or not isinstance(value.get("options") or [], list):
        return
    grouped = [o for g in groups if isinstance(g, dict) for o in g.get("options") or []]
    offered = [*(value.get("options") or []), *grouped]
    for name in ("initial_option", "initial_options"):
        initial = value.get(name)
        chosen = initial if isinstance(initial, list) else [initial]
        if initial is not None and any(one not in offered for one in chosen):
            yield f"{at}/{name}", "must match one of the options"


def _options_or_groups(value: Any, at: str) -> Iterator[Flaw]:
    if (value.get("options") is None) == (value.get("option_groups") is None):
        yield at, "needs either options or option_groups"


# Inputs


def _moment(pattern: str, shape: str) -> Check:
    def check(value: Any, at: str) -> Iterator[Flaw]:
        try:
            good = dt.datetime.strptime(value, pattern).strftime(pattern) == value  # noqa: DTZ007 - no zone in it
        except (TypeError, ValueError):
            good = False
        if not good:
            yield at, f"must be formatted {shape}"

    return check


def _in_order(low: str, high: str) -> Check:
    """Of two limits the lower must not be above the higher."""

    def check(value: Any, at: str) -> Iterator[Flaw]:
        try:
            lowest, highest = (Decimal(str(value[name])) for name in (low, high))
        except KeyError:
            return
        except InvalidOperation:
            yield at, f"{low} and {high} must be numbers"
            return
        if lowest > highest:
            yield at, f"{low} must not be above {high}"

    return check


def _fits(value: Any, at: str) -> Iterator[Flaw]:
    initial, longest = value.get("initial_value"), value.get("max_length")
    if isinstance(initial, str) and isinstance(longest, int) and len(initial) > longest:
        yield f"{at}/initial_value", f"must be less than {longest + 1} characters"


PLACEHOLDER = plain_text(150)
DISPATCH = fields(
    optional={"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), least=1)}
)
_INPUT: Mapping[str, Check] = {"action_id": ID, "focus_on_load": flag, "placeholder": PLACEHOLDER}
_TYPED: Mapping[str, Check] = {**_INPUT, "dispatch_action_config": DISPATCH}
_MENU: Mapping[str, Check] = {**_INPUT, "confirm": CONFIRM}
_PICKER: Mapping[str, Check] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
_OFFERED: Mapping[str, Check] = {
    "options": items(PLAIN_OPTION, 100, 1),
    "option_groups": items(OPTION_GROUP, 100, 1),
}
_FILTER = fields(
    optional={
        "include": items(one_of("im", "mpim", "private", "public"), least=1),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)
_CONVERSATIONS: Mapping[str, Check] = {"default_to_current_conversation": flag, "filter": _FILTER}
_MOST: Mapping[str, Check] = {"max_selected_items": number(1)}
_IDS = items(text(None, 1))

SELECTS: Mapping[str, Check] = {
    "static_select": both(
        fields(optional={**_MENU, **_OFFERED, "initial_option": PLAIN_OPTION}),
        _options_or_groups,
        _initial_is_offered,
    ),
    "external_select": fields(
        optional={**_MENU, "initial_option": PLAIN_OPTION, "min_query_length": number(0)}
    ),
    "users_select": fields(optional={**_MENU, "initial_user": text(None, 1)}),
    "conversations_select": fields(
        optional={
            **_MENU,
            **_CONVERSATIONS,
            "initial_conversation": text(None, 1),
            "response_url_enabled": flag,
        }
    ),
    "channels_select": fields(
        optional={**_MENU, "initial_channel": text(None, 1), "response_url_enabled": flag}
    ),
    "multi_static_select": both(
        fields(optional={**_MENU, **_OFFERED, **_MOST, "initial_options": items(PLAIN_OPTION, 100, 1)}),
        _options_or_groups,
        _initial_is_offered,
    ),
    "multi_external_select": fields(
        optional={
            **_MENU,
            **_MOST,
            "initial_options": items(PLAIN_OPTION, 100, 1),
            "min_query_length": number(0),
        }
    ),
    "multi_users_select": fields(optional={**_MENU, **_MOST, "initial_users": _IDS}),
    "multi_conversations_select": fields(
        optional={**_MENU, **_MOST, **_CONVERSATIONS, "initial_conversations": _IDS}
    ),
    "multi_channels_select": fields(optional={**_MENU, **_MOST, "initial_channels": _IDS}),
}
CHOICES: Mapping[str, Check] = {
    "checkboxes": both(
        fields(
            {"options": items(RICH_OPTION, 10, 1)}, {**_PICKER, "initial_options": items(RICH_OPTION, 10, 1)}
        ),
        _initial_is_offered,
    ),
    "radio_buttons": both(
        fields({"options": items(RICH_OPTION, 10, 1)}, {**_PICKER, "initial_option": RICH_OPTION}),
        _initial_is_offered,
    ),
}
PICKERS: Mapping[str, Check] = {
    "datepicker": fields(
        optional={**_PICKER, "placeholder": PLACEHOLDER, "initial_date": _moment("%Y-%m-%d", "YYYY-MM-DD")}
    ),
    "timepicker": fields(
        optional={
            **_PICKER,
            "placeholder": PLACEHOLDER,
            "initial_time": _moment("%H:%M", "HH:mm"),
            "timezone": text(None, 1),
        }
    ),
    "datetimepicker": fields(optional={**_PICKER, "initial_date_time": number(1_000_000_000, 9_999_999_999)}),
}
TYPED: Mapping[str, Check] = {
    "plain_text_input": both(
        fields(
            optional={
                **_TYPED,
                "initial_value": text(3000),
                "multiline": flag,
                "min_length": number(0, 3000),
                "max_length": number(1, 3000),
            }
        ),
        _in_order("min_length", "max_length"),
        _fits,
    ),
    "email_text_input": fields(optional={**_TYPED, "initial_value": text()}),
    "url_text_input": fields(optional={**_TYPED, "initial_value": text()}),
    "number_input": both(
        fields(
            {"is_decimal_allowed": flag},
            {**_TYPED, "initial_value": text(), "min_value": text(), "max_value": text()},
        ),
        _in_order("min_value", "max_value"),
    ),
}
FILE_INPUT: Mapping[str, Check] = {
    "file_input": fields(
        optional={"action_id": ID, "filetypes": items(text(None, 1)), "max_files": number(1, 10)}
    )
}

# Buttons

_LABEL: Mapping[str, Check] = {"accessibility_label": text(75), "style": one_of("primary", "danger")}
BUTTON: Mapping[str, Check] = {
    "button": fields(
        {"text": plain_text(75)},
        {
            **_LABEL,
            "action_id": ID,
            "url": web_address("http", "https", "mailto", "tel", "slack"),
            "value": text(2000),
            "confirm": CONFIRM,
        },
    )
}
OVERFLOW: Mapping[str, Check] = {
    "overflow": fields({"options": items(OVERFLOW_OPTION, 5, 1)}, {"action_id": ID, "confirm": CONFIRM})
}
_WORKFLOW = fields(
    {
        "trigger": fields(
            {"url": web_address("https")},
            {"customizable_input_parameters": items(fields({"name": text(None, 1), "value": text()}))},
        )
    }
)
WORKFLOW_BUTTON: Mapping[str, Check] = {
    "workflow_button": fields({"text": plain_text(75), "workflow": _WORKFLOW}, {**_LABEL, "action_id": ID})
}
_FEEDBACK = fields({"text": plain_text(75), "value": text(2000)}, {"accessibility_label": text(75)})
CONTEXT_BUTTONS: Mapping[str, Check] = {
    "feedback_buttons": fields(
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ID}
    ),
    "icon_button": fields(
        {"icon": text(None, 1), "text": plain_text(75)},
        {
            "accessibility_label": text(75),
            "action_id": ID,
            "value": text(2000),
            "confirm": CONFIRM,
            "visible_to_user_ids": _IDS,
        },
    ),
}
