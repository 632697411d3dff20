"""Phone numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute import InvalidNumber, format_phone_number, parse_phone_number

NATIONAL = st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)


@given(
    NATIONAL,
    st.sampled_from(["{}{}{}", "({}) {}-{}", "{}.{}.{}", "{}-{}-{}", "+1 {} {} {}", "1{}{}{}", " {} {}{} "]),
)
def test_every_way_of_writing_means_the_same_number(digits: str, form: str) -> None:
    """Brackets, dots, dashes and spaces are decoration."""
    typed = form.format(digits[:3], digits[3:6], digits[6:])
    assert parse_phone_number(typed) == "1" + digits


@given(NATIONAL)
def test_what_is_shown_can_be_typed_again(digits: str) -> None:
    """Copying a number from a message into a command works."""
    assert parse_phone_number(format_phone_number("1" + digits)) == "1" + digits


@given(st.text(max_size=40))
def test_no_text_raises_anything_but_our_own_error(typed: str) -> None:
    """And what is accepted is digits, and accepted again."""
    try:
        number = parse_phone_number(typed)
    except InvalidNumber:
        return
    assert number.isascii()
    assert number.isdecimal()
    assert parse_phone_number("+" + number) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+44 20 7946 0958", "442079460958"),
        ("206‑555‑0100", "12065550100"),
        ("206–555–0100", "12065550100"),
        ("tel:+12065550100", "12065550100"),
        ("+376 312 345", "376312345"),
        ("+44 7700 900123", "447700900123"),
        ("(206)\u00a0555-0100", "12065550100"),
    ],
)
def test_other_countries_and_pasted_typography(typed: str, number: str) -> None:
    """A plus means another country may follow; dashes and spaces come in many kinds."""
    assert parse_phone_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("206555010", "has 9 digits"),
        ("555-0100", "has 7 digits"),
        ("1065550100", "area code"),
        ("+1 106 555 0100", "area code"),
        ("+999 123456", "country code"),
        ("+44 20", "too long or too short"),
        ("+206555010", "too long or too short"),
        ("call me", "no part of a phone number"),
        ("206-555-0100 ext 5", "no part of a phone number"),
        ("", "no part of a phone number"),
        ("()", "no digits"),
    ],
)
def test_a_refusal_says_what_is_wrong(typed: str, why: str) -> None:
    """With the rule and examples, so that the next try works."""
    with pytest.raises(InvalidNumber, match=why) as caught:
        parse_phone_number(typed)
    assert "Examples: (206) 555-0100" in caught.value.user_message


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("12065550100", "(206) 555-0100"),
        ("442079460958", "+44 20 7946 0958"),
        ("12345", "12345"),
        ("CARRIER", "CARRIER"),
    ],
)
def test_numbers_are_shown_as_people_write_them(number: str, shown: str) -> None:
    """Short codes and names stay as they are."""
    assert format_phone_number(number) == shown
