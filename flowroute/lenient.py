"""Reading single values that Flowroute writes one way today and another tomorrow.

A message must not be lost because one of its members is missing, new or of another JSON type than last time,
so what cannot be read is as good as missing.
"""

from datetime import datetime

from flowroute.documents import instant


def text(value: object) -> str:
    """Strings, and numbers where Flowroute forgets the quotes; anything else is `""`.

    NUL and lone surrogates, which no database or terminal takes, become replacement characters.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < _LARGEST_WHOLE else ""
    return well_formed(value).replace("\0", "\ufffd") if isinstance(value, str) else ""


def text_or_none(value: object) -> str | None:
    """Like `text`, but what is not there stays None."""
    return None if value is None else text(value)


def whole(value: object) -> int | None:
    """Digits, with quotes or without."""
    digits = text(value).strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_WHOLE else None


def truth(value: object) -> bool | None:
    """JSON's booleans, and the words that documented samples have instead."""
    word = value.casefold() if isinstance(value, str) else value
    if word in (True, "true"):
        return True
    return False if word in (False, "false") else None


def moment(value: object) -> datetime | None:
    """An aware UTC date-time in any of Flowroute's forms."""
    if not isinstance(value, str) or not value:
        return None
    try:
        return instant(value)
    except (ValueError, OverflowError):
        return None


def well_formed(written: str) -> str:
    """Lone surrogates, which JSON can escape and UTF-8 cannot hold, become replacement characters."""
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_LONGEST_WHOLE = 18
_LARGEST_WHOLE = 10**_LONGEST_WHOLE
"""Beyond any number that Flowroute means, and within 64 bits."""
