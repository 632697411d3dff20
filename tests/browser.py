"""A real Chromium for tests that look at web pages.

Where there is none, those tests are skipped, unless REQUIRE_BROWSER is set: then they fail.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 60_000
"""How long a busy machine may take for anything that a test waits for."""
expect.set_options(timeout=PATIENCE_MS)


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        sentence = "There is no Chromium on PATH; on Debian: apt install chromium"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh profile; a script that breaks on the page fails the test."""
    context = chromium.new_context(viewport=DESKTOP, locale="en-US")  # type: ignore[arg-type]  # a TypedDict
    context.set_default_timeout(PATIENCE_MS)
    broken: list[str] = []
    context.on("weberror", lambda error: broken.append(str(error.error)))
    yield context
    context.close()
    assert broken == []


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()
