"""What operators can watch, in Prometheus' text format; each application has a registry of its own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from bot.store import posts, replies
from bot.store.engine import Store


class Metrics:
    """Counters that the rooms add to, and depths that are read from the store when somebody looks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.registry = CollectorRegistry()
        self.webhooks = Counter(
            "flowroute_webhooks",
            "Webhooks by address and what became of them",
            ("kind", "result"),
            registry=self.registry,
        )
        self.slack_calls = Counter(
            "slack_api_calls", "Calls of Slack's Web API", ("method", "outcome"), registry=self.registry
        )
        self.refused = Counter(
            "bot_refused_requests",
            "Requests of somebody without the right to make them, by what was wrong",
            ("reason",),
            registry=self.registry,
        )
        waiting = Gauge("bot_queue_depth", "What waits to be done", ("queue",), registry=self.registry)
        self._posts = waiting.labels("slack_posts")
        self._replies = waiting.labels("replies")

    def slack_called(self, method: str, outcome: str) -> None:
        self.slack_calls.labels(method, outcome).inc()

    def text(self) -> bytes:
        """The page for Prometheus."""
        with self._store.read() as db:
            self._posts.set(posts.count_open(db))
            self._replies.set(replies.count_in_hand(db))
        return generate_latest(self.registry)
