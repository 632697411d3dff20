"""What people, phones and Slack make of a command line, brought back to plain words.

Slack escapes `&`, `<` and `>` and (with `should_escape`) sends people, channels and addresses in angle
brackets, each with or without the part after `|`: docs.slack.dev, "Implementing slash commands". Phones
turn quotes into curly ones and two dashes into a long one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_DOUBLE = '"“”„‟«»'
_SINGLE = "'‘’‚‛"
_OPTION = re.compile(r"(?P<dashes>--|[—–])?(?P<name>[a-z][a-z-]*)(?P<equals>=)?", re.IGNORECASE)
_LINK = re.compile(r"<(?P<target>[^<>|\n]*)(?:\|(?P<label>[^<>\n]*))?>")
_BARE = re.compile(r"(?:<[^<>\n]*>|\S)+")
_BEGIN = re.compile(r"\S")
_QUOTED = tuple(
    re.compile(rf"[{marks}](?P<inner>[^{marks}]*)[{marks}](?=\s|$)") for marks in (_DOUBLE, _SINGLE)
)


@dataclass(frozen=True)
class Word:
    """One word of a line: `text` without quotes and links, and where it starts in the line."""

    text: str
    start: int
    option: str | None = None
    """The name when it was written as an option: `name=value`, `--name=value`, `--name`."""
    dashed: bool = False
    """`--name` without a value: the value is the next word."""


def words(line: str) -> Iterator[Word]:
    """Split a line at white space; quotes hold a word together. No text is an error."""
    at = 0
    while match := _BEGIN.search(line, at):
        word, at = _word(line, match.start())
        yield word


def _word(line: str, start: int) -> tuple[Word, int]:
    option = _OPTION.match(line, start)
    if option and option["equals"]:
        text, end = _text(line, option.end())
        return Word(text, start, option["name"].lower()), end
    text, end = _text(line, start)
    if option and option["dashes"] and option.end() == end:
        return Word(text, start, option["name"].lower(), dashed=True), end
    return Word(text, start), end


def _text(line: str, start: int) -> tuple[str, int]:
    """The text of the word that starts at `start`, and where it ends."""
    for quoted in _QUOTED:
        if match := quoted.match(line, start):
            return without_markup(match["inner"]), match.end()
    if match := _BARE.match(line, start):
        return without_links(match[0]), match.end()
    return "", start  # `name=` with nothing behind it


def without_links(text: str) -> str:
    """`<tel:+1206…|206-…>` becomes `+1206…`; `<#C1|name>` and `<@U1|name>` become `<#C1>` and `<@U1>`.

    `<http://pbx.example.com|pbx.example.com>`, which Slack makes of a bare host, becomes the host again.
    """
    return unescape(_LINK.sub(_target, text))


def without_markup(text: str) -> str:
    """Text as it was typed: a link is its label, `<@U1|ada>` is `@ada`, entities are characters."""
    return unescape(_LINK.sub(_label, text))


def rest_of_line(line: str, start: int) -> str:
    """Everything from `start` on as typed, less one pair of quotes around all of it."""
    text = line[start:].strip()
    for marks in (_DOUBLE, _SINGLE):
        if len(text) > 1 and text[0] in marks and text[-1] in marks and not _closed_before_end(text, marks):
            text = text[1:-1]
            break
    return without_markup(text)


def _closed_before_end(text: str, marks: str) -> bool:
    """Whether the first quote belongs to a word of its own, as in `"a" and "b"`."""
    inner = re.search(rf"[{marks}]", text[1:-1])
    return inner is not None and re.match(rf"\S[{marks}]\s", text[inner.start() :]) is not None


def _target(link: re.Match[str]) -> str:
    target, label = link["target"], link["label"]
    if target[:1] in {"#", "@", "!"}:
        return f"<{target}>"
    if label and target in {f"http://{label}", f"https://{label}"}:
        return label
    return re.sub(r"^(?:tel|mailto):", "", target)


def _label(link: re.Match[str]) -> str:
    target, label = link["target"], link["label"]
    if target[:1] in {"#", "@"}:
        return target[0] + (label or target[1:])
    if target[:1] == "!":  # <!here>, <!subteam^S1|@night>
        return label or "@" + target[1:].partition("^")[0]
    return label or re.sub(r"^(?:tel|mailto):", "", target)
