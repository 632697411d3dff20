"""The words of a Slack message, wherever in it they stand."""

from collections.abc import Iterator, Mapping
from typing import Any

_WORDS = ("text", "value", "url", "title", "pretext", "fallback")
"""Where blocks and attachments keep what people read, and links that dial."""


def words_of(message: Mapping[str, Any]) -> str:
    """The text, then that of blocks and attachments: other apps often put theirs only there."""
    parts = [message.get("text"), *_words([message.get("blocks"), message.get("attachments")])]
    return "\n".join(part for part in parts if part)


def _words(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(inner, str):
                if key in _WORDS:
                    yield inner
            else:
                yield from _words(inner)
