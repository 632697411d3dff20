"""A bot as a process between stand-ins that cost next to nothing, and what can be measured of it."""

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import settings
from bot.clock import utc_now
from bot.store import links as stored_links
from bot.store.engine import Store, open_engine
from bot.store.links import Link
from bot.store.migrate import migrate
from tests.bench.carrier import KEYS, carrier
from tests.bench.slack_sink import Sink, slack_sink
from tests.bench.wire import Wire
from tests.stage import BotProcess, free_port

TOKEN = "bench-webhook-token"
SIGNING_SECRET = "bench"
HASTY = "tests.bench.hasty"
"""The module of a bot that posts as fast as it can."""
PERSON = "14255552000"
JSON = {"Content-Type": "application/json"}
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def _number(place: int) -> str:
    return f"1206555{1000 + place}"


NUMBERS = [_number(place) for place in range(50)]
"""Each is linked to a channel of its own."""


@dataclass(frozen=True)
class RelayBot:
    """One running bot."""

    process: BotProcess
    slack: Sink
    port: int

    def text(self, name: str, number: str, wire: Wire | None = None) -> None:
        """Deliver the webhook of a text and wait for its answer."""
        own = wire or Wire(self.port)
        own.post(f"/flowroute/{TOKEN}/sms", _webhook(name, number), JSON)
        if wire is None:
            own.close()

    def texts(self, names: Sequence[str], numbers: Sequence[str] = NUMBERS, connections: int = 8) -> None:
        """Deliver many, to all `numbers` in turn, as fast as that many connections can."""
        local = threading.local()

        def deliver(place: int) -> None:
            if not hasattr(local, "wire"):
                local.wire = Wire(self.port)
            self.text(names[place], numbers[place % len(numbers)], local.wire)

        with ThreadPoolExecutor(connections) as pool:
            list(pool.map(deliver, range(len(names))))

    def open_threads(self) -> int:
        """One text to each number, and its card; how many posts that makes in Slack."""
        self.texts([f"first{place}" for place in range(len(NUMBERS))])
        self.slack.wait_for(2 * len(NUMBERS))
        return 2 * len(NUMBERS)

    def cpu_ms_each(self, names: Sequence[str], posts: int) -> float:
        """CPU milliseconds of a text until all are in Slack, where `posts` posts are then."""
        before = self.cpu_s()
        self.texts(names)
        self.slack.wait_for(posts)
        time.sleep(1.0)  # for what is written down after a post
        return (self.cpu_s() - before) / len(names) * 1000

    def cpu_s(self) -> float:
        """CPU seconds of the process and its children so far."""
        return sum(_cpu_s(pid) for pid in _family(self.process.pid))

    def rss_mib(self) -> float:
        """Resident memory of the process that does the work."""
        return max(_rss_mib(pid) for pid in _family(self.process.pid))

    def open_files(self) -> int:
        """File handles of the process that does the work."""
        return max(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in _family(self.process.pid))


@contextmanager
def relay_bot(
    folder: Path,
    database_url: str,
    *arguments: str,
    module: str = "bot",
    links: int = len(NUMBERS),
    numbers: int = 1,
    tls: bool = False,
) -> Iterator[RelayBot]:
    """Start one in `folder` and wait until it is ready; its database is made if need be.

    `numbers` are on its Flowroute account, `links` lead to a channel each; with `tls` it reaches Slack
    over https.
    """
    with relay_bots(
        folder, database_url, *arguments, module=module, links=links, numbers=numbers, tls=tls
    ) as bots:
        yield bots[0]


@contextmanager
def relay_bots(
    folder: Path,
    database_url: str,
    *arguments: str,
    module: str = "bot",
    links: int = len(NUMBERS),
    numbers: int = 1,
    tls: bool = False,
    count: int = 1,
) -> Iterator[list[RelayBot]]:
    """Several on one database and one Slack."""
    folder.mkdir(parents=True, exist_ok=True)
    _prepare(database_url, links)
    bots: list[RelayBot] = []
    with slack_sink(folder if tls else None) as slack, carrier(numbers=numbers) as flowroute_url:
        try:
            for place in range(count):
                environment = _environment(database_url, slack, flowroute_url)
                process = BotProcess(environment, folder / f"bot{place}.log", *arguments, module=module)
                process.start()
                bots.append(RelayBot(process, slack, int(environment["PORT"])))
            for bot in bots:
                if not arguments:
                    bot.process.wait_until_ready()
            yield bots
        finally:
            for bot in bots:
                bot.process.kill()


def _prepare(database_url: str, links: int) -> None:
    store = Store(open_engine(settings.database_url(database_url)))
    migrate(store.engine)
    with store.write() as db:
        for place in range(links):
            link = Link(_number(place), f"C0BENCH{place:03}", "thread", 0, "U0ADMIN", utc_now())
            stored_links.put(db, link)
    store.close()


def _environment(database_url: str, slack: Sink, flowroute_url: str) -> dict[str, str]:
    port = free_port()
    return {
        "FR_ACCESS_KEY": KEYS[0],
        "FR_SECRET_KEY": KEYS[1],
        "FLOWROUTE_API_URL": flowroute_url,
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEBHOOK_TOKEN": TOKEN,
        "DATABASE_URL": database_url,
        "DEFAULT_CHANNEL": "C0BENCH",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        **({"SSL_CERT_FILE": str(slack.trusted)} if slack.trusted else {}),
    }


def _webhook(name: str, number: str) -> bytes:
    attributes = {
        "amount_display": "$0.0040",
        "amount_nanodollars": "4000000",
        "body": name,
        "direction": "inbound",
        "from": PERSON,
        "is_mms": False,
        "message_encoding": 0,
        "message_type": "longcode",
        "status": "delivered",
        "timestamp": f"{utc_now():%Y-%m-%dT%H:%M:%S.%f}Z",
        "to": number,
    }
    return json.dumps({"data": {"attributes": attributes, "type": "message", "id": f"mdr2-{name}"}}).encode()


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def _rss_mib(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES / 2**20
