"""What Slack makes of the text that people type.

Source: docs.slack.dev, "Formatting message text" and "Implementing slash commands" (`should_escape`).
"""

import re
from dataclasses import dataclass, field

URL = r"(?P<url>https?://[^\s<>]+)"
EMAIL = r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
HOST = r"(?<![\w@.:/-])(?P<host>(?:[a-z0-9-]+\.)+(?:com|net|org|edu|io|us|ca)(?::\d+)?)(?![\w-]|\.\w)"
"""A bare host, of which Slack makes a link as well; it knows all top-level domains, this a few."""
BROADCAST = r"(?<![\w@])@(?P<broadcast>here|channel|everyone)(?!\w)"
AFTER_A_LINK = ".,;:!?)'\"\u201d\u2019"


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@dataclass(frozen=True)
class Directory:
    """What `@name` and `#name` stand for, as far as the typist can see: lower-case name -> token."""

    mentions: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)

    def pattern(self) -> re.Pattern[str]:
        parts = [URL, EMAIL, HOST]
        if self.mentions:
            parts.append(rf"(?<![\w@])@(?P<mention>{_any_of(self.mentions)})(?![\w-])")
        if self.channels:
            parts.append(rf"(?<![\w#])#(?P<channel>{_any_of(self.channels)})(?![\w-])")
        return re.compile("|".join([*parts, BROADCAST]), re.IGNORECASE)


def _any_of(names: dict[str, str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def linked(typed: str, directory: Directory) -> str:
    """`typed` with mentions, channels and addresses as `<…>` and the rest escaped.

    A word that looks like a phone number stays as typed.
    """
    out: list[str] = []
    at = 0
    for found in directory.pattern().finditer(typed):
        token, end = _token(found, directory)
        out += [escape(typed[at : found.start()]), token]
        at = end
    return "".join([*out, escape(typed[at:])])


def _token(found: re.Match[str], directory: Directory) -> tuple[str, int]:
    """What stands for one match, and where the text goes on behind it."""
    kind, word = str(found.lastgroup), str(found[str(found.lastgroup)])
    if kind == "url":
        url = word.rstrip(AFTER_A_LINK)  # a full stop behind an address ends the sentence
        return f"<{escape(url)}>", found.start() + len(url)
    if kind == "email":
        return f"<mailto:{word}|{word}>", found.end()
    if kind == "host":
        return f"<http://{word}|{word}>", found.end()
    if kind == "broadcast":
        return f"<!{word.lower()}>", found.end()
    names = directory.mentions if kind == "mention" else directory.channels
    return names[word.lower()], found.end()
