"""The page in Chromium against a state made by hand."""

from collections.abc import Iterator

import pytest

from tests.browser import browser_context, chromium, page
from tests.sandbox.page.canned import CannedServer

__all__ = ["browser_context", "chromium", "page"]


@pytest.fixture
def server() -> Iterator[CannedServer]:
    canned = CannedServer()
    canned.start()
    yield canned
    canned.stop()
