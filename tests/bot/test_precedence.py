"""Requests go before background work, which takes turns."""

import threading
from concurrent.futures import ThreadPoolExecutor

from bot.precedence import Precedence

LONG_S = 60.0


def test_background_work_stands_back_while_a_request_is_answered() -> None:
    """It has its turn as soon as nobody waits any more."""
    precedence = Precedence(stand_back_s=LONG_S)
    order: list[str] = []
    waits = threading.Event()

    def work() -> None:
        with precedence.background():
            waits.set()
            with precedence.turn():
                order.append("background")

    with ThreadPoolExecutor(1) as pool:
        with precedence.request(), precedence.request():
            done = pool.submit(work)
            waits.wait(LONG_S)
            order.append("request")
        done.result(LONG_S)

    assert order == ["request", "background"]


def test_requests_that_never_cease_do_not_stop_background_work() -> None:
    """It stands back for a while only."""
    precedence = Precedence(stand_back_s=0.01)

    def work() -> str:
        with precedence.background(), precedence.turn():
            return "done"

    with precedence.request(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result(LONG_S) == "done"


def test_background_threads_take_turns() -> None:
    """One computes at a time; a turn within a turn is the same one."""
    precedence = Precedence()
    inside = threading.Lock()

    def is_alone(_: int) -> bool:
        with precedence.background(), precedence.turn(), precedence.turn():
            alone = inside.acquire(blocking=False)
            threading.Event().wait(0.001)  # lets others try
            if alone:
                inside.release()
            return alone

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(is_alone, range(40)))


def test_several_may_have_a_turn_where_they_mostly_wait() -> None:
    """Each of two waits, during its turn, for the other's."""
    precedence = Precedence(turns=2)
    both = threading.Barrier(2, timeout=LONG_S)

    def meet(_: int) -> None:
        with precedence.background(), precedence.turn():
            both.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(meet, range(2)))


def test_whoever_answers_a_request_needs_no_turn() -> None:
    """Somebody else has it, and may keep it."""
    precedence = Precedence()
    has_turn, may_go = threading.Event(), threading.Event()

    def work() -> None:
        with precedence.background(), precedence.turn():
            has_turn.set()
            may_go.wait(LONG_S)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
        assert has_turn.wait(LONG_S)
        with precedence.request(), precedence.turn():
            may_go.set()
