"""Segments: what a text costs, and why."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute.segments import Encoding, analyse, repair


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", Encoding.PLAIN, 0),
        ("x" * 160, Encoding.PLAIN, 1),
        ("x" * 161, Encoding.PLAIN, 2),
        ("x" * 280, Encoding.PLAIN, 2),
        ("x" * 281, Encoding.PLAIN, 3),
        ("é" * 70, Encoding.UCS2, 1),
        ("é" * 80, Encoding.UCS2, 2),
        ("🙂" * 35, Encoding.UCS2, 1),
        ("🙂" * 36, Encoding.UCS2, 2),
    ],
)
def test_segments_as_documented(text: str, encoding: Encoding, segments: int) -> None:
    """160 plain characters alone, 140 each in company, 70 each with anything outside ASCII."""
    found = analyse(text)
    assert (found.encoding, found.segments) == (encoding, segments)


def test_one_curly_quote_is_named_and_repaired() -> None:
    """A phone's typography can double the price; the repair is only suggested."""
    text = "We’re here… till 9 – or 10" + " x" * 70
    found = analyse(text)
    assert (found.segments, found.culprits) == (3, ("’", "…", "–"))
    assert found.repaired is not None
    repaired = analyse(found.repaired)
    assert (repaired.segments, repaired.encoding, repaired.repaired) == (2, Encoding.PLAIN, None)
    assert found.repaired.startswith("We're here... till 9 - or 10")


def test_letters_and_emoji_are_not_repaired_away() -> None:
    """Nobody's name loses its accent to save a cent."""
    assert analyse("Zoë 🙂").repaired is None


@given(st.text(max_size=500))
def test_money_and_repair_hold_for_every_text(text: str) -> None:
    """The cost is the segments' price; a repaired text needs no repair, and never gets worse in kind."""
    found = analyse(text, price_per_segment=Decimal("0.0079"))
    assert found.cost == found.segments * Decimal("0.0079")
    assert (found.segments == 0) == (text == "")
    assert (found.encoding is Encoding.UCS2) == bool(found.culprits)
    fixed = repair(text)
    assert repair(fixed) == fixed
    assert set(analyse(fixed).culprits) <= set(found.culprits)
