"""The Events API: what the bot hears, in which envelope, and how insistently."""

import pytest
from flask import Response

from sandbox.slack import Upload
from tests.sandbox.slack.conftest import EVENTS, Stage, manifest, staged


@pytest.fixture
def listening(stage: Stage) -> Stage:
    """The bot has joined #support, and what came of that is out of the way."""
    stage.client.conversations_join(channel="C0SUPPORT")
    stage.wait_for_event("member_joined_channel")
    stage.workspace.wait_for(lambda: stage.events("message"))
    stage.workspace.deliveries.clear()
    return stage


def test_the_envelope_says_for_whom_and_where(listening: Stage) -> None:
    """Everything that a bot routes by is there."""
    # when
    ts = listening.sam.post("C0SUPPORT", "hello")

    # then
    event = listening.wait_for_event("message")
    (envelope,) = listening.delivered("event")
    assert envelope["type"] == "event_callback"
    assert (envelope["team_id"], envelope["api_app_id"]) == ("T0SANDBOX", "A0FLOW")
    assert envelope["authorizations"][0]["user_id"] == "U0BOT"
    assert envelope["authorizations"][0]["is_bot"] is True
    assert envelope["is_ext_shared_channel"] is False
    assert envelope["event_id"].startswith("Ev")
    assert envelope["event_context"]
    assert isinstance(envelope["event_time"], int)
    assert (event["ts"], event["event_ts"], event["channel_type"]) == (ts, ts, "channel")
    assert (event["user"], event["text"], event["channel"]) == ("U0AGENT", "hello", "C0SUPPORT")
    assert event["blocks"][0]["type"] == "rich_text"


def test_the_bot_hears_only_where_it_is_a_member(listening: Stage) -> None:
    """What is said in #general is none of its business; #support is."""
    # when
    listening.ada.post("C0GENERAL", "not for you")
    listening.ada.post("C0SUPPORT", "for you")

    # then
    listening.wait_for_event("message")
    assert [event["text"] for event in listening.events("message")] == ["for you"]


def test_the_bot_hears_only_what_its_manifest_subscribes_to() -> None:
    """Without `message.im` nothing arrives from direct messages."""
    described = manifest(bot_events=[name for name in EVENTS if name != "message.im"])
    with staged(manifest=described) as stage:
        # when
        stage.ada.post("D0ADMIN", "psst")
        stage.client.conversations_join(channel="C0SUPPORT")

        # then
        stage.wait_for_event("member_joined_channel")
        stage.workspace.wait_for(lambda: stage.events("message"))
        assert [event["channel"] for event in stage.events("message")] == ["C0SUPPORT"]


@pytest.mark.parametrize(
    ("channel", "kind"), [("C0SUPPORT", "channel"), ("C0DESK", "group"), ("D0ADMIN", "im")]
)
def test_each_kind_of_place_has_its_own_channel_type(listening: Stage, channel: str, kind: str) -> None:
    """Public, private and direct messages are told apart."""
    # given
    if channel == "C0DESK":
        listening.ada.invite(channel, "U0BOT")

    # when
    ts = listening.ada.post(channel, "hello")

    # then
    listening.workspace.wait_for(lambda: any(event["ts"] == ts for event in listening.events("message")))
    event = next(event for event in listening.events("message") if event["ts"] == ts)
    assert event["channel_type"] == kind


def test_naming_the_bot_gives_two_events_with_two_ids(listening: Stage) -> None:
    """One message arrives as `message` and as `app_mention`; only channel and ts show that it is one."""
    # when
    ts = listening.sam.post("C0SUPPORT", "@flowroute, are you there?")

    # then
    mention = listening.wait_for_event("app_mention")
    message = listening.wait_for_event("message")
    assert mention["text"] == message["text"] == "<@U0BOT>, are you there?"
    assert mention["ts"] == message["ts"] == ts
    assert len({envelope["event_id"] for envelope in listening.delivered("event")}) == 2


def test_edits_and_deletions_are_told(listening: Stage) -> None:
    """`message_changed` and `message_deleted` carry what was there before."""
    # given
    ts = listening.sam.post("C0SUPPORT", "first")

    # when
    listening.sam.edit("C0SUPPORT", ts, "second")
    listening.sam.delete("C0SUPPORT", ts)

    # then
    listening.workspace.wait_for(lambda: len(listening.events("message")) == 3)
    by_subtype = {event.get("subtype"): event for event in listening.events("message")}
    changed, deleted = by_subtype["message_changed"], by_subtype["message_deleted"]
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("second", "first")
    assert changed["message"]["edited"]["user"] == "U0AGENT"
    assert changed["hidden"]
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "second")
    assert listening.workspace.messages("C0SUPPORT")[-1]["text"] != "second"


def test_deleting_the_head_of_a_thread_leaves_a_tombstone(listening: Stage) -> None:
    """The thread stays, and the bot hears of a deletion like any other."""
    # given
    parent = listening.sam.post("C0SUPPORT", "head")
    listening.ada.post("C0SUPPORT", "reply", thread_ts=parent)

    # when
    listening.sam.delete("C0SUPPORT", parent)

    # then
    listening.workspace.wait_for(lambda: len(listening.events("message")) == 3)
    deleted = next(e for e in listening.events("message") if e.get("subtype") == "message_deleted")
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (parent, "head")
    assert [m["text"] for m in listening.ada.messages("C0SUPPORT")][-2:] == [
        "This message was deleted.",
        "reply",
    ]


def test_the_bot_hears_itself(listening: Stage) -> None:
    """Its own posts come back with `bot_id`, as in Slack; a loop is the bot's to avoid."""
    # when
    listening.client.chat_postMessage(channel="C0SUPPORT", text="I said")

    # then
    event = listening.wait_for_event("message")
    assert (event["bot_id"], event["user"], event["app_id"]) == ("B0BOT", "U0BOT", "A0FLOW")


def test_files_come_with_the_message(listening: Stage) -> None:
    """A picture in a reply is a `file_share` with everything that is needed to fetch it."""
    # when
    listening.sam.post("C0SUPPORT", "look", files=[Upload("cat.png", "image/png", b"\x89PNG")])

    # then
    event = listening.wait_for_event("message")
    assert event["subtype"] == "file_share"
    assert (event["files"][0]["name"], event["files"][0]["mimetype"]) == ("cat.png", "image/png")
    assert event["files"][0]["size"] == 4
    assert event["files"][0]["url_private_download"].startswith(listening.workspace.base_url)


def test_reactions_are_told_and_can_be_taken_back(listening: Stage) -> None:
    """Who reacted to what; reacting a second time removes it."""
    # given
    ts = listening.sam.post("C0SUPPORT", "thanks")

    # when
    listening.ada.react("C0SUPPORT", ts, "tada")
    listening.ada.react("C0SUPPORT", ts, "tada")

    # then
    added = listening.wait_for_event("reaction_added")
    assert (added["user"], added["reaction"], added["item"]["ts"]) == ("U0ADMIN", "tada", ts)
    assert added["item_user"] == "U0AGENT"
    assert listening.wait_for_event("reaction_removed")["reaction"] == "tada"
    assert "reactions" not in listening.workspace.messages("C0SUPPORT")[-1]


def test_an_invitation_of_the_bot_names_the_inviter(stage: Stage) -> None:
    """A private channel can only be entered by invitation."""
    # when
    stage.sam.invite("C0DESK", "U0BOT")

    # then
    joined = stage.wait_for_event("member_joined_channel")
    assert (joined["user"], joined["inviter"], joined["channel"]) == ("U0BOT", "U0AGENT", "C0DESK")
    assert joined["channel_type"] == "G"


def test_opening_the_home_tab_is_told_with_what_is_on_it(stage: Stage) -> None:
    """The first time there is no view yet, later there is."""
    # when
    stage.ada.open_home()
    first = stage.wait_for_event("app_home_opened")
    stage.client.views_publish(user_id="U0ADMIN", view={"type": "home", "blocks": [{"type": "divider"}]})
    stage.ada.open_home()

    # then
    second = stage.wait_for_event("app_home_opened", count=2)
    assert (first["user"], first["tab"], first["channel"]) == ("U0ADMIN", "home", "D0ADMIN")
    assert "view" not in first
    assert second["view"]["type"] == "home"


def test_an_event_that_fails_is_sent_again_three_times() -> None:
    """At once, then after the pauses; always with the same event id and the reason."""
    with staged(event_retry_s=(0, 0.01, 0.02)) as stage:
        # given
        stage.bot.planned_for_events += [Response(status=500) for _ in range(10)]

        # when
        stage.ada.post("D0ADMIN", "hello")

        # then
        stage.workspace.wait_for(lambda: len(stage.workspace.deliveries) == 4)
        assert [d["retry_num"] for d in stage.workspace.deliveries] == [0, 1, 2, 3]
        assert len({d["payload"]["event_id"] for d in stage.workspace.deliveries}) == 1
        assert [r.get("X-Slack-Retry-Num") for r in stage.bot.requests] == [None, "1", "2", "3"]
        assert stage.bot.requests[1]["X-Slack-Retry-Reason"] == "http_error"


def test_a_late_answer_counts_as_none_and_the_retry_does_not_wait_for_it() -> None:
    """While the first request still hangs, the second is already there."""
    with staged(event_retry_s=(0,), ack_timeout_s=0.1) as stage:
        # given
        stage.bot.hold.clear()

        # when
        stage.ada.post("D0ADMIN", "hello")

        # then
        stage.workspace.wait_for(lambda: len(stage.bot.requests) == 2)
        assert "http_timeout" in [request.get("X-Slack-Retry-Reason") for request in stage.bot.requests]
        stage.workspace.wait_for(lambda: len(stage.workspace.deliveries) == 2)
        assert stage.workspace.deliveries[0]["status"] is None


def test_the_bot_can_ask_not_to_be_asked_again() -> None:
    """`X-Slack-No-Retry: 1` on a refusal ends it."""
    with staged(event_retry_s=(0, 0)) as stage:
        # given
        stage.bot.planned_for_events.append(Response(status=500, headers={"X-Slack-No-Retry": "1"}))

        # when
        stage.ada.post("D0ADMIN", "first")
        stage.workspace.wait_for(lambda: len(stage.workspace.deliveries) == 1)
        stage.ada.post("D0ADMIN", "second")

        # then
        stage.workspace.wait_for(lambda: len(stage.events("message")) == 2)
        assert [d["retry_num"] for d in stage.workspace.deliveries] == [0, 0]


def test_events_can_be_repeated_under_new_ids(stage: Stage) -> None:
    """Slack sometimes does that; only channel and ts tell that it is the same message."""
    # given
    stage.workspace.event_repeats = 2

    # when
    ts = stage.ada.post("D0ADMIN", "once")

    # then
    stage.wait_for_event("message", count=3)
    assert {event["ts"] for event in stage.events("message")} == {ts}
    assert len({envelope["event_id"] for envelope in stage.delivered("event")}) == 3


def test_a_slow_event_holds_up_no_other() -> None:
    """Events are delivered side by side."""
    with staged(event_retry_s=()) as stage:
        # given
        stage.bot.hold.clear()

        # when
        for number in range(5):
            stage.ada.post("D0ADMIN", f"message {number}")

        # then
        stage.workspace.wait_for(lambda: len(stage.bot.requests) == 5)
        stage.bot.hold.set()
        stage.workspace.wait_for(lambda: len(stage.events("message")) == 5)


def test_stopping_ends_the_pauses_between_retries(stage: Stage) -> None:
    """Nobody waits five minutes for the sandbox to end."""
    # given
    stage.bot.planned_for_events += [Response(status=500), Response(status=500)]
    stage.ada.post("D0ADMIN", "hello")
    stage.workspace.wait_for(lambda: len(stage.workspace.deliveries) == 2)

    # when
    stage.workspace.stop()

    # then
    stage.workspace.outbox.in_background(lambda: stage.ada.post("D0ADMIN", "never"))
    assert len(stage.workspace.messages("D0ADMIN")) == 1
