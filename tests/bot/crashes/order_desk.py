"""Orders of numbers in a process that is killed over and over, and what is true at the carrier in the end."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import settings
from bot.actor import Actor
from bot.app import build
from bot.store import links
from bot.store.orders import Order, OrderState, StepState
from bot.store.set_up import SetUp
from sandbox.server import Pace, Sandbox
from tests.bot.crashes.tripwire import Passing, Tripwire, tripwire
from tests.bot.provisioning.desk import OFFICE, TO_BUY
from tests.stage import ADMIN, AUDIT, ROOT, SUPPORT, TELECOM, free_port, wait_for

NAME = "MAIN ST BAKERY"
ALL = SetUp(
    alias="Desk {n}",
    route_id="98396",
    failover_id="0",
    new_address=OFFICE,
    new_cnam=NAME,
    lookups=False,
    relay_channel=SUPPORT,
)
"""Something of every kind, with records that are still to be made and one that waits for reviewers."""
PACE = Pace(
    event_retry_s=(0, 0.5, 1, 2, 4),
    channel_rate_per_s=0,  # no limit
    webhook_retry_s=1,
    provisioning_s=0.05,
    cnam_review_s=0.3,
)
DONE = ":white_check_mark:"
KILLED_WITHIN_S = 180.0  # of a busy machine


class OrderDesk:
    """The stand-ins, a tripwire to the carrier, and somebody who confirms orders beside the bot's process."""

    def __init__(self, sandbox: Sandbox, wire: Tripwire, database_url: str, folder: Path) -> None:
        self.sandbox = sandbox
        self.wire = wire
        self.environment = {
            **sandbox.bot_environment(free_port()),
            "DATABASE_URL": database_url,
            "FLOWROUTE_API_URL": wire.url,
            "AUDIT_CHANNEL": AUDIT,
            "POLL_SECONDS": "0",
            "LOG_LEVEL": "WARNING",
        }
        values = {name.lower(): value for name, value in self.environment.items()}
        ours = settings.load(_env_file=None, **(values | {"flowroute_api_url": wire.carrier_url}))
        self.bot = build(ours)
        """Never started: it only takes orders in hand, as a web process would."""
        self.worker = Worker(self.environment, folder / "bot.log")

    def confirm(self, count: int, set_up: SetUp) -> int:
        """Ada confirms an order of so many numbers."""
        actor = Actor(ADMIN, TELECOM)
        order = self.bot.orders.draft(actor, self.bot.orders.quote(TO_BUY[:count]), set_up)
        self.bot.orders.confirm(actor, order.id)
        return order.id

    def order(self, order_id: int) -> Order:
        return self.bot.orders.order(order_id)

    def run_with_kills(self, order_id: int, is_deadly: "Deadly") -> int:
        """Carry an order out in processes that are killed whenever `is_deadly`; how many were."""
        dying, dead = threading.Event(), threading.Event()
        one_death_at_a_time = threading.Lock()
        kills = 0

        def trip(call: Passing) -> bool:
            with one_death_at_a_time:
                if dying.is_set() or not is_deadly(call):
                    return dying.is_set()  # what a dead process had sent is answered to nobody
                dying.set()
            self.worker.kill()
            dead.set()
            return True

        self.wire.trip = trip
        while True:
            self.worker.start()
            wait_for(
                lambda: dead.is_set() or self._is_through(order_id),
                f"a kill, or the end of the order after {kills}",
                KILLED_WITHIN_S,
            )
            if not dead.is_set():
                break
            kills += 1
            dying.clear()
            dead.clear()
        assert self.worker.stop() == 0
        return kills

    def _is_through(self, order_id: int) -> bool:
        order = self.order(order_id)
        assert order.state not in (OrderState.REFUSED, OrderState.CANCELLED), order.reason
        assert [step for step in order.all_steps if step.state is StepState.FAILED] == []
        return order.state is OrderState.DONE and any(text.startswith(DONE) for text in self.messages())

    def messages(self) -> list[str]:
        """What the channel shows of orders, in full."""
        return [
            message["text"]
            for message in self.sandbox.workspace.messages(TELECOM)
            if "Buying" in message["text"] or "Bought" in message["text"]
        ]

    def assert_as_ordered(self, order_id: int) -> None:
        """Each number bought once and set up as `ALL` says, each record made once, one message about it."""
        numbers = self.order(order_id).numbers
        world = self.sandbox.carrier._world.account
        bought = Counter(entry.number for entry in world.ledger if entry.what == "purchase")
        addresses = [a for a in world.addresses.values() if a.attributes["label"] == OFFICE.label]
        names = [cnam for cnam in world.cnams.values() if cnam.value == NAME]
        assert bought == Counter(numbers)
        assert Counter(e.number for e in world.ledger if e.what == "e911") == Counter(numbers)
        assert (len(addresses), len(names)) == (1, 1)
        assert len(self.messages()) == 1
        wait_for(
            lambda: all(world.numbers[number].messaging_enabled for number in numbers),
            "texting to be switched on",
        )
        with self.bot.store.read() as db:
            linked = {link.number: link.channel_id for link in links.every(db)}
        for n, number in enumerate(numbers, 1):
            owned = world.numbers[number]
            assert owned.alias == f"Desk {n}"
            assert (owned.primary_route, owned.failover_route) == ("98396", "0")
            assert not owned.cnam_lookups_enabled
            assert (owned.e911, owned.cnam) == (addresses[0].id, names[0].id)
            assert linked[number] == SUPPORT

    def close(self) -> None:
        self.worker.close()
        self.bot.store.close()


class Worker:
    """`python -m bot worker`, started and ended over and over."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log.open("ab")
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.crashes.nursery"],
            cwd=log.parent,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._pid: int | None = None
        self._born = threading.Lock()
        """Held until it is known who has been born: it may call, and be killed for it, before that."""

    def start(self) -> None:
        assert self._nursery.stdin is not None
        with self._born:
            self._nursery.stdin.write("\n")
            self._nursery.stdin.flush()
            self._pid = self._answer()

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As an operator would; the exit code."""
        return self._end(signal.SIGTERM)

    def close(self) -> None:
        if self._pid is not None:
            self.kill()
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(timeout=60)
        self._nursery.stdout.close()
        self._log.close()

    def _end(self, number: int) -> int:
        with self._born:
            assert self._pid is not None
            os.kill(self._pid, number)
            self._pid = None
            return self._answer()

    def _answer(self) -> int:
        assert self._nursery.stdout is not None
        return int(self._nursery.stdout.readline())


class Deadly:
    """Calls that kill: each the first time before it takes effect, the next time after, then never again."""

    def __init__(self, *methods: str) -> None:
        self._methods = methods
        self._seen: set[tuple[str, str, str]] = set()

    def __call__(self, call: Passing) -> bool:
        key = (call.method, call.path.partition("?")[0], call.moment)
        if call.method not in self._methods or key in self._seen:
            return False
        self._seen.add(key)
        return True


@contextmanager
def order_desk(database_url: str, folder: Path) -> Iterator[OrderDesk]:
    """A desk for one test; the process is killed at its end."""
    with Sandbox(pace=PACE, data=folder) as sandbox, tripwire(f"{sandbox.url}/carrier") as wire:
        desk = OrderDesk(sandbox, wire, database_url, folder)
        try:
            yield desk
        finally:
            desk.close()
