"""Everything is put together here, and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from flask import Flask
from slack_bolt import App

import handlers
from bot import posting
from bot.access import audit as audit_room
from bot.access.audit import Audit
from bot.access.roles import Access
from bot.lanes import Claims, Kind, Lanes
from bot.metrics import Metrics
from bot.posting import Pace, Poster
from bot.provisioning import purchases as purchases_room
from bot.provisioning.purchases import Purchases
from bot.relay import inbound as inbound_room
from bot.relay import marks as marks_room
from bot.relay import replies as replies_room
from bot.relay import troubles
from bot.relay.inbound import Inbound
from bot.relay.links import Links
from bot.relay.marks import Marks
from bot.relay.receipts import Receipts
from bot.relay.replies import Replies
from bot.settings import Settings
from bot.slack import Slack, connect
from bot.store import conversations
from bot.store.engine import Store, open_engine
from bot.web import Web
from flowroute import Flowroute


@dataclass(frozen=True)
class Bot:
    """The running application: its web side, and its background work to start and stop."""

    web: Flask
    lanes: Lanes
    store: Store

    def start(self) -> None:
        self.lanes.start()

    def stop(self) -> None:
        """Let what is under way finish, then let go of the database."""
        self.lanes.stop()
        self.store.close()


def build(settings: Settings, *, pace: Pace | None = None) -> Bot:
    """Wire one bot; connects to nothing yet. The database must be migrated.

    `pace` replaces how fast Slack is written to.
    """
    store = Store(open_engine(settings.database_url))
    metrics = Metrics(store)
    client = connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    slack = Slack(client, observe=metrics.slack_called)
    flowroute = Flowroute(
        settings.fr_access_key,
        settings.fr_secret_key.get_secret_value(),
        settings.flowroute_api_url,
    )
    lanes = Lanes(Claims(store).claim)

    access = Access(slack, settings.admins, settings.approvers)
    audit = Audit(store, lanes.wake, settings.audit_channel)
    purchases = Purchases(store, flowroute, access, audit, lanes)
    links = Links(store, flowroute, slack, access, audit, settings)
    inbound = Inbound(store, lanes.wake, _default_channel(settings, access, slack))
    receipts = Receipts(store, lanes.wake)
    replies = Replies(store, flowroute, access, lanes.wake, settings.webhook_url("dlr"))
    marks = Marks(store, slack)
    poster = Poster(
        store,
        slack,
        {
            conversations.CARD: inbound.thread_card,
            inbound_room.TEXT: inbound.text_card,
            troubles.TROUBLE: replies.trouble_card,
            purchases_room.ORDER: purchases.outcome_card,
            audit_room.AUDIT: audit.entry_card,
        },
        pace or Pace(),
    )
    for kind in (
        Kind(posting.LANE, poster.work, poster.due),
        Kind(inbound_room.PLACING_LANE, inbound.place_unplaced, inbound.unplaced),
        Kind(replies_room.LANE, replies.work, replies.due),
        Kind(marks_room.LANE, marks.work, marks.due),
        Kind(purchases_room.LANE, purchases.work, purchases.due),
    ):
        lanes.add(kind)

    secret = settings.slack_signing_secret
    slack_app = App(
        client=client,
        signing_secret=None if secret is None else secret.get_secret_value(),
        token_verification_enabled=False,  # the bot starts although Slack is away
    )
    handlers.register(slack_app, flowroute, access, purchases, links, replies)
    web = Web(settings, store, slack_app, inbound, receipts, metrics, lanes.alive)
    return Bot(web.flask_app(), lanes, store)


def _default_channel(settings: Settings, access: Access, slack: Slack) -> Callable[[], str]:
    """How to find the channel for texts to unlinked numbers: the one set, else the first admin's messages."""

    @cache
    def find() -> str:
        if settings.default_channel is not None:
            return settings.default_channel
        return str(slack.call("conversations.open", users=access.first_admin())["channel"]["id"])

    return find
