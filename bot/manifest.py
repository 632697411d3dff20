"""The Slack app manifest, rendered for one installation (docs.slack.dev, "App manifest reference")."""

from enum import StrEnum
from typing import Any


class Command(StrEnum):
    """The slash commands; handlers register on them."""

    FLOWROUTE = "/flowroute"
    SMS = "/sms"


COMMANDS = (
    (
        Command.FLOWROUTE,
        "Phone numbers, texts, E911 and caller names",
        "help | numbers search 206 state=WA | …",
    ),
    (Command.SMS, "Send a text", "<to> [from=<number>] <text>"),
)


class Shortcut(StrEnum):
    """Callback ids of the shortcuts; handlers register on them."""

    TEXT_NUMBER = "text_number"
    TEXT_SOMEBODY = "text_somebody"


SHORTCUTS = (
    (Shortcut.TEXT_SOMEBODY, "global", "Text somebody", "Send a text from one of our numbers"),
    (Shortcut.TEXT_NUMBER, "message", "Text this number", "Send a text to a phone number in this message"),
)
SCOPES = {
    "channels:history": "read replies in public channels, and find posts of unknown outcome",
    "channels:join": "join a public channel that a number is linked to",
    "channels:read": "see who is in a public channel, and so may text from its numbers",
    "chat:write": "post",
    "commands": "slash commands and shortcuts",
    "files:read": "fetch pictures that people put into replies",
    "files:write": "share pictures that phones send, and tables as files",
    "groups:history": "read replies in private channels, and find posts of unknown outcome",
    "groups:read": "see who is in a private channel",
    "im:history": "read replies in direct messages",
    "im:read": "see whose direct messages they are",
    "im:write": "open the direct messages of an admin",
    "reactions:write": "mark what became of a reply",
    "usergroups:read": "user groups in ADMINS and APPROVERS",
    "users:read": "tell members from guests, and admins from members",
}
"""What the bot's token is allowed, and what for; a test holds it to the calls that the code makes."""
EVENTS = ("app_home_opened", "message.channels", "message.groups", "message.im")


def manifest(public_url: str | None) -> dict[str, Any]:
    """The manifest for HTTP at `public_url`, or for Socket Mode when that is None."""
    url = None if public_url is None else f"{public_url}/slack/events"
    address = {} if url is None else {"url": url}
    request_url = {} if url is None else {"request_url": url}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Flowroute",
            "description": "Phone numbers, texts, E911 and caller names at Flowroute, run from Slack",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "flowroute", "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    "description": description,
                    "usage_hint": hint,
                    "should_escape": True,
                    **address,
                }
                for command, description, hint in COMMANDS
            ],
            "shortcuts": [
                {"callback_id": callback_id, "type": kind, "name": name, "description": description}
                for callback_id, kind, name, description in SHORTCUTS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **request_url},
            "interactivity": {
                "is_enabled": True,
                **request_url,
                **({} if url is None else {"message_menu_options_url": url}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
