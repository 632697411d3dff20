"""The phone numbers in a Slack message, for texting them from there."""

import re
from html import unescape
from typing import Final

from phonenumbers import PhoneNumberFormat, PhoneNumberMatch, PhoneNumberMatcher, format_number

from flowroute import PhoneNumber, parse_phone_number

_LINK: Final = re.compile(r"<(?P<target>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>")
_ADDRESS: Final = re.compile(r"\b[a-z][a-z0-9+.-]{1,15}://\S+", re.IGNORECASE)
_EMPHASIS: Final = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")
_PART_OF_AN_ID_BEFORE: Final = re.compile(r"[#=/@\w-]")
_PART_OF_AN_ID_AFTER: Final = re.compile(r"[=/@\w]|[.-]\w")


def find_numbers(text: str) -> tuple[PhoneNumber, ...]:
    """Every phone number in `text` as Slack sent it, each once, in order of appearance.

    Without a plus a number is North American. Ids, dates, prices and what stands in web addresses are none:
    a number has to be one that the numbering plan allows, and bare digits have to stand by themselves.
    """
    plain = _EMPHASIS.sub(" ", _ADDRESS.sub(" ", unescape(_LINK.sub(_shown, text))))
    return tuple(
        dict.fromkeys(
            parse_phone_number(format_number(match.number, PhoneNumberFormat.E164))
            for match in PhoneNumberMatcher(plain, "US")
            if not _is_part_of_an_id(match, plain)
        )
    )


def _shown(link: re.Match[str]) -> str:
    """A number's link as its target; of other links what people see, if it is no address or name."""
    target = link["target"]
    if target.startswith("tel:"):
        return f" {target.removeprefix('tel:')} "
    if target[0] in "@#!" or target.startswith("mailto:"):
        return " "
    return f" {link['label'] or ''} "


def _is_part_of_an_id(match: PhoneNumberMatch, text: str) -> bool:
    """`INV-2065550100`, `#2065550100`, `2065550100.5`; a number in the usual groups is none."""
    return match.raw_string.isdecimal() and bool(
        _PART_OF_AN_ID_BEFORE.match(text[match.start - 1 : match.start])
        or _PART_OF_AN_ID_AFTER.match(text, match.end)
    )
