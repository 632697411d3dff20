"""The Slack app manifest, rendered for one installation (docs.slack.dev, "App manifest reference")."""

from enum import StrEnum
from typing import Any

COMMANDS = (
    ("/flowroute", "Phone numbers, texts, E911 and caller names", "help | numbers search 206 state=WA | …"),
    ("/sms", "Send a text", "<to> [from=<number>] <text>"),
)


class Shortcut(StrEnum):
    """Callback ids of the shortcuts; handlers register on them."""

    TEXT_NUMBER = "text_number"
    TEXT_SOMEBODY = "text_somebody"


SHORTCUTS = (
    (Shortcut.TEXT_SOMEBODY, "global", "Text somebody", "Send a text from one of our numbers"),
    (Shortcut.TEXT_NUMBER, "message", "Text this number", "Send a text to a phone number in this message"),
)
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:write",
    "usergroups:read",
    "users:read",
)
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
