"""What Slack makes of what people type."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.escaping import Directory, linked, unescape
from sandbox.slack.rich_text import block_for

DIRECTORY = Directory(
    {"ada": "<@U0ADMIN>", "ada admin": "<@U0ADMIN>", "flowroute": "<@U0BOT>"},
    {"support": "<#C0SUPPORT|support>"},
)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("hi @Ada!", "hi <@U0ADMIN>!"),
        ("hi @ada admin, look", "hi <@U0ADMIN>, look"),
        ("@adamant is nobody", "@adamant is nobody"),
        ("mail ada@example.com", "mail <mailto:ada@example.com|ada@example.com>"),
        ("see (https://example.com/x).", "see (<https://example.com/x>)."),
        ("at pbx.example.com:5060.", "at <http://pbx.example.com:5060|pbx.example.com:5060>."),
        ("in #support, not #supporters", "in <#C0SUPPORT|support>, not #supporters"),
        ("@here now", "<!here> now"),
        ("<!channel> & <@U0ADMIN>", "&lt;!channel&gt; &amp; &lt;@U0ADMIN&gt;"),
        ("+1 (206) 555-0100", "+1 (206) 555-0100"),
    ],
)
def test_names_and_addresses_become_tokens_and_the_rest_is_escaped(typed: str, text: str) -> None:
    """What looks like markup but was typed by hand stays harmless text."""
    assert linked(typed, DIRECTORY) == text


@given(st.text(alphabet=st.sampled_from("ab&<>@#!|: ./-+0")))
def test_nothing_typed_by_hand_can_forge_a_token(typed: str) -> None:
    """Every `<…>` in the result is one that Slack itself made; everything else can be read back."""
    # when
    text = linked(typed, Directory())

    # then
    plain = re.sub(r"<(?:https?://|mailto:)[^<>]*>", "", text)
    assert not set(plain) & {"<", ">"}
    if "<" not in text:
        assert unescape(text) == typed


def test_the_rich_text_of_a_message_says_the_same() -> None:
    """Mentions, links and text, as elements."""
    # when
    block = block_for("<@U0ADMIN> see <https://example.com|this> &amp; <#C0SUPPORT|support> <!here>", "b")

    # then
    (section,) = block["elements"]
    assert section["elements"] == [
        {"type": "user", "user_id": "U0ADMIN"},
        {"type": "text", "text": " see "},
        {"type": "link", "url": "https://example.com", "text": "this"},
        {"type": "text", "text": " & "},
        {"type": "channel", "channel_id": "C0SUPPORT"},
        {"type": "text", "text": " "},
        {"type": "broadcast", "range": "here"},
    ]
