"""What messages look like, and what one can do with them."""

import pytest
from playwright.sync_api import expect

from tests.sandbox.page.canned import JSON, CannedServer, from_bot, from_person, mrkdwn, plain, ts
from tests.sandbox.page.conftest import Client

HOSTILE = "<script>document.title='gone'</script><img src=x onerror=\"document.title='gone'\"> & <b>bold</b>"
ESCAPED = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
SUPPORT = "C0SUPPORT"


def show(server: CannedServer, *messages: JSON) -> None:
    server.show(messages={SUPPORT: list(messages)})


def blocks(*elements: JSON) -> list[JSON]:
    return [{"block_id": f"b{index}", **element} for index, element in enumerate(elements)]


def rich(*elements: JSON) -> JSON:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def raw(text: str) -> JSON:
    return {"type": "raw_text", "text": text}


def number(value: float, text: str) -> JSON:
    return {"type": "raw_number", "value": value, "text": text}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": mrkdwn(ESCAPED)},
        {"type": "section", "text": plain(ESCAPED)},
        {"type": "section", "fields": [mrkdwn(ESCAPED)]},
        {"type": "context", "elements": [mrkdwn(ESCAPED)]},
        {"type": "header", "text": plain(ESCAPED)},
        rich({"type": "text", "text": HOSTILE}),
        {"type": "table", "rows": [[raw("Text")], [raw(HOSTILE)]]},
        {"type": "data_table", "caption": "Texts", "rows": [[raw("Text")], [raw(HOSTILE)]]},
        {"type": "markdown", "text": HOSTILE},
        {"type": "card", "title": mrkdwn(ESCAPED)},
        {"type": "hologram", "text": HOSTILE},
    ],
    ids=lambda block: str(block["type"]),
)
def test_a_hostile_text_is_shown_as_it_was_written(client: Client, server: CannedServer, block: JSON) -> None:
    """Text from a stranger's phone can neither run a script nor become markup, whatever block carries it."""
    # given
    show(server, from_bot(0, "text", blocks(block)))

    # when
    client.open(SUPPORT)

    # then
    shown = client.message(ts(0))
    as_json = HOSTILE.replace('"', '\\"')
    expect(shown).to_contain_text(as_json if block["type"] == "hologram" else HOSTILE)
    assert shown.locator("script, img, b").count() == 0
    assert "support" in client.page.title()


def test_entities_are_unescaped_exactly_once(client: Client, server: CannedServer) -> None:
    """`&amp;lt;` stands for the text `&lt;`, not for a less-than sign."""
    show(server, from_person(0, "U0AGENT", "a &amp;lt; b &lt; c &amp; d"))
    client.open(SUPPORT)
    expect(client.message(ts(0)).locator(".text")).to_have_text("a &lt; b < c & d")


def test_marks_become_styles_and_references_become_names(client: Client, server: CannedServer) -> None:
    """Bold, italic, struck, code, quotes, links, people, channels, emoji and dates look as in Slack."""
    # given
    text = (
        "*bold* _italic_ ~struck~ `co*d*e` snake_case_stays 2*3*4\n&gt; quoted *line*\n"
        "<https://example.com/?a=1&amp;b=2|the sheet> <@U0AGENT> <#C0TELECOM|telecom> <!here> "
        ":eyes: :unheard_of:\n"
        "<!date^1763726400^{date_num}|long ago>\n```a <b|*x*>\n  y```"
    )
    show(server, from_bot(0, "fallback", blocks({"type": "section", "text": mrkdwn(text)})))

    # when
    client.open(SUPPORT)
    shown = client.message(ts(0))

    # then
    expect(shown.locator("strong").filter(has_text="bold")).to_have_text("bold")
    expect(shown.locator("em")).to_have_text("italic")
    expect(shown.locator("s")).to_have_text("struck")
    expect(shown.locator("code")).to_have_text("co*d*e")
    expect(shown).to_contain_text("snake_case_stays 2*3*4")
    expect(shown.locator("blockquote")).to_have_text("quoted line")
    expect(shown.get_by_role("link", name="the sheet")).to_have_attribute(
        "href", "https://example.com/?a=1&b=2"
    )
    expect(shown.locator(".mention")).to_have_text(["@Sam Agent", "#telecom", "@here"])
    expect(shown.get_by_title(":eyes:")).to_have_text("👀")
    expect(shown).to_contain_text(":unheard_of:")
    expect(shown.locator("time", has_text="2025-11-21")).to_be_visible()
    expect(shown.locator("pre")).to_have_text("a *x*\n  y")


def test_a_link_that_would_run_a_script_is_only_text(client: Client, server: CannedServer) -> None:
    """Only web, mail and telephone addresses can be followed."""
    show(
        server,
        from_bot(
            0,
            "text",
            blocks(
                {"type": "section", "text": mrkdwn("<javascript:alert(1)|press me>")},
                rich({"type": "link", "url": "javascript:alert(1)", "text": "me too"}),
                {"type": "markdown", "text": "[and me](javascript:alert(1))"},
            ),
        ),
    )
    client.open(SUPPORT)
    expect(client.message(ts(0))).to_contain_text("and me")
    assert client.message(ts(0)).locator("a").count() == 0


def test_rich_text_is_literal_and_styled_from_beside(client: Client, server: CannedServer) -> None:
    """In rich text there are no entities and no marks; lists, quotes and styles are elements."""
    # given
    section = [{"type": "text", "text": "item "}, {"type": "user", "user_id": "U0AGENT"}]
    show(
        server,
        from_bot(
            0,
            "text",
            blocks(
                rich(
                    {"type": "text", "text": "*not bold* &lt;", "style": {"bold": True}},
                    {"type": "emoji", "name": "tada"},
                    {"type": "broadcast", "range": "channel"},
                    {"type": "date", "timestamp": 1763726400, "format": "{date_num}", "fallback": "?"},
                    {"type": "wormhole", "depth": 3},
                ),
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_list",
                            "style": "ordered",
                            "elements": [{"type": "rich_text_section", "elements": section}],
                        },
                        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
                        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a\n b"}]},
                    ],
                },
            ),
        ),
    )

    # when
    client.open(SUPPORT)
    shown = client.message(ts(0)).locator(".blocks")

    # then
    expect(shown.locator("strong")).to_have_text("*not bold* &lt;")
    expect(shown).to_contain_text("🎉@channel2025-11-21")
    expect(shown.locator(".unknown-inline")).to_contain_text('"depth":3')
    expect(shown.locator("ol > li")).to_have_text("item @Sam Agent")
    expect(shown.locator("blockquote")).to_have_text("quoted")
    expect(shown.locator("pre")).to_have_text("a\n b")


def test_an_unknown_block_and_an_unknown_element_are_shown_as_their_json(
    client: Client, server: CannedServer
) -> None:
    """What the page cannot draw is visible instead of missing."""
    show(
        server,
        from_bot(
            0,
            "text",
            blocks(
                {"type": "hologram", "beam": "blue"},
                {"type": "actions", "elements": [{"type": "lever", "force": 9, "action_id": "pull"}]},
            ),
        ),
    )
    client.open(SUPPORT)
    expect(client.part("unknown").nth(0)).to_contain_text('"beam": "blue"')
    expect(client.part("unknown").nth(1)).to_contain_text("Unknown element “lever”")


def test_a_data_table_pages_sorts_by_number_and_filters(client: Client, server: CannedServer) -> None:
    """Slack's own table: numbers sort as numbers, though they are shown as text."""
    # given
    rows = [[raw(f"Line {index}"), number(index * 1.5, f"${index * 1.5:.2f}")] for index in range(12)]
    table = {
        "type": "data_table",
        "caption": "Costs",
        "page_size": 5,
        "rows": [[raw("Line"), raw("USD")], *rows],
    }
    show(server, from_bot(0, "text", blocks(table)))
    client.open(SUPPORT)
    shown = client.message(ts(0))
    first_cells = shown.locator("tbody tr > :first-child")

    # when, then
    expect(first_cells).to_have_text([f"Line {index}" for index in range(5)])
    shown.get_by_role("button", name="Next").click()
    expect(first_cells).to_have_text([f"Line {index}" for index in range(5, 10)])
    shown.get_by_role("button", name="USD").click()
    shown.get_by_role("button", name="USD").click()
    expect(first_cells).to_have_text([f"Line {index}" for index in (11, 10, 9, 8, 7)])
    shown.get_by_role("searchbox").fill("$4.5")
    expect(first_cells).to_have_text(["Line 3"])


def test_a_table_shows_numbers_and_a_chart_draws_its_values(client: Client, server: CannedServer) -> None:
    """Cells of numbers show their text; every kind of chart is drawn with a name on each value."""
    # given
    points = [{"label": day, "value": value} for day, value in (("Mon", 3), ("Tue", 7))]
    axes = {"categories": ["Mon", "Tue"]}
    charts: list[JSON] = [
        {"type": kind, "series": [{"name": "Texts", "data": points}], "axis_config": axes}
        for kind in ("bar", "line", "area")
    ]
    charts.append({"type": "pie", "segments": points})
    drawn = [{"type": "data_visualization", "title": str(one["type"]), "chart": one} for one in charts]
    table = {"type": "table", "rows": [[raw("Fee"), raw("USD")], [raw("Setup"), number(1, "1.00")]]}
    show(server, from_bot(0, "text", blocks(table, *drawn)))

    # when
    client.open(SUPPORT)
    shown = client.message(ts(0))

    # then
    expect(shown.locator("td")).to_have_text(["Setup", "1.00"])
    for kind, marks in {"bar": "rect", "line": "circle", "area": "polygon", "pie": "path"}.items():
        assert shown.locator(f"[data-chart={kind}] svg {marks}").count() >= 1, kind
    expect(shown.locator("[data-chart=bar] rect title").nth(1)).to_have_text("Texts, Tue: 7")


def test_a_button_tells_the_app_which_message_and_which_value(client: Client, server: CannedServer) -> None:
    """Pressing a button sends its ids, its value and where it was."""
    button = {"type": "button", "text": plain("Buy"), "action_id": "buy", "value": "12065550133"}
    show(server, from_bot(0, "text", blocks({"type": "actions", "elements": [button]})))
    client.open(SUPPORT)

    client.message(ts(0)).get_by_role("button", name="Buy").click()

    pressed = server.said("click")
    assert pressed["channel"] == SUPPORT
    assert pressed["message_ts"] == ts(0)
    assert (pressed["block_id"], pressed["action_id"], pressed["value"]) == ("b0", "buy", "12065550133")


def test_a_confirm_dialog_stands_before_the_action(client: Client, server: CannedServer) -> None:
    """Declined, nothing is sent; agreed, the action is."""
    # given
    confirm = {
        "title": plain("Release it?"),
        "text": mrkdwn("*Gone*"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    button = {"type": "button", "text": plain("Release"), "action_id": "go", "value": "1", "confirm": confirm}
    show(server, from_bot(0, "text", blocks({"type": "actions", "elements": [button]})))
    client.open(SUPPORT)
    release = client.message(ts(0)).get_by_role("button", name="Release")

    # when, then
    release.click()
    expect(client.part("confirm")).to_contain_text("Release it?")
    client.part("confirm-no").click()
    release.click()
    client.page.keyboard.press("Escape")
    expect(client.part("confirm")).to_have_count(0)
    assert server.acts == []
    release.click()
    client.part("confirm-yes").click()
    assert server.said("click")["action_id"] == "go"


def test_menus_dates_and_boxes_in_a_message_send_what_was_chosen(
    client: Client, server: CannedServer
) -> None:
    """Everything that holds a value is an action of its own outside an input block."""
    # given
    options = [{"text": plain("Rename"), "value": "rename"}, {"text": plain("Release"), "value": "release"}]
    elements = [
        {"type": "overflow", "action_id": "more", "options": options},
        {"type": "static_select", "action_id": "pick", "options": options},
        {"type": "checkboxes", "action_id": "tick", "options": options},
        {"type": "datepicker", "action_id": "day"},
    ]
    show(server, from_bot(0, "text", blocks({"type": "actions", "elements": elements})))
    client.open(SUPPORT)

    # when
    client.part("overflow").click()
    client.page.get_by_role("menuitem", name="Release").click()
    client.input("b0", "pick").select_option("rename")
    client.message(ts(0)).get_by_label("Release").check()
    client.input("b0", "day").fill("2026-03-01")

    # then
    expect(client.input("b0", "day")).to_have_value("2026-03-01")
    sent = {act["action_id"]: act["value"] for act in server.wait_for(4)}
    assert sent == {"more": "release", "pick": "rename", "tick": ["release"], "day": "2026-03-01"}


def test_a_thread_opens_beside_its_channel_and_takes_replies(client: Client, server: CannedServer) -> None:
    """The channel shows how many replies there are; replies are written in the thread, not in the channel."""
    # given
    parent = from_bot(0, "A text", thread_ts=ts(0), reply_count=2, latest_reply=ts(2))
    replies = [from_person(index, "U0AGENT", f"answer {index}", thread_ts=ts(0)) for index in (1, 2)]
    show(server, parent, *replies)
    client.open(SUPPORT)
    expect(client.message(ts(1))).to_have_count(0)

    # when
    client.part("thread-summary").click()
    expect(client.part("thread").get_by_test_id("message")).to_have_count(3)
    client.write("thread-composer", "one more")

    # then
    posted = server.said("post")
    assert (posted["channel"], posted["thread_ts"], posted["text"]) == (SUPPORT, ts(0), "one more")


def test_only_one_person_sees_an_ephemeral_message_and_may_dismiss_it(
    client: Client, server: CannedServer
) -> None:
    """It says so, and can be put away."""
    show(server, from_bot(0, "psst", is_ephemeral=True))
    client.open(SUPPORT)
    expect(client.message(ts(0))).to_contain_text("Only visible to you")
    client.part("dismiss").click()
    assert server.said("dismiss")["ts"] == ts(0)


def test_people_react_edit_and_delete(client: Client, server: CannedServer) -> None:
    """One's own messages can be edited and deleted, everybody's can be reacted to."""
    # given
    mine = from_person(0, "U0ADMIN", "see <https://example.com|https://example.com> &amp; <@U0AGENT>")
    show(server, mine, from_person(1, "U0AGENT", "hm"))
    client.open(SUPPORT)

    # when
    client.message(ts(0)).hover()
    client.message(ts(0)).get_by_test_id("edit").click()
    expect(client.part("edit-text")).to_have_value("see https://example.com & @sam")
    client.part("edit-text").fill("see there")
    server.show()  # a change elsewhere must not lose what is being edited
    client.part("edit-text").press("Enter")
    edited = server.said("edit")
    client.message(ts(1)).hover()
    assert client.message(ts(1)).get_by_test_id("edit").count() == 0
    client.message(ts(1)).get_by_test_id("react").click()
    client.part("reaction-picker").get_by_title(":tada:").click()
    client.message(ts(0)).hover()
    client.message(ts(0)).get_by_test_id("delete").click()

    # then
    assert (edited["ts"], edited["text"]) == (ts(0), "see there")
    assert server.said("react") == {
        "as": "U0ADMIN",
        "do": "react",
        "channel": SUPPORT,
        "ts": ts(1),
        "name": "tada",
    }
    assert server.said("delete")["ts"] == ts(0)


def test_a_message_shortcut_is_offered_on_every_message(client: Client, server: CannedServer) -> None:
    """Shortcuts of the app's manifest are in the menu of a message."""
    show(server, from_bot(0, "A text"))
    client.open(SUPPORT)
    client.message(ts(0)).hover()
    client.message(ts(0)).get_by_test_id("message-more").click()
    client.page.get_by_role("menuitem", name="Block this sender").click()
    assert server.said("message_shortcut")["callback_id"] == "block"


def test_what_is_new_is_marked_until_it_is_read(client: Client, server: CannedServer) -> None:
    """A channel one is not looking at grows bold and counts."""
    client.open("C0TELECOM")
    support = client.page.locator("[data-testid=channel][data-channel=C0SUPPORT]")
    expect(support).to_have_attribute("data-unread", "0")

    show(server, from_bot(0, "one"), from_person(1, "U0ADMIN", "mine"), from_bot(2, "two"))

    expect(support).to_have_attribute("data-unread", "2")
    support.click()
    expect(support).to_have_attribute("data-unread", "0")


def test_the_answer_to_what_one_does_comes_into_view(client: Client, server: CannedServer) -> None:
    """After a command the newest message is shown; to somebody who only reads nothing moves."""
    # given: a channel longer than the screen, read from the middle
    long = [from_bot(index, f"number {index}\n" * 3) for index in range(20)]
    show(server, *long)
    client.open(SUPPORT)
    expect(client.message(ts(19))).to_be_in_viewport()
    client.message(ts(5)).scroll_into_view_if_needed()

    # when
    show(server, *long, from_bot(20, "for everybody"))
    expect(client.message(ts(20))).to_be_attached()

    # then
    expect(client.message(ts(20))).not_to_be_in_viewport()
    client.write("composer", "/flowroute help")
    server.said("command")
    show(server, *long, from_bot(20, "for everybody"), from_bot(21, "the answer", is_ephemeral=True))
    expect(client.message(ts(21))).to_be_in_viewport()


def test_blocks_that_the_app_updates_carry_no_mark(client: Client, server: CannedServer) -> None:
    """As in Slack: only an edited text says so, or every card would."""
    blocks = [{"type": "section", "text": plain("Delivered")}]
    edited = {"user": "U0BOT", "ts": ts(2)}
    show(server, from_bot(0, "", blocks, edited=edited), from_person(1, "U0AGENT", "typo", edited=edited))
    client.open(SUPPORT)
    expect(client.message(ts(1))).to_contain_text("typo(edited)")
    expect(client.message(ts(0))).to_contain_text("Delivered")
    expect(client.message(ts(0))).not_to_contain_text("(edited)")
