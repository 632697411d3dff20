"""Cursors: a page of a list, and where the next one begins."""

import base64
import binascii
from typing import Any

from sandbox.slack.wire import JSON, SlackError

LARGEST_PAGE = 1000


def page(items: list[Any], args: JSON, default_limit: int = 100) -> tuple[list[Any], JSON]:
    """The items that `limit` and `cursor` ask for, and the `response_metadata` that goes with them."""
    try:
        limit = int(args.get("limit") or default_limit)
    except ValueError as error:
        raise SlackError("invalid_limit") from error
    if not 1 <= limit <= LARGEST_PAGE:
        raise SlackError("invalid_limit")
    start = _position(args.get("cursor"))
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": cursor}}


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise SlackError("invalid_cursor") from error
