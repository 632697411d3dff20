"""What makes us ask before a reply goes out: a slip that would show a customer what is not for them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class WorryKind(StrEnum):
    """What a slip looks like; `worries` gives at most one of each."""

    PERSON = "person"
    GROUP = "group"
    CHANNEL = "channel"
    EVERYONE = "everyone"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    PASSWORD = "password"  # noqa: S105 - likewise
    CARD_NUMBER = "card_number"
    SSN = "ssn"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Worry:
    """One reason to ask; `sentence` says it to the writer and never repeats what was found."""

    kind: WorryKind
    sentence: str


def worries(slack_text: str, plain_text: str) -> tuple[Worry, ...]:
    """Why a reply should not go out unasked; empty when nothing speaks against it.

    `slack_text` is what Slack sent (mentions as `<@U…>`), less the mention of our own bot where that is how
    one sends; `plain_text` is what the phone would get.
    """
    found: dict[WorryKind, Worry] = {}
    for worry in (*_mentions(slack_text), *_contents(plain_text)):
        found.setdefault(worry.kind, worry)
    return tuple(found.values())


def is_note(text: str) -> bool:
    """Whether `text`, in Slack's form or plain, is for colleagues only: it begins with `note:` or `//`.

    Blanks, punctuation such as bullets and brackets, and emphasis before it, capitals, and a blank before the
    colon do not matter: whoever writes `*Note :* angry customer` or `: - (note: …)` means it to stay here.
    """
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return _NOTE.match(visible) is not None


_NOTE: Final = re.compile(
    r"(?:\s|[*_~`>:,;\-\u2010-\u2015\u2022\u2023\u2043\u25a0-\u25ff\u00b7()\[\]{}]|&gt;)*"
    r"(?://|note[\s*_~`)\]}]*[:\uff1a])",
    re.IGNORECASE,
)

_MENTIONS: Final = (
    (
        WorryKind.PERSON,
        re.compile(r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>"),
        "It mentions somebody of this workspace, so it may be meant for them.",
    ),
    (
        WorryKind.GROUP,
        re.compile(r"<!subteam\^[^<>]+>"),
        "It mentions a user group, so it may be meant for colleagues.",
    ),
    (
        WorryKind.EVERYONE,
        re.compile(r"<!(?:here|channel|everyone)(?:\|[^<>]*)?>"),
        "It calls everyone in the channel, so it may be meant for colleagues.",
    ),
    (
        WorryKind.CHANNEL,
        re.compile(r"<#[CDG][A-Z0-9]+(?:\|[^<>]*)?>"),
        "It mentions a channel, which the person texting cannot open.",
    ),
)

_SECRETS: Final = (
    ("a Slack token", r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}"),
    ("a Slack webhook address", r"hooks\.slack\.com/(?:services|workflows|triggers)/\S{10,}"),
    ("a Stripe key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}"),
    ("an AWS access key", r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("a GitHub token", r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"),
    ("a GitLab token", r"glpat-[A-Za-z0-9_-]{20,}"),
    ("a Google API key", r"AIza[A-Za-z0-9_-]{35}"),
    ("an AI provider's key", r"sk-(?:proj-|ant-|or-)?[A-Za-z0-9_-]{20,}"),
    ("a SendGrid key", r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("a private key", r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
    ("a login token (JWT)", r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    ("an address with a password in it", r"[a-z][a-z0-9+]{1,15}://[^\s/:@]{0,64}:[^\s/@]{1,128}@"),
)
"""What it is, and its shape as its issuer documents or shows it."""
_SECRET: Final = tuple((name, re.compile(rf"(?<![A-Za-z0-9])(?:{shape})")) for name, shape in _SECRETS)

_PASSWORD: Final = re.compile(
    r"\b(?:password|passwd|passphrase|pwd|pw|secret|(?:api|access|secret)[ _-]?key"
    r"|(?:api|access|auth)[ _-]?token)"
    r"\s{0,3}[:=]\s{0,3}\S",
    re.IGNORECASE,
)
_INTERNAL: Final = re.compile(
    r"[\W_]*(?:internal(?:ly)?|do\s+not\s+send|don['’]?t\s+send|not\s+for\s+(?:the\s+)?customers?)\b",
    re.IGNORECASE,
)
# With nothing between, or as cards print them: phone numbers look different. Each shape is looked for by
# itself, so that an expiry date or a check value behind a number does not hide it.
_CARDS: Final = tuple(
    re.compile(rf"(?<![\d+]){shape}(?!\d)", re.ASCII)
    for shape in (
        r"[2-6]\d{12,18}",
        r"[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}",
        r"[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}\1\d{3}",
        r"3\d{3}([ -])\d{6}\1\d{4,5}",
    )
)
# Never issued are area 000, 666 and 9xx, group 00, serial 0000 (ssa.gov, "Social Security Number
# Randomization").
_SSN: Final = re.compile(
    r"(?<![\d-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-]|[ ]\d)", re.ASCII
)


def _mentions(slack_text: str) -> Iterator[Worry]:
    for kind, shape, sentence in _MENTIONS:
        if shape.search(slack_text):
            yield Worry(kind, sentence)


def _contents(text: str) -> Iterator[Worry]:
    for name, shape in _SECRET:
        if shape.search(text):
            yield Worry(WorryKind.SECRET, f"It contains what looks like {name}.")
    if _PASSWORD.search(text):
        yield Worry(WorryKind.PASSWORD, "It contains what looks like a password or key.")
    if any(_passes_luhn(card[0]) for shape in _CARDS for card in shape.finditer(text)):
        yield Worry(WorryKind.CARD_NUMBER, "It contains what looks like a payment card number.")
    if _SSN.search(text):
        yield Worry(WorryKind.SSN, "It contains what looks like a US Social Security number.")
    if _INTERNAL.match(text):
        yield Worry(WorryKind.INTERNAL, "It begins by saying that it is internal.")


def _passes_luhn(written: str) -> bool:
    """Whether the last digit is the check digit of the others: ISO/IEC 7812-1, annex B."""
    digits = [int(character) for character in reversed(written) if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]  # noqa: PLR2004 - two digits from 5 on
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
