"""Response URLs: five posts in thirty minutes, wherever the person was."""

import pytest
import requests

from tests.sandbox.slack.conftest import Clock, Stage, staged
from tests.sandbox.slack.pieces import actions, button


def url_of_command(stage: Stage) -> str:
    stage.ada.command("C0SUPPORT", "/flowroute")
    return str(stage.delivered("slash_command")[-1]["response_url"])


def url_of_button(stage: Stage) -> tuple[str, str]:
    """The URL of a press, and the ts of the message with the button."""
    stage.client.conversations_join(channel="C0SUPPORT")
    blocks = [actions("row", button("go"))]
    ts = str(stage.client.chat_postMessage(channel="C0SUPPORT", text="Press", blocks=blocks)["ts"])
    stage.ada.click(channel="C0SUPPORT", message_ts=ts, block_id="row", action_id="go")
    return str(stage.delivered("block_actions")[-1]["response_url"]), ts


def send(url: str, **body: object) -> requests.Response:
    return requests.post(url, json=body, timeout=30)


def test_an_answer_is_private_unless_it_says_otherwise(stage: Stage) -> None:
    """The bot is not a member of #support, and need not be."""
    # given
    url = url_of_command(stage)

    # when
    send(url, text="for you")
    send(url, text="for all", response_type="in_channel")

    # then
    assert [m["text"] for m in stage.ada.messages("C0SUPPORT")] == ["for you", "for all"]
    assert [m["text"] for m in stage.sam.messages("C0SUPPORT")] == ["for all"]


def test_it_is_good_for_five_posts(stage: Stage) -> None:
    """The sixth is refused."""
    # given
    url = url_of_command(stage)

    # when
    statuses = [send(url, text=str(number)).status_code for number in range(6)]

    # then
    assert statuses == [200] * 5 + [404]
    assert send(url, text="again").text == "used_url"


def test_it_is_good_for_thirty_minutes(clock: Clock) -> None:
    """Then it is `expired_url`."""
    with staged(clock=clock) as stage:
        # given
        url = url_of_command(stage)

        # then
        clock.advance(30 * 60)
        assert send(url, text="in time").text == "ok"
        clock.advance(1)
        late = send(url, text="late")
        assert (late.status_code, late.text) == (404, "expired_url")


def test_the_message_with_the_button_can_be_replaced_and_deleted(stage: Stage) -> None:
    """`replace_original` and `delete_original`."""
    # given
    url, ts = url_of_button(stage)

    # when
    send(url, text="Done", replace_original=True)

    # then
    last = stage.workspace.messages("C0SUPPORT")[-1]
    assert (last["ts"], last["text"]) == (ts, "Done")
    assert "blocks" not in last

    # when
    send(url, delete_original=True)

    # then
    assert all(message["ts"] != ts for message in stage.workspace.messages("C0SUPPORT"))


def test_an_ephemeral_message_can_be_replaced_and_deleted(stage: Stage) -> None:
    """Only so: the Web API cannot reach it."""
    # given
    send(url_of_command(stage), text="Menu", blocks=[actions("row", button("go"))])
    ts = stage.ada.messages("C0SUPPORT")[-1]["ts"]
    stage.ada.click(channel="C0SUPPORT", message_ts=ts, block_id="row", action_id="go")
    url = str(stage.delivered("block_actions")[-1]["response_url"])

    # when
    send(url, text="Chosen", replace_original=True)

    # then
    (shown,) = stage.ada.messages("C0SUPPORT")
    assert (shown["text"], shown["ts"], shown["is_ephemeral"]) == ("Chosen", ts, True)
    assert "blocks" not in shown

    # when
    send(url, delete_original=True)

    # then
    assert stage.ada.messages("C0SUPPORT") == []


def test_a_command_has_no_original(stage: Stage) -> None:
    """Replacing posts anew, deleting does nothing."""
    # given
    url = url_of_command(stage)
    send(url, text="first")

    # when
    send(url, text="second", replace_original=True)
    deleted = send(url, delete_original=True)

    # then
    assert deleted.status_code == 200
    assert [m["text"] for m in stage.ada.messages("C0SUPPORT")] == ["first", "second"]


def test_an_answer_for_the_channel_can_go_into_a_thread(stage: Stage) -> None:
    """With `thread_ts` and `response_type: in_channel`."""
    # given
    parent = stage.sam.post("C0SUPPORT", "Help!")

    # when
    send(url_of_command(stage), text="Here", response_type="in_channel", thread_ts=parent)

    # then
    assert stage.workspace.messages("C0SUPPORT")[-1]["thread_ts"] == parent


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ('{"text": ""}', 400, "no_text"),
        ("text=hello", 400, "invalid_payload"),
        ("[]", 400, "invalid_payload"),
        ('{"blocks": [{"type": "confetti"}]}', 400, "invalid_blocks"),
    ],
)
def test_wrong_use_is_answered(stage: Stage, body: str, status: int, says: str) -> None:
    """The bot learns what was wrong."""
    # given
    url = url_of_command(stage)

    # when
    answer = requests.post(url, data=body, timeout=30)

    # then
    assert (answer.status_code, answer.text) == (status, says)


def test_a_made_up_url_is_refused(stage: Stage) -> None:
    """Only what was handed out works."""
    assert send(f"{stage.workspace.base_url}/response/nothing", text="x").status_code == 404
