"""What a file is, judged by its bytes: the sender's word for it may be wrong or a lie."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import filetype

UNKNOWN: Final = "application/octet-stream"

EXTENSIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "image/png": ("png",),
        "image/jpeg": ("jpg", "jpeg"),
        "image/gif": ("gif",),
        "image/bmp": ("bmp",),
        "image/webp": ("webp",),
        "image/heic": ("heic", "heif"),
        "image/avif": ("avif",),
        "image/svg+xml": ("svg",),
        "video/3gpp": ("3gp", "3gpp"),
        "video/mp4": ("mp4",),
        "video/x-msvideo": ("avi",),
        "video/mpeg": ("mpg", "mpeg"),
        "video/quicktime": ("mov",),
        "audio/amr": ("amr",),
        "audio/midi": ("mid", "midi"),
        "audio/x-wav": ("wav",),
        "audio/ac3": ("ac3",),
        "audio/mpeg": ("mp3",),
        "audio/mp4": ("m4a",),
        "text/plain": ("txt", "csv", "log", "md"),
        "text/html": ("html", "htm"),
        "text/vcard": ("vcf",),
        "text/calendar": ("ics",),
        "application/smil": ("smil",),
        "application/pdf": ("pdf",),
        UNKNOWN: ("bin",),
    }
)
"""The extensions that fit a type, the usual one first."""

# What `filetype` 1.2 does not know, or knows as something else: offset, bytes, type.
_MORE_SIGNATURES: Final = (
    (0, b"\x0b\x77", "audio/ac3"),  # ATSC A/52, 5.4.1.1
    (4, b"ftyp3g", "video/3gpp"),  # 3GPP TS 26.244, 5.3: brands 3gp4 to 3gp9, 3ge6 and so on
)
_LOOK_AT: Final = 1024  # characters
# Signatures of two or three letters also begin ordinary texts ("BMW", "GIF or PNG?"); these three are text.
_WRITTEN_AS_TEXT: Final = frozenset({"application/pdf", "application/rtf", "application/postscript"})
_MARKUP: Final = re.compile(r"<(?:!doctype\s+)?(html|head|body|svg|smil)\b", re.IGNORECASE)
_MARKUP_KINDS: Final = {"svg": "image/svg+xml", "smil": "application/smil"}
_BEGIN: Final = re.compile(r"BEGIN:(VCARD|VCALENDAR)\b", re.IGNORECASE)
_BEGIN_KINDS: Final = {"VCARD": "text/vcard", "VCALENDAR": "text/calendar"}
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(content: bytes) -> str:
    """MIME type by content; `application/octet-stream` when it is nothing we know."""
    text = _as_text(content)
    known = _by_signature(content)
    if known is not None and (text is None or known in _WRITTEN_AS_TEXT):
        return known
    return UNKNOWN if text is None else _text_kind(text[:_LOOK_AT].lstrip())


def extension_for(mime_type: str) -> str:
    """The usual extension without a dot; `bin` for a type without one."""
    if mime_type in EXTENSIONS:
        return EXTENSIONS[mime_type][0]
    kind = filetype.get_type(mime=mime_type)
    return str(kind.extension) if kind is not None else EXTENSIONS[UNKNOWN][0]


def _by_signature(content: bytes) -> str | None:
    for offset, signature, mime_type in _MORE_SIGNATURES:
        if content.startswith(signature, offset):
            return mime_type
    known = filetype.guess_mime(content)
    return None if known is None else str(known)


def _as_text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if _NO_TEXT.search(text) else text


def _text_kind(start: str) -> str:
    if start.startswith("<") and (markup := _MARKUP.search(start)):
        return _MARKUP_KINDS.get(markup[1].lower(), "text/html")
    if begin := _BEGIN.match(start):
        return _BEGIN_KINDS[begin[1].upper()]
    return "text/plain"
