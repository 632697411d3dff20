"""Buttons, menus and shortcuts, in messages, modals and on the Home tab."""

import json

import pytest
from flask import Response

from sandbox.slack import NotPossible
from tests.sandbox.slack.conftest import Stage, staged
from tests.sandbox.slack.pieces import Json, actions, button, home, option, section


@pytest.fixture
def joined(stage: Stage) -> Stage:
    stage.client.conversations_join(channel="C0SUPPORT")
    return stage


def posted(stage: Stage, *blocks: Json) -> str:
    return str(stage.client.chat_postMessage(channel="C0SUPPORT", text="See", blocks=list(blocks))["ts"])


def test_a_button_sends_where_it_was_pressed_and_what_it_carries(joined: Stage) -> None:
    """Message, channel, container, value, trigger and response URL."""
    # given
    ts = posted(joined, actions("row", button("buy", value="12065550100")))

    # when
    ack = joined.sam.click(channel="C0SUPPORT", message_ts=ts, block_id="row", action_id="buy")

    # then
    assert ack.error is None
    (payload,) = joined.delivered("block_actions")
    assert payload["user"] == {"id": "U0AGENT", "username": "sam", "name": "sam", "team_id": "T0SANDBOX"}
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0SUPPORT",
        "is_ephemeral": False,
    }
    assert payload["channel"] == {"id": "C0SUPPORT", "name": "support"}
    assert payload["message"]["ts"] == ts
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("buy", "row", "12065550100")
    assert action["action_ts"]
    assert payload["trigger_id"]
    assert payload["response_url"]


def test_an_ephemeral_message_is_not_sent_along(joined: Stage) -> None:
    """Slack keeps it nowhere; only its container names it."""
    # given
    blocks = [actions("row", button("share"))]
    joined.client.chat_postEphemeral(channel="C0SUPPORT", user="U0ADMIN", text="Only you", blocks=blocks)
    ts = joined.ada.messages("C0SUPPORT")[-1]["ts"]

    # when
    joined.ada.click(channel="C0SUPPORT", message_ts=ts, block_id="row", action_id="share")

    # then
    (payload,) = joined.delivered("block_actions")
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True
    assert payload["container"]["message_ts"] == ts


@pytest.mark.parametrize(
    ("element", "value", "chosen"),
    [
        ({"type": "overflow", "options": [option("a")]}, "a", {"selected_option": option("a")}),
        ({"type": "static_select", "options": [option("a")]}, "a", {"selected_option": option("a")}),
        ({"type": "checkboxes", "options": [option("a")]}, ["a"], {"selected_options": [option("a")]}),
        ({"type": "radio_buttons", "options": [option("a")]}, "a", {"selected_option": option("a")}),
        ({"type": "users_select"}, "U0ADMIN", {"selected_user": "U0ADMIN"}),
        ({"type": "datepicker"}, "2026-11-21", {"selected_date": "2026-11-21"}),
    ],
    ids=lambda v: str(v)[:30],
)
def test_choosing_in_a_menu_is_an_action(joined: Stage, element: Json, value: object, chosen: Json) -> None:
    """Each kind of menu tells what was chosen in its own field, and the state remembers it."""
    # given
    ts = posted(joined, actions("row", {**element, "action_id": "menu"}))

    # when
    joined.ada.click(channel="C0SUPPORT", message_ts=ts, block_id="row", action_id="menu", value=value)

    # then
    (payload,) = joined.delivered("block_actions")
    assert {key: payload["actions"][0][key] for key in chosen} == chosen
    if element["type"] != "overflow":
        assert payload["state"]["values"]["row"]["menu"] == {"type": element["type"], **chosen}


def test_the_home_tab_can_be_pressed_too(stage: Stage) -> None:
    """There the container is the view, and there is nothing to answer to."""
    # given
    stage.client.views_publish(user_id="U0ADMIN", view=home(actions("row", button("refresh"))))

    # when
    stage.ada.click(home=True, block_id="row", action_id="refresh")

    # then
    (payload,) = stage.delivered("block_actions")
    assert payload["view"]["type"] == "home"
    assert payload["container"] == {"type": "view", "view_id": payload["view"]["id"]}
    assert not payload["response_url"]


def test_an_external_select_asks_the_bot_and_offers_what_it_answers(joined: Stage) -> None:
    """`block_suggestion` brings options; only those can then be chosen."""
    # given
    menu = {"type": "external_select", "action_id": "number"}
    ts = posted(joined, section("Which?", block_id="row", accessory=menu))
    where: Json = {"channel": "C0SUPPORT", "message_ts": ts}
    body = json.dumps({"options": [option("12065550100")]})
    joined.bot.planned.append(Response(body, mimetype="application/json"))

    # when
    offered = joined.ada.options(**where, block_id="row", action_id="number", query="206")
    joined.ada.click(**where, block_id="row", action_id="number", value="12065550100")

    # then
    assert offered["options"] == [option("12065550100")]
    (asked,) = joined.delivered("block_suggestion")
    assert (asked["value"], asked["action_id"], asked["block_id"]) == ("206", "number", "row")
    assert joined.delivered("block_actions")[0]["actions"][0]["selected_option"]["value"] == "12065550100"
    with pytest.raises(NotPossible, match="no option"):
        joined.ada.click(**where, block_id="row", action_id="number", value="999")


def test_too_many_options_are_none(joined: Stage) -> None:
    """A hundred at most, else the client says that it could not load them."""
    # given
    ts = posted(joined, actions("row", {"type": "external_select", "action_id": "number"}))
    body = json.dumps({"options": [option(str(number)) for number in range(101)]})
    joined.bot.planned.append(Response(body, mimetype="application/json"))

    # when
    offered = joined.ada.options(
        channel="C0SUPPORT", message_ts=ts, block_id="row", action_id="number", query=""
    )

    # then
    assert offered == {"options": [], "option_groups": []}
    assert "could not be loaded" in joined.ada.notices[-1]["text"]


def test_shortcuts_bring_a_trigger_and_their_message(joined: Stage) -> None:
    """A global one stands for itself; one on a message carries that message."""
    # given
    ts = joined.sam.post("C0SUPPORT", "call me at 206 555 0100")

    # when
    joined.ada.shortcut("search")
    joined.ada.message_shortcut("text_back", "C0SUPPORT", ts)

    # then
    (everywhere,) = joined.delivered("shortcut")
    (on_message,) = joined.delivered("message_action")
    assert (everywhere["callback_id"], everywhere["user"]["id"]) == ("search", "U0ADMIN")
    assert (on_message["message"]["text"], on_message["message_ts"]) == ("call me at 206 555 0100", ts)
    assert on_message["response_url"]
    with pytest.raises(NotPossible, match="no such shortcut"):
        joined.ada.shortcut("text_back")


def test_a_press_that_is_not_answered_in_time_is_shown() -> None:
    """The person sees that the app did not respond."""
    with staged(ack_timeout_s=0.1) as stage:
        # given
        stage.client.conversations_join(channel="C0SUPPORT")
        ts = posted(stage, actions("row", button("buy")))
        stage.bot.hold.clear()

        # when
        ack = stage.ada.click(channel="C0SUPPORT", message_ts=ts, block_id="row", action_id="buy")

        # then
        assert ack.error == "operation_timeout"
        assert "operation_timeout" in stage.ada.notices[-1]["text"]


def test_what_is_gone_cannot_be_pressed(joined: Stage) -> None:
    """A button that an update took away, and a message in a channel one is not in."""
    # given
    ts = posted(joined, actions("row", button("buy")))
    joined.client.chat_update(channel="C0SUPPORT", ts=ts, text="Bought", blocks=[section("Bought")])

    # then
    with pytest.raises(NotPossible, match="gone"):
        joined.ada.click(channel="C0SUPPORT", message_ts=ts, block_id="row", action_id="buy")
    with pytest.raises(NotPossible, match="not in #telecom"):
        joined.sam.click(channel="C0TELECOM", message_ts=ts, block_id="row", action_id="buy")
