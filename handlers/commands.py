"""From a line of text, or a button that stands for one, to the handler of its verb and back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk import WebClient
from slackblocks import ModalView

from bot.access.roles import Access, Role
from bot.actor import Actor

from . import grammar
from .answers import Answer, send
from .grammar import CommandNotUnderstood, Verb, parse
from .ids import Button, Command
from .modals import Modal


@dataclass(frozen=True)
class Ask:
    """Somebody wants something: who, where, the line they typed, and what Slack needs to open a modal."""

    actor: Actor
    line: str
    trigger_id: str
    client: WebClient
    context: BoltContext
    shared: bool = False
    """The answer will be shown to the channel."""


def _never(_ask: Ask, **_arguments: object) -> bool:
    return False


@dataclass(frozen=True)
class Form:
    """A modal that a verb opens: its title, and the view made from the verb's arguments."""

    title: str
    view: Callable[..., ModalView]
    when: Callable[..., bool] = _never
    """Whether complete arguments open it all the same. Asks nobody outside: a trigger lives three seconds."""


@dataclass(frozen=True)
class _Handler:
    answer: Callable[..., Answer] | None
    form: Form | None


class Commands:
    """The verbs that work, and what runs them. Every one needs a full member of the workspace."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._handlers: dict[Verb, _Handler] = {}

    def on(
        self,
        line: str,
        answer: Callable[..., Answer] | None = None,
        *,
        form: Form | None = None,
    ) -> None:
        """Let `answer(ask, **arguments)` handle the verb `line`; a missing argument opens `form`.

        Without `answer` the form is opened always.
        """
        self._handlers[grammar.named(line)] = _Handler(answer, form)

    @property
    def verbs(self) -> tuple[Verb, ...]:
        return tuple(self._handlers)

    def register(self, app: App) -> None:
        app.command(Command.FLOWROUTE)(self.typed)
        app.command(Command.SMS)(self.typed)
        app.action(re.compile(rf"^{Button.RUN}(:|$)"))(self.pressed)
        app.action(Button.SHARE)(self.share)

    def typed(
        self, ack: Ack, command: dict[str, Any], client: WebClient, context: BoltContext, respond: Respond
    ) -> None:
        ack()
        text = command.get("text") or ""
        line = f"sms send {text}" if command["command"] == Command.SMS else text
        actor = Actor(command["user_id"], command["channel_id"])
        self.run(Ask(actor, line.strip() or "menu", command["trigger_id"], client, context), respond)

    def pressed(
        self,
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        client: WebClient,
        context: BoltContext,
        respond: Respond,
    ) -> None:
        ack()
        self.run(asked_by_button(action["value"], body, client, context), respond)

    def share(
        self,
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        client: WebClient,
        context: BoltContext,
        respond: Respond,
    ) -> None:
        """Slack does not send back what a private message shows, so the command is run again."""
        ack()
        self.run(replace(asked_by_button(action["value"], body, client, context), shared=True), respond)

    def run(self, ask: Ask, respond: Respond) -> None:
        call = parse(ask.line, self.verbs)
        handler = self._handlers[call.verb]
        if handler.form and (
            call.missing or handler.answer is None or handler.form.when(ask, **call.arguments)
        ):
            self.open(handler.form, ask, call.arguments)
            return
        self._access.require(ask.actor.user_id, Role.VIEWER)
        if call.missing or handler.answer is None:
            raise CommandNotUnderstood(f"Something is missing.\nUsage: `/flowroute {call.verb.usage}`")
        answer = handler.answer(ask, **call.arguments)
        send(respond, answer, ask.line, shared_by=ask.actor.user_id if ask.shared else None)

    def open(self, form: Form, ask: Ask, arguments: Mapping[str, Any]) -> None:
        """Open a modal at once and fill it in after the rights are known."""
        modal = Modal.open(ask.client, ask.context, ask.trigger_id, form.title)
        self._access.require(ask.actor.user_id, Role.VIEWER)
        modal.show(form.view(ask, **arguments))


def asked_by_button(line: str, body: Mapping[str, Any], client: WebClient, context: BoltContext) -> Ask:
    """`line` as if the person who pressed a button had typed it where the button is."""
    channel = body.get("channel") or {}
    actor = Actor(body["user"]["id"], channel.get("id"))
    return Ask(actor, line, body["trigger_id"], client, context)
