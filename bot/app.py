"""Everything is put together here, and nowhere else."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from flask import Flask
from slack_bolt import App

import handlers
from bot.access.admin_channel import AdminChannel
from bot.access.audit import Audit
from bot.access.roles import Access
from bot.alarms import Alarms
from bot.doctor import examine_running
from bot.event_limit import EventLimit
from bot.files import Files
from bot.flask_app import BotFlask
from bot.gate import Gate
from bot.greeting import Greeting
from bot.keeping.retention import Retention
from bot.lanes import Claims, Kind, Lane, Lanes, Wake
from bot.media.attached import Attached
from bot.media.fetch import Fetcher
from bot.media.signing import Signer
from bot.media.slack_files import SlackFiles
from bot.metrics import Metrics
from bot.operator_pages import OperatorPages
from bot.overview.events import Events
from bot.overview.exports import Exports
from bot.overview.health import Health
from bot.overview.homes import Homes
from bot.overview.survey import Surveyor
from bot.overview.usage import UsageReports
from bot.posting import Notices, Pace, Poster, PostKind
from bot.precedence import Precedence
from bot.provisioning.budget import Limits
from bot.provisioning.callbacks import Callbacks
from bot.provisioning.catalogue import Catalogue
from bot.provisioning.changes import Changes
from bot.provisioning.changing import Changing
from bot.provisioning.cnam_reviews import CnamReviews
from bot.provisioning.comparing import Comparing
from bot.provisioning.current_state import CurrentState
from bot.provisioning.order_progress import OrderProgress
from bot.provisioning.order_work import APPROVAL, ORDER, REPRICED, OrderWork
from bot.provisioning.orders import Orders
from bot.provisioning.steps import PAUSES_S, Steps
from bot.relay.asking import Asking
from bot.relay.composer import Composer
from bot.relay.composing import SENT
from bot.relay.contacts import Contacts
from bot.relay.inbound import Inbound
from bot.relay.links import Links
from bot.relay.marks import Marks
from bot.relay.membership import Membership
from bot.relay.opt_outs import PAUSE, OptOuts
from bot.relay.own_address import OwnAddress
from bot.relay.pictures_in import PicturesIn
from bot.relay.pictures_out import PicturesOut
from bot.relay.places import Places
from bot.relay.receipts import Receipts
from bot.relay.reconcile import Reconciler
from bot.relay.replies import EDITED, QUESTION, Replies
from bot.relay.sending import LookUp, Sending
from bot.relay.thread_cards import ThreadCards
from bot.relay.troubles import TROUBLE, told
from bot.relay.turns import Turns
from bot.settings import Settings
from bot.slack import Slack, connect
from bot.slack_requests import SlackRequests
from bot.socket_mode import Patience, SocketMode
from bot.store import conversations
from bot.store import replies as store_replies
from bot.store.audit import AUDIT, CHANGE
from bot.store.conversations import CARD
from bot.store.engine import Store, open_engine
from bot.store.notices import NOTICE
from bot.store.texts import TEXT
from bot.web import Web
from flowroute import DEFAULT_TIMEOUT_S, Flowroute
from handlers.home_views import home

LISTENER_THREADS = 64
REPLIES_AT_ONCE = 5
"""Flowroute takes five texts a second and answers each well within one; a slow one holds up texts only."""
FILES_AT_ONCE = 3
"""Texts whose files are fetched and shared side by side; a slow host of files holds up files only."""
LINES_AT_ONCE = 5
"""Numbers that one process sets up side by side; each asks Flowroute for one thing at a time."""
UPDATES_PER_S = 0.7
"""chat.update is Tier 3: 50 a minute in the whole workspace, and how an order ends takes no turn."""
MARKS_PER_S, MARKS_AT_ONCE = 0.6, 10
"""reactions.add is Tier 3 too: after a pause these are 10 + 36 in the first minute."""

# Bolt sees SLACK_BOT_TOKEN in the environment and remarks that the client has a token already.
logging.getLogger("slack_bolt.App").addFilter(lambda record: "will be unused" not in record.getMessage())


@dataclass(frozen=True)
class Bot:
    """The running application: its web side, and its background work to start and stop.

    What people do with `orders` is here for whoever drives the bot without Slack.
    """

    web: Flask
    lanes: Lanes
    store: Store
    orders: Orders
    socket_mode: SocketMode | None

    def start(self) -> None:
        self.lanes.start()
        if self.socket_mode is not None:
            self.socket_mode.start()

    def stop(self) -> None:
        """Let what is under way finish, then let go of the database."""
        if self.socket_mode is not None:
            self.socket_mode.stop()
        self.lanes.stop()
        self.store.close()


def build(
    settings: Settings,
    *,
    hears_slack: bool = True,
    pace: Pace | None = None,
    patience: Patience | None = None,
    look_up: LookUp = LookUp(),  # noqa: B008 - it is frozen
    timeout_s: tuple[float, float] = DEFAULT_TIMEOUT_S,
    step_pauses_s: Sequence[float] = PAUSES_S,
    marks_per_s: float = MARKS_PER_S,
) -> Bot:
    """Wire one bot; connects to nothing yet. The database must be migrated.

    A process for background work only leaves it to others to hear Slack and Flowroute, and serves nothing but
    the operators' pages. `pace` and `marks_per_s` replace how fast Slack is written to, `patience` how long
    Socket Mode waits for Slack, `look_up` how Flowroute is asked for what it did not tell, `timeout_s` how
    long it may take to connect and to answer, `step_pauses_s` how long a step of an order waits between its
    attempts.
    """
    store = Store(open_engine(settings.database_url))
    metrics = Metrics(
        store,
        spend_limit=settings.spend_limit,
        reads_list=settings.poll_seconds > 0,
        has_webhooks=settings.public_url is not None,
    )
    client = connect(
        settings.slack_bot_token.get_secret_value(), settings.slack_api_url, metrics.slack_called
    )
    slack = Slack(client)
    flowroute = _account(settings, metrics, timeout_s)
    lanes = Lanes(Claims(store).claim, store.precedence, metrics.lane_failed)

    access = Access(slack, settings.admins, settings.approvers)
    admin_channel = AdminChannel(access, slack)
    alarms = Alarms(store, lanes.wake, admin_channel)
    audit = Audit(store, lanes.wake, settings.audit_channel)
    limits = Limits(settings.approval_over, settings.spend_limit, settings.audit_channel)
    opt_outs = OptOuts(store, access, audit, lanes.wake, settings.help_text)
    places = Places(store, _default_channel(settings, admin_channel))
    inbound = Inbound(store, lanes.wake, opt_outs, places, metrics.relayed, metrics.text_stored)
    own_address = OwnAddress(settings)
    links = Links(store, flowroute, slack, access, audit, own_address, inbound, places, lanes.wake)
    changing = Changing(store, access, audit)
    changes = Changes.at(flowroute, changing, links)
    orders, order_work = _ordering(
        store, flowroute, slack, access, audit, lanes, limits, changes, links, step_pauses_s
    )
    turns = Turns.shared(store, "chat.update", UPDATES_PER_S)
    order_progress = OrderProgress(store, slack, turns, limits)
    reviews = CnamReviews(store, flowroute, lanes.wake, admin_channel, order_work.name_decided)
    receipts = Receipts(store, opt_outs, lanes.wake)
    replies = Replies(store, access, audit, places, lanes.wake)
    files = Files(slack)
    pictures_in = PicturesIn(store, slack, files, Fetcher(settings.media_hosts), lanes.wake)
    attached = Attached(
        slack, SlackFiles(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    )
    pictures_out = _pictures_out(settings, store, attached)
    sending = Sending(
        store,
        # A lane repeats a text that Flowroute refused for haste: while it waits, nothing is in doubt.
        _account(settings, metrics, timeout_s, max_attempts=1),
        access,
        opt_outs,
        places,
        pictures_out,
        receipts,
        lanes.wake,
        settings.webhook_url("dlr"),
        look_up,
        settings.sms_per_second,
    )
    asking = Asking(store, flowroute, receipts, look_up)
    reconciler = Reconciler(store, flowroute, inbound, sending, receipts, alarms, settings.poll_seconds)
    marks = Marks(store, slack, Turns.shared(store, "reactions.add", marks_per_s, MARKS_AT_ONCE))
    thread_cards = ThreadCards(store, slack, inbound, turns)
    surveyor = Surveyor(store, flowroute, lanes.wake)
    health = Health(
        store,
        slack,
        flowroute,
        reads_list=settings.poll_seconds > 0,
        spend_limit=settings.spend_limit,
    )
    exports = Exports(store, slack, flowroute, files, lanes.wake)
    homes = Homes(store, slack, flowroute, access, health, surveyor, lanes.wake, home)
    poster = Poster(
        store,
        slack,
        {
            CARD: PostKind(inbound.thread_card, on_posted=conversations.set_thread),
            TEXT: PostKind(inbound.text_card, on_posted=inbound.shown),
            SENT: PostKind(sending.sent_card, on_posted=store_replies.set_ts),
            TROUBLE: PostKind(sending.trouble_card, on_posted=told),
            QUESTION: PostKind(replies.question_card),
            EDITED: PostKind(replies.edited_card),
            PAUSE: PostKind(opt_outs.pause_card),
            NOTICE: PostKind(Notices(store).card),
            ORDER: PostKind(order_progress.card, instead=order_work.requesters_messages),
            APPROVAL: PostKind(order_progress.approval_card),
            REPRICED: PostKind(order_progress.repriced_card),
            AUDIT: PostKind(audit.entry_card),
            CHANGE: PostKind(audit.change_card, instead=lambda _: None),
        },
        pace or Pace(),
        alarms,
    )
    for kind in (
        Kind(Lane.POSTS, poster.work, poster.due),
        Kind(Lane.PLACING, inbound.place, inbound.unplaced),
        Kind(Lane.REPLIES, sending.work, sending.due, threads=REPLIES_AT_ONCE),
        Kind(Lane.MEDIA, pictures_in.work, pictures_in.due, threads=FILES_AT_ONCE),
        Kind(Lane.MARKS, marks.work, marks.due),
        Kind(Lane.CARDS, thread_cards.work, thread_cards.due),
        Kind(Lane.RECONCILING, reconciler.work, reconciler.due),
        Kind(Lane.ASKING, asking.work, asking.due),
        Kind(Lane.ORDERS, order_work.work, order_work.due),
        Kind(Lane.LINES, order_work.work_line, order_work.due_lines, threads=LINES_AT_ONCE),
        Kind(Lane.PROGRESS, order_progress.work, order_progress.due),
        Kind(Lane.REVIEWS, reviews.work, reviews.due),
        Kind(Lane.SURVEY, surveyor.work, surveyor.due),
        Kind(Lane.HOMES, homes.work, homes.due),
        Kind(Lane.EXPORTS, exports.work, exports.due),
        Kind(Lane.AUDIT, audit.work, audit.due),
        *_routines(settings, store, slack, lanes.wake, admin_channel, alarms),
    ):
        lanes.add(kind)

    # An ack waits for a free thread, so there are more of them than slow answers at any moment.
    listeners = ThreadPoolExecutor(LISTENER_THREADS, thread_name_prefix="listener")
    slack_app = App(
        name="flowroute-slack-bot",  # without one Bolt reads the source of every caller for a name
        client=client,
        request_verification_enabled=False,  # `SlackRequests` does it, before Bolt reads anything
        token_verification_enabled=False,  # the bot starts although Slack is away
        listener_executor=listeners,
    )
    handlers.register(
        slack_app,
        precedence=store.precedence,
        flowroute=flowroute,
        access=access,
        orders=orders,
        links=links,
        replies=replies,
        opt_outs=opt_outs,
        contacts=Contacts(store, access, audit, lanes.wake),
        changes=changes,
        catalogue=Catalogue(flowroute),
        audit=audit,
        files=files,
        attached=attached,
        current_state=CurrentState(flowroute, links),
        composer=Composer(store, access, opt_outs, places, pictures_out, lanes.wake),
        callbacks=Callbacks(flowroute, access, changing, own_address, links),
        examine=partial(examine_running, settings),
        homes=homes,
        health=health,
        usage=UsageReports(store, flowroute),
        exports=exports,
        events=Events(store),
    )
    socket_mode = (
        _socket_mode(settings, slack_app, metrics, store.precedence, patience) if hears_slack else None
    )
    gate = Gate(metrics, settings.trusted_proxies)
    web = BotFlask(metrics, store.precedence)
    OperatorPages(store, metrics, gate, settings.metrics_token, lanes.alive, socket_mode).add_to(web)
    if hears_slack:
        Web(
            settings,
            _slack_requests(settings, slack_app, metrics, EventLimit(metrics, alarms, listeners.submit)),
            inbound,
            receipts,
            pictures_out,
            metrics,
            gate,
        ).add_to(web)
    metrics.may_fail(web.view_functions)
    return Bot(web, lanes, store, orders, socket_mode)


def _socket_mode(
    settings: Settings, slack_app: App, metrics: Metrics, precedence: Precedence, patience: Patience | None
) -> SocketMode | None:
    if settings.slack_app_token is None:
        return None
    token = settings.slack_app_token.get_secret_value()
    opener = connect(token, settings.slack_api_url, metrics.slack_called)
    return SocketMode(slack_app, Slack(opener), precedence, patience)


def _slack_requests(
    settings: Settings, slack_app: App, metrics: Metrics, event_limit: EventLimit
) -> SlackRequests | None:
    """None in Socket Mode, and without the secret by which Slack's requests are told."""
    if settings.slack_app_token is not None or settings.slack_signing_secret is None:
        return None
    return SlackRequests(slack_app, settings.slack_signing_secret.get_secret_value(), metrics, event_limit)


def _ordering(
    store: Store,
    flowroute: Flowroute,
    slack: Slack,
    access: Access,
    audit: Audit,
    lanes: Lanes,
    limits: Limits,
    changes: Changes,
    links: Links,
    pauses_s: Sequence[float],
) -> tuple[Orders, OrderWork]:
    """What people do with orders, and what lanes do."""
    comparing = Comparing(flowroute, slack, links)
    steps = Steps(flowroute, access, changes, links, pauses_s)
    return (
        Orders(store, flowroute, access, audit, lanes, limits, changes.release, comparing),
        OrderWork(store, flowroute, access, audit, lanes, steps, limits, slack.direct_messages),
    )


def _account(
    settings: Settings, metrics: Metrics, timeout_s: tuple[float, float], max_attempts: int = 3
) -> Flowroute:
    return Flowroute(
        settings.fr_access_key,
        settings.fr_secret_key.get_secret_value(),
        settings.flowroute_api_url,
        timeout_s=timeout_s,
        max_attempts=max_attempts,
        sms_per_second=settings.sms_per_second,
        on_call=metrics.flowroute_called,
    )


def _pictures_out(settings: Settings, store: Store, attached: Attached) -> PicturesOut:
    token = settings.webhook_token
    return PicturesOut(
        store,
        attached,
        None if token is None else Signer(token.get_secret_value()),
        settings.public_url,
    )


def _routines(
    settings: Settings,
    store: Store,
    slack: Slack,
    wake: Wake,
    admin_channel: Callable[[], str],
    alarms: Alarms,
) -> Iterator[Kind]:
    """Lanes of what the bot does of its own accord."""
    retention = Retention(store, settings.retention_days, reads_list=settings.poll_seconds > 0)
    greeting = Greeting(store, wake, admin_channel)
    membership = Membership(store, slack, alarms, settings.default_channel)
    yield Kind(Lane.RETENTION, retention.work, retention.due)
    yield Kind(Lane.GREETING, greeting.work, greeting.due)
    yield Kind(Lane.MEMBERSHIP, membership.work, membership.due)


def _default_channel(settings: Settings, admin_channel: Callable[[], str]) -> Callable[[], str]:
    """How to find the channel for texts to unlinked numbers: the one set, else the first admin's messages."""
    default = settings.default_channel
    return admin_channel if default is None else lambda: default
