"""Somebody who sends the bot everything that Slack could send for anybody: no button need ever be shown.

What is sent is made from what the handlers register, so that a new handler is tried without being named here.
"""

import inspect
import json
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import click

import handlers
from handlers import grammar
from handlers.grammar import VERBS, Argument, Verb
from handlers.ids import Button, Field, View
from tests.security import slack_payloads as payloads
from tests.security.forger import JSON, Forger, interaction, slash_command
from tests.stage import MARIA, NUMBER, SUPPORT, TELECOM, Stage, wait_for

ROW_IDS = ("1", "2", "3")
NEW_NAME = "Trespasser"
WORDS = "the shop is closed for good"


@dataclass
class Registered:
    """What `handlers.register` asks Bolt to call it for."""

    actions: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    shortcuts: list[str] = field(default_factory=list)

    @classmethod
    def now(cls) -> "Registered":
        """As the handlers are today; what they work with is of no interest for that."""
        found = cls()
        _, *others = inspect.signature(handlers.register).parameters
        handlers.register(found, **dict.fromkeys(others, _Nobody()))  # type: ignore[arg-type] # they stand in
        return found

    def action(self, constraint: object, **_: object) -> Any:
        self.actions.append(_example(constraint))
        return _nothing

    def view(self, constraint: object, **_: object) -> Any:
        self.views.append(_example(constraint))
        return _nothing

    def global_shortcut(self, constraint: object, **_: object) -> Any:
        self.shortcuts.append(_example(constraint))
        return _nothing

    message_shortcut = shortcut = global_shortcut

    @property
    def listener_runner(self) -> "_Nobody":
        return _Nobody()

    def __getattr__(self, _name: str) -> Any:
        return lambda *_, **__: _nothing


class _Nobody:
    """Stands where something is passed on and not used yet."""

    def __getattr__(self, name: str) -> "_Nobody":
        return self


def _nothing(*_: object, **__: object) -> None:
    """Listens to nobody."""


def _example(constraint: object) -> str:
    """An id that a constraint lets through: of `^ask:` that is `ask:x`, of `^run(:|$)` it is `run:x`."""
    if isinstance(constraint, re.Pattern):
        return re.sub(r"\(.*\)|:?$", ":x", constraint.pattern.strip("^"), count=1)
    return str(constraint)


@dataclass(frozen=True)
class Trespasser:
    """Acts as `user_id` of the workspace `team_id`, whether Slack would let them or not."""

    stage: Stage
    user_id: str
    team_id: str = "T0SANDBOX"

    def tries_everything(self, thread_ts: str) -> int:
        """Every command, press, submission and shortcut, and a reply in a thread; how many there were."""
        bodies = [*self._commands(), *map(self._as_me, self._interactions())]
        forger = Forger(self.stage)
        for body in bodies:
            assert forger.post(body).status_code == 200
        event = payloads.enveloped(
            {
                "type": "message",
                "channel": TELECOM,
                "ts": "9.9",
                "event_ts": "9.9",
                "thread_ts": thread_ts,
                "user": self.user_id,
                "team": self.team_id,
                "text": "from nobody",
            }
        )
        assert forger.post(json.dumps(event).encode(), JSON).status_code == 200
        _let_listeners_finish()
        return len(bodies) + 1

    def _commands(self) -> Iterator[bytes]:
        for verb in VERBS:
            yield slash_command(line(verb), self.user_id, team_id=self.team_id)

    def _interactions(self) -> Iterator[dict[str, Any]]:
        registered = Registered.now()
        for action_id in registered.actions:
            for value in _values(action_id):
                yield payloads.pressed(action_id, value)
            yield payloads.typed_into(action_id, "{}", NEW_NAME)
        for callback_id in registered.views:
            for carried in _carried(callback_id):
                yield payloads.submitted(callback_id, json.dumps(carried), "") | {
                    "view": _filled(callback_id, carried)
                }
        for shortcut in payloads.shortcuts():
            assert shortcut["callback_id"] in registered.shortcuts
            yield shortcut

    def _as_me(self, payload: dict[str, Any]) -> bytes:
        user = {"id": self.user_id, "username": "x", "name": "x", "team_id": self.team_id}
        return interaction(payload | {"user": user, "team": {"id": self.team_id, "domain": "x"}})


def line(verb: Verb) -> str:
    """The verb with all that it needs."""
    needed = (param for param in verb.params if isinstance(param, Argument) and param.needed)
    return " ".join([verb.line, *(_sample(param) for param in needed)])


def _sample(param: click.Parameter) -> str:
    """Something that an argument takes, of the account where it must be."""
    kind = param.type
    if isinstance(kind, click.Choice):
        return str(kind.choices[0])
    named = {
        "text": WORDS,
        "id": "1",
        "route": "none",
        "npa": "206",
        "type": "host",
        "value": "pbx.example.com",
    }
    if param.name in named:
        return named[str(param.name)]
    by_kind = {
        "PersonType": MARIA,
        "NumberType": NUMBER,
        "WholeType": "1",
        "ChannelType": f"<#{SUPPORT}|support>",
    }
    return by_kind.get(type(kind).__name__, NEW_NAME)


def _values(action_id: str) -> Iterator[str]:
    """What buttons carry: rows, numbers, wishes in JSON, and those that run commands all of them."""
    yield from ROW_IDS
    yield NUMBER
    yield json.dumps({"number": NUMBER, "channel_id": SUPPORT})
    if action_id.partition(":")[0] in {Button.RUN, Button.SHARE, Button.HOME_RUN}:
        yield from map(line, VERBS)


def _carried(callback_id: str) -> Iterator[dict[str, Any]]:
    """What modals carry: orders, conversations, links, releases, and the one that asks each command."""
    yield {}
    yield {"number": NUMBER, "channel_id": SUPPORT}
    yield {"purpose": "create", "channel_id": TELECOM}
    for row in (1, 2):
        yield {"order_id": row, "conversation_id": row, "channel_id": TELECOM}
    if callback_id == View.ASK:
        yield from ({"line": verb.line, "channel_id": TELECOM} for verb in VERBS)


def _filled(callback_id: str, carried: dict[str, Any]) -> dict[str, Any]:
    """A modal with something fit in every input that it may have."""
    view = payloads.view(callback_id, json.dumps(carried), NEW_NAME)
    typed = {
        Field.NUMBER: NUMBER,
        Field.TEXT: WORDS,
        Field.AGAIN: NUMBER,
        Field.TO: MARIA,
        Field.SENDER: NUMBER,
        Field.ROUTE: "none",
        Field.HOLD: "0",
        Field.MODE: "thread",
        Field.STATE: "on",
    }
    verb = grammar.named(carried["line"]) if "line" in carried else None
    for param in verb.params if verb else ():
        typed[str(param.name)] = _sample(param)  # type: ignore[index] # a Field is a str
    for name, value in typed.items():
        view["state"]["values"][str(name)] = {str(name): payloads.entered(value)}
    return view


def _let_listeners_finish() -> None:
    """Wait until no thread of the listeners works, nor of what follows them, three looks in a row."""
    quiet = 0

    def all_idle() -> bool:
        nonlocal quiet
        frames = sys._current_frames()
        listeners = [t.ident for t in threading.enumerate() if t.name.startswith(("listener", "behind"))]
        idle = all(frames[i].f_code.co_name == "_worker" for i in listeners if i in frames)
        quiet = quiet + 1 if idle else 0
        return quiet == 3

    wait_for(all_idle, "everything sent to have had its effect", timeout_s=120)
