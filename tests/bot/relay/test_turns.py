"""Turns at a rate that somebody else sets, in one process and in several."""

import threading
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.relay.turns import Turns
from bot.settings import database_url
from bot.store.engine import Store, open_engine
from tests import databases

PER_S = 20.0


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 5), st.lists(st.floats(0, 2), min_size=1, max_size=30))
def test_no_second_has_more_turns_than_the_rate_and_one_burst(burst: int, pauses: list[float]) -> None:
    """However many ask, and whenever."""
    clock, taken = Clock(), []
    turns = Turns(2.0, burst, clock=clock)
    for place, pause in enumerate(pauses):
        clock.now += pause
        while wait_s := turns.wait_s(str(place)):
            clock.now += wait_s
        taken.append(clock.now)
    for since in taken:
        assert sum(since <= at < since + 1 for at in taken) <= burst + 2


def test_while_others_use_the_rate_up_everybody_here_waits_in_the_same_order() -> None:
    """Whoever was first stays first."""
    clock, held = Clock(), [0.0, 0.3, 0.0, 0.0]
    turns = Turns(10.0, take=lambda: held.pop(0), clock=clock)
    assert turns.wait_s("one") == 0
    waits = {lane: turns.wait_s(lane) for lane in ("two", "three")}

    clock.now += 0.11
    assert turns.wait_s("two") == 0.3
    assert turns.wait_s("three") > 0.3
    clock.now += 0.31
    assert waits["two"] < waits["three"]
    assert turns.wait_s("two") == 0
    assert turns.wait_s("three") > 0


def test_processes_on_one_postgresql_share_a_rate(tmp_path: Path) -> None:
    """Two of them together are no faster than one."""
    url = database_url(databases.migrated("postgresql", tmp_path))
    engines = [open_engine(url) for _ in range(2)]
    taken: list[float] = []

    def work(process: Turns) -> None:
        for place in range(10):
            while wait_s := process.wait_s(str(place)):
                time.sleep(wait_s)
            taken.append(time.monotonic())

    processes = [Turns.shared(Store(engine), "sms", PER_S) for engine in engines]
    threads = [threading.Thread(target=work, args=(process,)) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for engine in engines:
        engine.dispose()

    assert len(taken) == 20
    assert max(taken) - min(taken) >= 18 / PER_S
