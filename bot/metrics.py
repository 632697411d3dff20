"""What operators can watch, in Prometheus' text format; each application has a registry of its own.

Counters and histograms tell of this process alone. What waits and what was spent is read from the store when
somebody looks, and is the same in every process.
"""

import logging
import shutil
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import product
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import beginning_of_month, utc_now
from bot.lanes import Lane
from bot.relay.reconcile import BOOKMARK
from bot.store import bookmarks, orders, replies
from bot.store.backlog import WITHOUT_SINCE, backlog
from bot.store.engine import Store
from bot.store.texts import Via
from flowroute import Call

log = logging.getLogger(__name__)


class WebhookResult(StrEnum):
    """What became of a webhook."""

    STORED = "stored"
    REPEATED = "repeated"
    NO_MESSAGE = "no_message"
    WRONG_TYPE = "wrong_type"
    TOO_LARGE = "too_large"
    ERROR = "error"
    """A fault of ours: it could not be stored."""


class Refusal(StrEnum):
    """Why somebody was turned away."""

    SLACK_SIGNATURE = "slack_signature"
    SLACK_SHAPE = "slack_shape"
    WEBHOOK_TOKEN = "webhook_token"  # noqa: S105 - names what was wrong
    METRICS_TOKEN = "metrics_token"  # noqa: S105 - as above
    MEDIA_LINK = "media_link"
    TOO_MANY_GUESSES = "too_many_guesses"
    BROKEN_HTTP = "broken_http"


WEBHOOK_KINDS = ("sms", "mms", "dlr")
CALL_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LAG_S = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
NO_ANSWER = "none"


class Metrics:
    """Counters that the rooms add to, and depths that are read from the store when somebody looks."""

    def __init__(
        self, store: Store, *, spend_limit: Decimal | None, reads_list: bool, has_webhooks: bool
    ) -> None:
        self._store = store
        self._reads_list = reads_list
        self.registry = CollectorRegistry()
        self._of_store = CollectorRegistry()
        # What can be counted is told as 0 from the start: the first of a kind would be no increase otherwise.
        self._webhooks = Counter(
            "flowroute_webhooks",
            "Webhooks by address and what became of them",
            ("kind", "result"),
            registry=self.registry,
        )
        if has_webhooks:
            for kind, result in product(WEBHOOK_KINDS, WebhookResult):
                self._webhooks.labels(kind, result)
        self._failed_requests = Counter(
            "bot_failed_requests",
            "Requests that were answered with a 5xx, by what they asked",
            ("endpoint",),
            registry=self.registry,
        )
        self._lane_failures = Counter(
            "bot_lane_failures",
            "Times that background work broke and was put off, by its lane",
            ("lane",),
            registry=self.registry,
        )
        for lane in Lane:
            self._lane_failures.labels(lane)
        self.events_left_out = Counter(
            "bot_slack_events_left_out",
            "Minutes of which Slack said that it left events out (app_rate_limited)",
            registry=self.registry,
        )
        self._texts = Counter(
            "bot_texts", "Texts from phones that were new, by how they came", ("via",), registry=self.registry
        )
        for via in (Via.WEBHOOK, Via.LIST) if has_webhooks else (Via.LIST,):
            self._texts.labels(via)
        self._lag = Histogram(
            "bot_relay_lag_seconds",
            "From receiving a text to its post in Slack",
            buckets=LAG_S,
            registry=self.registry,
        )
        self._slack_calls = Counter(
            "slack_api_calls", "Calls of Slack's Web API", ("method", "outcome"), registry=self.registry
        )
        self._refused = Counter(
            "bot_refused_requests",
            "Requests of somebody without the right to make them, by what was wrong",
            ("reason",),
            registry=self.registry,
        )
        for reason in Refusal:
            self._refused.labels(reason)
        self._slack_seconds = Histogram(
            "slack_api_seconds",
            "How long Slack's Web API took",
            ("method",),
            buckets=CALL_S,
            registry=self.registry,
        )
        self._flowroute_calls = Counter(
            "flowroute_api_calls",
            "Calls of Flowroute's API, each attempt",
            ("method", "endpoint", "status"),
            registry=self.registry,
        )
        self._flowroute_seconds = Histogram(
            "flowroute_api_seconds",
            "How long Flowroute's API took, each attempt",
            ("method", "endpoint"),
            buckets=CALL_S,
            registry=self.registry,
        )
        self._ready = self._gauge("bot_ready", "1 when this process can work, as /readyz says")
        self._depth = Gauge("bot_queue_depth", "What waits to be done", ("lane",), registry=self._of_store)
        self._oldest = Gauge(
            "bot_queue_oldest_seconds",
            "How long the oldest of it waits, 0 when nothing does",
            ("lane",),
            registry=self._of_store,
        )
        self._parked = self._gauge_of_store(
            "bot_parked_texts", "Texts of unknown outcome that wait for a person"
        )
        self._spent = self._gauge_of_store(
            "bot_spend_month_usd", "Spent on numbers this calendar month (UTC)"
        )
        if spend_limit is not None:
            self._gauge("bot_spend_limit_usd", "SPEND_LIMIT").set(float(spend_limit))
        if reads_list:
            self._list_age = self._gauge_of_store(
                "bot_message_list_age_seconds", "Since Flowroute's message list was last read"
            )
        self._folder = _folder(store)
        if self._folder is not None:
            self._free = self._gauge("bot_disk_free_bytes", "Free where the SQLite database lies")

    def webhook_answered(self, kind: str, result: WebhookResult) -> None:
        self._webhooks.labels(kind, result).inc()

    def refused(self, reason: Refusal) -> None:
        self._refused.labels(reason).inc()

    def may_fail(self, endpoints: Iterable[str]) -> None:
        """There are requests of these names."""
        for endpoint in endpoints:
            self._failed_requests.labels(endpoint)

    def request_failed(self, endpoint: str) -> None:
        """One was answered with a 5xx."""
        self._failed_requests.labels(endpoint).inc()

    def slack_called(self, method: str, outcome: str, took_s: float) -> None:
        self._slack_calls.labels(method, outcome).inc()
        self._slack_seconds.labels(method).observe(took_s)

    def flowroute_called(self, call: Call) -> None:
        status = NO_ANSWER if call.status is None else str(call.status)
        self._flowroute_calls.labels(call.method, call.endpoint, status).inc()
        self._flowroute_seconds.labels(call.method, call.endpoint).observe(call.seconds)

    def lane_failed(self, kind: str) -> None:
        """Work in a lane of this kind, or the look for such work, ended with a fault of ours."""
        self._lane_failures.labels(kind).inc()

    def text_stored(self, via: Via) -> None:
        """A text from a phone is kept, and was new."""
        self._texts.labels(via).inc()

    def relayed(self, received_at: datetime) -> None:
        """A text that was received then is in Slack now."""
        self._lag.observe((utc_now() - received_at).total_seconds())

    def text(self, *, is_ready: bool) -> bytes:
        """The page for Prometheus; while the store does not answer, what is read from it is left out."""
        if self._folder is not None:
            self._free.set(shutil.disk_usage(self._folder).free)
        self._ready.set(is_ready)
        return generate_latest(self.registry) + self._text_of_store()

    def _text_of_store(self) -> bytes:
        now = utc_now()
        try:
            with self._store.read() as db:
                for waiting in backlog(db):
                    self._depth.labels(waiting.lane).set(waiting.depth)
                    if waiting.lane not in WITHOUT_SINCE:
                        self._oldest.labels(waiting.lane).set(_age_s(waiting.oldest, now))
                self._parked.set(replies.count_parked(db))
                self._spent.set(float(orders.spent(db, beginning_of_month(now))))
                if self._reads_list:
                    self._list_age.set(_age_s(bookmarks.get(db, BOOKMARK), now))
        except SQLAlchemyError:
            log.exception("what waits cannot be told")
            return b""
        return generate_latest(self._of_store)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(name, meaning, registry=self.registry)

    def _gauge_of_store(self, name: str, meaning: str) -> Gauge:
        return Gauge(name, meaning, registry=self._of_store)


def _age_s(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _folder(store: Store) -> Path | None:
    database = store.engine.url.database
    return Path(database).parent if store.is_sqlite and database else None
