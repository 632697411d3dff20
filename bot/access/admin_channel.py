"""Where to turn to a person when there is nobody else: the direct messages of the first admin."""

import time

from bot.access.roles import Access
from bot.slack import Slack

KEPT_S = 60.0


class AdminChannel:
    """Call it for the channel's id, which is kept for a minute: admins come and go while the bot runs.

    Raises SlackError when Slack could not say, NotAllowed when there is no admin.
    """

    def __init__(self, access: Access, slack: Slack, kept_s: float = KEPT_S) -> None:
        self._access = access
        self._slack = slack
        self._kept_s = kept_s
        self._found: tuple[float, str] | None = None

    def __call__(self) -> str:
        now = time.monotonic()
        found = self._found
        if found is None or now - found[0] >= self._kept_s:
            found = self._found = (now, self._slack.direct_messages(self._access.first_admin()))
        return found[1]
