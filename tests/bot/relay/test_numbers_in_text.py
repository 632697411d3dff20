"""A phone number in any message can be texted from there; what only resembles one is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.relay.numbers_in_text import find_numbers

ONE, TWO, LONDON = "12065550100", "14255550199", "442079460958"


@pytest.mark.parametrize(
    "written",
    [
        "2065550100",
        "12065550100",
        "+12065550100",
        "+1 (206) 555-0100",
        "(206) 555-0100",
        "206-555-0100",
        "206.555.0100",
        "206 555 0100",
        "206‑555‑0100",
        "206\u00a0555\u00a00100",
        "1-206-555-0100",
        "(206) 555-0100 x12",
        "<tel:+12065550100|(206) 555-0100>",
        "<tel:2065550100|206-555-0100>",
        "<tel:+12065550100>",
        "*206-555-0100*",
        "_2065550100_",
        "`2065550100`",
        "~2065550100~",
    ],
)
@pytest.mark.parametrize("sentence", ["{}", "call {} now", "Her number:{}.", "({})", "“{}”", "a\n{}\nb"])
def test_a_number_is_found_however_it_is_written(written: str, sentence: str) -> None:
    """By people, by Slack's own links, with formatting, anywhere in a sentence."""
    assert find_numbers(sentence.format(written)) == (ONE,)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("425-555-0199 or 206-555-0100", (TWO, ONE)),
        ("<tel:+14255550199|a>, 206.555.0100 and +44 20 7946 0958", (TWO, ONE, LONDON)),
        ("206-555-0100 (that is +12065550100), <tel:+12065550100|2065550100>", (ONE,)),
        ("206-555-0100/425-555-0199", (ONE, TWO)),
        ("<https://example.com|206-555-0100>", (ONE,)),
        ("Q&amp;A at 206-555-0100 &lt;- here", (ONE,)),
        ("12 crates for 206-555-0100", (ONE,)),
    ],
)
def test_numbers_come_in_the_order_of_the_text_and_each_once(text: str, numbers: tuple[str, ...]) -> None:
    """The first one is the one to offer."""
    assert find_numbers(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no number here",
        "555-0100",
        "911",
        "2024-05-03 12:30:11",
        "10/31/2025",
        "03.05.2024 16:00",
        "1715000000.123456",
        "$2065550100",
        "€2,065,550,100",
        "$1,206.55",
        "2065550100.5",
        "INV-2065550100",
        "order #2065550100",
        "id=2065550100",
        "2065550100-7",
        "a2065550100b",
        "mdr2-2065550100",
        "20655501002065550101",
        "192.168.100.200",
        "0c1f3c62-6c0a-4f1b-8f36-1f5e3a1c2d10",
        "4111 1111 1111 1111",
        "100-555-0100",
        "<https://example.com/2065550100>",
        "<https://example.com/2065550100|the order>",
        "https://example.com/?n=2065550100&x",
        "<mailto:206-555-0100@example.com|206-555-0100@example.com>",
        "<@U2065550100> <#C2065550100|2065550100>",
        "<!date^2065550100^{date}|2065550100>",
    ],
)
def test_ids_dates_and_prices_are_no_numbers(text: str) -> None:
    """Nobody is offered to text an invoice."""
    assert find_numbers(text) == ()


@given(
    area=st.sampled_from(["206", "425", "212", "415", "604"]),
    exchange=st.integers(200, 999).filter(lambda exchange: exchange % 100 != 11),
    line=st.integers(0, 9999),
    shape=st.sampled_from(["({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "+1{}{}{}", "+1 {} {} {}", "{}{}{}"]),
)
def test_every_number_of_an_area_is_found_in_every_shape(
    area: str, exchange: int, line: int, shape: str
) -> None:
    """What the numbering plan allows is found, digits unchanged."""
    written = shape.format(area, exchange, f"{line:04}")
    assert find_numbers(f"ring {written} please") == (f"1{area}{exchange}{line:04}",)


@given(st.text() | st.text("0123456789 +-().<>|:telx#/", max_size=60))
def test_any_text_has_some_numbers_or_none(text: str) -> None:
    """No message breaks the shortcut, and what it offers can be dialled."""
    numbers = find_numbers(text)
    assert len(set(numbers)) == len(numbers)
    assert all(number.isascii() and number.isdecimal() and 7 <= len(number) <= 15 for number in numbers)
