"""Modals: what is typed is sent, what is wrong is said beside it, and nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from tests.sandbox.page.canned import JSON, CannedServer, modal, mrkdwn, plain
from tests.sandbox.page.conftest import Client

OPTIONS = [{"text": plain(text), "value": text.lower()} for text in ("Red", "Green", "Blue")]


def field(block_id: str, element_type: str, *, optional: bool = False, **more: object) -> JSON:
    element = {"type": element_type, "action_id": "a", **more}
    label = plain(f"The {block_id}")
    return {"type": "input", "block_id": block_id, "label": label, "element": element, "optional": optional}


def test_every_kind_of_input_is_submitted_under_its_ids(client: Client, server: CannedServer) -> None:
    """Text, numbers, dates, menus, boxes and files all arrive as what was typed or chosen."""
    # given
    groups = [
        {"label": plain("Warm"), "options": OPTIONS[:1]},
        {"label": plain("Cold"), "options": OPTIONS[1:]},
    ]
    server.show(
        views=[
            modal(
                [
                    field("text", "plain_text_input"),
                    field("lines", "plain_text_input", multiline=True),
                    field("rich", "rich_text_input"),
                    field("number", "number_input", is_decimal_allowed=True),
                    field("mail", "email_text_input"),
                    field("url", "url_text_input"),
                    field("date", "datepicker"),
                    field("time", "timepicker"),
                    field("moment", "datetimepicker"),
                    field("one", "static_select", option_groups=groups),
                    field("many", "multi_static_select", options=OPTIONS),
                    field("person", "users_select"),
                    field("people", "multi_users_select"),
                    field("channel", "channels_select"),
                    field("talk", "conversations_select", default_to_current_conversation=False),
                    field("radio", "radio_buttons", options=OPTIONS),
                    field("boxes", "checkboxes", options=OPTIONS),
                    field("file", "file_input"),
                    field("empty", "plain_text_input", optional=True),
                ]
            )
        ]
    )
    client.open("C0SUPPORT")
    typed = {
        "text": "Main line",
        "lines": "one\ntwo",
        "rich": "plain enough",
        "number": "12.5",
        "mail": "ada@example.com",
        "url": "https://example.com/",
        "date": "2026-03-01",
        "time": "09:30",
    }

    # when
    for block_id, text in typed.items():
        client.input(block_id).fill(text)
    client.input("moment").fill("2026-03-01T09:30")
    client.input("one").select_option("blue")
    for color in ("Green", "Blue"):
        client.input("many").fill(color)
        client.part("option").filter(has_text=color).click()
    client.input("person").select_option("U0AGENT")
    client.input("people").fill("grace")
    client.part("option").filter(has_text="Grace").click()
    client.input("channel").select_option("C0TELECOM")
    client.input("talk").select_option("C0DESK")
    client.part("modal").get_by_role("radio", name="Green").check()
    client.part("modal").get_by_role("checkbox", name="Red").check()
    client.input("file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"hi"})
    expect(client.part("modal")).to_contain_text("a.txt")
    client.part("modal-submit").click()

    # then
    sent = {block: values["a"] for block, values in server.said("submit")["values"].items()}
    assert sent == {
        **typed,
        "moment": client.page.evaluate("String(new Date('2026-03-01T09:30').getTime() / 1000)"),
        "one": "blue",
        "many": ["green", "blue"],
        "person": "U0AGENT",
        "people": ["U0APPROVER"],
        "channel": "C0TELECOM",
        "talk": "C0DESK",
        "radio": "green",
        "boxes": ["red"],
        "file": [{"name": "a.txt", "mime_type": "text/plain", "base64": "aGk="}],
        "empty": None,
    }


def test_initial_values_are_filled_in_and_submitted_untouched(client: Client, server: CannedServer) -> None:
    """A prefilled form can be submitted as it is."""
    server.show(
        views=[
            modal(
                [
                    field("text", "plain_text_input", initial_value="Main & <line>"),
                    field("one", "static_select", options=OPTIONS, initial_option=OPTIONS[1]),
                    field("many", "multi_external_select", initial_options=OPTIONS[:2]),
                    field("boxes", "checkboxes", options=OPTIONS, initial_options=OPTIONS[2:]),
                    field("talk", "conversations_select", initial_conversation="C0DESK"),
                    field("date", "datepicker", initial_date="2026-03-01"),
                ]
            )
        ]
    )
    client.open("C0SUPPORT")
    client.part("modal-submit").click()
    sent = {block: values["a"] for block, values in server.said("submit")["values"].items()}
    assert sent == {
        "text": "Main & <line>",
        "one": "green",
        "many": ["red", "green"],
        "boxes": ["blue"],
        "talk": "C0DESK",
        "date": "2026-03-01",
    }


@pytest.mark.parametrize(
    ("element", "wrong", "sentence"),
    [
        ({"type": "plain_text_input"}, "", "Please complete this required field."),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "at least 3 characters"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "a whole number"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "9"}, "10", "9 or less"),
        ({"type": "email_text_input"}, "ada", "an email address"),
        ({"type": "url_text_input"}, "example", "http:// or https://"),
    ],
)
def test_what_slacks_client_refuses_is_not_sent(
    client: Client, server: CannedServer, element: JSON, wrong: str, sentence: str
) -> None:
    """A missing or malformed value is told beside its field, before anything is submitted."""
    # given
    label = plain("Field")
    server.show(
        views=[
            modal(
                [{"type": "input", "block_id": "x", "label": label, "element": {**element, "action_id": "a"}}]
            )
        ]
    )
    client.open("C0SUPPORT")

    # when
    client.input("x").fill(wrong)
    client.part("modal-submit").click()

    # then
    expect(client.error("x")).to_contain_text(sentence)
    expect(client.input("x")).to_be_focused()
    assert server.acts == []


def test_the_apps_errors_stand_under_their_fields(client: Client, server: CannedServer) -> None:
    """Errors by block_id; they vanish when the field is corrected, and what was typed stays."""
    # given
    server.answer = lambda act: (
        {"ok": False, "errors": {"two": "No such route."}} if act["do"] == "submit" else {"ok": True}
    )
    server.show(views=[modal([field("one", "plain_text_input"), field("two", "plain_text_input")])])
    client.open("C0SUPPORT")
    client.input("one").fill("fine")
    client.input("two").fill("wrong")

    # when
    client.input("two").press("Enter")

    # then
    expect(client.error("two")).to_have_text("No such route.")
    expect(client.error("one")).to_be_hidden()
    expect(client.input("one")).to_have_value("fine")
    client.input("two").fill("right")
    expect(client.error("two")).to_be_hidden()


def test_an_update_keeps_what_was_typed_where_the_ids_are_unchanged(
    client: Client, server: CannedServer
) -> None:
    """As in Slack: same block_id and action_id, same text; another block_id starts over."""
    # given
    server.show(views=[modal([field("same", "plain_text_input"), field("old", "plain_text_input")])])
    client.open("C0SUPPORT")
    client.input("same").fill("typed")
    client.input("old").fill("typed too")

    # when
    hinted = {**field("same", "plain_text_input", initial_value="suggested"), "hint": plain("Fewer digits")}
    server.show(
        views=[
            modal(
                [
                    {"type": "section", "block_id": "s", "text": mrkdwn("Checked.")},
                    hinted,
                    field("new", "plain_text_input", initial_value="fresh"),
                ],
                hash="2.b",
            )
        ]
    )

    # then
    expect(client.part("modal")).to_contain_text("Fewer digits")
    expect(client.input("same")).to_have_value("typed")
    expect(client.input("new")).to_have_value("fresh")
    expect(client.input("old")).to_have_count(0)


def test_changes_elsewhere_do_not_disturb_a_form(client: Client, server: CannedServer) -> None:
    """While somebody types, messages arrive; text, cursor and focus stay where they are."""
    server.show(views=[modal([field("text", "plain_text_input")])])
    client.open("C0SUPPORT")
    client.input("text").press_sequentially("Main")
    server.show(notices=[{"at": 1, "text": "Something happened", "level": "info"}])
    expect(client.part("toast")).to_contain_text("Something happened")
    client.page.keyboard.type(" line")
    expect(client.input("text")).to_have_value("Main line")


def test_views_are_stacked_and_those_below_keep_their_text(client: Client, server: CannedServer) -> None:
    """Only the top view is shown; going back finds the one below as it was left."""
    # given
    bottom = modal([field("first", "plain_text_input")], "V1", title=plain("First"))
    top = modal([field("third", "plain_text_input")], "V3", title=plain("Third"))
    server.show(views=[bottom])
    client.open("C0SUPPORT")
    client.input("first").fill("kept")

    # when
    server.show(views=[bottom, modal([field("second", "plain_text_input")], "V2"), top])
    expect(client.part("modal")).to_contain_text("Third")
    client.part("modal-cancel").click()
    closed = server.said("close")
    server.show(views=[bottom])

    # then
    assert (closed["view_id"], closed["all"]) == ("V3", False)
    expect(client.part("modal")).to_contain_text("First")
    expect(client.input("first")).to_have_value("kept")


@pytest.mark.parametrize(("way", "everything"), [("x", True), ("escape", False)])
def test_the_corner_closes_everything_and_escape_one_view(
    client: Client, server: CannedServer, way: str, everything: bool
) -> None:
    """The x in the corner clears the stack, which the app hears as is_cleared."""
    server.show(views=[modal([field("text", "plain_text_input")])])
    client.open("C0SUPPORT")
    expect(client.input("text")).to_be_focused()
    if way == "x":
        client.part("modal-close").click()
    else:
        client.page.keyboard.press("Escape")
    assert server.said("close")["all"] is everything
    server.show(views=[])
    expect(client.part("modal")).to_have_count(0)


def test_an_action_inside_a_modal_carries_the_values_of_the_form(
    client: Client, server: CannedServer
) -> None:
    """Buttons, and inputs that dispatch, send everything typed so far."""
    # given
    dispatching = {**field("route", "static_select", options=OPTIONS), "dispatch_action": True}
    button = {"type": "button", "text": plain("Check"), "action_id": "check", "value": "v"}
    server.show(
        views=[
            modal(
                [
                    field("text", "plain_text_input"),
                    dispatching,
                    {**field("search", "plain_text_input"), "dispatch_action": True},
                    {"type": "actions", "block_id": "row", "elements": [button]},
                ]
            )
        ]
    )
    client.open("C0SUPPORT")

    # when
    client.input("text").fill("typed")
    client.input("route").select_option("green")
    client.input("search").fill("206")
    client.input("search").press("Enter")
    client.part("modal").get_by_role("button", name="Check").click()

    # then
    clicks = server.wait_for(3)
    assert [(act["do"], act["action_id"], act["value"]) for act in clicks] == [
        ("click", "a", "green"),
        ("click", "a", "206"),
        ("click", "check", "v"),
    ]
    assert all(act["view_id"] == "V1" for act in clicks)
    expected = {"text": {"a": "typed"}, "route": {"a": "green"}, "search": {"a": "206"}}
    assert clicks[2]["values"] == expected


def test_an_external_select_asks_the_app_while_one_types(client: Client, server: CannedServer) -> None:
    """Options come from the app for what was typed; the chosen one is submitted by its value."""

    # given
    def answer(act: JSON) -> JSON:
        if act["do"] != "options":
            return {"ok": True}
        offered = [one for one in OPTIONS if act["query"] in one["value"]]
        return {"ok": True, "options": [], "option_groups": [{"label": plain("Colors"), "options": offered}]}

    server.answer = answer
    server.show(views=[modal([field("color", "external_select", min_query_length=2)])])
    client.open("C0SUPPORT")

    # when
    client.input("color").fill("g")
    expect(client.page.get_by_text("Type at least 2 characters")).to_be_visible()
    client.input("color").fill("gree")
    expect(client.part("option")).to_have_text(["Green"])
    client.input("color").press("Enter")
    expect(client.input("color")).to_have_value("Green")
    client.part("modal-submit").click()

    # then
    assert server.said("options")["query"] == "gree"
    assert server.said("submit")["values"] == {"color": {"a": "green"}}


def test_a_form_that_cannot_be_sent_says_so(client: Client, server: CannedServer) -> None:
    """Slack's own words appear, and the form stays open with what was typed."""
    server.answer = lambda _act: {"ok": False, "error": "We had some trouble connecting. Try again?"}
    server.show(views=[modal([field("text", "plain_text_input")])])
    client.open("C0SUPPORT")
    client.input("text").fill("typed")
    client.part("modal-submit").click()
    expect(client.part("toast")).to_contain_text("We had some trouble connecting.")
    expect(client.input("text")).to_have_value("typed")


def test_alerts_and_a_view_without_submit(client: Client, server: CannedServer) -> None:
    """An alert shows its level; a view that only informs has one button, to close it."""
    alert = {"type": "alert", "block_id": "x", "level": "error", "text": mrkdwn("*No* E911 address")}
    server.show(views=[modal([alert], submit=None, close=None)])
    client.open("C0SUPPORT")
    expect(client.part("modal").locator(".alert.error")).to_have_text("No E911 address")
    expect(client.part("modal-submit")).to_be_hidden()
    expect(client.part("modal-cancel")).to_have_text("Close")


def test_a_form_that_turned_into_an_answer_is_closed_by_escape(client: Client, server: CannedServer) -> None:
    """The button that had the focus is gone after the update; the keyboard still works."""
    # given
    server.show(views=[modal([field("text", "plain_text_input")])])
    client.open("C0SUPPORT")
    client.input("text").fill("206")
    client.part("modal-submit").click()
    server.said("submit")

    # when
    bought = {"type": "alert", "block_id": "x", "level": "success", "text": mrkdwn("It is yours.")}
    server.show(views=[modal([bought], submit=None, close=plain("Done"))])
    expect(client.part("modal")).to_contain_text("It is yours.")
    client.page.keyboard.press("Escape")

    # then
    assert server.said("close")["view_id"] == "V1"
