"""Phone numbers: reading what people type and what Flowroute writes, and showing them."""

import re
from typing import Final, NewType

import phonenumbers

from flowroute.errors import InvalidNumber

PhoneNumber = NewType("PhoneNumber", str)
"""E.164 digits without the plus sign, as Flowroute writes them: 12065550100."""

EXAMPLE: Final = "Examples: (206) 555-0100, +1 206 555 0100, +44 20 7946 0958."

TOLL_FREE_NPAS: Final = ("800", "833", "844", "855", "866", "877", "888")
"""Area codes of numbers whose calls the called one pays for (North American Numbering Plan)."""

_NORTH_AMERICAN: Final = re.compile(r"1[2-9][0-9]{9}")
_NATIONAL: Final = re.compile(r"[2-9][0-9]{9}")
_TYPED: Final = re.compile(r"(?:tel:)?\s*(\+?[0-9\s().\-/\u2010-\u2015\u00a0\u202f]+)", re.IGNORECASE)
_LOOKS_DIALLED: Final = re.compile(r"\+?[0-9\s().\-]+", re.ASCII)
_LONGEST_WORTH_QUOTING: Final = 40
_SHORT: Final = 10


def parse_phone_number(typed: str) -> PhoneNumber:
    """Read what people type: `(206) 555-0100`, `206.555.0100`, `12065550100`, `+44 20 7946 0958`.

    Without a plus it is North American. Numbers that are possible but not in service (555-0100) are fine.

    Raises:
        InvalidNumber: with what was wrong and an example, to be shown.
    """
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        raise _invalid(typed, "has something in it that is no part of a phone number")
    written = found[1]
    digits = _digits(written)
    if not digits:
        raise _invalid(typed, "has no digits")
    if written.startswith("+") or _NORTH_AMERICAN.fullmatch(digits):
        return checked(digits, typed)
    if _NATIONAL.fullmatch(digits):
        return PhoneNumber("1" + digits)
    if len(digits) in {10, 11}:
        raise _invalid(typed, "has an area code that cannot be; area codes start with 2 to 9")
    raise _invalid(
        typed,
        f"has {len(digits)} digits; a North American number has 10, or 11 with the leading 1, "
        "and any other starts with + and its country code",
    )


def checked(digits: str, typed: str | None = None) -> PhoneNumber:
    """A number in E.164 as digits, whether or not it came with its plus, else `InvalidNumber`."""
    digits = digits.removeprefix("+")
    if _NORTH_AMERICAN.fullmatch(digits):
        return PhoneNumber(digits)
    shown = digits if typed is None else typed
    if not (digits.isascii() and digits.isdecimal()):
        raise _invalid(shown, "is not written as country code and digits only")
    if digits.startswith("1"):
        raise _invalid(shown, "is no North American number: 1, an area code from 2 to 9, 11 digits in all")
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException as error:
        raise _invalid(shown, "starts with no country code that exists") from error
    # A short one is more likely a North American number with digits missing: it has to exist, not just fit.
    short = len(digits) <= _SHORT
    if not (phonenumbers.is_valid_number(number) if short else phonenumbers.is_possible_number(number)):
        raise _invalid(shown, "is too long or too short for its country")
    return PhoneNumber(digits)


def format_phone_number(number: str) -> str:
    """As people write it: `(206) 555-0100`, `+44 20 7946 0958`; short codes and names stay as they are."""
    if _NORTH_AMERICAN.fullmatch(number):
        return f"({number[1:4]}) {number[4:7]}-{number[7:]}"
    try:
        return phonenumbers.format_number(
            phonenumbers.parse(f"+{checked(number)}"), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
    except InvalidNumber:
        return number


def party_of_a_message(written: str) -> str:
    """One side of a message as Flowroute wrote it, so that equal senders compare equal.

    Numbers become digits (ten get their 1), short codes and alphanumeric senders survive.
    """
    written = written.strip()
    if not _LOOKS_DIALLED.fullmatch(written):
        return written
    digits = _digits(written)
    if _NATIONAL.fullmatch(digits) and not written.startswith("+"):
        return "1" + digits
    return digits or written


def _digits(written: str) -> str:
    return "".join(character for character in written if character in "0123456789")


def _invalid(typed: str, why: str) -> InvalidNumber:
    shown = typed if len(typed) <= _LONGEST_WORTH_QUOTING else typed[:_LONGEST_WORTH_QUOTING] + "…"
    return InvalidNumber(f"“{shown}” {why}. {EXAMPLE}")
