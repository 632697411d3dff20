"""The Slack app that the manifest describes is the one that the code needs: no right too many or too few."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.manifest import COMMANDS, EVENTS, SCOPES, SHORTCUTS, manifest
from sandbox.slack.web_api import METHODS

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for room in ("bot", "handlers")
    for path in (ROOT / room).rglob("*.py")
    if "store" not in path.parts  # it knows no Slack, and writes its columns in the same way
]
CONVERSATIONS = frozenset(event.partition(".")[2] for event in EVENTS if event.startswith("message."))
"""Kinds of conversations that the bot hears; each has scopes of its own (docs.slack.dev, "Scopes")."""
METHOD = re.compile(r"(?:chat|conversations|files|reactions|usergroups|users|views)(?:\.[a-zA-Z]+)+")


def test_every_scope_is_needed_and_none_is_missing() -> None:
    """By the calls that the code makes, the events it hears and the commands it offers."""
    assert set(SCOPES) == {"commands"} | {
        scope for method in calls_in_the_code() for scope in scopes_of(method)
    } | {f"{kind}:history" for kind in CONVERSATIONS}


def test_every_call_is_of_a_method_that_slack_has() -> None:
    """A name that is misspelt would only be noticed when it is called."""
    assert calls_in_the_code() <= set(METHODS)
    assert {"chat.postMessage", "conversations.join", "views.open", "users.list"} <= calls_in_the_code()


def test_what_a_scope_is_for_is_told() -> None:
    """Somebody who installs the app asks why it wants so much."""
    assert all(SCOPES.values())
    assert list(SCOPES) == sorted(SCOPES)


@pytest.mark.parametrize("url", ["https://bot.example.com", None])
def test_the_manifest_keeps_slacks_limits(url: str | None) -> None:
    """docs.slack.dev, "App manifest reference"; over HTTP every address is there and is https."""
    described = manifest(url)
    about, features, settings = (described[part] for part in ("display_information", "features", "settings"))
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert len(features["bot_user"]["display_name"]) <= 80
    assert re.fullmatch(r"#[0-9a-f]{6}", about["background_color"])
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert 0 < len(command["usage_hint"]) <= 1000
        assert 0 < len(command["description"]) <= 2000
        assert command["should_escape"] is True
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    assert [command["command"] for command in features["slash_commands"]] == [one[0] for one in COMMANDS]
    assert len(features["shortcuts"]) == len(SHORTCUTS) <= 10
    assert features["app_home"]["home_tab_enabled"] is True
    addresses = [
        *(command.get("url") for command in features["slash_commands"]),
        settings["event_subscriptions"].get("request_url"),
        settings["interactivity"].get("request_url"),
        settings["interactivity"].get("message_menu_options_url"),
    ]
    assert set(addresses) == {None if url is None else f"{url}/slack/events"}
    assert settings["socket_mode_enabled"] is (url is None)


def scopes_of(method: str) -> set[str]:
    """Those that make `method` work for all that the bot hears; of several that would do, the narrowest."""
    granting = METHODS[method].any_scope
    reading = {scope for scope in granting if scope.endswith((":read", ":history")) and len(granting) > 1}
    if reading:
        return {scope for scope in reading if scope.partition(":")[0] in CONVERSATIONS}
    return set(granting[:1])


def calls_in_the_code() -> set[str]:
    """Every Web API method that is named in a call, as Slack names it."""
    return {method for source in SOURCES for method in _calls(ast.parse(source.read_text("utf-8")))}


def _calls(tree: ast.Module) -> Iterator[str]:
    of_the_sdk = {method.replace(".", "_"): method for method in METHODS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in of_the_sdk:
                yield of_the_sdk[node.func.attr]
        elif isinstance(node, ast.Constant) and METHOD.fullmatch(str(node.value)):
            yield str(node.value)
