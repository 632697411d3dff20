"""The sandbox with `python -m bot` as a process of its own, and people at its page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page

from sandbox.server import QUICK, Sandbox
from tests.sandbox.page.conftest import Client
from tests.stage import AGENT, SUPPORT, TELECOM, BotProcess, free_port


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """Both stand-ins and a running `python -m bot` that knows nothing but their addresses."""
    with Sandbox(pace=QUICK, data=tmp_path) as running:
        port = free_port()
        bot = BotProcess(running.bot_environment(port), tmp_path / "bot.log")
        bot.start()
        try:
            bot.wait_until_ready()
            running.deliver_to(port)
            yield running
        finally:
            bot.stop()


@pytest.fixture
def ada(page: Page, sandbox: Sandbox) -> Client:
    """The admin, in #telecom."""
    client = Client(page, sandbox.url)
    client.open(TELECOM)
    return client


@pytest.fixture
def sam(browser_context: BrowserContext, sandbox: Sandbox) -> Client:
    """The agent, in #support."""
    client = Client(browser_context.new_page(), sandbox.url)
    client.open(SUPPORT, as_user=AGENT)
    return client


def last(client: Client) -> Locator:
    """The newest message of the open channel."""
    return client.part("messages").get_by_test_id("message").last


def said(client: Client, words: str) -> Locator:
    """The newest message of the open channel that has these words; others may come after it."""
    return client.part("messages").get_by_test_id("message").filter(has_text=words).last
