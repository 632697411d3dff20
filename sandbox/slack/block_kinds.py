"""Every block with its fields and limits, and where it may stand.

Source: docs.slack.dev, "Blocks", and the page of each block.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sandbox.slack.block_elements import (
    BUTTON,
    CHOICES,
    CONTEXT_BUTTONS,
    FILE_INPUT,
    ID,
    IMAGE,
    OVERFLOW,
    PICKERS,
    SELECTS,
    SLACK_FILE,
    TYPED,
    WORKFLOW_BUTTON,
    any_text,
    mrkdwn,
    plain_text,
    texts,
)
from sandbox.slack.block_rich_text import RICH_TEXT
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

Surface = Literal["message", "modal", "home"]
EVERYWHERE: frozenset[Surface] = frozenset({"message", "modal", "home"})
MESSAGE: frozenset[Surface] = frozenset({"message"})
MESSAGE_AND_HOME: frozenset[Surface] = frozenset({"message", "home"})
_ID: Mapping[str, Check] = {"block_id": ID}
LONGEST_TABLE = {"table": 10_000, "data_table": 20_000}
"""Characters in all cells together."""

RICH_TEXT_INPUT: Mapping[str, Check] = {
    "rich_text_input": fields(
        optional={
            "action_id": ID,
            "focus_on_load": flag,
            "placeholder": plain_text(150),
            "initial_value": by_type({"rich_text": RICH_TEXT}, "rich text"),
            "dispatch_action_config": fields(optional={"trigger_actions_on": items(text(None, 1), least=1)}),
            "min_lines": number(1),
            "max_lines": number(1),
        }
    )
}
ACTIONS = {**BUTTON, **OVERFLOW, **WORKFLOW_BUTTON, **SELECTS, **CHOICES, **PICKERS, **RICH_TEXT_INPUT}
ACCESSORIES = {
    kind: check
    for kind, check in {**ACTIONS, **IMAGE}.items()
    if kind not in ("datetimepicker", "rich_text_input")
}
INPUTS = {**TYPED, **SELECTS, **CHOICES, **PICKERS, **FILE_INPUT, **RICH_TEXT_INPUT}


def _text_or_fields(value: Any, at: str) -> Iterator[Flaw]:
    if not value.get("text") and not value.get("fields"):
        yield at, "must provide text or fields"


def _something_on_the_card(value: Any, at: str) -> Iterator[Flaw]:
    if not any(value.get(part) for part in ("hero_image", "title", "body", "actions")):
        yield at, "must provide hero_image, title, body or actions"


def _some_title(value: Any, at: str) -> Iterator[Flaw]:
    if not value.get("title") and not value.get("rich_text_title"):
        yield at, "must provide title or rich_text_title"


def _even_rows(kind: str) -> Check:
    """Rows of one length, and not too many characters in all cells."""

    def check(value: Any, at: str) -> Iterator[Flaw]:
        rows = [row for row in value.get("rows") or [] if isinstance(row, list)]
        if len({len(row) for row in rows}) > 1:
            yield f"{at}/rows", "all rows must have the same number of cells"
        length = sum(_characters(cell) for row in rows for cell in row)
        if length > LONGEST_TABLE[kind]:
            yield f"{at}/rows", f"must be less than {LONGEST_TABLE[kind] + 1} characters in all cells"

    return check


def _characters(node: Any) -> int:
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(_characters(value) for value in node.values() if isinstance(value, dict | list))
    return sum(_characters(value) for value in node) if isinstance(node, list) else 0


CELL = by_type(
    {
        "raw_text": fields({"text": text(None, 1)}),
        "raw_number": fields({"value": number(), "text": text(None, 1)}),
        "rich_text": RICH_TEXT,
    },
    "a cell",
)
COLUMN = fields(optional={"align": one_of("left", "center", "right"), "is_wrapped": flag})


def _column_or_nothing(value: Any, at: str) -> Iterator[Flaw]:
    """None leaves a column as it is."""
    if value is not None:
        yield from COLUMN(value, at)


# Charts

_POINT_LABEL = text(20, 1)
_SERIES = fields(
    {"name": _POINT_LABEL, "data": items(fields({"label": _POINT_LABEL, "value": number()}), 20, 1)}
)
_AXES = fields({"categories": items(_POINT_LABEL, 20, 1)}, {"x_label": text(50, 1), "y_label": text(50, 1)})


def _positive(value: Any, at: str) -> Iterator[Flaw]:
    yield from number()(value, at)
    if isinstance(value, int | float) and value <= 0:
        yield at, "must be more than 0"


_PIE = fields({"segments": items(fields({"label": _POINT_LABEL, "value": _positive}), 12, 1)})


def _matching_series(value: Any, at: str) -> Iterator[Flaw]:
    """Series have names of their own, and points in the order of the categories."""
    series = [one for one in value.get("series") or [] if isinstance(one, dict)]
    names = [str(one.get("name")) for one in series]
    if len(names) != len(set(names)):
        yield f"{at}/series", "names must be unique"
    categories = (value.get("axis_config") or {}).get("categories")
    for index, one in enumerate(series):
        labels = [point.get("label") for point in one.get("data") or [] if isinstance(point, dict)]
        if labels != categories:
            yield f"{at}/series/{index}/data", "labels must be the categories, in order"


_XY = both(fields({"series": items(_SERIES, 12, 1), "axis_config": _AXES}), _matching_series)
CHART = by_type({"pie": _PIE, "bar": _XY, "line": _XY, "area": _XY}, "a chart")

CARD = both(
    fields(
        optional={
            **_ID,
            "actions": items(by_type(BUTTON, "a button"), 3, 1),
            "body": mrkdwn(200),
            "hero_image": by_type(IMAGE, "an image"),
            "icon": by_type(IMAGE, "an image"),
            "slack_icon": by_type({"icon": fields({"name": text(None, 1)})}, "an icon"),
            "subtext": mrkdwn(),
            "subtitle": mrkdwn(150),
            "title": mrkdwn(150),
        }
    ),
    _something_on_the_card,
)
_IMAGE_TITLE: Mapping[str, Check] = {**_ID, "title": plain_text(2000)}
_TASK: Mapping[str, Check] = {
    "task_id": text(None, 1),
    "title": text(None, 1),
    "status": one_of("pending", "in_progress", "complete", "error"),
}
_RICH = by_type({"rich_text": RICH_TEXT}, "rich text")
TASK_CARD = fields(
    _TASK,
    {
        **_ID,
        "details": _RICH,
        "output": _RICH,
        "sources": items(by_type({"url": fields({"url": text(3000, 1), "text": text(None, 1)})}, "a source")),
    },
)

_ALONE: Mapping[str, Check] = {
    "actions": fields({"elements": items(by_type(ACTIONS, "an element"), 25, 1)}, _ID),
    "alert": fields(
        {"text": any_text(200)}, {**_ID, "level": one_of("default", "info", "warning", "error", "success")}
    ),
    "card": CARD,
    "carousel": fields({"elements": items(by_type({"card": CARD}, "a card"), 10, 1)}, _ID),
    "context": fields({"elements": items(by_type({**texts(), **IMAGE}, "a text or an image"), 10, 1)}, _ID),
    "context_actions": fields({"elements": items(by_type(CONTEXT_BUTTONS, "an element"), 5, 1)}, _ID),
    "data_table": both(
        fields(
            {"caption": text(None, 1), "rows": items(items(CELL, 20, 1), 201, 2)},
            {**_ID, "page_size": number(1, 100), "row_header_column_index": number(0, 19)},
        ),
        _even_rows("data_table"),
    ),
    "data_visualization": fields({"title": text(50, 1), "chart": CHART}, _ID),
    "divider": fields(optional=_ID),
    "header": fields({"text": plain_text(150)}, {**_ID, "level": number(1, 4)}),
    "image": either(
        fields({"image_url": web_address("http", "https"), "alt_text": text(2000)}, _IMAGE_TITLE),
        fields({"slack_file": SLACK_FILE, "alt_text": text(2000)}, _IMAGE_TITLE),
    ),
    "input": fields(
        {"label": plain_text(2000), "element": by_type(INPUTS, "an input element")},
        {**_ID, "dispatch_action": flag, "hint": plain_text(2000), "optional": flag},
    ),
    "markdown": fields({"text": text(12_000, 1)}, _ID),
    "plan": fields(
        {"title": text(None, 1)}, {**_ID, "tasks": items(by_type({"task_card": TASK_CARD}, "a task card"))}
    ),
    "rich_text": RICH_TEXT,
    "section": both(
        fields(
            optional={
                **_ID,
                "text": any_text(3000),
                "fields": items(any_text(2000), 10, 1),
                "accessory": by_type(ACCESSORIES, "an element"),
                "expand": flag,
            }
        ),
        _text_or_fields,
    ),
    "table": both(
        fields(
            {"rows": items(items(CELL, 20, 1), 100, 1)},
            {**_ID, "column_settings": items(_column_or_nothing, 20)},
        ),
        _even_rows("table"),
    ),
    "task_card": TASK_CARD,
    "video": fields(
        {
            "alt_text": text(None, 1),
            "title": plain_text(199),
            "thumbnail_url": web_address("http", "https"),
            "video_url": web_address("https"),
        },
        {
            **_ID,
            "author_name": text(49),
            "description": plain_text(200),
            "provider_icon_url": web_address("http", "https"),
            "provider_name": text(),
            "title_url": web_address("https"),
        },
    ),
}
_CONTAINED = {
    kind: _ALONE[kind]
    for kind in (
        "actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video",
    )
}  # fmt: skip
BLOCKS: Mapping[str, Check] = {
    **_ALONE,
    "container": both(
        fields(
            {"child_blocks": items(by_type(_CONTAINED, "a block"), 10, 1)},
            {
                **_ID,
                "title": plain_text(150),
                "rich_text_title": _RICH,
                "subtitle": any_text(150),
                "icon": by_type(IMAGE, "an image"),
                "default_collapsed": flag,
                "is_collapsible": flag,
                "has_header_divider": flag,
                "width": one_of("narrow", "standard", "wide", "full"),
            },
        ),
        _some_title,
    ),
}

SURFACES: Mapping[str, frozenset[Surface]] = {
    **dict.fromkeys(BLOCKS, EVERYWHERE),
    "alert": frozenset({"modal"}),
    "carousel": MESSAGE_AND_HOME,
    "container": MESSAGE,
    "context_actions": MESSAGE,
    "data_table": MESSAGE_AND_HOME,
    "data_visualization": MESSAGE,
    "markdown": MESSAGE,
    "plan": MESSAGE,
    "table": MESSAGE_AND_HOME,
    "task_card": MESSAGE,
}
