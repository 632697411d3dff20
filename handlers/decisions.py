"""Buttons on cards: what a person decides about a text that waits, once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slackblocks import WebhookMessage

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.cards import Action
from bot.relay.opt_outs import OptOuts
from bot.relay.replies import Replies

from . import parked
from .commands import presser
from .limits import section
from .parked import ParkedTexts

log = logging.getLogger(__name__)

DECIDED_ALREADY = "That is decided already."

Decide = Callable[[Actor, int], bool]


@dataclass(frozen=True)
class DecisionHandlers:
    access: Access
    replies: Replies
    opt_outs: OptOuts
    parked_texts: ParkedTexts

    def register(self, app: App) -> None:
        for action, decide, done in (
            (Action.SEND_ANYWAY, self.replies.send_anyway, "had it sent."),
            (Action.KEEP_INTERNAL, self.replies.keep_internal, "kept it here; nothing was sent."),
            (Action.CHECK_AGAIN, self.replies.check_again, "asked for it to be looked up once more."),
            (Action.SEND_AGAIN, self.replies.send_again, "had it sent again."),
            (Action.DROP, self.replies.drop, "let it be; it is not sent again."),
            (Action.STOP_TEXTS, self.stop_texts, "stopped texts to this person."),
            (Action.GO_ON, self.go_on, "lets texts go on."),
        ):
            app.action(action)(self.pressed(decide, done))

    def pressed(self, decide: Decide, done: str) -> Callable[..., None]:
        """What a button does: `decide`, and say in its place who did; a second press changes nothing."""

        def handle(
            ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond, client: WebClient
        ) -> None:
            ack()
            actor = presser(body)
            self.access.require(actor.user_id, Role.VIEWER)
            in_list = action["block_id"].startswith(parked.DECIDE)
            card = self.replies.trouble_at(int(action["value"])) if in_list else None
            is_decided = decide(actor, int(action["value"]))
            if card is not None and is_decided:
                _say_in_thread(client, *card, f"<@{actor.user_id}> {done}")
            if in_list:
                self._show_the_rest(actor, f"You {done}" if is_decided else DECIDED_ALREADY, respond)
            elif is_decided:
                respond(text=f"<@{actor.user_id}> {done}", replace_original=True)
            else:
                respond(text=DECIDED_ALREADY, response_type="ephemeral", replace_original=False)

        return handle

    def _show_the_rest(self, actor: Actor, said: str, respond: Respond) -> None:
        """In place of the private list: what was done, and what still waits."""
        rest = self.parked_texts.waiting_for(actor)
        blocks = [section(said), *(rest.blocks or (section(rest.text),))]
        message = WebhookMessage(text=f"{said} {rest.text}", blocks=blocks, replace_original=True)
        respond(message.to_dict())

    def stop_texts(self, actor: Actor, conversation_id: int) -> bool:
        return self.opt_outs.decide(actor, conversation_id, stop=True)

    def go_on(self, actor: Actor, conversation_id: int) -> bool:
        return self.opt_outs.decide(actor, conversation_id, stop=False)


def _say_in_thread(client: WebClient, channel_id: str, ts: str, said: str) -> None:
    """In place of the card with its buttons. It may be deleted; the decision holds all the same."""
    try:
        client.chat_update(channel=channel_id, ts=ts, text=said, blocks=[])
    except (SlackApiError, OSError):
        log.warning("a decision is not shown in its thread", extra={"channel": channel_id}, exc_info=True)
