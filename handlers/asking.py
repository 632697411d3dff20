"""A form for every command: what was left out is asked for, what was typed is filled in.

Made of the command's own declaration, so that no command needs a form of its own for that.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import click
from pydantic import BaseModel, ConfigDict
from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slackblocks import (
    Block,
    DataTableBlock,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
)
from slackblocks import Button as ButtonElement

from bot.actor import Actor
from bot.cards import shorten

from . import grammar
from .answers import Answer
from .commands import Ask, Commands, Form, asked_by_button
from .grammar import Argument, Rest, Verb
from .ids import Button, Field, View
from .limits import MAX_SECTION, button_text, option_text, section, view_title
from .modals import Modal, alert, carried
from .pickers import Pickers

MAX_ROWS_SHOWN = 60
PICKED = {
    ("e911", "id"): Field.ADDRESS,
    ("cnam", "id"): Field.CALLER_NAME,
    ("numbers", "number"): Field.NUMBER,
    ("routes", "number"): Field.NUMBER,
    ("e911", "number"): Field.NUMBER,
    ("cnam", "number"): Field.NUMBER,
    ("relay", "number"): Field.NUMBER,
    ("routes", "route"): Field.ROUTE,
}
"""Arguments that are picked from what is on the account, by topic and name."""


class Asked(BaseModel):
    """What the form carries: the command, and where it was typed."""

    model_config = ConfigDict(frozen=True)

    line: str
    channel_id: str | None = None


class Start(BaseModel):
    """What a button that opens the form of a command carries: the command, and what is known already."""

    model_config = ConfigDict(frozen=True)

    line: str
    known: dict[str, str]


def form_button(text: str, line: str, /, **known: str) -> ButtonElement:
    """A button that opens the form of the command `line` with the arguments in `known` filled in."""
    return ButtonElement(
        button_text(text),
        action_id=f"{Button.ASK}:{line.replace(' ', '_')}",
        value=Start(line=line, known=known).model_dump_json(),
    )


@dataclass(frozen=True)
class Asking:
    commands: Commands
    pickers: Pickers

    def register(self, app: App) -> None:
        self.commands.ask_with(self.form_of)
        app.action(re.compile(rf"^{Button.ASK}:"))(self.pressed)
        app.view(View.ASK)(self.submit)

    def form_of(self, verb: Verb) -> Form:
        return Form(_title(verb), partial(self._opened, verb))

    def pressed(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        ack()
        start = Start.model_validate_json(action["value"])
        ask = asked_by_button(start.line, body, client, context)
        self.commands.open_blank(ask, grammar.named(start.line), start.known)

    def submit(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """Run the command with what was filled in; when it is refused, the form again with the reason."""
        asked = carried(view, Asked)
        verb = grammar.named(asked.line)
        arguments, errors = _filled_in(verb, view)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        modal = Modal.wait(client, context, _title(verb), "Working…")
        actor = Actor(body["user"]["id"], asked.channel_id)
        ask = Ask(actor, asked.line, body.get("trigger_id", ""), client, context)
        said: list[str] = []

        def work() -> ModalView:
            form = self.commands.form_of(verb)
            if form is not None:
                return form.view(ask, **arguments)
            answer = self.commands.carry_out(ask, verb, arguments)
            said.append(answer.text)
            return _answered(verb, answer)

        def again(refusal: str) -> ModalView:
            said.append(refusal)
            return self._form(verb, actor, arguments, refusal)

        if not modal.show_or_ask_again(work, again):
            client.chat_postMessage(channel=actor.user_id, text=said[-1])

    def _opened(self, verb: Verb, ask: Ask, **arguments: object) -> ModalView:
        return self._form(verb, ask.actor, arguments)

    def _form(
        self, verb: Verb, actor: Actor, arguments: Mapping[str, Any], refusal: str | None = None
    ) -> ModalView:
        caution = self.commands.caution_of(verb)
        blocks: list[Block] = alert(refusal, "warning") if refusal else []
        blocks += alert(caution.text, "warning") if caution else [section(verb.summary)]
        blocks += [self._input(verb, param, arguments.get(str(param.name))) for param in verb.params]
        return ModalView(
            title=view_title(_title(verb)),
            blocks=blocks,
            submit=caution.submit if caution else "Submit",
            close="Cancel",
            callback_id=View.ASK,
            private_metadata=Asked(line=verb.line, channel_id=actor.channel_id).model_dump_json(),
        )

    def _input(self, verb: Verb, param: click.Parameter, value: Any) -> InputBlock:  # noqa: ANN401 - as parsed
        block_id = _block_id(verb, param)
        label = _label(param)
        when_empty = param.when_empty if isinstance(param, Rest) else None
        optional = when_empty is not None or not (isinstance(param, Argument) and param.needed)
        if (verb.topic, param.name) in PICKED:
            menu = self.pickers.menu(Field(block_id), None if value is None else str(value))
            return InputBlock(label=label, element=menu, block_id=block_id, optional=optional)
        if isinstance(param.type, click.Choice):
            options = {each: Option(option_text(each), value=each) for each in param.type.choices}
            radio = RadioButtonGroup(
                action_id=block_id, options=list(options.values()), initial_option=options.get(value)
            )
            return InputBlock(label=label, element=radio, block_id=block_id, optional=optional)
        typed = "\n".join(map(str, value)) if isinstance(value, tuple) else value
        text = PlainTextInput(
            action_id=block_id,
            initial_value=None if typed in (None, "") else str(typed),
            multiline=param.nargs != 1,
        )
        return InputBlock(label=label, element=text, block_id=block_id, hint=when_empty, optional=optional)


def _filled_in(verb: Verb, view: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The arguments by name, and what is wrong with them by input."""
    arguments: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for param in verb.params:
        block_id = _block_id(verb, param)
        typed = _typed_in(view, block_id)
        try:
            arguments[str(param.name)] = _converted(param, typed)
        except click.BadParameter as error:
            errors[block_id] = error.message
    return arguments, errors


def _converted(param: click.Parameter, typed: str | None) -> Any:  # noqa: ANN401 - each kind has its type
    if param.nargs != 1:
        words = (typed or "").replace(",", "\n").split("\n")
        return tuple(param.type.convert(word, param, None) for word in words if word.strip())
    if typed is None:
        return "" if isinstance(param, Rest) and param.needed else None
    return param.type.convert(typed, param, None)


def _typed_in(view: Mapping[str, Any], block_id: str) -> str | None:
    element = view["state"]["values"].get(block_id, {}).get(block_id, {})
    option = element.get("selected_option") or {}
    return str(element.get("value") or option.get("value") or "").strip() or None


def _block_id(verb: Verb, param: click.Parameter) -> str:
    return PICKED.get((verb.topic, str(param.name)), str(param.name))


def _label(param: click.Parameter) -> str:
    words = (param.human_readable_name if isinstance(param, Argument) else str(param.name)).replace("_", " ")
    return words[:1].upper() + words[1:]


def _title(verb: Verb) -> str:
    topic, _, word = verb.line.partition(" ")
    shown = topic.upper() if topic in {"e911", "cnam", "sms", "cdr"} else topic.capitalize()
    return f"{shown} {word}".strip()


def _answered(verb: Verb, answer: Answer) -> ModalView:
    """An answer as a view: no table is allowed in a modal, so its rows become lines."""
    blocks: list[Block] = []
    for block in answer.blocks or (section(answer.text),):
        blocks += _rows(block) if isinstance(block, DataTableBlock) else [block]
    return ModalView(title=view_title(_title(verb)), blocks=blocks, close="Done")


def _rows(table: DataTableBlock) -> list[Block]:
    """The rows of a table as plain lines, as many as are pleasant to scroll through."""
    rows = table.rows[1 : MAX_ROWS_SHOWN + 1]
    lines = ["  ".join(getattr(cell, "text", "") for cell in row) for row in rows]
    return [SectionBlock(PlainText(shorten("\n".join(lines), MAX_SECTION)))]
