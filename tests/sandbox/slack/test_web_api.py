"""The Web API: who may call, where the bot may go, what it may say."""

from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox.slack.conftest import SCOPES, TOKEN, Clock, Stage, manifest, staged
from tests.sandbox.slack.pieces import actions, button, section


def refused(error: str) -> Any:
    """The call inside raises Slack's `error`."""
    return pytest.raises(SlackApiError, match=f"'{error}'")


@pytest.fixture
def joined(stage: Stage) -> Stage:
    stage.client.conversations_join(channel="C0SUPPORT")
    return stage


# Who may call


def test_auth_test_says_who_the_bot_is(stage: Stage) -> None:
    """What Bolt asks for at its start."""
    # when
    answer = stage.client.auth_test()

    # then
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0BOT", "B0BOT", "T0SANDBOX")
    assert answer.headers["X-OAuth-Scopes"] == ",".join(sorted(SCOPES))


def test_a_call_needs_the_token(stage: Stage) -> None:
    """None at all, and a wrong one, are told apart."""
    # given
    url = f"{stage.workspace.base_url}/api/auth.test"

    # then
    assert requests.post(url, timeout=30).json() == {"ok": False, "error": "not_authed"}
    wrong = requests.post(url, headers={"Authorization": "Bearer xoxb-wrong"}, timeout=30)
    assert wrong.json()["error"] == "invalid_auth"
    assert requests.post(url, data={"token": TOKEN}, timeout=30).json()["ok"]


def test_an_unknown_method_is_named_so(stage: Stage) -> None:
    """Not a 404: Slack answers in its own words."""
    with refused("unknown_method"):
        stage.client.api_call("chat.teleport")


def test_json_and_form_bodies_mean_the_same(joined: Stage) -> None:
    """Nested arguments come as JSON text in a form, as values in a JSON body."""
    # given
    blocks = [section("Hello")]

    # when
    joined.client.chat_postMessage(channel="C0SUPPORT", text="form", blocks=blocks)
    joined.client.api_call(
        "chat.postMessage", json={"channel": "C0SUPPORT", "text": "json", "blocks": blocks}
    )

    # then
    form, as_json = joined.workspace.messages("C0SUPPORT")[-2:]
    assert form["blocks"][0]["text"] == as_json["blocks"][0]["text"]
    call = next(c for c in joined.workspace.calls if c["method"] == "chat.postMessage")
    assert call["args"]["blocks"] == blocks
    assert call["answer"]["ts"] == form["ts"]


def test_methods_that_read_pass_over_a_json_body(joined: Stage) -> None:
    """As if nothing had been given: for some that is an error, others answer more than was asked for."""
    # given
    call = joined.client.api_call
    where = {"channel": "C0SUPPORT", "ts": "1.000001"}

    # then
    with refused("user_not_found"):
        call("users.info", json={"user": "U0ADMIN"})
    with refused("invalid_arguments"):
        call("conversations.replies", json=where)
    assert len(call("users.list", json={"limit": 1})["members"]) > 1
    assert joined.workspace.calls[-1]["unread"] == ["limit"]

    # and a form, or the query, is read
    assert call("users.info", params={"user": "U0ADMIN"})["ok"]
    assert len(call("users.list?limit=1")["members"]) == 1
    assert joined.workspace.calls[-1]["unread"] == []


@pytest.mark.parametrize(
    ("scope", "call"),
    [
        ("chat:write", lambda c: c.chat_postMessage(channel="C0AUDIT", text="x")),
        ("chat:write.customize", lambda c: c.chat_postMessage(channel="C0AUDIT", text="x", username="Maria")),
        ("channels:join", lambda c: c.conversations_join(channel="C0SUPPORT")),
        ("channels:history", lambda c: c.conversations_history(channel="C0AUDIT")),
        ("channels:read", lambda c: c.conversations_info(channel="C0AUDIT")),
        ("im:history", lambda c: c.conversations_history(channel="D0ADMIN")),
        ("im:write", lambda c: c.conversations_open(users="U0ADMIN")),
        ("reactions:write", lambda c: c.reactions_add(channel="C0AUDIT", timestamp="1.1", name="x")),
        ("users:read", lambda c: c.users_info(user="U0ADMIN")),
        ("usergroups:read", lambda c: c.usergroups_list()),
        ("files:write", lambda c: c.files_getUploadURLExternal(filename="a", length=1)),
    ],
)
def test_a_scope_that_the_manifest_lacks_is_missing(scope: str, call: Any) -> None:
    """`missing_scope` says which one was needed and which there are."""
    described = manifest(scopes=[one for one in SCOPES if one != scope])
    with staged(manifest=described) as stage, refused("missing_scope") as failure:
        call(stage.client)
    assert failure.value.response["needed"] == scope
    assert scope not in failure.value.response["provided"].split(",")


# Where the bot may go


def test_a_private_channel_does_not_exist_for_outsiders(stage: Stage) -> None:
    """Until the bot is invited, it is `channel_not_found` in every method."""
    # then
    for method in (
        "conversations.info",
        "conversations.join",
        "conversations.members",
        "conversations.history",
    ):
        with refused("channel_not_found"):
            stage.client.api_call(method, params={"channel": "C0DESK"})
    with refused("channel_not_found"):
        stage.client.chat_postMessage(channel="C0DESK", text="x")

    # when
    stage.ada.invite("C0DESK", "U0BOT")

    # then
    assert stage.client.conversations_info(channel="C0DESK")["channel"]["is_private"]
    assert stage.client.chat_postMessage(channel="C0DESK", text="x")["ok"]


def test_a_public_channel_has_to_be_joined_first(stage: Stage) -> None:
    """It can be seen, but not written in or read."""
    # then
    assert stage.client.conversations_info(channel="C0SUPPORT")["channel"]["is_member"] is False
    assert "U0GUEST" in stage.client.conversations_members(channel="C0SUPPORT")["members"]
    with refused("not_in_channel"):
        stage.client.chat_postMessage(channel="C0SUPPORT", text="x")
    with refused("not_in_channel"):
        stage.client.chat_postEphemeral(channel="C0SUPPORT", user="U0ADMIN", text="x")
    with refused("not_in_channel"):
        stage.client.conversations_history(channel="C0SUPPORT")

    # when
    first = stage.client.conversations_join(channel="C0SUPPORT")
    again = stage.client.conversations_join(channel="C0SUPPORT")

    # then
    assert "warning" not in first.data
    assert again["warning"] == "already_in_channel"
    assert stage.client.chat_postMessage(channel="C0SUPPORT", text="x")["ok"]


def test_chat_write_public_posts_without_joining() -> None:
    """Into public channels only."""
    with staged(manifest=manifest(scopes=[*SCOPES, "chat:write.public"])) as stage:
        assert stage.client.chat_postMessage(channel="C0SUPPORT", text="x")["ok"]
        with refused("channel_not_found"):
            stage.client.chat_postMessage(channel="C0DESK", text="x")


def test_an_archived_channel_takes_nothing(joined: Stage) -> None:
    """`is_archived`, whether to post or to join."""
    # given
    joined.ada.archive("C0SUPPORT")
    joined.ada.archive("C0GENERAL")

    # then
    with refused("is_archived"):
        joined.client.chat_postMessage(channel="C0SUPPORT", text="x")
    with refused("is_archived"):
        joined.client.conversations_join(channel="C0GENERAL")
    assert joined.client.conversations_info(channel="C0SUPPORT")["channel"]["is_archived"]


def test_channels_are_listed_in_pages(stage: Stage) -> None:
    """With a cursor, and by kind; the private channel is not among them."""
    # when
    names, cursor = [], ""
    while True:
        answer = stage.client.conversations_list(
            limit=3, cursor=cursor, types="public_channel,private_channel"
        )
        names += [channel["name"] for channel in answer["channels"]]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break

    # then
    assert names == ["general", "support", "telecom", "phone-audit"]
    with refused("invalid_cursor"):
        stage.client.conversations_list(cursor="tomorrow")
    with refused("invalid_types"):
        stage.client.conversations_list(types="fish")
    mine = stage.client.users_conversations()["channels"]
    assert [channel["name"] for channel in mine] == ["phone-audit"]


def test_a_person_has_one_direct_channel(stage: Stage) -> None:
    """Opening it, and posting to the person's id, reach the same place."""
    # when
    opened = stage.client.conversations_open(users="U0AGENT")
    posted = stage.client.chat_postMessage(channel="U0AGENT", text="psst")

    # then
    assert opened["channel"]["id"] == posted["channel"] == "D0AGENT"
    assert [m["text"] for m in stage.sam.messages("D0AGENT")] == ["psst"]
    with refused("user_not_found"):
        stage.client.conversations_open(users="U0NOBODY")


def test_the_bot_can_invite_people_to_where_it_is() -> None:
    """Who is there already is `already_in_channel`."""
    with staged(manifest=manifest(scopes=[*SCOPES, "channels:write.invites"])) as stage:
        # given
        stage.client.conversations_join(channel="C0SUPPORT")
        stage.grace.leave("C0SUPPORT")

        # when
        stage.client.conversations_invite(channel="C0SUPPORT", users="U0APPROVER")

        # then
        assert "U0APPROVER" in stage.client.conversations_members(channel="C0SUPPORT")["members"]
        with refused("already_in_channel"):
            stage.client.conversations_invite(channel="C0SUPPORT", users="U0GUEST")


def test_people_and_groups_can_be_looked_up(stage: Stage) -> None:
    """Roles are Slack's own flags; a group lists its members."""
    # when
    people = {user["id"]: user for user in stage.client.users_list()["members"]}

    # then
    assert (people["U0ADMIN"]["is_admin"], people["U0ADMIN"]["is_owner"]) == (True, True)
    assert (people["U0GUEST"]["is_restricted"], people["U0AGENT"]["is_restricted"]) == (True, False)
    assert people["U0BOT"]["is_bot"]
    assert stage.client.users_info(user="U0ADMIN")["user"]["real_name"] == "Ada Admin"
    with refused("user_not_found"):
        stage.client.users_info(user="U0NOBODY")
    (group,) = stage.client.usergroups_list(include_users=True)["usergroups"]
    assert stage.client.usergroups_users_list(usergroup=group["id"])["users"] == group["users"]
    with refused("no_such_subteam"):
        stage.client.usergroups_users_list(usergroup="S0NONE")


# What it may say


def test_all_blocks_of_a_message_together_hold_so_much_text(joined: Stage) -> None:
    """However short each of them is, whether the message is new or changed."""
    ts = joined.client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[section("x" * 3000)] * 4)["ts"]
    too_much = [section("x" * 2500)] * 5
    with refused("msg_blocks_too_long"):
        joined.client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=too_much)
    with refused("msg_blocks_too_long"):
        joined.client.chat_update(channel="C0SUPPORT", ts=ts, text="x", blocks=too_much)


def test_a_message_needs_something_to_show(joined: Stage) -> None:
    """`no_text`, `msg_too_long`, `invalid_blocks` with a pointer."""
    with refused("no_text"):
        joined.client.api_call("chat.postMessage", params={"channel": "C0SUPPORT", "text": ""})
    with refused("msg_too_long"):
        joined.client.chat_postMessage(channel="C0SUPPORT", text="x" * 40_001)
    with refused("invalid_blocks_format"):
        joined.client.chat_postMessage(channel="C0SUPPORT", text="x", blocks="{not json")
    with refused("invalid_blocks") as failure:
        joined.client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[section("x" * 3001)])
    assert failure.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]
    with refused("invalid_arguments"):
        joined.client.api_call("chat.postMessage", params={"text": "nowhere"})


def test_an_update_changes_only_what_it_names(joined: Stage) -> None:
    """Blocks stay unless they are given; an empty list takes them away."""
    # given
    blocks = [actions("row", button("buy"))]
    ts = joined.client.chat_postMessage(channel="C0SUPPORT", text="Offer", blocks=blocks)["ts"]

    # when
    joined.client.chat_update(channel="C0SUPPORT", ts=ts, text="Reserved")

    # then
    kept = joined.workspace.messages("C0SUPPORT")[-1]
    assert (kept["text"], len(kept["blocks"]), kept["edited"]["user"]) == ("Reserved", 1, "B0BOT")

    # when
    joined.client.chat_update(channel="C0SUPPORT", ts=ts, text="Sold", blocks=[])

    # then
    assert "blocks" not in joined.workspace.messages("C0SUPPORT")[-1]


def test_only_its_own_messages_can_be_changed(joined: Stage) -> None:
    """Those of people cannot, nor those that are gone."""
    # given
    theirs = joined.sam.post("C0SUPPORT", "mine")
    own = joined.client.chat_postMessage(channel="C0SUPPORT", text="bot's")["ts"]

    # then
    with refused("cant_update_message"):
        joined.client.chat_update(channel="C0SUPPORT", ts=theirs, text="x")
    with refused("cant_delete_message"):
        joined.client.chat_delete(channel="C0SUPPORT", ts=theirs)
    with refused("msg_too_long"):
        joined.client.chat_update(channel="C0SUPPORT", ts=own, text="x" * 4001)
    with refused("no_text"):
        joined.client.api_call("chat.update", params={"channel": "C0SUPPORT", "ts": own})
    joined.client.chat_delete(channel="C0SUPPORT", ts=own)
    with refused("message_not_found"):
        joined.client.chat_update(channel="C0SUPPORT", ts=own, text="x")


def test_threads_hang_together(joined: Stage) -> None:
    """The parent counts its replies; a reply to a reply joins the same thread; history leaves replies out."""
    # given
    parent = joined.client.chat_postMessage(channel="C0SUPPORT", text="Maria")["ts"]
    first = joined.client.chat_postMessage(channel="C0SUPPORT", text="one", thread_ts=parent)["ts"]
    joined.client.chat_postMessage(channel="C0SUPPORT", text="two", thread_ts=first)

    # when
    replies = joined.client.conversations_replies(channel="C0SUPPORT", ts=parent)["messages"]
    history = joined.client.conversations_history(channel="C0SUPPORT")["messages"]

    # then
    assert [m["text"] for m in replies] == ["Maria", "one", "two"]
    assert {m.get("thread_ts") for m in replies} == {parent}
    assert (replies[0]["reply_count"], replies[0]["latest_reply"]) == (2, replies[2]["ts"])
    assert [m["text"] for m in history] == ["Maria", "<@U0BOT> has joined the channel"]
    with refused("thread_not_found"):
        joined.client.conversations_replies(channel="C0SUPPORT", ts="1.000001")
    with refused("thread_not_found"):
        joined.client.chat_postMessage(channel="C0SUPPORT", text="x", thread_ts="1.000001")


def test_history_can_be_asked_for_a_stretch_of_time(joined: Stage) -> None:
    """`oldest` and `latest` are left out unless `inclusive` says otherwise."""
    # given
    sent = [joined.client.chat_postMessage(channel="C0SUPPORT", text=str(n))["ts"] for n in range(4)]

    def texts(**asked: Any) -> list[str]:
        answer = joined.client.conversations_history(channel="C0SUPPORT", **asked)
        return [message["text"] for message in answer["messages"]]

    # then
    assert texts(oldest=sent[0], latest=sent[3]) == ["2", "1"]
    assert texts(oldest=sent[0], latest=sent[3], inclusive=True) == ["3", "2", "1", "0"]
    assert texts(limit=1) == ["3"]


def test_metadata_comes_back_only_to_who_asks(joined: Stage) -> None:
    """With `include_all_metadata`, in history and in threads; never in events."""
    # given
    metadata = {"event_type": "sms", "event_payload": {"id": "mdr2-1"}}
    ts = joined.client.chat_postMessage(channel="C0SUPPORT", text="Maria", metadata=metadata)["ts"]

    # then
    for method, more in (("conversations.history", {"limit": 1}), ("conversations.replies", {"ts": ts})):
        asked = {"channel": "C0SUPPORT", **more}
        plain = joined.client.api_call(method, params=asked)
        whole = joined.client.api_call(method, params={**asked, "include_all_metadata": True})
        assert "metadata" not in plain["messages"][0]
        assert whole["messages"][0]["metadata"] == metadata
    with refused("invalid_metadata_format"):
        joined.client.chat_postMessage(channel="C0SUPPORT", text="x", metadata={"event_type": "sms"})


def test_a_borrowed_name_makes_a_bot_message(joined: Stage) -> None:
    """With name and icon of its own, and still ours to update."""
    # when
    ts = joined.client.chat_postMessage(
        channel="C0SUPPORT", text="Hi", username="Maria Lopez", icon_emoji=":iphone:"
    )["ts"]

    # then
    message = joined.workspace.messages("C0SUPPORT")[-1]
    assert (message["subtype"], message["username"]) == ("bot_message", "Maria Lopez")
    assert message["icons"] == {"emoji": ":iphone:"}
    assert joined.client.chat_update(channel="C0SUPPORT", ts=ts, text="Bye")["ok"]


def test_an_ephemeral_message_is_for_one_member(joined: Stage) -> None:
    """Nobody else sees it, history does not hold it, and an update cannot find it."""
    # when
    ts = joined.client.chat_postEphemeral(channel="C0SUPPORT", user="U0AGENT", text="psst")["message_ts"]

    # then
    assert joined.sam.messages("C0SUPPORT")[-1]["is_ephemeral"]
    assert all(m["ts"] != ts for m in joined.ada.messages("C0SUPPORT"))
    assert all(m["ts"] != ts for m in joined.client.conversations_history(channel="C0SUPPORT")["messages"])
    with refused("message_not_found"):
        joined.client.chat_update(channel="C0SUPPORT", ts=ts, text="x")
    joined.grace.leave("C0SUPPORT")
    with refused("user_not_in_channel"):
        joined.client.chat_postEphemeral(channel="C0SUPPORT", user="U0APPROVER", text="x")
    joined.sam.dismiss("C0SUPPORT", ts)
    assert all(m["ts"] != ts for m in joined.sam.messages("C0SUPPORT"))


def test_reactions_are_set_once(joined: Stage) -> None:
    """Twice is `already_reacted`, taking away what is not there `no_reaction`."""
    # given
    ts = joined.sam.post("C0SUPPORT", "on my way")
    where = {"channel": "C0SUPPORT", "timestamp": ts, "name": "eyes"}

    # then
    assert joined.client.reactions_add(**where)["ok"]
    with refused("already_reacted"):
        joined.client.reactions_add(**where)
    assert joined.client.reactions_get(channel="C0SUPPORT", timestamp=ts)["message"]["reactions"] == [
        {"name": "eyes", "users": ["U0BOT"], "count": 1}
    ]
    assert joined.client.reactions_remove(**where)["ok"]
    with refused("no_reaction"):
        joined.client.reactions_remove(**where)
    with refused("message_not_found"):
        joined.client.reactions_add(channel="C0SUPPORT", timestamp="1.000001", name="eyes")


def test_a_channel_takes_one_message_a_second_after_a_burst(clock: Clock) -> None:
    """Then 429 with `Retry-After`; another channel is not concerned."""
    with staged(clock=clock, channel_rate_per_s=1.0) as stage:
        # given
        stage.client.conversations_join(channel="C0SUPPORT")

        # when
        with refused("ratelimited") as failure:
            for _ in range(20):
                stage.client.chat_postMessage(channel="C0SUPPORT", text="x")

        # then
        assert failure.value.response.status_code == 429
        assert failure.value.response.headers["Retry-After"] == "1"
        assert stage.client.chat_postMessage(channel="C0AUDIT", text="x")["ok"]
        clock.advance(1)
        assert stage.client.chat_postMessage(channel="C0SUPPORT", text="x")["ok"]


def test_time_stamps_are_unique_and_in_order(clock: Clock) -> None:
    """Also when the clock stands still."""
    with staged(clock=clock) as stage:
        # when
        sent = [stage.ada.post("C0SUPPORT", str(number)) for number in range(50)]

        # then
        assert sent == sorted(set(sent))
        assert sent[0].startswith("1700000000.")
        assert len(sent[0]) == len("1700000000.000100")


def test_a_permalink_names_channel_and_message(joined: Stage) -> None:
    """As Slack writes them."""
    # given
    ts = joined.sam.post("C0SUPPORT", "here")

    # then
    link = joined.client.chat_getPermalink(channel="C0SUPPORT", message_ts=ts)["permalink"]
    assert link == f"https://harbor-telecom.slack.com/archives/C0SUPPORT/p{ts.replace('.', '')}"


def test_any_client_can_call(joined: Stage) -> None:
    """A second client with the same token sees the same workspace."""
    other = WebClient(token=TOKEN, base_url=f"{joined.workspace.base_url}/api/")
    assert other.team_info()["team"]["name"] == "Harbor Telecom"
    assert other.bots_info(bot="B0BOT")["bot"]["user_id"] == "U0BOT"
    assert other.api_test()["ok"]
