"""Modals: triggers that wear out, the stack, typed values, the answers to a submission."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Response
from slack_sdk.errors import SlackApiError

from sandbox.slack import NotPossible, Upload
from tests.sandbox.slack.conftest import Clock, Stage, staged
from tests.sandbox.slack.pieces import Json, actions, button, modal, option, plain, text_input

Answer = Callable[[Json], None]


def trigger(stage: Stage) -> str:
    """A fresh trigger id of Ada's."""
    stage.ada.shortcut("search")
    return str(stage.delivered("shortcut")[-1]["trigger_id"])


def opened(stage: Stage, view: Json) -> Json:
    answer = stage.client.views_open(trigger_id=trigger(stage), view=view)
    shown: Json = answer["view"]
    return shown


@pytest.fixture
def answers(stage: Stage) -> Answer:
    """Makes the bot answer its next request with this JSON."""

    def plan(body: Json) -> None:
        stage.bot.planned.append(Response(json.dumps(body), mimetype="application/json"))

    return plan


def test_a_trigger_opens_one_modal_only(stage: Stage) -> None:
    """A second use is refused as Slack refuses it."""
    # given
    trigger_id = trigger(stage)
    stage.client.views_open(trigger_id=trigger_id, view=modal(text_input("a")))

    # then
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        stage.client.views_open(trigger_id=trigger_id, view=modal(text_input("a")))
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        stage.client.views_open(trigger_id="made up", view=modal(text_input("a")))


def test_a_trigger_dies_after_three_seconds(clock: Clock) -> None:
    """Three seconds are still in time, a little more is not."""
    with staged(clock=clock) as stage:
        # given
        in_time, too_late = trigger(stage), trigger(stage)

        # then
        clock.advance(3.0)
        assert stage.client.views_open(trigger_id=in_time, view=modal(text_input("a")))["ok"]
        clock.advance(0.1)
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            stage.client.views_open(trigger_id=too_late, view=modal(text_input("a")))


def test_a_view_comes_back_whole(stage: Stage) -> None:
    """Everything that was left out has its default, every input its place in `state.values`."""
    # when
    view = opened(stage, modal(text_input("name"), callback_id="form"))

    # then
    assert view["id"].startswith("V")
    assert (view["root_view_id"], view["previous_view_id"]) == (view["id"], None)
    assert (view["private_metadata"], view["external_id"], view["close"]) == ("", "", None)
    assert (view["clear_on_close"], view["notify_on_close"]) == (False, False)
    assert (view["app_id"], view["bot_id"], view["team_id"]) == ("A0FLOW", "B0BOT", "T0SANDBOX")
    assert view["hash"]
    assert view["state"] == {"values": {"name": {"text": {"type": "plain_text_input", "value": None}}}}


def test_the_stack_holds_three_views(stage: Stage) -> None:
    """A fourth is refused; closing the top shows the one below."""

    # given
    def pushed(number: int) -> Json:
        view = modal(actions("more", button("next")), title=plain(f"View {number}"))
        if number == 1:
            return opened(stage, view)
        stage.ada.click(view_id=stage.ada.views[-1]["id"], block_id="more", action_id="next")
        trigger_id = stage.delivered("block_actions")[-1]["trigger_id"]
        shown: Json = stage.client.views_push(trigger_id=trigger_id, view=view)["view"]
        return shown

    views = [pushed(number) for number in (1, 2, 3)]

    # then
    assert [view["title"]["text"] for view in stage.ada.views] == ["View 1", "View 2", "View 3"]
    assert (views[2]["previous_view_id"], views[2]["root_view_id"]) == (views[1]["id"], views[0]["id"])
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        pushed(4)
    stage.ada.close(views[2]["id"])
    assert [view["id"] for view in stage.ada.views] == [views[0]["id"], views[1]["id"]]


def test_a_stale_hash_refuses_the_update(stage: Stage) -> None:
    """Who sends the hash back cannot overwrite a newer view."""
    # given
    view = opened(stage, modal(text_input("a")))
    newer = stage.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(text_input("b")))

    # then
    assert newer["view"]["hash"] != view["hash"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        stage.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(text_input("c")))


def test_a_closed_view_cannot_be_updated(stage: Stage) -> None:
    """What is gone is `not_found`."""
    # given
    view = opened(stage, modal(text_input("a")))
    stage.ada.close(view["id"])

    # then
    with pytest.raises(SlackApiError, match="not_found"):
        stage.client.views_update(view_id=view["id"], view=modal(text_input("b")))


def test_an_update_keeps_what_was_typed_under_the_same_ids(stage: Stage) -> None:
    """Slack's client ignores a new initial value where block_id and action_id stay the same."""
    # given
    view = opened(stage, modal(text_input("kept"), actions("a", button("check"))))
    values = {"kept": {"text": "typed by hand"}}
    stage.ada.click(view_id=view["id"], block_id="a", action_id="check", values=values)

    # when
    blocks = [text_input("kept", initial_value="prefilled"), text_input("fresh", initial_value="prefilled")]
    stage.client.views_update(view_id=view["id"], view=modal(*blocks))

    # then
    state = stage.ada.views[-1]["state"]["values"]
    assert state["kept"]["text"]["value"] == "typed by hand"
    assert state["fresh"]["text"]["value"] == "prefilled"


INPUTS: list[tuple[Json, Any, Json, Json]] = [
    ({"type": "plain_text_input"}, "hi & bye", {"value": "hi & bye"}, {"value": None}),
    ({"type": "email_text_input"}, "a@b.co", {"value": "a@b.co"}, {"value": None}),
    ({"type": "url_text_input"}, "https://b.co", {"value": "https://b.co"}, {"value": None}),
    ({"type": "number_input", "is_decimal_allowed": True}, "1.5", {"value": "1.5"}, {"value": None}),
    (
        {"type": "static_select", "options": [option("a"), option("b")]},
        "b",
        {"selected_option": option("b")},
        {"selected_option": None},
    ),
    (
        {"type": "radio_buttons", "options": [option("a"), option("b")]},
        "a",
        {"selected_option": option("a")},
        {"selected_option": None},
    ),
    (
        {"type": "checkboxes", "options": [option("a"), option("b")]},
        ["b"],
        {"selected_options": [option("b")]},
        {"selected_options": []},
    ),
    (
        {"type": "multi_static_select", "options": [option("a"), option("b")]},
        ["a", "b"],
        {"selected_options": [option("a"), option("b")]},
        {"selected_options": []},
    ),
    ({"type": "users_select"}, "U0AGENT", {"selected_user": "U0AGENT"}, {"selected_user": None}),
    ({"type": "multi_users_select"}, ["U0AGENT"], {"selected_users": ["U0AGENT"]}, {"selected_users": []}),
    (
        {"type": "conversations_select"},
        "C0SUPPORT",
        {"selected_conversation": "C0SUPPORT"},
        {"selected_conversation": None},
    ),
    (
        {"type": "channels_select"},
        "C0SUPPORT",
        {"selected_channel": "C0SUPPORT"},
        {"selected_channel": None},
    ),
    ({"type": "datepicker"}, "2026-11-21", {"selected_date": "2026-11-21"}, {"selected_date": None}),
    ({"type": "timepicker"}, "08:30", {"selected_time": "08:30"}, {"selected_time": None}),
    (
        {"type": "datetimepicker"},
        1_800_000_000,
        {"selected_date_time": 1_800_000_000},
        {"selected_date_time": None},
    ),
]


@pytest.mark.parametrize(("element", "raw", "filled", "empty"), INPUTS, ids=lambda v: str(v)[:40])
def test_every_input_has_its_own_typed_value(
    stage: Stage, element: Json, raw: Any, filled: Json, empty: Json
) -> None:
    """Filled or not, each input is in `state.values` the way Slack types it."""
    # given
    blocks = [
        {
            "type": "input",
            "block_id": name,
            "optional": True,
            "label": plain(name),
            "element": {**element, "action_id": "it"},
        }
        for name in ("filled", "empty")
    ]
    view = opened(stage, modal(*blocks))

    # when
    outcome = stage.ada.submit(view["id"], {"filled": {"it": raw}})

    # then
    assert outcome.ok
    values = stage.delivered("view_submission")[0]["view"]["state"]["values"]
    assert values["filled"]["it"] == {"type": element["type"], **filled}
    assert values["empty"]["it"] == {"type": element["type"], **empty}


def test_a_file_input_brings_whole_file_objects(stage: Stage) -> None:
    """With the address from which the bot's token fetches them."""
    # given
    block = {"type": "input", "block_id": "f", "label": plain("Files")}
    view = opened(stage, modal({**block, "element": {"type": "file_input", "action_id": "it"}}))

    # when
    stage.ada.submit(view["id"], {"f": {"it": [Upload("bill.pdf", "application/pdf", b"%PDF")]}})

    # then
    submitted = stage.delivered("view_submission")[0]["view"]["state"]["values"]["f"]["it"]
    assert [file["name"] for file in submitted["files"]] == ["bill.pdf"]
    assert submitted["files"][0]["url_private_download"]


def test_required_inputs_are_asked_for_before_anything_is_sent(stage: Stage) -> None:
    """The client complains by itself; the bot hears nothing."""
    # given
    view = opened(stage, modal(text_input("a"), text_input("b", min_length=3)))

    # when
    outcome = stage.ada.submit(view["id"], {"b": {"text": "xy"}})

    # then
    assert not outcome.ok
    assert outcome.errors["a"] == "Please complete this required field."
    assert "at least 3" in outcome.errors["b"]
    assert stage.delivered("view_submission") == []


@pytest.mark.parametrize(
    ("element", "raw"),
    [
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5"),
        ({"type": "number_input", "is_decimal_allowed": False}, "many"),
        ({"type": "number_input", "is_decimal_allowed": False}, "NaN"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "10"}, "11"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "10"}, "9.99"),
        ({"type": "email_text_input"}, "ada at example"),
        ({"type": "url_text_input"}, "example.com"),
        ({"type": "plain_text_input", "max_length": 3}, "four"),
    ],
)
def test_the_client_refuses_what_does_not_fit_the_input(stage: Stage, element: Json, raw: str) -> None:
    """Numbers are numbers, addresses addresses, and lengths are kept."""
    # given
    block = {"type": "input", "block_id": "b", "label": plain("B"), "element": {**element, "action_id": "it"}}
    view = opened(stage, modal(block))

    # when
    outcome = stage.ada.submit(view["id"], {"b": {"it": raw}})

    # then
    assert list(outcome.errors) == ["b"]
    assert stage.delivered("view_submission") == []


def test_errors_are_shown_beside_the_input_and_the_modal_stays(stage: Stage, answers: Answer) -> None:
    """`response_action: errors` is keyed by block_id."""
    # given
    view = opened(stage, modal(text_input("number")))
    answers({"response_action": "errors", "errors": {"number": "Not a phone number."}})

    # when
    outcome = stage.ada.submit(view["id"], {"number": {"text": "12"}})

    # then
    assert outcome.errors == {"number": "Not a phone number."}
    assert [v["id"] for v in stage.ada.views] == [view["id"]]


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "There is no such block."}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "dance"},
        {"response_action": "update", "view": {"type": "modal", "title": plain("No blocks")}},
        {"response_action": "update", "view": modal(text_input("x"), submit=None)},
    ],
)
def test_an_answer_that_makes_no_sense_is_an_error_of_its_own(
    stage: Stage, answers: Answer, answer: Json
) -> None:
    """Slack's client says that it had trouble connecting, and the modal stays as it was."""
    # given
    view = opened(stage, modal(text_input("number")))
    answers(answer)

    # when
    outcome = stage.ada.submit(view["id"], {"number": {"text": "12"}})

    # then
    assert (outcome.ok, outcome.error) == (False, "We had some trouble connecting. Try again?")
    assert stage.ada.notices[-1]["text"].startswith("We had some trouble connecting.")
    assert stage.ada.views[-1]["id"] == view["id"]


def test_update_push_and_clear_do_what_they_say(stage: Stage, answers: Answer) -> None:
    """An updated view keeps its id, a pushed one lies on top, clear closes them all."""
    # given
    first = opened(stage, modal(text_input("a")))
    filled = {"a": {"text": "x"}}

    # when
    answers({"response_action": "update", "view": modal(text_input("a"), title=plain("Second"))})
    stage.ada.submit(first["id"], filled)

    # then
    assert [(v["id"], v["title"]["text"]) for v in stage.ada.views] == [(first["id"], "Second")]

    # when
    answers({"response_action": "push", "view": modal(text_input("a"), title=plain("Third"))})
    stage.ada.submit(first["id"], filled)

    # then
    assert [v["title"]["text"] for v in stage.ada.views] == ["Second", "Third"]

    # when
    answers({"response_action": "clear"})
    stage.ada.submit(stage.ada.views[-1]["id"], filled)

    # then
    assert stage.ada.views == []


def test_a_late_answer_to_a_submission_is_a_failure() -> None:
    """The modal stays open and the client says so."""
    with staged(ack_timeout_s=0.1) as stage:
        # given
        view = opened(stage, modal(text_input("a")))
        stage.bot.hold.clear()

        # when
        outcome = stage.ada.submit(view["id"], {"a": {"text": "x"}})

        # then
        assert outcome.error == "We had some trouble connecting. Try again?"
        assert [v["id"] for v in stage.ada.views] == [view["id"]]


def test_closing_is_told_only_where_it_was_asked_for(stage: Stage) -> None:
    """`notify_on_close`, and `is_cleared` when the x closed everything."""
    # given
    quiet = opened(stage, modal(text_input("a")))
    stage.ada.close(quiet["id"])
    told = opened(stage, modal(text_input("a"), notify_on_close=True, private_metadata="wizard 3"))

    # when
    stage.ada.close(told["id"], all=True)

    # then
    stage.workspace.wait_for(lambda: stage.delivered("view_closed"))
    (closed,) = stage.delivered("view_closed")
    assert (closed["view"]["id"], closed["is_cleared"]) == (told["id"], True)
    assert closed["view"]["private_metadata"] == "wizard 3"


def test_a_closed_modal_cannot_be_submitted(stage: Stage) -> None:
    """Nor can one that was never open."""
    with pytest.raises(NotPossible, match="closed"):
        stage.ada.submit("V0NOTHING")


def test_an_option_that_is_not_offered_cannot_be_chosen(stage: Stage) -> None:
    """Neither can an input be filled that is not there."""
    # given
    element = {"type": "static_select", "action_id": "it", "options": [option("a")]}
    view = opened(stage, modal({"type": "input", "block_id": "b", "label": plain("B"), "element": element}))

    # then
    with pytest.raises(NotPossible, match="no option 'z'"):
        stage.ada.submit(view["id"], {"b": {"it": "z"}})
    with pytest.raises(NotPossible, match="no input c/it"):
        stage.ada.submit(view["id"], {"c": {"it": "a"}})


def test_a_view_of_more_than_250_kilobytes_is_too_large(stage: Stage) -> None:
    """However few blocks it has."""
    # given
    options = [
        {"text": plain("é" * 75), "value": f"{number}-" + "é" * 140, "description": plain("é" * 75)}
        for number in range(100)
    ]
    blocks = [actions(f"b{n}", {"type": "static_select", "options": options}) for n in range(5)]

    # then
    with pytest.raises(SlackApiError, match="view_too_large"):
        opened(stage, modal(*blocks))
