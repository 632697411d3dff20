"""A texter's day in a browser: a picture, a slip that is asked about, STOP, and the history as a file."""

import base64

from playwright.sync_api import expect

from flowroute import PhoneNumber, format_phone_number
from sandbox.server import Sandbox
from tests.flows.conftest import said
from tests.sandbox.page.conftest import Client
from tests.stage import MARIA, NUMBER

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SLIP = "We charged 4111 1111 1111 1111 again"


def test_a_picture_a_slip_a_stop_and_the_history(ada: Client, sam: Client, sandbox: Sandbox) -> None:
    """Sam never leaves Slack, and Maria gets what he meant her to get."""
    # given: Maria's picture is in a thread of #support
    ada.write("composer", f"/flowroute relay link {NUMBER} #support")
    expect(said(ada, "appear in #support from now on")).to_be_visible()
    ada.part("handset-number").select_option(NUMBER)
    ada.part("handset-file").set_input_files(
        {"name": "broken.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    ada.write("handset-text", "It arrived like this")
    sam.part("thread-summary").click()
    thread = sam.part("thread").get_by_test_id("message")
    expect(thread.nth(1)).to_contain_text("It arrived like this")
    expect(sam.part("thread").get_by_test_id("file")).to_contain_text("broken.png")

    # when: Sam writes what looks like a slip, is asked, and means it
    sam.write("thread-composer", SLIP)
    question = thread.filter(has=sam.page.get_by_role("button", name="Send anyway"))
    expect(question).to_contain_text("not sent yet")
    assert received(sandbox) == []
    question.get_by_role("button", name="Send anyway").click()
    mine = thread.filter(has_text=SLIP).first
    expect(mine.locator("[data-testid=reaction][data-name=white_check_mark]")).to_be_visible()
    expect(thread.filter(has_text="@Sam Agent had it sent.")).to_be_visible()
    assert received(sandbox) == [SLIP]

    # and: Maria has had enough
    ada.write("handset-text", "STOP")
    expect(thread.filter(has_text="STOP").first).to_be_visible()
    sam.write("thread-composer", "One more thing")
    refused = thread.filter(has_text="One more thing").first
    expect(refused.locator("[data-testid=reaction][data-name=x]")).to_be_visible()
    assert "One more thing" not in received(sandbox)

    # then: the list of opt-outs names her, and the history is a file in Sam's messages
    who = format_phone_number(PhoneNumber(MARIA))
    sam.write("composer", "/flowroute relay optouts")
    expect(said(sam, "1 opt-out")).to_contain_text(who)
    sam.write("composer", f"/flowroute sms history {NUMBER}")
    history = said(sam, "Download as CSV")
    expect(history).to_contain_text("It arrived like this")
    history.get_by_role("button", name="Download as CSV").click()
    expect(said(sam, "is in your messages with me")).to_be_visible()
    sam.part("app").click()
    sam.part("tab-messages").click()
    expect(sam.part("messages").get_by_test_id("file")).to_contain_text(f"texts-{NUMBER}")


def received(sandbox: Sandbox) -> list[str]:
    """What Maria's handset got."""
    return [one.body for one in sandbox.carrier.handset_messages(MARIA) if one.direction == "received"]
