"""The workspace behind a real socket, and a small recording bot (Bolt on Flask) behind another."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from werkzeug.serving import make_server

from sandbox.slack import Workspace, blueprint

SECRET = "shh"
TOKEN = "xoxb-test"
NO_LISTENER = 404
SCOPES = [
    "app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write",
    "chat:write.customize", "commands", "files:read", "files:write", "groups:history", "groups:read",
    "im:history", "im:read", "im:write", "reactions:read", "reactions:write", "team:read", "usergroups:read",
    "users:read",
]  # fmt: skip
EVENTS = [
    "app_home_opened", "app_mention", "channel_archive", "member_joined_channel", "message.channels",
    "message.groups", "message.im", "reaction_added", "reaction_removed",
]  # fmt: skip


def manifest(**changes: Any) -> dict[str, Any]:
    """A manifest with everything the tests use; `scopes` or `bot_events` replace those lists."""
    return {
        "display_information": {"name": "flowroute"},
        "features": {
            "slash_commands": [
                {
                    "command": "/flowroute",
                    "description": "Numbers",
                    "usage_hint": "help",
                    "should_escape": True,
                },
                {"command": "/plain", "description": "Unescaped"},
            ],
            "shortcuts": [
                {"name": "Search", "type": "global", "callback_id": "search", "description": "Numbers"},
                {"name": "Text back", "type": "message", "callback_id": "text_back", "description": "SMS"},
            ],
        },
        "oauth_config": {"scopes": {"bot": changes.get("scopes", SCOPES)}},
        "settings": {"event_subscriptions": {"bot_events": changes.get("bot_events", EVENTS)}},
    }


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """`app` on a free port; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Clock:
    """Unix seconds that stand still until a test moves them on."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class Bot:
    """A bot that keeps every request as it arrived and answers as the test planned."""

    def __init__(self, api_url: str) -> None:
        self.client = WebClient(token=TOKEN, base_url=f"{api_url}/api/", retry_handlers=[])
        self.bolt = App(client=self.client, signing_secret=SECRET, token=TOKEN)
        self.requests: list[dict[str, str]] = []
        self.planned: list[Response] = []
        """Answers to the next commands and interactions, before Bolt sees them."""
        self.planned_for_events: list[Response] = []
        self.hold = threading.Event()
        self.hold.set()

    def flask(self) -> Flask:
        app = Flask("bot")
        handler = SlackRequestHandler(self.bolt)

        @app.post("/slack/events")
        def events() -> Response:
            self.requests.append(dict(request.headers))
            plans = self.planned_for_events if request.is_json else self.planned
            planned = plans.pop(0) if plans else None
            if not self.hold.is_set():
                self.hold.wait(30)
            answer: Response = planned or handler.handle(request)
            # What no listener takes is accepted all the same; refusing it would bring retries.
            return Response() if planned is None and answer.status_code == NO_LISTENER else answer

        return app


class Stage:
    """The workspace and the bot, each at the other's address."""

    def __init__(self, workspace: Workspace, bot: Bot) -> None:
        self.workspace = workspace
        self.bot = bot
        self.client = bot.client
        self.ada = workspace.member("U0ADMIN")
        self.grace = workspace.member("U0APPROVER")
        self.sam = workspace.member("U0AGENT")
        self.gil = workspace.member("U0GUEST")

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Event bodies of one type that reached the bot."""
        sent = [d["payload"] for d in self.workspace.deliveries if d["kind"] == "event"]
        return [payload["event"] for payload in sent if payload["event"]["type"] == kind]

    def delivered(self, kind: str) -> list[dict[str, Any]]:
        return [d["payload"] for d in self.workspace.deliveries if d["kind"] == kind]

    def wait_for_event(self, kind: str, count: int = 1) -> dict[str, Any]:
        self.workspace.wait_for(lambda: len(self.events(kind)) >= count)
        return self.events(kind)[count - 1]


@contextmanager
def staged(**options: Any) -> Iterator[Stage]:
    """A workspace and a bot talking over real sockets; `options` go to `Workspace`."""
    app = Flask("slack")
    with served(app) as address:
        options.setdefault("channel_rate_per_s", 0)
        options.setdefault("ack_timeout_s", 30.0)  # a busy machine is no slow bot
        described = options.pop("manifest", manifest())
        workspace = Workspace(described, "", SECRET, TOKEN, f"{address}/slack", **options)
        app.register_blueprint(blueprint(workspace))
        bot = Bot(f"{address}/slack")
        with served(bot.flask()) as bot_address:
            workspace.events_url = f"{bot_address}/slack/events"
            try:
                yield Stage(workspace, bot)
            finally:
                bot.hold.set()
                workspace.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        yield made
