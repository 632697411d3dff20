"""What Slack and phones do to a line is undone before anything looks at it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.typed import rest_of_line, words


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("numbers  search\t206", ["numbers", "search", "206"]),
        ("alias “front desk” x", ["alias", "front desk", "x"]),
        ("it's don’t", ["it's", "don’t"]),
        ('a "never closed', ["a", '"never', "closed"]),
        ("<tel:+12065550100|(206) 555-0100>", ["+12065550100"]),
        ("<mailto:ada@example.com|ada@example.com>", ["ada@example.com"]),
        ("<https://example.com/a|example.com>", ["https://example.com/a"]),
        ("<http://pbx.example.com:5060|pbx.example.com:5060> x", ["pbx.example.com:5060", "x"]),
        ("sip:<mailto:ada@example.com|ada@example.com>", ["sip:ada@example.com"]),
        ("<#C0SUPPORT|support> <#C0DESK|> <#C0X>", ["<#C0SUPPORT>", "<#C0DESK>", "<#C0X>"]),
        ("<@U0ADA|ada> <@U0ADA>", ["<@U0ADA>", "<@U0ADA>"]),
        ("a &amp;&lt;b&gt;", ["a", "&<b>"]),
        ("", []),
    ],
)
def test_words_are_what_the_person_meant(line: str, texts: list[str]) -> None:
    """Links become their target, quotes hold words together, entities are characters again."""
    assert [word.text for word in words(line)] == texts


@pytest.mark.parametrize(
    "line",
    [
        "state=WA",
        "--state=WA",
        "—state=WA",
        "–state=WA",
        "STATE=WA",
        "state=“WA”",
        'state="WA"',
        "state='WA'",
    ],
)
def test_an_option_is_recognised_however_it_is_written(line: str) -> None:
    """A phone that turns two dashes into a long one or quotes into curly ones changes nothing."""
    (word,) = words(line)
    assert (word.option, word.text) == ("state", "WA")


@pytest.mark.parametrize("line", ["--state", "—state", "–state"])
def test_a_dashed_name_alone_waits_for_its_value(line: str) -> None:
    """`--state WA` is an option whose value is the next word."""
    (word,) = words(line)
    assert (word.option, word.dashed) == ("state", True)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("hello there", "hello there"),
        ('"hello there"', "hello there"),
        ("“hello there”", "hello there"),
        ("‘hello there’", "hello there"),
        ("'it isn't'", "it isn't"),
        ('"a" and "b"', '"a" and "b"'),
        ('"say "hi" now"', 'say "hi" now'),
        ("don't --mind a=b — ok", "don't --mind a=b — ok"),
        ("see <https://example.com|example.com>", "see example.com"),
        ("call <tel:+12065550100|206-555-0100>", "call 206-555-0100"),
        ("ask <@U0ADA|ada> in <#C0DESK|desk>", "ask @ada in #desk"),
        ("<!here> a &lt; b &amp;amp;", "@here a < b &amp;"),
        ('"', '"'),
        ("two\nlines", "two\nlines"),
    ],
)
def test_the_rest_of_the_line_is_kept_as_typed(typed: str, sent: str) -> None:
    """A text to a customer reads as it was written, less one pair of quotes around all of it."""
    assert rest_of_line(f"send {typed}", 5) == sent


@given(st.text())
def test_any_line_has_words_in_the_order_of_the_line(line: str) -> None:
    """Splitting never fails, never loops, and never invents a place."""
    starts = [word.start for word in words(line)]
    assert starts == sorted(set(starts))
    assert all(start < len(line) for start in starts)
