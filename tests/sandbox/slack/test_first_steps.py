"""The main paths: a command, a modal, a conversation, over real sockets with Bolt on the other side."""

from typing import Any

from slack_bolt import Ack, Say
from slack_sdk import WebClient

from tests.sandbox.slack.conftest import Stage

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "buy",
    "private_metadata": "order 7",
    "title": {"type": "plain_text", "text": "Buy a number"},
    "submit": {"type": "plain_text", "text": "Buy"},
    "blocks": [
        {
            "type": "input",
            "block_id": "alias",
            "label": {"type": "plain_text", "text": "Alias"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


def test_a_slash_command_reaches_bolt_and_its_answer_is_private(stage: Stage) -> None:
    """What the bot acks with is shown to the person who typed, and to nobody else."""

    # given
    @stage.bot.bolt.command("/flowroute")
    def listener(ack: Ack, command: dict[str, Any]) -> None:
        ack(f"you typed {command['text']}")

    # when
    ack = stage.ada.command("C0SUPPORT", "/flowroute", "numbers list")

    # then
    assert (ack.status, ack.error) == (200, None)
    assert stage.ada.messages("C0SUPPORT")[-1]["text"] == "you typed numbers list"
    assert stage.ada.messages("C0SUPPORT")[-1]["is_ephemeral"]
    assert stage.sam.messages("C0SUPPORT") == stage.workspace.messages("C0SUPPORT") == []


def test_a_command_opens_a_modal_whose_values_come_back(stage: Stage) -> None:
    """A trigger opens a modal; submitting it sends the whole view and closes it."""
    # given
    seen: list[dict[str, Any]] = []

    @stage.bot.bolt.command("/flowroute")
    def command(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @stage.bot.bolt.view("buy")
    def submission(ack: Ack, view: dict[str, Any]) -> None:
        ack()
        seen.append(view)

    stage.ada.command("C0SUPPORT", "/flowroute", "numbers buy")
    stage.workspace.wait_for(lambda: stage.ada.views)

    # when
    outcome = stage.ada.submit(stage.ada.views[-1]["id"], {"alias": {"text": "Front desk"}})

    # then
    assert outcome.ok
    assert stage.ada.views == []
    stage.workspace.wait_for(lambda: seen)
    assert seen[0]["private_metadata"] == "order 7"
    entered = {"type": "plain_text_input", "value": "Front desk"}
    assert seen[0]["state"]["values"] == {"alias": {"text": entered}}


def test_a_reply_in_a_thread_arrives_as_a_message_event(stage: Stage) -> None:
    """The bot hears what people write where it is a member, with the thread it belongs to."""
    # given
    stage.client.conversations_join(channel="C0SUPPORT")
    parent = stage.client.chat_postMessage(channel="C0SUPPORT", text="SMS from Maria")["ts"]

    @stage.bot.bolt.event("message")
    def listener(event: dict[str, Any], say: Say) -> None:
        if event.get("user") == "U0AGENT":
            say(text=f"sent: {event['text']}", thread_ts=event["thread_ts"])

    # when
    stage.sam.post("C0SUPPORT", "On my way & soon", thread_ts=parent)

    # then
    stage.workspace.wait_for(lambda: len(stage.workspace.messages("C0SUPPORT")) == 4)
    assert stage.workspace.messages("C0SUPPORT")[-1]["text"] == "sent: On my way &amp; soon"
    thread = stage.client.conversations_replies(channel="C0SUPPORT", ts=parent)["messages"]
    assert thread[0]["reply_count"] == 2
