"""Slack's word that it leaves events out: more than 30,000 in an hour (docs.slack.dev, "Rate limits")."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.alarms import Alarms
from bot.cards import moment
from bot.metrics import Metrics

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EventLimit:
    """Counts the minutes of which Slack left events out, and tells an admin once a day.

    `later` runs a function on another thread: telling somebody asks Slack, and Slack waits for our answer.
    """

    metrics: Metrics
    alarms: Alarms
    later: Callable[..., Any]

    def reached(self, minute: datetime) -> None:
        """Events of this minute (UTC) and what follows it are lost: Slack does not send them again."""
        log.error("Slack left events out", extra={"minute": minute})
        self.metrics.events_left_out.inc()
        self.later(
            self.alarms.raise_once,
            f"events left out {minute:%Y-%m-%d}",
            f"*Slack leaves out what people write*: since {moment(minute)} more events come from this "
            "workspace than Slack passes on (30,000 an hour for an app). A reply without a mark did not "
            "reach the phone and has to be written again. Fewer messages in the bot's channels help: keep "
            "other conversations out of them, or link some numbers in another workspace, with a bot of its "
            "own.",
        )
