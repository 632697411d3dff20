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
from bot.manifest import Command

from . import grammar
from .answers import Answer, send
from .grammar import Call, CommandNotUnderstood, Verb, parse
from .ids import Button
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
class Caution:
    """Makes a verb ask before it acts, however complete its arguments are: `text` says what is at stake."""

    text: str
    submit: str


@dataclass(frozen=True)
class _Handler:
    answer: Callable[..., Answer] | None
    form: Form | None
    role: Role
    caution: Caution | None


def _no_form(verb: Verb) -> Form:
    raise CommandNotUnderstood(f"Something is missing.\nUsage: `/flowroute {verb.usage}`")


class Commands:
    """The verbs that work, and what runs them. Every one needs a full member of the workspace."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._handlers: dict[Verb, _Handler] = {}
        self._form_of: Callable[[Verb], Form] = _no_form

    def on(
        self,
        line: str,
        answer: Callable[..., Answer] | None = None,
        *,
        form: Form | None = None,
        role: Role = Role.VIEWER,
        caution: Caution | None = None,
    ) -> None:
        """Let `answer(ask, **arguments)` handle the verb `line` for who has `role`.

        A missing argument opens `form`, or the one that is made of the verb's declaration; with a `caution`
        that is opened always. Without `answer` there is only `form`, which takes all needed arguments.
        """
        self._handlers[grammar.named(line)] = _Handler(answer, form, role, caution)

    def ask_with(self, form_of: Callable[[Verb], Form]) -> None:
        """How to make a form for a verb that has none of its own."""
        self._form_of = form_of

    def form_of(self, verb: Verb) -> Form | None:
        """The form that stands for an answer, where there is none."""
        handler = self._handlers[verb]
        return handler.form if handler.answer is None else None

    def open_blank(self, ask: Ask, verb: Verb, known: Mapping[str, Any]) -> None:
        """Open the form made of the verb's declaration, with what is known filled in."""
        self.open(self._form_of(verb), ask, known, self._handlers[verb].role)

    def caution_of(self, verb: Verb) -> Caution | None:
        return self._handlers[verb].caution

    def carry_out(self, ask: Ask, verb: Verb, arguments: Mapping[str, Any]) -> Answer:
        """Carry out a verb with all its arguments; raises NotAllowed and whatever the verb does."""
        handler = self._handlers[verb]
        self._access.require(ask.actor.user_id, handler.role)
        if handler.answer is None:
            raise CommandNotUnderstood(f"Usage: `/flowroute {verb.usage}`")
        return handler.answer(ask, **arguments)

    @property
    def verbs(self) -> tuple[Verb, ...]:
        return tuple(self._handlers)

    def register(self, app: App) -> None:
        app.command(Command.FLOWROUTE)(ack=at_once, lazy=[self.typed])
        app.command(Command.SMS)(ack=at_once, lazy=[self.typed])
        app.action(re.compile(rf"^{Button.RUN}(:|$)"))(ack=at_once, lazy=[self.pressed])
        app.action(Button.SHARE)(ack=at_once, lazy=[self.share])

    def typed(
        self, command: dict[str, Any], client: WebClient, context: BoltContext, respond: Respond
    ) -> None:
        text = command.get("text") or ""
        line = f"sms send {text}" if command["command"] == Command.SMS else text
        actor = Actor(command["user_id"], command["channel_id"])
        self.run(Ask(actor, line.strip() or "menu", command["trigger_id"], client, context), respond)

    def pressed(
        self,
        action: dict[str, Any],
        body: dict[str, Any],
        client: WebClient,
        context: BoltContext,
        respond: Respond,
    ) -> None:
        self.run(asked_by_button(action["value"], body, client, context), respond)

    def share(
        self,
        action: dict[str, Any],
        body: dict[str, Any],
        client: WebClient,
        context: BoltContext,
        respond: Respond,
    ) -> None:
        """Slack does not send back what a private message shows, so the command is run again."""
        self.run(replace(asked_by_button(action["value"], body, client, context), shared=True), respond)

    def run(self, ask: Ask, respond: Respond) -> None:
        answer = self.answer(ask)
        if answer is not None:
            send(respond, answer, ask.line, shared_by=ask.actor.user_id if ask.shared else None)

    def answer(self, ask: Ask) -> Answer | None:
        """What the line is answered; None when it opened a form instead."""
        call = parse(ask.line, self.verbs)
        handler = self._handlers[call.verb]
        form = self._form_for(handler, ask, call)
        if form is not None:
            self.open(form, ask, call.arguments, handler.role)
            return None
        return self.carry_out(ask, call.verb, call.arguments)

    def _form_for(self, handler: _Handler, ask: Ask, call: Call) -> Form | None:
        form = handler.form
        if call.missing and (form is None or handler.answer is None):
            return self._form_of(call.verb)
        if form and (call.missing or handler.answer is None or form.when(ask, **call.arguments)):
            return form
        return self._form_of(call.verb) if handler.caution else None

    def open(self, form: Form, ask: Ask, arguments: Mapping[str, Any], role: Role = Role.VIEWER) -> None:
        """Open a modal at once and fill it in after the rights are known."""
        modal = Modal.open(ask.client, ask.context, ask.trigger_id, form.title)
        self._access.require(ask.actor.user_id, role)
        modal.show(form.view(ask, **arguments))


def at_once(ack: Ack) -> None:
    """Acknowledge what has nothing to check first; it is carried out behind other requests."""
    ack()


def asked_by_button(line: str, body: Mapping[str, Any], client: WebClient, context: BoltContext) -> Ask:
    """`line` as if the person who pressed a button had typed it where the button is."""
    return Ask(presser(body), line, body["trigger_id"], client, context)


def presser(body: Mapping[str, Any]) -> Actor:
    """Who pressed a button, and where: in no channel on the Home tab and in modals."""
    return Actor(body["user"]["id"], (body.get("channel") or {}).get("id"))
