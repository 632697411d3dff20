"""What people on both ends do meanwhile, on threads of their own."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.bot.crashes.switchboard import NUMBERS, PEOPLE, Switchboard, Thread
from tests.stage import AGENT

PAUSE_S = 0.02
"""Between two texts or replies, so that some are written in every phase of the bot."""


@contextmanager
def texting(board: Switchboard, which: range, people: Sequence[str] = PEOPLE) -> Iterator[None]:
    """Phones text "text 0" and so on meanwhile, and all of it before the block is left."""
    dice = random.Random(7)
    pause = threading.Event()

    def write() -> None:
        for i in which:
            board.carrier.handset_send(dice.choice(people), dice.choice(NUMBERS), f"text {i}")
            pause.wait(PAUSE_S)

    with _meanwhile(write):
        yield


@contextmanager
def replying(board: Switchboard, threads: list[Thread], count: int) -> Iterator[None]:
    """An agent writes "reply 0" and so on meanwhile, and all of it before the block is left."""
    agent = board.workspace.member(AGENT)
    pause = threading.Event()

    def write() -> None:
        for i in range(count):
            channel_id, thread_ts = threads[i % len(threads)]
            agent.post(channel_id, f"reply {i}", thread_ts=thread_ts)
            pause.wait(PAUSE_S)

    with _meanwhile(write):
        yield


@contextmanager
def _meanwhile(write: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=write)
    thread.start()
    yield
    thread.join()
