"""What is not for a customer's eyes is noticed before it leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.relay.guard import WorryKind, is_note, worries

PERSON, GROUP, CHANNEL, EVERYONE = (
    WorryKind.PERSON,
    WorryKind.GROUP,
    WorryKind.CHANNEL,
    WorryKind.EVERYONE,
)

# Put together here, so that nobody's scanner takes a made-up key for a real one.
HEX = "0123456789abcdef" * 3
MADE_UP_SECRETS = (
    "xoxb" + "-1234567890-" + HEX,
    "xapp" + "-1-A0123-" + HEX,
    "xoxe.xoxp" + "-1-" + HEX,
    "https://hooks.slack." + "com/services/T0/B0/" + HEX,
    "sk_live" + "_" + HEX,
    "rk_live" + "_" + HEX,
    "AKIA" + "ABCDEFGHIJ234567",
    "ghp" + "_" + HEX[:36],
    "github_pat" + "_" + HEX,
    "glpat" + "-" + HEX[:20],
    "AIza" + HEX[:35],
    "sk-proj" + "-" + HEX,
    "SG" + "." + HEX[:22] + "." + HEX[:43],
    "-----BEGIN " + "PRIVATE KEY-----",
    "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3Blbn",
    "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----",
    "eyJ" + HEX + ".eyJ" + HEX + "." + HEX,
    "postgres://" + "ada:hunter2" + "@db.example.com/bot",
)


def kinds(slack_text: str, plain_text: str | None = None) -> list[WorryKind]:
    plain_text = slack_text if plain_text is None else plain_text
    return [worry.kind for worry in worries(slack_text, plain_text)]


@pytest.mark.parametrize(
    ("slack_text", "kind"),
    [
        ("<@U0ADA> can you take this?", PERSON),
        ("ask <@W0ADA|ada>", PERSON),
        ("<!subteam^S0NIGHT|@night> please", GROUP),
        ("<!subteam^S0NIGHT>", GROUP),
        ("see <#C0DESK|desk>", CHANNEL),
        ("see <#C0DESK>", CHANNEL),
        ("see <#C0SECRET|>", CHANNEL),
        ("<!here> anyone?", EVERYONE),
        ("<!channel>", EVERYONE),
        ("<!everyone|@everyone>", EVERYONE),
    ],
)
def test_talk_to_colleagues_asks_first(slack_text: str, kind: WorryKind) -> None:
    """Whoever mentions a colleague, a group or a channel probably does not mean the customer."""
    assert kinds(slack_text, "what they read") == [kind]


@pytest.mark.parametrize("secret", MADE_UP_SECRETS)
def test_a_pasted_secret_asks_first(secret: str) -> None:
    """Keys and tokens of the usual shapes, alone or in a sentence."""
    assert kinds(secret) == [WorryKind.SECRET]
    assert kinds(f"here you go: {secret}, keep it safe") == [WorryKind.SECRET]


@pytest.mark.parametrize(
    "text",
    [
        "password: hunter2",
        "Your Password = hunter2",
        "pwd:hunter2",
        "the API key: abc",
        "secret_key=abc",
        "passphrase : open sesame",
    ],
)
def test_a_password_asks_first(text: str) -> None:
    """Something named as a password or key, with its value."""
    assert kinds(text) == [WorryKind.PASSWORD]


@pytest.mark.parametrize(
    "card",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "378282246310005",
        "3782 822463 10005",
        "5555555555554444",
        "2223003122003222",
        "6011111111111117",
        "30569309025904",
        "4222222222222",
        "6304 0000 0000 0000 000",
    ],
)
def test_a_card_number_asks_first(card: str) -> None:
    """The card companies' test numbers, with nothing between or as cards print them."""
    assert kinds(f"card {card}, exp 12/30") == [WorryKind.CARD_NUMBER]
    assert kinds(f"12/30 {card} 123") == [WorryKind.CARD_NUMBER]


@pytest.mark.parametrize("text", ["SSN 219-09-9999", "219 09 9999", "it's 219-09-9999."])
def test_a_social_security_number_asks_first(text: str) -> None:
    """Nine digits as the card shows them."""
    assert kinds(text) == [WorryKind.SSN]


@pytest.mark.parametrize(
    "text",
    [
        "Internal: he is angry",
        "INTERNAL ONLY",
        "[internal] do we refund?",
        "do not send: draft",
        "Don’t send this to the customer",
        "dont send yet",
        "not for the customer: refund is fine",
    ],
)
def test_what_says_that_it_is_internal_asks_first(text: str) -> None:
    """Said at the beginning, where it is about the message itself."""
    assert kinds(text) == [WorryKind.INTERNAL]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "See you at 9:00!",
        "Call (206) 555-0100 or 206-555-0100",
        "12065550100 / +442079460958 / +4915112345678",
        "2065550100 2065550101",
        "206 555 0100 206 555 0101",
        "4111 1111 1111 1112",
        "tracking 9400111899223197428490",
        "tracking 94111111111111111100000",
        "+4111111111111111",
        "tracking 41111111111111110030",
        "order 20240503123011",
        "987-65-4329",
        "000-12-3456",
        "666-12-3456",
        "219-00-9999",
        "219-09-0000",
        "98101-1234",
        "2024-05-03",
        "the password is on the back",
        "your key: under the mat",
        "internationally known",
        "we only use it for internal calls",
        "we do not send catalogues",
        "mail ada@example.com or @ada",
        "&lt;@U0ADA&gt; as you typed it",
        "<https://example.com|our site>",
        "task sk-8 and disk_live_show",
        "https://example.com:8443/a@b",
        "the eyJ in a token",
    ],
)
def test_an_ordinary_text_goes_out_unasked(text: str) -> None:
    """A question at every second text would be clicked away unread."""
    assert kinds(text) == []


def test_every_worry_is_told_once_and_without_the_secret() -> None:
    """The question lists each reason in a sentence that can be shown to everybody in the thread."""
    secret, other = MADE_UP_SECRETS[0], MADE_UP_SECRETS[4]

    found = worries(f"<@U1> <@U2> {secret}", f"@ada @ben {secret} {other} password: hunter2")

    assert [worry.kind for worry in found] == [PERSON, WorryKind.SECRET, WorryKind.PASSWORD]
    sentences = [worry.sentence for worry in found]
    assert "Slack token" in sentences[1]
    assert not any(secret in sentence or "hunter2" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    "text",
    [
        "note: he is angry",
        "NOTE: x",
        "  Note:x",
        "\u00a0note:",
        "\u200bnote: x",
        "\nnote: x",
        "Note : x",
        "*Note:* x",
        "_note_: x",
        "&gt; note: x",
        "> note: x",
        "`// x`",
        "// x",
        "//x",
        "   // x",
    ],
)
def test_a_note_stays_here(text: str) -> None:
    """However it is written, nothing that begins as a note may reach the customer."""
    assert is_note(text)


@pytest.mark.parametrize(
    "text", ["", "noted: x", "a note: x", "note that x", "/ /", "https://x", "notes: x", "/x"]
)
def test_what_only_resembles_a_note_is_sent(text: str) -> None:
    """Only the mark at the beginning counts."""
    assert not is_note(text)


@given(
    st.text(st.sampled_from(" \t\n\u00a0\u200b*_~>")), st.sampled_from(["note:", "NOTE:", "//"]), st.text()
)
def test_nothing_in_front_or_behind_makes_a_note_leak(before: str, mark: str, after: str) -> None:
    """Blanks, invisible characters and formatting do not hide the mark."""
    assert is_note(before + mark + after)


@given(st.text("0123456789", min_size=14, max_size=14), st.sampled_from(["", " ", "-"]))
def test_a_card_number_is_told_from_any_typing_error_by_its_check_digit(digits: str, between: str) -> None:
    """Of the ten possible last digits exactly one makes a card number."""
    found = [
        last
        for last in "0123456789"
        if kinds(between.join(["4" + digits[:3], digits[3:7], digits[7:11], digits[11:] + last]))
    ]
    assert len(found) == 1


@given(st.text(), st.text())
def test_every_text_can_be_judged(slack_text: str, plain_text: str) -> None:
    """No reply breaks the guard, and no reason is told twice."""
    found = [worry.kind for worry in worries(slack_text, plain_text)]
    assert len(found) == len(set(found))
