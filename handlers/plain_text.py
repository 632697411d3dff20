"""Slack's text as the plain text that goes to a phone.

Marks and entities: docs.slack.dev, "Formatting message text"; emoji in rich text: "Rich text block".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from emoji import emojize

_CODE = re.compile(r"```(?P<block>.*?)```|`(?P<inline>[^`\n]+)`", re.DOTALL)
_LINK = re.compile(r"<(?P<target>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>")
_EMPHASIS = tuple(
    re.compile(rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])([^\n]*?[^\s{mark}])?{mark}(?![\w{mark}])")
    for mark in (r"\*", "_", "~")
)
_EMOJI = re.compile(r":(?P<name>[a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?")
_MENTION = re.compile(r"<@(?P<user_id>[UW][A-Z0-9]+)>")
_PLACE = "\ue000{}\ue001"
_PLACES = re.compile("\ue000([0-9]+)\ue001")


def plain_text(mrkdwn: str, emoji: Mapping[str, str]) -> str:
    """What a person reading `mrkdwn` in Slack sees, without the looks.

    `emoji` maps what Slack writes, `:wave:`, to characters. Names that it lacks are looked up among the usual
    ones; a workspace's own emoji have no character and keep their names.
    """
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return _PLACE.format(len(kept) - 1)

    text = _PLACES.sub("", mrkdwn)
    text = _CODE.sub(lambda code: keep(_LINK.sub(_seen, code["block"] or code["inline"] or "")), text)
    text = _LINK.sub(lambda link: keep(_seen(link)), text)
    for marks in _EMPHASIS:
        text = marks.sub(lambda found: found[1] or "", text)
    text = _EMOJI.sub(lambda found: emoji.get(found[0]) or _by_name(found, emoji), text)
    return unescape(_PLACES.sub(lambda place: kept[int(place[1])], text)).strip()


def mentioned_in(mrkdwn: str) -> tuple[str, ...]:
    """The user ids of who is mentioned without a name, which `plain_text` leaves as `@U…`; each once."""
    return tuple(dict.fromkeys(_MENTION.findall(mrkdwn)))


def emoji_in(blocks: Iterable[Any]) -> dict[str, str]:
    """What Slack writes for the emoji of a message -> the characters, from the message's rich text."""
    found = {}
    for element in _elements(blocks):
        if element.get("type") == "emoji" and element.get("unicode"):
            tone = f":skin-tone-{element['skin_tone']}:" if element.get("skin_tone") else ""
            found[f":{element['name']}:{tone}"] = _characters(str(element["unicode"]))
    return found


def _by_name(found: re.Match[str], emoji: Mapping[str, str]) -> str:
    """Without its skin tone, if there is no such character with it."""
    name = f":{found['name']}:"
    character = emoji.get(name) or emojize(name, language="alias")
    return found[0] if character == name else character


def _elements(blocks: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    for block in blocks:
        if isinstance(block, Mapping):
            yield block
            yield from _elements(block.get("elements") or [])


def _characters(code_points: str) -> str:
    """`1f44b-1f3fc` -> the emoji."""
    return "".join(chr(int(point, 16)) for point in code_points.split("-"))


def _seen(link: re.Match[str]) -> str:
    """What stands for a link, a person or a channel: its label, and the address if the label hides it."""
    target, label = link["target"], link["label"]
    if target[0] in "@#":
        return target[0] + (label or target[1:])
    if target[0] == "!":  # <!here>, <!subteam^S1|@night>, <!date^1700000000^{date}|14 November>
        return label or "@" + target[1:].partition("^")[0]
    address = re.sub(r"^(?:mailto|tel):", "", target)
    if not label or label in address:
        return label or address
    return f"{label} ({address})" if address == target else label
