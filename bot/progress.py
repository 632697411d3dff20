"""One message that is updated while something takes its steps."""

import logging
from dataclasses import dataclass

from bot import cards
from bot.actor import Actor
from bot.slack import Refused, Slack, SlackError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """A message of the bot's own; nothing follows from it, so that a failure to update it stops nobody."""

    slack: Slack
    channel_id: str | None
    ts: str | None

    def show(self, mrkdwn: str) -> None:
        if self.ts is None:
            return
        card = cards.notice(mrkdwn)
        try:
            self.slack.call(
                "chat.update", channel=self.channel_id, ts=self.ts, text=card.text, blocks=card.blocks
            )
        except SlackError:
            log.warning("a progress message could not be updated", exc_info=True)


@dataclass(frozen=True)
class Progress:
    slack: Slack

    def begin(self, actor: Actor, mrkdwn: str) -> Message:
        """Post it where `actor` asked, or to their direct messages where the bot cannot post."""
        for channel_id in filter(None, (actor.channel_id, actor.user_id)):
            try:
                return self._post(channel_id, mrkdwn)
            except SlackError:
                log.info("a progress message goes elsewhere", extra={"channel": channel_id})
        return Message(self.slack, None, None)

    def _post(self, channel_id: str, mrkdwn: str) -> Message:
        card = cards.notice(mrkdwn)
        try:
            return self._say(channel_id, card)
        except Refused as error:
            if error.code != "not_in_channel":
                raise
            self.slack.call("conversations.join", channel=channel_id)
            return self._say(channel_id, card)

    def _say(self, channel_id: str, card: cards.Card) -> Message:
        answer = self.slack.call("chat.postMessage", channel=channel_id, text=card.text, blocks=card.blocks)
        return Message(self.slack, str(answer["channel"]), str(answer["ts"]))
