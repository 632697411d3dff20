"""The card at the head of each thread, kept up to date at a rate that Slack allows."""

import logging

from bot.relay.inbound import Inbound
from bot.relay.turns import Turns
from bot.slack import Refused, Slack, TooFast, Unsure
from bot.store import conversations
from bot.store.engine import Store

log = logging.getLogger(__name__)

LATER_S = 5.0


class ThreadCards:
    """Updates one conversation's card; changes that come while it waits are shown together."""

    def __init__(self, store: Store, slack: Slack, inbound: Inbound, turns: Turns) -> None:
        self._store = store
        self._slack = slack
        self._inbound = inbound
        self._turns = turns

    def due(self) -> list[str]:
        with self._store.read() as db:
            return [str(conversation_id) for conversation_id in conversations.with_old_cards(db)]

    def work(self, lane: str) -> float | None:
        """Bring a conversation's card up to date."""
        conversation_id = int(lane)
        with self._store.read() as db:
            conversation = conversations.get(db, conversation_id)
        if conversation.thread_ts is None or not conversation.card_is_old:
            return None
        wait_s = self._turns.wait_s(lane)
        if wait_s:
            return wait_s
        with self._store.write() as db:
            conversations.card_shown(db, conversation_id)
        try:
            card = self._inbound.thread_card(conversation_id)
            self._slack.call(
                "chat.update",
                channel=conversation.channel_id,
                ts=conversation.thread_ts,
                text=card.text,
                blocks=card.blocks,
            )
        except TooFast as error:
            return self._later(conversation_id, error.retry_after_s)
        except Unsure:
            return self._later(conversation_id, LATER_S)
        except Refused as error:
            log.warning("a card cannot be updated", extra={"lane": lane, "code": error.code})
        return None

    def _later(self, conversation_id: int, wait_s: float) -> float:
        with self._store.write() as db:
            conversations.card_changed(db, conversation_id)
        return wait_s
