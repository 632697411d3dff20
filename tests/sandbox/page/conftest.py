"""The page in Chromium against a state made by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page

from tests.sandbox.page.canned import CannedServer


@dataclass(frozen=True)
class Client:
    """What a person sees and does; parts of the page by their `data-testid`."""

    page: Page
    url: str

    def open(self, channel: str, *, as_user: str = "U0ADMIN", thread: str | None = None) -> None:
        self.page.goto(f"{self.url}/#/{as_user}/{channel}" + (f"/{thread}" if thread else ""))
        self.part("title").locator("svg, span").first.wait_for()

    def part(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    def message(self, ts: str) -> Locator:
        return self.page.locator(f'[data-testid=messages] [data-testid=message][data-ts="{ts}"]')

    def input(self, block_id: str, action_id: str = "a") -> Locator:
        return self.page.locator(
            f'[data-testid=input][data-block-id="{block_id}"][data-action-id="{action_id}"]'
        )

    def error(self, block_id: str) -> Locator:
        return self.page.locator(f'[data-testid=error][data-block-id="{block_id}"]')

    def write(self, testid: str, text: str) -> None:
        self.part(testid).fill(text)
        self.part(testid).press("Enter")


@pytest.fixture
def server() -> Iterator[CannedServer]:
    canned = CannedServer()
    canned.start()
    yield canned
    canned.stop()


@pytest.fixture
def client(page: Page, server: CannedServer) -> Client:
    return Client(page, server.url)
