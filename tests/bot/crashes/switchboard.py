"""Thirty linked numbers and their channels in stand-ins that misbehave, and what is true there in the end."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot import settings
from bot.clock import utc_now
from bot.store import links
from bot.store.engine import Store, open_engine
from bot.store.links import Link
from flowroute import CallbackKind, Flowroute
from sandbox.flowroute_api import Drop, Latency, Refuse
from sandbox.flowroute_api.faults import Fault
from sandbox.flowroute_api.state import HandsetMessage
from sandbox.server import Pace, Sandbox
from sandbox.slack import faults
from sandbox.slack.channels import Channel
from tests.discretion import listener
from tests.stage import ADMIN, AGENT, BotProcess, free_port, wait_for

NUMBERS = [f"1206555{i:04}" for i in range(1000, 1030)]
CHANNELS = [f"C0ROOM{i:02}" for i in range(len(NUMBERS))]
PEOPLE = [f"1425555{i:04}" for i in range(2000, 2003)]
BOT_USER = "U0BOT"
IMPATIENT = "tests.bot.crashes.impatient"
SWIFT = "tests.bot.crashes.swift"
PACE = Pace(
    event_retry_s=(0, 0.5, 1, 2, 4, 8, 16, 32),
    channel_rate_per_s=0,  # no limit
    webhook_retry_s=3,
    receipt_delay_s=0.0,
    cnam_review_s=0.5,
    provisioning_s=0.2,
)
"""Slack tries events for as long as a restart may take; Flowroute gives a webhook up after four times 3 s."""
ALL_DONE_WITHIN_S = 180.0  # of a busy machine; an idle one needs a tenth of it

Thread = tuple[str, str]
"""A channel, and the ts of the card in it."""


class Switchboard:
    """The stand-ins, and a database in which each number is linked to the channel of its own place.

    `database_url` leads to one at the current schema.
    """

    def __init__(self, sandbox: Sandbox, database_url: str, folder: Path) -> None:
        self.sandbox = sandbox
        self.carrier = sandbox.carrier
        self.workspace = sandbox.workspace
        self._folder = folder
        self._processes: list[BotProcess] = []
        self._port = free_port()
        self.environment = {
            **sandbox.bot_environment(self._port),
            "DATABASE_URL": database_url,
            "POLL_SECONDS": "2",
        }
        self.carrier.give_numbers(*NUMBERS)
        for channel_id in CHANNELS:
            members = [ADMIN, AGENT, BOT_USER]
            self.workspace.channels.add(Channel(channel_id, channel_id.lower(), "channel", members))
        self.deliver_to(self._port)
        self.store = Store(open_engine(settings.database_url(database_url)))
        with self.store.write() as db:
            for number, channel_id in zip(NUMBERS, CHANNELS, strict=True):
                links.put(db, Link(number, channel_id, "thread", 0, ADMIN, utc_now()))

    def process(self, *arguments: str, module: str = SWIFT, **changes: str) -> BotProcess:
        """A process of the bot, ended with the test; without arguments it serves the web as well.

        `changes` are settings by their names in the environment.
        """
        log = self._folder / f"bot{len(self._processes)}.log"
        process = BotProcess(self.environment | changes, log, *arguments, module=module)
        self._processes.append(process)
        return process

    def close(self) -> None:
        for process in self._processes:
            process.kill()
        self.store.close()

    def logs(self) -> str:
        """What all processes said."""
        return "".join(log.read_text() for log in sorted(self._folder.glob("bot*.log")))

    # What goes wrong

    def slack_misbehaves(self) -> None:
        """Every tenth call or so goes wrong, in every way; half of the posts are answered late."""
        for method in ("chat.postMessage", "conversations.replies", "conversations.history", "reactions.add"):
            for fault in (
                faults.ratelimited(1),
                faults.http_500(),
                faults.html_page(),
                faults.drop_before(),
                faults.drop_after(),
            ):
                self.workspace.faults.add(method=method, fault=fault, times=None, probability=0.02)
        # A process that is killed then nearly always leaves a post behind of which it knows nothing.
        self.workspace.faults.add("chat.postMessage", faults.latency(0.2), times=None, probability=0.25)
        self.workspace.faults.add("chat.postMessage", faults.held(0.2), times=None, probability=0.3)

    def carrier_is_slow_and_silent(self) -> None:
        """Takes some texts without an answer, some late, and some at the second attempt."""
        self._spoil_texts(Drop("after effect"), 0.07)
        self._spoil_texts(Latency(0.3), 0.3)
        self._spoil_texts(Refuse(429, retry_after_s=1), 0.04)

    def carrier_fails(self) -> None:
        """Does not take some texts, and does not say so."""
        self._spoil_texts(Refuse(500), 0.03)
        self._spoil_texts(Drop("before effect"), 0.03)

    # What is there

    def shown(self) -> dict[Thread, list[str]]:
        """The texts in Slack, in the order in which they stand in each thread."""
        threads: defaultdict[Thread, list[str]] = defaultdict(list)
        for channel_id in CHANNELS:
            for message in self.workspace.messages(channel_id):
                if message["text"].startswith("text "):
                    threads[channel_id, message["thread_ts"]].append(message["text"])
        return threads

    def count_shown(self) -> int:
        return sum(map(len, self.shown().values()))

    def cards(self) -> list[Thread]:
        """Every thread that was begun, also one that was begun twice."""
        return [
            (channel_id, message["ts"])
            for channel_id in CHANNELS
            for message in self.workspace.messages(channel_id)
            if message.get("bot_id") and message.get("thread_ts", message["ts"]) == message["ts"]
        ]

    def stored(self) -> dict[Thread, list[str]]:
        """The texts in the database, in the order in which they were first stored."""
        threads: defaultdict[Thread, list[str]] = defaultdict(list)
        for channel_id, thread_ts, body in self._ask(
            "SELECT channel_id, thread_ts, body FROM texts "
            "JOIN conversations ON conversations.id = texts.conversation_id ORDER BY texts.id"
        ):
            threads[channel_id, thread_ts].append(body)
        return threads

    def received(self) -> list[HandsetMessage]:
        """What reached phones or was meant to, oldest first."""
        return [m for m in self.carrier.handset_messages() if m.direction == "received"]

    def marks(self) -> dict[str, tuple[str, ...]]:
        """The reactions on each reply."""
        return {
            message["text"]: tuple(reaction["name"] for reaction in message.get("reactions", ()))
            for channel_id in CHANNELS
            for message in self.workspace.messages(channel_id)
            if message["text"].startswith("reply ")
        }

    def count_stored_replies(self) -> int:
        return len(self._ask("SELECT id FROM replies"))

    def channels_being_posted_to(self) -> set[str]:
        """Where the outcome of a post is not known yet."""
        return {row.channel_id for row in self._ask("SELECT channel_id FROM posts WHERE state = 'posting'")}

    def wait_for_texts(self, count: int) -> None:
        """Until so many are in Slack."""
        wait_for(lambda: self.count_shown() >= count, f"{count} texts in Slack", timeout_s=ALL_DONE_WITHIN_S)

    def wait_until_at_rest(self) -> None:
        """Until nobody has anything left to deliver, post or send."""
        wait_for(
            lambda: self.carrier.unfinished_webhooks == 0 and not self._open_work(),
            "everything to be done",
            timeout_s=ALL_DONE_WITHIN_S,
        )

    def _open_work(self) -> bool:
        (row,) = self._ask(
            "SELECT (SELECT count(*) FROM posts WHERE state IN ('waiting', 'posting'))"
            " + (SELECT count(*) FROM texts WHERE placement = 'waiting')"
            " + (SELECT count(*) FROM replies WHERE state IN ('stored', 'sending', 'unknown')"
            "    OR mark_wanted IS NOT NULL) AS open"
        )
        return bool(row.open)

    def _ask(self, question: str) -> list[Any]:
        with self.store.read() as db:
            return list(db.execute(text(question)))

    def _spoil_texts(self, fault: Fault, probability: float) -> None:
        path = "/v2.1/messages"
        self.carrier.faults.add(
            method="POST", path_pattern=path, fault=fault, times=None, probability=probability
        )

    def deliver_to(self, port: int) -> None:
        """Have both sides call the process on that port, as a load balancer would."""
        bot = self.environment
        keys = (bot["FR_ACCESS_KEY"], bot["FR_SECRET_KEY"])
        url = f"http://127.0.0.1:{port}/flowroute/{bot['WEBHOOK_TOKEN']}/sms"
        self.sandbox.deliver_to(port)
        with Flowroute(*keys, bot["FLOWROUTE_API_URL"]) as account:
            account.messages.set_callback(CallbackKind.SMS, url)


@contextmanager
def switchboard(database_url: str, folder: Path) -> Iterator[Switchboard]:
    """A switchboard for one test; processes are killed at its end."""
    with Sandbox(pace=PACE, data=folder) as sandbox:
        board = Switchboard(sandbox, database_url, folder)
        try:
            yield board
        finally:
            board.close()
            listener.heard(message.body for message in board.carrier.handset_messages())
