"""A stand-in Slack workspace for one app: its whole state, and the lock around it."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sandbox.slack import seed
from sandbox.slack.channels import Channel, Channels
from sandbox.slack.delivery import Outbox
from sandbox.slack.faults import Faults
from sandbox.slack.files import Files
from sandbox.slack.inputs import initial_state
from sandbox.slack.manifest import Manifest
from sandbox.slack.members import Member
from sandbox.slack.messages import MessageLog, snapshot
from sandbox.slack.notices import Notices
from sandbox.slack.people import People
from sandbox.slack.rate_limit import PostingRate
from sandbox.slack.socket_mode import Connections
from sandbox.slack.tickets import ResponseUrls, Triggers
from sandbox.slack.views import Owner, Views
from sandbox.slack.wire import JSON

LOOK_AGAIN_S = 0.1
"""How often `wait_for` looks without being woken: a condition may also read what lives elsewhere."""


class Workspace:
    """People, channels, messages and views, and the one bot that is installed.

    Args:
        manifest: the app manifest; its scopes, commands and events decide what the bot may do and gets, and
            `socket_mode_enabled` whether that goes to `events_url` or through `connections`.
        events_url: where the bot takes commands, interactions and events; may be set later.
        app_token: the app-level token (xapp-) that opens connections; None when the app has none.
        base_url: where this workspace's own `/slack` prefix is reachable, for response and file URLs.
        clock: Unix seconds; decides time stamps, trigger ids, response URLs and the posting rate.
        event_retry_s: pauses before each repetition of an unanswered event, in seconds.
        ack_timeout_s: how long the bot may take to answer, in seconds.
        trigger_ttl_s: how long a trigger id lives, in seconds.
        channel_rate_per_s: posts a second in each channel beyond a short burst; 0 turns the limit off.
    """

    def __init__(
        self,
        manifest: JSON,
        events_url: str = "",
        signing_secret: str = "sandbox-signing-secret",  # noqa: S107 - made up; the bot beside it knows it
        bot_token: str = "xoxb-sandbox",  # noqa: S107 - likewise
        base_url: str = "http://127.0.0.1:3000/slack",
        *,
        app_token: str | None = None,
        clock: Callable[[], float] = time.time,
        event_retry_s: Sequence[float] = (0, 60, 300),
        ack_timeout_s: float = 3.0,
        trigger_ttl_s: float = 3.0,
        channel_rate_per_s: float = 1.0,
    ) -> None:
        self.manifest = Manifest.read(manifest)
        self.bot_token = bot_token
        self.app_token = app_token
        self.base_url = base_url
        self.clock = clock
        self.event_repeats = 0
        """How many times each event is sent again under a new event id, as Slack sometimes does."""
        self.shares_show: threading.Event | None = None
        """Until it is set, completed uploads appear nowhere: Slack shares them in its own time."""
        self.version = 0
        """Counts every change that somebody could see."""
        self.calls: list[JSON] = []
        """Every Web API call: method, args (decoded), answer, status."""
        self.deliveries: list[JSON] = []
        """Every request to the bot: kind, payload, status (None: no answer), took_s, retry_num, error."""
        self.people = People(seed.people(), seed.groups(), seed.TEAM_ID)
        self.channels = Channels(seed.channels())
        self.log = MessageLog(clock)
        self.views = Views(Owner(seed.TEAM_ID, seed.APP_ID, seed.BOT_ID))
        self.files = Files(base_url, clock, seed.TEAM_ID)
        self.triggers = Triggers(clock, trigger_ttl_s)
        self.response_urls = ResponseUrls(clock, base_url)
        self.posting_rate = PostingRate(clock, channel_rate_per_s)
        self.notices = Notices(clock)
        self.faults = Faults()
        self.connections = Connections(base_url, enabled=self.manifest.socket_mode)
        self.outbox = Outbox(
            events_url,
            signing_secret,
            self.connections if self.manifest.socket_mode else None,
            self._record_delivery,
            retry_after_s=event_retry_s,
            ack_timeout_s=ack_timeout_s,
        )
        self.suggested: dict[tuple[str, str, str], JSON] = {}
        """What an external select last offered, by user, block_id and action_id."""
        self._message_states: dict[str, JSON] = {}
        self._whispers: dict[tuple[str, str], list[JSON]] = {}
        self._condition = threading.Condition(threading.RLock())
        self._ticks = 0
        self._subscribers: list[Callable[[], None]] = []
        self.is_running = True

    @property
    def events_url(self) -> str:
        return self.outbox.url

    @events_url.setter
    def events_url(self, url: str) -> None:
        self.outbox.url = url

    def stop(self) -> None:
        """Deliver nothing more and let every waiting page go."""
        self.is_running = False
        self.outbox.stop()
        self.connections.stop()
        self.touch()

    # Changing and waiting

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the lock. Never wait for the network inside."""
        with self._condition:
            yield

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock, then tell everybody that something visible changed. Not to be nested."""
        with self._condition:
            yield
            self.version += 1
            self._tick()
        for subscriber in self._subscribers:
            subscriber()

    def touch(self) -> None:
        """Something visible changed elsewhere (on the handset): let the pages look again."""
        with self.changing():
            pass

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every visible change, outside the lock."""
        self._subscribers.append(callback)

    def record_call(self, call: JSON) -> None:
        with self._condition:
            self.calls.append(call)
            self._tick()

    def _record_delivery(self, delivery: JSON) -> None:
        with self._condition:
            self.deliveries.append(delivery)
            self._tick()

    def _tick(self) -> None:
        self._ticks += 1
        self._condition.notify_all()

    def wait_for(self, condition: Callable[[], object], timeout_s: float = 60.0) -> None:
        """Return as soon as `condition` holds. Raises `AssertionError` that says what happened instead."""
        deadline = time.monotonic() + timeout_s
        while True:
            with self._condition:
                seen = self._ticks
            if condition():
                return
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise AssertionError(f"not within {timeout_s} s; {self._summary()}")
            with self._condition:
                if self._ticks == seen:
                    self._condition.wait(min(remaining, LOOK_AGAIN_S))

    def wait_for_version(self, seen: int, timeout_s: float) -> int:
        """The version as soon as it differs from `seen`, or after `timeout_s` seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self.version != seen or not self.is_running, timeout_s)
            return self.version

    def _summary(self) -> str:
        with self._condition:
            calls = [f"{c['method']}: {c['answer'].get('error', 'ok')}" for c in self.calls[-8:]]
            sent = [f"{d['kind']}: {d['error'] or d['status']}" for d in self.deliveries[-8:]]
            notices = [n["text"] for person in self.people.everyone for n in self.notices.of(person)][-4:]
        return f"last Web API calls {calls}, last deliveries {sent}, notices {notices}"

    # Looking and acting

    def member(self, user_id: str) -> Member:
        """Act as a person of the workspace."""
        return Member(self, self.people.everyone[user_id])

    def messages(self, channel_id: str) -> list[JSON]:
        """What is stored in a channel, oldest first, no ephemeral ones."""
        with self._condition:
            return [snapshot(message) for message in self.log.in_channel(channel_id)]

    def message_state(self, message: JSON) -> JSON:
        """What the inputs of a message hold, kept while its blocks stay; the caller holds the lock."""
        state = initial_state(message.get("blocks", []), self._message_states.get(message["ts"]))
        self._message_states[message["ts"]] = state
        return state

    def whispers_to(self, user_id: str, channel: Channel) -> list[JSON]:
        """The ephemeral messages that one person sees in a channel; the caller holds the lock."""
        return self._whispers.setdefault((user_id, channel.id), [])

    def whisper(self, user_id: str, channel: Channel, message: JSON) -> None:
        """Show `message` to one person only, until they dismiss it; the caller holds the lock."""
        self.whispers_to(user_id, channel).append({**message, "is_ephemeral": True})
