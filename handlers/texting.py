"""`sms send` and `/sms`: a text without a thread to reply in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slackblocks import ModalView

from bot.actor import Actor
from bot.cards import caller, escape
from bot.relay.composer import CannotText, Composer
from bot.store.conversations import Conversation
from flowroute import PhoneNumber, format_phone_number

from . import sms_views as views
from .answers import Answer
from .commands import Ask, Commands, Form
from .ids import Field, View
from .inputs import typed_in
from .modals import Modal, notice
from .sms_views import TITLE, Draft
from .values import PERSON

NOWHERE_TO_TEXT_FROM = (
    "No number is linked to a channel yet, so there is none to text from. `/flowroute relay link`"
)


@dataclass(frozen=True)
class TextingHandlers:
    composer: Composer
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("sms send", self.send, form=Form(TITLE, self.form))
        app.view(View.SMS)(self.submit)

    def send(self, ask: Ask, *, to: str, sender: PhoneNumber | None, text: str) -> Answer:
        """From the number given, or from the only one that belongs to the channel."""
        numbers = self._numbers(ask)
        if sender is None and len(numbers) > 1:
            choice = ", ".join(f"`from={number}`" for number in numbers[:10])
            return Answer(f"Which number shall it come from? Say {choice} before the text.")
        conversation = self.composer.send(
            ask.actor, sender or numbers[0], to, text, key=f"command:{ask.trigger_id}"
        )
        return Answer(_on_its_way(conversation))

    def form(self, ask: Ask, *, to: str | None, sender: PhoneNumber | None, text: str | None) -> ModalView:
        return views.form(Draft(to=to and caller(to), sender=sender, text=text), self._numbers(ask))

    def submit(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        try:
            to = PERSON.convert(typed_in(view, Field.TO) or "", None, None)
        except click.BadParameter as error:
            ack(response_action="errors", errors={Field.TO: error.message})
            return
        sender = PhoneNumber(typed_in(view, Field.SENDER) or "")
        text = typed_in(view, Field.TEXT) or ""
        modal = Modal.wait(client, context, TITLE, "Sending…")
        actor = Actor(body["user"]["id"])

        def work() -> ModalView:
            conversation = self.composer.send(actor, sender, to, text, key=f"view:{view['id']}")
            return notice(TITLE, _on_its_way(conversation), "success")

        draft = Draft(to=caller(to), sender=sender, text=text)
        modal.show_or_ask_again(work, lambda refusal: views.form(draft, [sender], refusal))

    def _numbers(self, ask: Ask) -> Sequence[PhoneNumber]:
        numbers = [PhoneNumber(number) for number in self.composer.numbers_for(ask.actor.channel_id)]
        if not numbers:
            raise CannotText(NOWHERE_TO_TEXT_FROM)
        return numbers


def _on_its_way(conversation: Conversation) -> str:
    person, number = caller(conversation.person), format_phone_number(conversation.number)
    return f"The text to {escape(person)} is on its way from {number}; see <#{conversation.channel_id}>."
