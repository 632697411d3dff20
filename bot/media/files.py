"""A file on its way between a phone and Slack."""

from dataclasses import dataclass, field
from typing import Self

from bot.media.kinds import sniff
from bot.media.names import safe_file_name


@dataclass(frozen=True)
class MediaFile:
    """`mime_type` is what the content shows, `file_name` is safe to use and fits the type."""

    content: bytes = field(repr=False)
    mime_type: str
    file_name: str

    @classmethod
    def of(cls, content: bytes, name: str) -> Self:
        """The file as its bytes show it to be; `name` may be anything."""
        mime_type = sniff(content)
        return cls(content, mime_type, safe_file_name(name, mime_type))
