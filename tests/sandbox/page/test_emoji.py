"""The names of emoji that our own messages use, on the page."""

import re
from pathlib import Path

from playwright.sync_api import expect

from bot.store.replies import MARKS
from tests.sandbox.page.canned import CannedServer, from_bot
from tests.sandbox.page.conftest import Client

PROJECT = Path(__file__).parents[3]
NAME = re.compile(r":([a-z][a-z0-9_+-]+):(?=[ \"'])")
"""An emoji in a sentence of ours; what looks alike in code is not followed by a blank or a quote mark."""
NONE = {"memory"}
"""SQLite's name for a database without a file."""


def test_every_emoji_of_the_bot_is_drawn(client: Client, server: CannedServer) -> None:
    """A person sees the picture, not its name between colons."""
    sources = [path.read_text() for room in ("bot", "handlers") for path in (PROJECT / room).rglob("*.py")]
    names = sorted({*MARKS.values(), *(name for source in sources for name in NAME.findall(source))} - NONE)
    server.show(messages={"C0SUPPORT": [from_bot(at, f":{name}:") for at, name in enumerate(names)]})
    client.open("C0SUPPORT")
    expect(client.part("messages").locator(".text")).to_have_count(len(names))
    missing = client.part("messages").locator(".text").filter(has_not=client.page.locator(".emoji"))
    assert missing.all_inner_texts() == []
