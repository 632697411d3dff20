"""Slash commands, the way Slack delivers them and shows what comes back."""

import pytest
from flask import Response
from slack_bolt import Ack

from sandbox.slack import NotPossible
from tests.sandbox.slack.conftest import Stage, manifest, staged


def test_the_form_carries_every_documented_field(stage: Stage) -> None:
    """A bot may rely on each of them."""
    # when
    stage.ada.command("C0SUPPORT", "/flowroute", "numbers list")

    # then
    (form,) = stage.delivered("slash_command")
    assert {key: form[key] for key in ("team_id", "team_domain", "channel_id", "channel_name")} == {
        "team_id": "T0SANDBOX",
        "team_domain": "harbor-telecom",
        "channel_id": "C0SUPPORT",
        "channel_name": "support",
    }
    assert (form["user_id"], form["user_name"]) == ("U0ADMIN", "ada")
    assert (form["command"], form["text"]) == ("/flowroute", "numbers list")
    assert form["api_app_id"] == "A0FLOW"
    assert form["is_enterprise_install"] == "false"
    assert form["token"]
    assert form["trigger_id"]
    assert form["response_url"].startswith(stage.workspace.base_url)


@pytest.mark.parametrize(("channel", "name"), [("C0DESK", "privategroup"), ("D0ADMIN", "directmessage")])
def test_the_name_of_a_private_place_is_withheld(stage: Stage, channel: str, name: str) -> None:
    """Slack writes a fixed word instead of the channel's name."""
    # when
    stage.ada.command(channel, "/flowroute")

    # then
    assert stage.delivered("slash_command")[0]["channel_name"] == name


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("name 2065550100 @Ada", "name 2065550100 <@U0ADMIN|ada>"),
        ("ask @grace approver now", "ask <@U0APPROVER|grace> now"),
        ("relay link 12065550100 #support", "relay link 12065550100 <#C0SUPPORT|support>"),
        ("to #front-desk", "to <#C0DESK|>"),
        ("see https://example.com/a?b=1&c=2.", "see <https://example.com/a?b=1&amp;c=2>."),
        ("+1 (206) 555-0100 & <b>", "+1 (206) 555-0100 &amp; &lt;b&gt;"),
        ("@nobody #nowhere", "@nobody #nowhere"),
    ],
)
def test_should_escape_turns_names_and_addresses_into_tokens(stage: Stage, typed: str, sent: str) -> None:
    """With it in the manifest, `@Ada` arrives as a mention; a phone number is left alone."""
    # when
    stage.ada.command("C0SUPPORT", "/flowroute", typed)

    # then
    assert stage.delivered("slash_command")[0]["text"] == sent


def test_without_should_escape_names_arrive_as_typed(stage: Stage) -> None:
    """Only `&`, `<` and `>` are written out."""
    # when
    stage.ada.command("C0SUPPORT", "/plain", "@Ada #support & <3")

    # then
    assert stage.delivered("slash_command")[0]["text"] == "@Ada #support &amp; &lt;3"


def test_a_private_channel_is_no_name_to_those_outside(stage: Stage) -> None:
    """Grace is not in the front desk's channel, so what she types stays text."""
    # when
    stage.grace.command("C0TELECOM", "/flowroute", "to #front-desk")

    # then
    assert stage.delivered("slash_command")[0]["text"] == "to #front-desk"


def test_an_answer_for_the_channel_is_posted_there(stage: Stage) -> None:
    """`response_type` decides who sees it, and the bot need not be a member."""

    # given
    @stage.bot.bolt.command("/flowroute")
    def listener(ack: Ack) -> None:
        ack(response_type="in_channel", text="For all")

    # when
    stage.ada.command("C0SUPPORT", "/flowroute")

    # then
    assert [m["text"] for m in stage.workspace.messages("C0SUPPORT")] == ["For all"]
    assert [m["text"] for m in stage.gil.messages("C0SUPPORT")] == ["For all"]


def test_a_late_answer_is_a_failure_that_the_person_sees() -> None:
    """Slack gives a command three seconds; here less, so that the test is quick."""
    with staged(ack_timeout_s=0.1) as stage:
        # given
        stage.bot.hold.clear()

        # when
        ack = stage.ada.command("C0SUPPORT", "/flowroute", "slow")

        # then
        assert ack.error == "operation_timeout"
        assert stage.ada.notices[-1]["text"] == '/flowroute failed with the error "operation_timeout"'
        assert stage.ada.notices[-1]["level"] == "error"
        assert stage.sam.notices == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Response(status=500), "http_service_error"),
        (Response(status=404), "http_client_error"),
        (
            Response('{"text": "hi", "blocks": [{"type": "sparkles"}]}', mimetype="application/json"),
            "invalid_blocks",
        ),
    ],
)
def test_a_bad_answer_is_a_failure_too(stage: Stage, answer: Response, error: str) -> None:
    """Neither a crash nor blocks that do not exist go unnoticed."""
    # given
    stage.bot.planned.append(answer)

    # when
    ack = stage.ada.command("C0SUPPORT", "/flowroute")

    # then
    assert ack.error == error
    assert error in stage.ada.notices[-1]["text"]


def test_nobody_listening_is_a_failure(stage: Stage) -> None:
    """A bot that is down looks in the sandbox as it does in Slack."""
    # given
    stage.workspace.events_url = "http://127.0.0.1:9/slack/events"

    # when
    ack = stage.ada.command("C0SUPPORT", "/flowroute")

    # then
    assert (ack.status, ack.error) == (None, "dispatch_failed")


def test_a_wrong_secret_is_refused_by_bolt(stage: Stage) -> None:
    """The signature is real: Bolt checks it."""
    # given
    stage.workspace.outbox.signing_secret = "other"

    # when
    ack = stage.ada.command("C0SUPPORT", "/flowroute")

    # then
    assert (ack.status, ack.error) == (401, "http_client_error")


def test_commands_do_not_work_in_threads(stage: Stage) -> None:
    """Slack's client says so and sends nothing."""
    # given
    parent = stage.ada.post("C0SUPPORT", "A thread")

    # when
    with pytest.raises(NotPossible, match="not supported in threads"):
        stage.ada.post("C0SUPPORT", "/flowroute help", thread_ts=parent)

    # then
    assert stage.delivered("slash_command") == []


def test_an_unknown_command_and_a_foreign_channel_are_refused(stage: Stage) -> None:
    """What the manifest does not name is no command; who is not in the channel cannot type there."""
    with pytest.raises(NotPossible, match="not a valid command"):
        stage.ada.command("C0SUPPORT", "/unknown")
    with pytest.raises(NotPossible, match="not in #telecom"):
        stage.sam.command("C0TELECOM", "/flowroute")
    with pytest.raises(NotPossible, match="no such channel"):
        stage.grace.command("C0DESK", "/flowroute")


def test_the_manifest_decides_which_commands_exist() -> None:
    """An app without commands has none."""
    described = manifest()
    described["features"]["slash_commands"] = []
    with staged(manifest=described) as stage, pytest.raises(NotPossible, match="not a valid command"):
        stage.ada.command("C0SUPPORT", "/flowroute")
