"""The page on the real stand-ins: what one person does, another sees, with no bot around."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from sandbox.server import QUICK, Sandbox
from tests.sandbox.page.conftest import Client

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(pace=QUICK, data=tmp_path) as running:
        yield running


@pytest.fixture
def ada(page: Page, sandbox: Sandbox) -> Client:
    client = Client(page, sandbox.url)
    client.open("C0SUPPORT")
    return client


@pytest.fixture
def sam(browser_context: BrowserContext, sandbox: Sandbox) -> Client:
    client = Client(browser_context.new_page(), sandbox.url)
    client.open("C0SUPPORT", as_user="U0AGENT")
    return client


def test_what_one_person_writes_another_sees_at_once(ada: Client, sam: Client) -> None:
    """Messages, reactions, threads, edits and deletions need no reload."""
    # given
    ada.write("composer", "*Hello* @sam <b>")
    seen = sam.part("messages").get_by_test_id("message")
    expect(seen).to_have_count(1)
    expect(seen.locator(".text")).to_have_text("Hello @Sam Agent <b>")

    # when
    seen.hover()
    seen.get_by_test_id("react").click()
    sam.part("reaction-picker").get_by_title(":tada:").click()
    seen.hover()
    seen.get_by_test_id("reply").click()
    sam.write("thread-composer", "Hi Ada")

    # then
    mine = ada.part("messages").get_by_test_id("message")
    expect(mine.get_by_test_id("reaction")).to_have_attribute("data-name", "tada")
    expect(mine.get_by_test_id("thread-summary")).to_contain_text("1 reply")
    mine.hover()
    mine.get_by_test_id("edit").click()
    ada.part("edit-text").fill("Hello everybody")
    ada.part("edit-text").press("Enter")
    expect(seen.locator(".text")).to_have_text("Hello everybody(edited)")


def test_pictures_are_seen_by_everybody(ada: Client, sam: Client) -> None:
    """A file posted by one person is drawn on another's page."""
    ada.part("composer-file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PICTURE})
    ada.write("composer", "look")
    picture = sam.part("file").locator("img")
    expect(picture).to_be_visible()
    sam.page.wait_for_function("document.querySelector('[data-testid=file] img').naturalWidth === 1")


def test_the_handset_shows_what_it_sent(ada: Client, sandbox: Sandbox) -> None:
    """A text with a picture reaches the carrier; both are on the telephone."""
    ada.part("handset-file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PICTURE})
    ada.write("handset-text", "Hi <you>")
    expect(ada.part("bubble").locator("p")).to_have_text("Hi <you>")
    ada.page.wait_for_function("document.querySelector('[data-testid=bubble] img').naturalWidth === 1")
    (message,) = sandbox.carrier.handset_messages()
    assert (message.body, message.media[0].data) == ("Hi <you>", PICTURE)


def test_without_a_bot_a_command_fails_as_in_slack(ada: Client) -> None:
    """The notice names the command, once, and what was typed is not sent twice by mistake."""
    ada.write("composer", "/flowroute help")
    expect(ada.part("toast")).to_have_count(1)
    expect(ada.part("toast")).to_contain_text("/flowroute failed with the error")


def test_a_guest_sees_only_their_channels(ada: Client, sam: Client) -> None:
    """Membership is enforced, also for an address typed by hand."""
    for client in (ada, sam):
        client.open("C0DESK", as_user="U0GUEST")
        expect(client.part("title")).to_have_text("support")
        expect(client.part("channel")).to_have_count(1)


def test_a_hostile_file_cannot_act_as_the_page(sandbox: Sandbox) -> None:
    """A document from outside is served locked up, and names of other sites do not reach the sandbox."""
    html = [("evil.html", "text/html", b"<script>fetch('/page/act')</script>")]
    message = sandbox.carrier.handset_send("12065550142", "12065550100", "look", html)
    answer = requests.get(f"{sandbox.url}/page/handset/{message}/0", timeout=30)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    rebound = requests.get(sandbox.url, headers={"Host": "evil.example"}, timeout=30)
    assert rebound.status_code == 400
