"""The handset beside the workspace, and the page on a telephone's screen."""

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE
from tests.sandbox.page.canned import JSON, CannedServer, modal, plain
from tests.sandbox.page.conftest import Client

MARIA, JONAS = "12065550142", "14255550177"
MAIN, SECOND = "12065550100", "12065550101"


def text(index: int, body: str, person: str = MARIA, **more: object) -> JSON:
    return {
        "id": f"mdr2-{index}",
        "person": person,
        "number": MAIN,
        "direction": "from_number",
        "body": body,
        "media": [],
        "at": f"2026-03-01T12:{index:02}:00+00:00",
        "state": "delivered",
        **more,
    }


def texts(server: CannedServer, *messages: JSON) -> None:
    server.show(handset={**server.state["handset"], "messages": list(messages)})


def test_a_person_texts_a_number(client: Client, server: CannedServer) -> None:
    """Pick who, pick the number, write, attach a picture, press Enter."""
    client.open("C0SUPPORT")
    client.page.locator(f"[data-testid=handset-pick][data-person='{JONAS}']").click()
    client.part("handset-number").select_option(SECOND)
    client.part("handset-file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG"}
    )
    client.write("handset-text", "Is it ready?")
    sent = server.said("handset_send")
    assert (sent["person"], sent["number"], sent["text"]) == (JONAS, SECOND, "Is it ready?")
    assert sent["files"] == [{"name": "a.png", "mime_type": "image/png", "base64": "iVBORw=="}]
    expect(client.part("handset-text")).to_have_value("")


def test_any_number_may_hold_the_handset(client: Client, server: CannedServer) -> None:
    """Typed as people type it; what is no number is explained."""
    client.open("C0SUPPORT")
    client.part("handset-other").click()
    client.part("handset-person").fill("555")
    client.part("handset-person").press("Enter")
    expect(client.part("handset-error")).to_contain_text("at least ten digits, e.g. 503-555-0188")
    client.part("handset-person").fill("(503) 555-0188")
    client.part("handset-person").press("Enter")
    expect(client.part("handset-error")).to_be_hidden()
    client.write("handset-text", "Hello")
    assert server.said("handset_send")["person"] == "15035550188"


def test_a_conversation_is_shown_in_bubbles_on_both_sides(client: Client, server: CannedServer) -> None:
    """Texts are literal, pictures are shown, and the state of what was sent is told."""
    # given
    picture = {"url": "/page/assets/icon.svg", "mime_type": "image/svg+xml", "file_name": "a.svg"}
    texts(
        server,
        text(1, "<b>Hi</b> & *you*", direction="to_number"),
        text(2, "Here", media=[picture]),
        text(3, "to nobody", direction="to_number", state="not delivered: the number is not in service"),
        text(4, "another person's", JONAS),
    )

    # when
    client.open("C0SUPPORT")
    bubbles = client.part("bubble")

    # then
    expect(bubbles).to_have_count(3)
    expect(bubbles.nth(0).locator("p")).to_have_text("<b>Hi</b> & *you*")
    expect(bubbles.nth(1).locator("img")).to_have_attribute("alt", "a.svg")
    expect(bubbles.nth(2)).to_contain_text("the number is not in service")
    assert [bubble.get_attribute("data-direction") for bubble in bubbles.all()] == [
        "to_number",
        "from_number",
        "to_number",
    ]


def test_texts_that_nobody_has_looked_at_are_counted(client: Client, server: CannedServer) -> None:
    """A mark on the person, until their conversation is opened."""
    client.open("C0SUPPORT")
    jonas = client.page.locator(f"[data-testid=handset-pick][data-person='{JONAS}']")
    texts(server, text(1, "one", JONAS), text(2, "two", JONAS), text(3, "seen at once"))
    expect(jonas).to_have_attribute("data-unread", "2")
    jonas.click()
    expect(client.part("bubble")).to_have_count(2)
    expect(jonas).to_have_attribute("data-unread", "0")


def test_what_is_being_typed_on_the_handset_survives_changes(client: Client, server: CannedServer) -> None:
    """A text that arrives meanwhile appears above."""
    client.open("C0SUPPORT")
    client.part("handset-text").press_sequentially("half a ")
    texts(server, text(1, "interrupting"))
    expect(client.part("bubble")).to_have_count(1)
    client.page.keyboard.type("text")
    expect(client.part("handset-text")).to_have_value("half a text")


def test_a_text_that_cannot_be_sent_says_why_and_stays(client: Client, server: CannedServer) -> None:
    """The reason is written under the conversation."""
    server.answer = lambda _act: {"ok": False, "error": "not a North American number: 999"}
    client.open("C0SUPPORT")
    client.write("handset-text", "Hello")
    expect(client.part("handset-error")).to_have_text("not a North American number: 999")
    expect(client.part("handset-text")).to_have_value("Hello")


def test_without_a_number_the_handset_says_how_to_get_one(client: Client, server: CannedServer) -> None:
    """An empty account is the usual start."""
    server.show(handset={**server.state["handset"], "numbers": []})
    client.open("C0SUPPORT")
    expect(client.part("bubbles")).to_contain_text("/flowroute numbers search 206")
    expect(client.part("handset-text")).to_be_disabled()


@pytest.fixture
def small_client(client: Client) -> Client:
    client.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a TypedDict
    return client


def test_on_a_telephone_one_thing_is_shown_at_a_time(small_client: Client, server: CannedServer) -> None:
    """Channels slide in, the handset has a button that counts, nothing is wider than the screen."""
    # given
    client = small_client
    texts(server, text(1, "for the handset"))
    client.open("C0SUPPORT")

    # when, then
    assert client.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(client.part("handset")).to_be_hidden()
    expect(client.part("show-handset")).to_have_attribute("data-count", "1")
    client.part("menu").click()
    client.page.locator("[data-channel=C0TELECOM]").click()
    expect(client.part("title")).to_have_text("telecom")
    expect(client.page.locator("[data-channel=C0TELECOM]")).to_be_hidden()
    client.part("show-handset").click()
    expect(client.part("bubble")).to_have_count(1)
    expect(client.part("composer")).to_be_hidden()
    client.part("back-to-slack").click()
    expect(client.part("composer")).to_be_visible()


def test_on_a_telephone_a_modal_fills_the_screen_and_can_be_submitted(
    small_client: Client, server: CannedServer
) -> None:
    """Its buttons are within reach, however long the form is."""
    element = {"type": "plain_text_input", "action_id": "a"}
    inputs = [
        {
            "type": "input",
            "block_id": f"b{index}",
            "label": plain("Field"),
            "element": element,
            "optional": True,
        }
        for index in range(20)
    ]
    server.show(views=[modal(inputs)])
    small_client.open("C0SUPPORT")
    box = small_client.part("modal").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, PHONE["width"])
    expect(small_client.part("modal-submit")).to_be_in_viewport()
    small_client.part("modal-submit").click()
    assert len(server.said("submit")["values"]) == 20
