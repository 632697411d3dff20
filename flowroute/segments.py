"""How many segments a text takes, what it costs about, and how it could take fewer.

Flowroute bills per segment and documents 160 plain characters in one segment or 140 in each of several, and
70 in each once a single character is outside ASCII. The GSM norm counts a little differently (153 and 67), so
all of this is an estimate; `segment_count` and the amounts that Flowroute answers are the truth.
Source: developer.flowroute.com, "Message length and concatenation".
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

PRICE_PER_SEGMENT: Final = Decimal("0.0040")
"""USD, as in Flowroute's own examples; carrier surcharges come on top."""

ALONE: Final = 160
CONCATENATED: Final = 140
UCS2: Final = 70


class Encoding(StrEnum):
    PLAIN = "plain"
    """`message_encoding` 0."""
    UCS2 = "UCS-2"
    """`message_encoding` 8."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What sending a text means. `length` counts as Flowroute does: an emoji is two."""

    encoding: Encoding
    length: int
    segments: int
    cost: Decimal
    """USD, an estimate."""
    culprits: tuple[str, ...]
    """The characters that force UCS-2, each once, in the order they come."""
    repaired: str | None
    """The text with plain twins of curly quotes, long dashes and the like; None when nothing would change."""


def analyse(text: str, *, price_per_segment: Decimal = PRICE_PER_SEGMENT) -> Analysis:
    """Encoding, segments, cost and possible repair of `text`; an empty text takes no segment."""
    culprits = tuple(dict.fromkeys(character for character in text if not character.isascii()))
    if culprits:
        encoding = Encoding.UCS2
        length = sum(2 if ord(character) > _LAST_OF_ONE_UNIT else 1 for character in text)
        segments = -(-length // UCS2)
    else:
        encoding, length = Encoding.PLAIN, len(text)
        segments = min(length, 1) if length <= ALONE else -(-length // CONCATENATED)
    fixed = repair(text)
    return Analysis(
        encoding=encoding,
        length=length,
        segments=segments,
        cost=segments * price_per_segment,
        culprits=culprits,
        repaired=fixed if fixed != text else None,
    )


def repair(text: str) -> str:
    """`text` with typography replaced by plain twins; letters, accents and emoji stay as they are.

    Curly quotes are documented to cause errors besides the cost.
    """
    return text.translate(_PLAIN_TWINS)


_LAST_OF_ONE_UNIT: Final = 0xFFFF

_PLAIN_TWINS: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ´", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "…": "...",
        "•": "*",
        **dict.fromkeys(
            "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
        ),
        **dict.fromkeys("\u2028\u2029", "\n"),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
    }
)
