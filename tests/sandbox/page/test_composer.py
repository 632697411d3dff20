"""Writing messages and commands, and the tabs of the app."""

from playwright.sync_api import expect

from tests.sandbox.page.canned import CannedServer, from_bot, from_person, mrkdwn, plain, ts
from tests.sandbox.page.conftest import Client


def test_enter_sends_and_shift_enter_breaks_the_line(client: Client, server: CannedServer) -> None:
    """The field is empty again at once."""
    client.open("C0SUPPORT")
    client.part("composer").press_sequentially("one")
    client.part("composer").press("Shift+Enter")
    client.part("composer").press_sequentially("two <3")
    client.part("composer").press("Enter")
    sent = server.said("post")
    assert (sent["as"], sent["channel"], sent["text"]) == ("U0ADMIN", "C0SUPPORT", "one\ntwo <3")
    expect(client.part("composer")).to_have_value("")


def test_a_slash_suggests_commands_and_tells_how_they_go_on(client: Client, server: CannedServer) -> None:
    """Arrow keys and Enter complete a command; once it is written out its usage is shown."""
    # given
    client.open("C0SUPPORT")

    # when
    client.part("composer").press_sequentially("/")
    expect(client.part("suggestion")).to_have_count(2)
    expect(client.part("suggestion").nth(1)).to_contain_text("<to> [from=] <text>")
    client.part("composer").press("ArrowDown")
    client.part("composer").press("Enter")

    # then
    expect(client.part("composer")).to_have_value("/sms ")
    expect(client.part("usage")).to_contain_text("/sms <to> [from=] <text>")
    client.part("composer").press_sequentially("206-555-0142 hi")
    client.part("composer").press("Enter")
    sent = server.said("command")
    assert (sent["channel"], sent["command"], sent["text"]) == ("C0SUPPORT", "/sms", "206-555-0142 hi")


def test_a_whole_command_is_sent_by_one_enter(client: Client, server: CannedServer) -> None:
    """The suggestions do not stand in the way of a command without arguments."""
    client.open("C0SUPPORT")
    client.part("composer").press_sequentially("/flowroute")
    client.part("composer").press("Enter")
    assert server.said("command")["text"] == ""


def test_a_command_in_a_thread_is_not_sent(client: Client, server: CannedServer) -> None:
    """Slack knows no commands of apps in threads; what was typed stays."""
    server.show(messages={"C0SUPPORT": [from_bot(0, "A text")]})
    client.open("C0SUPPORT", thread=ts(0))
    client.write("thread-composer", "/flowroute help")
    expect(client.part("toast")).to_contain_text("/flowroute does not work in threads")
    expect(client.part("thread-composer")).to_have_value("/flowroute help")
    assert server.acts == []


def test_people_and_channels_are_completed(client: Client, server: CannedServer) -> None:
    """What is completed is what the workspace understands: names with their sign."""
    client.open("C0SUPPORT")
    client.part("composer").press_sequentially("ask @Sam")
    client.part("composer").press("Tab")
    client.part("composer").press_sequentially("in #tele")
    client.part("composer").press("Enter")
    client.part("composer").press("Enter")
    assert server.said("post")["text"] == "ask @sam in #telecom"


def test_what_is_being_written_survives_changes_and_other_channels(
    client: Client, server: CannedServer
) -> None:
    """Every conversation keeps its own draft, and a refresh of the page's state takes nothing away."""
    # given
    client.open("C0SUPPORT")
    client.part("composer").press_sequentially("half a sen")

    # when
    server.show(messages={"C0SUPPORT": [from_person(0, "U0AGENT", "interrupting")]})
    expect(client.message(ts(0))).to_be_visible()
    client.page.keyboard.type("tence")
    expect(client.part("composer")).to_have_value("half a sentence")
    client.page.locator("[data-channel=C0TELECOM]").click()
    expect(client.part("composer")).to_have_value("")
    client.page.locator("[data-channel=C0SUPPORT]").click()

    # then
    expect(client.part("composer")).to_have_value("half a sentence")


def test_what_could_not_be_sent_comes_back(client: Client, server: CannedServer) -> None:
    """The reason is shown and the text is in the field again."""
    server.answer = lambda _act: {"ok": False, "error": "This channel is archived."}
    client.open("C0SUPPORT")
    client.write("composer", "too late")
    expect(client.part("toast")).to_contain_text("This channel is archived.")
    expect(client.part("composer")).to_have_value("too late")


def test_files_go_with_a_message(client: Client, server: CannedServer) -> None:
    """A picture can be sent without a word."""
    client.open("C0SUPPORT")
    client.part("composer-file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG"}
    )
    client.part("composer-send").click()
    sent = server.said("post")
    assert sent["files"] == [{"name": "a.png", "mime_type": "image/png", "base64": "iVBORw=="}]


def test_global_shortcuts_are_beside_the_field(client: Client, server: CannedServer) -> None:
    """The lightning bolt lists them."""
    client.open("C0SUPPORT")
    client.part("shortcuts").click()
    client.page.get_by_role("menuitem", name="Send a text Compose an SMS").click()
    assert server.said("shortcut")["callback_id"] == "send_text"


def test_notices_of_the_workspace_are_shown_and_kept(client: Client, server: CannedServer) -> None:
    """A failed command is told once, and can be read again."""
    client.open("C0SUPPORT")
    text = '/flowroute failed with the error "operation_timeout"'
    server.show(notices=[{"at": 1763726400.0, "text": text, "level": "error"}])
    expect(client.part("toast")).to_have_text(text)
    client.part("notices").click()
    expect(client.part("notice-list")).to_contain_text(text)


def test_the_apps_home_is_opened_and_drawn(client: Client, server: CannedServer) -> None:
    """Opening the Home tab tells the app; what it publishes appears, and its buttons work."""
    # given
    client.open("D0ADMIN")
    client.part("tab-home").click()
    assert server.said("open_home")["as"] == "U0ADMIN"
    expect(client.page.locator("#home")).to_contain_text("has not published")

    # when
    button = {"type": "button", "text": plain("Buy"), "action_id": "buy", "value": "1"}
    section = {"type": "section", "block_id": "s", "text": mrkdwn("*3 numbers*"), "accessory": button}
    server.show(home={"id": "VH", "type": "home", "blocks": [section]})

    # then
    client.part("home").get_by_role("button", name="Buy").click()
    assert server.said("click")["home"] is True


def test_acting_as_somebody_else_shows_their_workspace(client: Client, server: CannedServer) -> None:
    """The switcher keeps the channel where that person is in it too; all is done in their name."""
    client.open("C0SUPPORT")
    client.page.locator("[data-testid=as][data-user=U0GUEST]").click()
    expect(client.page.locator("[data-testid=as][data-user=U0GUEST]")).to_have_attribute(
        "aria-checked", "true"
    )
    client.write("composer", "hello")
    assert server.said("post")["as"] == "U0GUEST"


def test_a_channel_one_is_not_in_offers_to_join(client: Client, server: CannedServer) -> None:
    """Instead of a field to write in."""
    client.open("C0OPEN")
    expect(client.part("composer")).to_have_count(0)
    client.part("join").click()
    assert server.said("join")["channel"] == "C0OPEN"


def test_members_are_listed_and_the_app_can_be_added(client: Client, server: CannedServer) -> None:
    """A private channel needs that before the bot can post there."""
    client.open("C0DESK")
    client.part("members").click()
    client.page.get_by_role("menuitem", name="Add flowroute").click()
    invited = server.said("invite")
    assert (invited["channel"], invited["user"]) == ("C0DESK", "U0BOT")
