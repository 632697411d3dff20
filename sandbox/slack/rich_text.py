"""The `rich_text` block that Slack's client adds to whatever a person posts."""

import re

from sandbox.slack.escaping import unescape
from sandbox.slack.wire import JSON

TOKEN = re.compile(r"<([^<>]+)>")


def block_for(text: str, block_id: str) -> JSON:
    """`text` is escaped, with `<…>` for mentions and links; it must not be empty."""
    elements: list[JSON] = []
    at = 0
    for found in TOKEN.finditer(text):
        elements += [*_plain(text[at : found.start()]), _element(found[1])]
        at = found.end()
    elements += _plain(text[at:])
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _plain(text: str) -> list[JSON]:
    return [{"type": "text", "text": unescape(text)}] if text else []


def _element(token: str) -> JSON:
    target, _, label = token.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    link: JSON = {"type": "link", "url": unescape(target)}
    return {**link, "text": unescape(label)} if label else link
