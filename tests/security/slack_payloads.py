"""What Slack sends, one document for each id that the bot has given out; good for a start, to be spoilt."""

from typing import Any

from bot.cards import Action
from bot.manifest import Shortcut
from handlers.grammar import VERBS
from handlers.ids import Button, Field, View

COMMON = {
    "token": "t",
    "team": {"id": "T0SANDBOX", "domain": "harbor-telecom"},
    "user": {"id": "U0ADMIN", "username": "ada", "name": "ada", "team_id": "T0SANDBOX"},
    "api_app_id": "A0FLOW",
    "trigger_id": "1.2.forged",
}
COMMAND = {
    "token": "t",
    "team_id": "T0SANDBOX",
    "team_domain": "harbor-telecom",
    "channel_id": "C0TELECOM",
    "channel_name": "telecom",
    "user_id": "U0ADMIN",
    "user_name": "ada",
    "command": "/flowroute",
    "text": "help",
    "api_app_id": "A0FLOW",
    "is_enterprise_install": "false",
    "response_url": "",
    "trigger_id": "1.2.forged",
}
CHANNEL = {"id": "C0TELECOM", "name": "telecom"}
VALUES = (
    "1",
    "7",
    "12065550100",
    "numbers list",
    "{}",
    '{"number": "12065550100"}',
    *(v.line for v in VERBS),
)
"""Of buttons: ids, numbers, command lines, and what carries more."""
CARRIED = (
    "{}",
    '{"line": "numbers alias", "channel_id": "C0TELECOM"}',
    '{"number": "12065550100", "channel_id": "C0TELECOM"}',
    '{"order_id": 1, "channel_id": "C0TELECOM", "filters": {}}',
    '{"conversation_id": 1}',
)
"""`private_metadata` of modals, some of it another modal's."""
BUTTONS = (
    *map(str, Action),
    *map(str, Button),
    *(f"{Button.RUN}:0", f"{Button.ASK}:numbers_alias", f"{Button.HOME_RUN}:0:1"),
)


def pressed(action_id: str, value: str) -> dict[str, Any]:
    """A press on a message."""
    return COMMON | {
        "type": "block_actions",
        "channel": CHANNEL,
        "container": {"type": "message", "message_ts": "1.2", "channel_id": CHANNEL["id"]},
        "message": {"ts": "1.2", "text": "", "blocks": []},
        "response_url": "",
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
        "state": {"values": {}},
    }


def view(callback_id: str, carried: str, typed: str) -> dict[str, Any]:
    """A modal of ours with something in every input that there is."""
    return {
        "id": "V1",
        "type": "modal",
        "hash": "1.a",
        "team_id": "T0SANDBOX",
        "callback_id": callback_id,
        "private_metadata": carried,
        "blocks": [],
        "title": {"type": "plain_text", "text": "…"},
        "state": {"values": {str(field): {str(field): entered(typed)} for field in Field}},
    }


def submitted(callback_id: str, carried: str, typed: str) -> dict[str, Any]:
    return COMMON | {
        "type": "view_submission",
        "view": view(callback_id, carried, typed),
        "response_urls": [],
    }


def typed_into(action_id: str, carried: str, typed: str) -> dict[str, Any]:
    """An input that tells the bot while somebody types."""
    action = {"type": "plain_text_input", "action_id": action_id, "block_id": "b", "value": typed}
    return COMMON | {
        "type": "block_actions",
        "view": view(View.SMS, carried, typed),
        "container": {"type": "view", "view_id": "V1"},
        "actions": [action],
    }


def suggested(action_id: str, typed: str) -> dict[str, Any]:
    """What an external select asks."""
    asked = {"action_id": action_id, "block_id": action_id, "value": typed}
    return COMMON | {"type": "block_suggestion", "view": view(View.ASK, "{}", "")} | asked


def shortcuts() -> list[dict[str, Any]]:
    return [
        COMMON | {"type": "shortcut", "callback_id": Shortcut.TEXT_SOMEBODY, "action_ts": "1.2"},
        COMMON
        | {
            "type": "message_action",
            "callback_id": Shortcut.TEXT_NUMBER,
            "channel": CHANNEL,
            "message_ts": "1.2",
            "message": {"type": "message", "user": "U0AGENT", "ts": "1.2", "text": "call +1 206 555 0142"},
            "response_url": "",
        },
    ]


def events() -> list[dict[str, Any]]:
    """Events that the bot subscribes to, in the forms it tells apart, and others."""
    said = {
        "type": "message",
        "channel": "C0SUPPORT",
        "channel_type": "channel",
        "ts": "5.6",
        "event_ts": "5.6",
    }
    written = said | {
        "user": "U0AGENT",
        "team": "T0SANDBOX",
        "text": "hello",
        "thread_ts": "1.2",
        "blocks": [],
    }
    inner = {"type": "message", "user": "U0AGENT", "ts": "5.5", "text": "new"}
    return [
        enveloped(event)
        for event in (
            written,
            written | {"subtype": "file_share", "files": [{"id": "F1", "name": "a.png"}]},
            written | {"text": "<@U0BOT> &lt;hi&gt; <https://x.example|x>"},
            said
            | {
                "subtype": "message_changed",
                "message": inner | {"edited": {"user": "U0AGENT", "ts": "5.7"}},
                "previous_message": inner | {"text": "old"},
            },
            said | {"subtype": "message_deleted", "deleted_ts": "5.5", "previous_message": inner},
            {"type": "app_home_opened", "user": "U0ADMIN", "channel": "D0ADMIN", "tab": "home"},
            {"type": "reaction_added", "user": "U0AGENT", "item": {"type": "message", "ts": "1.2"}},
            {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}},
            {"type": "team_join", "user": {"id": "U9"}},
        )
    ] + [{"type": "url_verification", "challenge": "c", "token": "t"}, {"type": "app_rate_limited"}]


def entered(typed: str) -> dict[str, Any]:
    """What stands in an input, of whatever kind it is."""
    return {
        "type": "plain_text_input",
        "value": typed,
        "selected_option": {"text": {"type": "plain_text", "text": typed}, "value": typed},
        "selected_channel": "C0SUPPORT",
        "selected_conversation": "C0SUPPORT",
        "files": [],
    }


def enveloped(event: dict[str, Any]) -> dict[str, Any]:
    """An event as it is delivered."""
    return {
        "token": "t",
        "team_id": "T0SANDBOX",
        "api_app_id": "A0FLOW",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev1",
        "event_time": 1,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": "T0SANDBOX",
                "user_id": "U0BOT",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
