"""Slack's text becomes the text of an SMS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.plain_text import emoji_in, plain_text


@pytest.mark.parametrize(
    ("in_slack", "on_the_phone"),
    [
        ("plain", "plain"),
        ("*bold* _italic_ ~struck~ *_both_*", "bold italic struck both"),
        ("2*3*4 and snake_case_name and a ~ b", "2*3*4 and snake_case_name and a ~ b"),
        ("`code *kept*` and ```a\nb```", "code *kept* and a\nb"),
        ("Tom &amp; Jerry &lt;3 &amp;amp;", "Tom & Jerry <3 &amp;"),
        ("&lt;https://example.com|x&gt;", "<https://example.com|x>"),
        ("<https://example.com>", "https://example.com"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://example.com/a_b_c|our _new_ site>", "our _new_ site (https://example.com/a_b_c)"),
        ("<mailto:ada@example.com|ada@example.com>", "ada@example.com"),
        ("<tel:+12065550100|(206) 555-0100>", "(206) 555-0100"),
        ("ask <@U0ADA> or <@U0ADA|ada>", "ask @U0ADA or @ada"),
        ("in <#C0DESK|front-desk>", "in #front-desk"),
        ("<!here> <!subteam^S1|@night> <!date^1700000000^{date}|14 November>", "@here @night 14 November"),
        ("• one\n• two", "• one\n• two"),
        ("hi :wave: :wave::skin-tone-3: :unknown:", "hi 👋 👋🏼 :unknown:"),
        ("at 10:30:45", "at 10:30:45"),
    ],
)
def test_what_a_person_sees_is_what_is_sent(in_slack: str, on_the_phone: str) -> None:
    """Marks vanish, addresses stay readable, entities are characters."""
    emoji = {":wave:": "👋", ":wave::skin-tone-3:": "👋🏼"}
    assert plain_text(in_slack, emoji) == on_the_phone


def test_emoji_come_from_the_messages_own_rich_text() -> None:
    """Slack says itself which characters an emoji name stands for."""
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "hi "},
            {"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fc", "skin_tone": 3},
            {"type": "emoji", "name": "smile", "unicode": "1f604"},
            {"type": "emoji", "name": "our_own"},
        ],
    }
    found = emoji_in([{"type": "rich_text", "elements": [section]}])
    assert found == {":wave::skin-tone-3:": "👋🏼", ":smile:": "😄"}


@given(st.text(), st.text())
def test_any_text_becomes_some_text(before: str, after: str) -> None:
    """No text fails, and what is in a code span is sent as it stands."""
    assert isinstance(plain_text(before + after, {}), str)


@given(st.text(alphabet="abc *_~`<>|&;:@#!\ue0001\ue001"))
def test_marks_in_any_order_do_no_harm(text: str) -> None:
    """Also with the characters that Slack's marks are made of."""
    assert len(plain_text(text, {})) <= len(text) * 3
