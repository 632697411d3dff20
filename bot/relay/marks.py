"""The one reaction on a person's own message that shows what became of it, at a rate that Slack allows."""

import logging

from bot.relay.turns import Turns
from bot.slack import ABOUT_THE_CHANNEL, Refused, Slack, TooFast, Unsure
from bot.store import replies
from bot.store.engine import Store
from bot.store.replies import Reply

log = logging.getLogger(__name__)

LATER_S = 5.0
ALREADY_SO = frozenset({"already_reacted", "no_reaction"})
HOPELESS = frozenset({"message_not_found", "too_many_reactions"})
STUCK_CHANNEL_S = 60.0


class Marks:
    """Works the reactions of one channel at a time; adding and removing them twice changes nothing."""

    def __init__(self, store: Store, slack: Slack, turns: Turns) -> None:
        self._store = store
        self._slack = slack
        self._turns = turns

    def due(self) -> list[str]:
        with self._store.read() as db:
            return replies.channels_unmarked(db)

    def work(self, channel_id: str) -> float | None:
        """Bring the reactions in a channel up to date, oldest message first.

        While a message waits its turn, states that follow each other come to one mark, the last.
        """
        while True:
            with self._store.read() as db:
                reply = replies.oldest_unmarked(db, channel_id)
            if reply is None or reply.mark_wanted is None:
                return None
            wait_s = self._turns.wait_s(channel_id)
            if wait_s:
                return wait_s
            with self._store.write() as db:
                replies.about_to_mark(db, reply, reply.mark_wanted)
            try:
                self._change(reply, reply.mark_wanted)
            except TooFast as error:
                return error.retry_after_s
            except Unsure:
                return LATER_S
            except Refused:
                return STUCK_CHANNEL_S
            with self._store.write() as db:
                replies.marked(db, reply.id, reply.mark_wanted)

    def _change(self, reply: Reply, wanted: str) -> None:
        if self._react("reactions.add", reply, wanted):
            for other in reply.marks:
                if other != wanted:
                    self._react("reactions.remove", reply, other)

    def _react(self, method: str, reply: Reply, name: str) -> bool:
        """Whether the message can carry reactions at all; raises Refused where its channel takes none now."""
        try:
            self._slack.call(method, channel=reply.channel_id, timestamp=reply.ts, name=name)
        except TooFast:
            raise
        except Refused as error:
            if error.code in ALREADY_SO:
                return True
            if error.code in ABOUT_THE_CHANNEL:
                log.info("a channel takes no reactions", extra={"reply": reply.id, "code": error.code})
                raise
            level = logging.INFO if error.code in HOPELESS else logging.WARNING
            log.log(level, "a reaction was refused", extra={"reply": reply.id, "code": error.code})
            return False
        return True
