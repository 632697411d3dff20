"""`sms send`, `/sms`, the shortcuts and *Reply*: a text that is not written into a thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import click
from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slackblocks import ModalView

from bot.actor import Actor
from bot.cards import Action, caller
from bot.manifest import Shortcut
from bot.relay.composer import AskFirst, Composer, Draft, doubts_unseen
from bot.relay.contacts import Contacts
from bot.relay.numbers_in_text import find_numbers
from bot.store.conversations import Conversation
from flowroute import PhoneNumber, format_phone_number
from flowroute.segments import repair

from . import sms_views as views
from .answers import Answer
from .commands import Ask, Commands, Form, asked_by_button
from .ids import Button, Field, View
from .inputs import files_in, typed_in
from .limits import MAX_INPUT
from .messages import words_of
from .modals import Modal, Stale, carried, notice
from .plain_text import mentioned_in
from .sms_views import TITLE, Filled, Letter, Thread
from .values import PERSON

MAX_PEOPLE = 25
"""Numbers of one message to choose among; the form has to carry them all."""
NO_NUMBER_FOUND = "There is no phone number in that message. Type one."


@dataclass(frozen=True)
class TextingHandlers:
    composer: Composer
    contacts: Contacts
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("sms send", self.send, form=Form(TITLE, self.form, when=self.asks_first))
        app.action(Action.REPLY)(self.reply)
        app.message_shortcut(Shortcut.TEXT_NUMBER)(self.text_number)
        app.global_shortcut(Shortcut.TEXT_SOMEBODY)(self.text_somebody)
        app.action(Field.TEXT)(self.typing)
        app.action(Button.USE_PLAIN)(self.use_plain)
        app.view(View.SMS)(self.submit)

    def send(self, ask: Ask, *, to: str, sender: PhoneNumber | None, text: str) -> Answer:
        """From the number given, or from the only one that belongs to the channel."""
        number = sender or self.composer.numbers_in(ask.actor.channel_id)[0]
        draft = _typed_draft(ask, text)
        conversation = self.composer.send(ask.actor, number, to, draft)
        return Answer(self._on_its_way(conversation, draft))

    def asks_first(self, ask: Ask, *, to: str, sender: PhoneNumber | None, text: str) -> bool:  # noqa: ARG002 - a verb's arguments
        """Whether a complete command opens the form all the same: to choose a number, or to think twice."""
        if len(text) > MAX_INPUT:
            return False  # it does not fit into the form
        several = sender is None and len(self.composer.numbers_in(ask.actor.channel_id)) > 1
        return several or bool(doubts_unseen(_typed_draft(ask, text)))

    def form(self, ask: Ask, *, to: str | None, sender: PhoneNumber | None, text: str | None) -> ModalView:
        letter = Letter(channel_id=ask.actor.channel_id)
        if text:
            draft = _typed_draft(ask, text)
            letter = letter.model_copy(
                update={"accepted": doubts_unseen(draft), "mentioned": draft.mentioned}
            )
        filled = Filled(to and caller(to), sender, text)
        refusal = None
        if sender is not None and sender not in self.composer.numbers_for(ask.actor):
            refusal = f"You cannot text from {format_phone_number(sender)}. Choose another number."
        return self._view(ask.actor, letter, filled, refusal)

    def reply(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """From the card at the head of a thread."""
        ack()
        letter = Letter(conversation_id=int(action["value"]))
        self._open(lambda ask: self._view(ask.actor, letter, Filled()), body, client, context)

    def text_somebody(self, ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        ack()
        self._open(lambda ask: self._view(ask.actor, Letter(), Filled()), body, client, context)

    def text_number(self, ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        """From any message; our own numbers in it are not who is meant."""
        ack()

        def view(ask: Ask) -> ModalView:
            ours = set(self.composer.numbers_in(None))
            found = [number for number in find_numbers(words_of(body["message"])) if number not in ours]
            letter = Letter(channel_id=ask.actor.channel_id, people=tuple(found[:MAX_PEOPLE]))
            return self._view(ask.actor, letter, Filled(), None if found else NO_NUMBER_FOUND)

        self._open(view, body, client, context)

    def typing(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Shows what the text takes by now; nothing is drawn anew while that stays the same."""
        ack()
        view = body["view"]
        letter = carried(view, Letter)
        filled = _filled(view, letter)
        if views.said_of(filled.text or "") != _said_in(view):
            Modal(client, view["id"]).refresh(self._view(_actor(body, letter), letter, filled), view["hash"])

    def use_plain(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Puts plain twins in place of typography."""
        ack()
        view = body["view"]
        letter = carried(view, Letter)
        filled = _filled(view, letter)
        plain = Filled(filled.to, filled.sender, repair(filled.text or ""))
        drawn = letter.model_copy(update={"rewritten": letter.rewritten + 1, "accepted": ()})
        Modal(client, view["id"]).refresh(self._view(_actor(body, letter), drawn, plain), view["hash"])

    def submit(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        letter = carried(view, Letter)
        filled = _filled(view, letter)
        file_ids = letter.file_ids + files_in(view, Field.FILES)
        errors = _errors(letter, filled, file_ids)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        modal = Modal.wait(client, context, TITLE, "Sending…")
        actor = _actor(body, letter)
        letter = letter.model_copy(update={"file_ids": file_ids})
        draft = Draft(
            filled.text or "",
            f"view:{view['id']}",
            file_ids,
            mentioned=letter.mentioned,
            accepted=letter.accepted,
        )

        unsent: list[str] = []

        def work() -> ModalView:
            try:
                conversation = self._send(actor, letter, filled, draft)
            except AskFirst as question:
                unsent.append(question.user_message)
                asked = letter.model_copy(update={"accepted": question.doubts})
                return self._view(actor, asked, filled)
            return notice(TITLE, self._on_its_way(conversation, draft), "success")

        def again(refusal: str) -> ModalView:
            unsent.append(refusal)
            return self._view(actor, letter, filled, refusal)

        if not modal.show_or_ask_again(work, again) and unsent:
            said = f"You closed the window before your text could be sent, and it was not. {unsent[-1]}"
            client.chat_postMessage(channel=actor.user_id, text=said)

    def _send(self, actor: Actor, letter: Letter, filled: Filled, draft: Draft) -> Conversation:
        if letter.conversation_id is not None:
            return self.composer.reply(actor, letter.conversation_id, draft)
        if filled.sender is None:
            raise Stale
        return self.composer.send(actor, filled.sender, _person(letter, filled), draft)

    def _open(
        self,
        view: Callable[[Ask], ModalView],
        body: Mapping[str, Any],
        client: WebClient,
        context: BoltContext,
    ) -> None:
        self.commands.open(Form(TITLE, view), asked_by_button("sms send", body, client, context), {})

    def _view(self, actor: Actor, letter: Letter, filled: Filled, refusal: str | None = None) -> ModalView:
        """The form as `actor` may fill it in; raises NotAllowed, CannotText."""
        if letter.conversation_id is None:
            return views.form(letter, filled, self.composer.numbers_for(actor), refusal)
        conversation = self.composer.conversation(actor, letter.conversation_id)
        thread = Thread(conversation, self.contacts.of(conversation.person).name)
        return views.form(letter, filled, thread, refusal)

    def _on_its_way(self, conversation: Conversation, draft: Draft) -> str:
        name = self.contacts.of(conversation.person).name
        return views.on_its_way(conversation, name, draft.body, has_files=bool(draft.file_ids))


def _typed_draft(ask: Ask, text: str) -> Draft:
    """The text of a command; mentions stand in its line only."""
    return Draft(text, f"command:{ask.trigger_id}", as_typed=ask.line, mentioned=mentioned_in(ask.line))


def _actor(body: Mapping[str, Any], letter: Letter) -> Actor:
    return Actor(body["user"]["id"], letter.channel_id)


def _filled(view: Mapping[str, Any], letter: Letter) -> Filled:
    sender = typed_in(view, Field.SENDER)
    return Filled(
        to=typed_in(view, Field.TO),
        sender=None if sender is None else PhoneNumber(sender),
        text=typed_in(view, Field.TEXT, block_id=letter.text_block),
    )


def _person(letter: Letter, filled: Filled) -> str:
    """Who is to get it; raises `click.BadParameter`."""
    chosen = next((number for number in letter.people if number == filled.to), None)
    return chosen or PERSON.convert(filled.to or "", None, None)


def _errors(letter: Letter, filled: Filled, file_ids: tuple[str, ...]) -> dict[str, str]:
    """What is wrong with the form, by block."""
    errors: dict[str, str] = {}
    if letter.conversation_id is None:
        try:
            _person(letter, filled)
        except click.BadParameter as error:
            errors[Field.TO] = error.message
    if filled.text is None and not file_ids:
        errors[letter.text_block] = "Write a text, or attach a file."
    return errors


def _said_in(view: Mapping[str, Any]) -> str | None:
    return next((block["text"]["text"] for block in view["blocks"] if block["block_id"] == views.SHAPE), None)
