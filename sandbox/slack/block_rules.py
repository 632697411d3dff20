"""Slack's rules for blocks."""

from sandbox.slack.wire import JSON

Flaw = tuple[str, str]


def check_blocks(blocks: list[JSON], surface: str) -> list[Flaw]:
    return []


def check_view(view: JSON) -> list[Flaw]:
    return []
