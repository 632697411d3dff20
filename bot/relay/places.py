"""Which channel a number's texts are in; what is written in any other is not texted."""

from collections.abc import Callable

from bot.cards import caller
from bot.store import links
from bot.store.engine import Store


class Places:
    """Tells threads that a number has left from those where it is.

    `default_channel` answers where the texts of unlinked numbers are. It may ask Slack, and raises SlackError
    or NotAllowed if Slack does not say; so does whatever here depends on it.
    """

    def __init__(self, store: Store, default_channel: Callable[[], str]) -> None:
        self._store = store
        self.default_channel = default_channel

    def elsewhere(self, number: str, channel_id: str) -> str | None:
        """Where the texts of `number` are if not in this channel, in mrkdwn; None if they are."""
        with self._store.read() as db:
            link = links.of(db, number)
        if link is not None:
            moved = f"Texts of {caller(number)} are in <#{link.channel_id}> now."
            return None if channel_id == link.channel_id else moved
        unlinked = (
            f"{caller(number)} is linked to no channel any more. "
            f"An admin can link it again: `/flowroute relay link {number}`."
        )
        return None if channel_id == self.default_channel() else unlinked
