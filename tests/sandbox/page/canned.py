"""A server that shows the page a state made by hand, and remembers what the page sends."""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.page import blueprint

JSON = dict[str, Any]
NOW = 1_763_726_400.0
"""21 November 2025, noon UTC; messages count up from here."""


def user(user_id: str, name: str, real_name: str, role: str) -> JSON:
    flags = {"is_admin": role == "admin", "is_restricted": role == "guest", "is_bot": role == "bot"}
    return {"id": user_id, "name": name, "real_name": real_name, "role": role, **flags}


def channel(channel_id: str, name: str, members: list[str], **more: Any) -> JSON:
    return {
        "id": channel_id,
        "name": name,
        "members": members,
        "is_private": False,
        "is_im": False,
        "is_archived": False,
        "is_member": "U0ADMIN" in members,
        "bot_is_member": "U0BOT" in members,
        "topic": "",
        **more,
    }


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> JSON:
    return {"type": "mrkdwn", "text": text}


def ts(index: int) -> str:
    return f"{NOW + index * 60:.6f}"


def from_bot(index: int, text: str, blocks: list[JSON] | None = None, **more: Any) -> JSON:
    message = {"type": "message", "ts": ts(index), "user": "U0BOT", "bot_id": "B0BOT", "text": text}
    return {**message, **({"blocks": blocks} if blocks else {}), **more}


def from_person(index: int, user_id: str, text: str, **more: Any) -> JSON:
    return {"type": "message", "ts": ts(index), "user": user_id, "text": text, **more}


def modal(blocks: list[JSON], view_id: str = "V1", **more: Any) -> JSON:
    return {
        "id": view_id,
        "hash": "1.a",
        "type": "modal",
        "callback_id": "form",
        "private_metadata": "",
        "title": plain("A form"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": blocks,
        "state": {"values": {}},
        **more,
    }


def quiet_workspace() -> JSON:
    everybody = ["U0ADMIN", "U0APPROVER", "U0AGENT", "U0GUEST"]
    return {
        "version": 1,
        "team": {"id": "T0SANDBOX", "name": "Harbor Telecom"},
        "users": [
            user("U0ADMIN", "ada", "Ada Admin", "admin"),
            user("U0APPROVER", "grace", "Grace Approver", "approver"),
            user("U0AGENT", "sam", "Sam Agent", "agent"),
            user("U0GUEST", "gil", "Gil Guest", "guest"),
            user("U0BOT", "flowroute", "flowroute", "bot"),
        ],
        "channels": [
            channel(
                "C0GENERAL", "general", ["U0ADMIN", "U0APPROVER", "U0AGENT"], topic="Everything and nothing"
            ),
            channel("C0SUPPORT", "support", everybody, topic="Customers first"),
            channel("C0TELECOM", "telecom", ["U0ADMIN", "U0APPROVER"]),
            channel("C0AUDIT", "phone-audit", ["U0ADMIN", "U0APPROVER", "U0BOT"]),
            channel("C0DESK", "front-desk", ["U0ADMIN", "U0AGENT"], is_private=True),
            channel("C0OPEN", "open-house", ["U0AGENT"]),
            channel("D0ADMIN", "", ["U0ADMIN", "U0BOT"], is_im=True),
        ],
        "messages": {},
        "commands": [
            {
                "command": "/flowroute",
                "usage_hint": "[numbers | routes | sms | relay | help]",
                "description": "Phone numbers, texts, E911 and caller names",
            },
            {"command": "/sms", "usage_hint": "<to> [from=] <text>", "description": "Send a text"},
        ],
        "shortcuts": [
            {
                "name": "Send a text",
                "type": "global",
                "callback_id": "send_text",
                "description": "Compose an SMS",
            },
            {
                "name": "Block this sender",
                "type": "message",
                "callback_id": "block",
                "description": "No more texts",
            },
        ],
        "home": None,
        "views": [],
        "handset": {
            "people": [
                {"number": "12065550142", "name": "Maria Lopez"},
                {"number": "14255550177", "name": "Jonas Weber"},
                {"number": "13605550123", "name": "Priya Nair"},
            ],
            "numbers": [
                {"number": "12065550100", "alias": "Main line", "messaging": True},
                {"number": "12065550101", "alias": None, "messaging": True},
            ],
            "messages": [],
        },
        "notices": [],
    }


class QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: object) -> None:
        """Nothing."""


class CannedServer:
    """`state` is what the page sees after `show()`, `acts` what it sent, `answer` what it is told."""

    def __init__(self) -> None:
        self.state = quiet_workspace()
        self.acts: list[JSON] = []
        self.answer: Callable[[JSON], JSON] = lambda _act: {"ok": True}
        self._lock = threading.Condition()
        self._listeners: list[queue.Queue[int | None]] = []
        self._server = self._make()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        for listener in self._listeners:
            listener.put(None)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def show(self, **changes: Any) -> None:
        """Replace parts of the state and tell the page that something changed."""
        self.state = {**self.state, **changes, "version": self.state["version"] + 1}
        for listener in self._listeners:
            listener.put(self.state["version"])

    def said(self, do: str) -> JSON:
        """The first thing of that kind that the page sent; waits for it."""
        return next(act for act in self._once(lambda: self._sent(do)) if act["do"] == do)

    def wait_for(self, count: int) -> list[JSON]:
        """Everything the page sent, once it is that many."""
        return self._once(lambda: self.acts if len(self.acts) >= count else [])

    def _sent(self, do: str) -> list[JSON]:
        return [act for act in self.acts if act["do"] == do]

    def _once(self, found: Callable[[], list[JSON]]) -> list[JSON]:
        with self._lock:
            assert self._lock.wait_for(found, timeout=30), f"the page sent only {self.acts}"
            return found()

    def _make(self) -> BaseWSGIServer:
        app = Flask("canned")
        app.register_blueprint(blueprint())

        @app.get("/page/state")
        def state() -> JSON:
            me = next(one for one in self.state["users"] if one["id"] == request.args["as"])
            return {**self.state, "me": me}

        @app.get("/page/events")
        def events() -> Response:
            listener: queue.Queue[int | None] = queue.Queue()
            self._listeners.append(listener)

            def stream() -> Iterator[str]:
                yield ": open\n\n"
                while (version := listener.get()) is not None:
                    yield f"data: {json.dumps({'version': version})}\n\n"

            return Response(stream(), mimetype="text/event-stream")

        @app.post("/page/act")
        def act() -> JSON:
            done = {"as": request.args["as"], **request.get_json()}
            with self._lock:
                self.acts.append(done)
                self._lock.notify_all()
            return self.answer(done)

        return make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
