"""On PostgreSQL the processes that are left do the work of one that dies and never comes back."""

from collections import Counter

import pytest

from bot.store.replies import MARKS, ReplyState
from sandbox.slack import faults
from tests.bot.crashes.people import replying, texting
from tests.bot.crashes.switchboard import (
    ALL_DONE_WITHIN_S,
    CHANNELS,
    IMPATIENT,
    NUMBERS,
    PEOPLE,
    Switchboard,
)
from tests.stage import BotProcess, wait_for

THREADS = 10
TEXTS = 300
REPLIES = 100
SWITCHED_OFF = "14255550000"
"""Receipts for this phone say that it could not be reached."""
ADOPTED_WITHIN_S = 60.0  # of a busy machine; `make bench` holds an idle one to ten
MANY_AT_ONCE = 6
ON_ITS_WAY_S = 1.2
"""Less than anybody waits before looking whether a post of somebody who died is there."""
SLOW_S = 3.0
"""More than that."""


@pytest.mark.parametrize("victim", ["web", "worker"])
def test_the_work_of_a_dead_process_is_adopted(on_postgresql: Switchboard, victim: str) -> None:
    """Texts in and replies out, exactly once and in order, their marks true; nobody waits for its return."""
    # given
    board = on_postgresql
    processes = _web_and_worker(board)
    with texting(board, range(THREADS), [*PEOPLE, SWITCHED_OFF]):
        pass
    board.wait_for_texts(THREADS)
    threads = list(board.shown())
    board.carrier.faults.webhook_copies = (1, 5)
    board.slack_misbehaves()
    board.carrier_is_slow_and_silent()

    # when
    with (
        texting(board, range(THREADS, TEXTS), [*PEOPLE, SWITCHED_OFF]),
        replying(board, threads, REPLIES),
    ):
        board.wait_for_texts(TEXTS // 3)
        wait_for(lambda: board.count_stored_replies() == REPLIES, "every reply", timeout_s=ALL_DONE_WITHIN_S)
        processes.pop(victim).kill()
        orphans = board.channels_being_posted_to()
        for channel_id in orphans:
            _wait_until_adopted(board, channel_id)
    board.wait_for_texts(TEXTS)
    wait_for(
        lambda: board.marks() == _true_marks(board),
        "every mark to tell what became of its reply",
        timeout_s=ALL_DONE_WITHIN_S,
    )
    board.wait_until_at_rest()

    # then
    assert [process.stop() for process in processes.values()] == [0]
    shown = board.shown()
    assert Counter(body for thread in shown.values() for body in thread) == Counter(
        f"text {i}" for i in range(TEXTS)
    )
    assert shown == board.stored()
    assert sorted(board.cards()) == sorted(shown)
    assert Counter(message.body for message in board.received()).most_common(1)[0][1] == 1
    assert "deadlock" not in board.logs()


def test_a_post_still_on_its_way_when_its_sender_dies_is_not_made_twice(on_postgresql: Switchboard) -> None:
    """Whoever takes over looks only once a request of the dead must have arrived."""
    # given
    board = on_postgresql
    processes = _web_and_worker(board)
    board.workspace.faults.add("chat.postMessage", faults.held(ON_ITS_WAY_S), times=len(CHANNELS))

    # when
    for i, number in enumerate(NUMBERS):
        board.carrier.handset_send(PEOPLE[0], number, f"text {i}")
    wait_for(
        lambda: len(board.channels_being_posted_to()) >= MANY_AT_ONCE,
        "many posts to be on their way",
        timeout_s=ALL_DONE_WITHIN_S,
    )
    processes["web"].kill()
    board.wait_for_texts(len(NUMBERS))
    board.wait_until_at_rest()

    # then
    assert sorted(board.cards()) == sorted(board.shown())
    assert board.shown() == board.stored()


def test_a_slow_post_is_left_to_the_process_that_began_it(on_postgresql: Switchboard) -> None:
    """Slow is not dead: while its sender lives nobody else looks, finds nothing and posts it again."""
    # given
    board = on_postgresql
    processes = _web_and_worker(board)
    few = NUMBERS[:5]
    board.workspace.faults.add("chat.postMessage", faults.held(SLOW_S), times=2 * len(few))

    # when
    for i, number in enumerate(few):
        board.carrier.handset_send(PEOPLE[0], number, f"text {i}")
    board.wait_for_texts(len(few))
    board.wait_until_at_rest()
    codes = [process.stop() for process in processes.values()]  # whatever else they began has happened then

    # then
    assert codes == [0, 0]
    assert sorted(board.cards()) == sorted(board.shown())
    assert board.shown() == board.stored()


def _web_and_worker(board: Switchboard) -> dict[str, BotProcess]:
    processes = {"web": board.process(module=IMPATIENT), "worker": board.process("worker", module=IMPATIENT)}
    for process in processes.values():
        process.start()
    processes["web"].wait_until_ready()
    wait_for(lambda: board.logs().count('"ready"') == 2, "the worker to be ready", ALL_DONE_WITHIN_S)
    return processes


def _wait_until_adopted(board: Switchboard, channel_id: str) -> None:
    """Whatever was in doubt there is settled, or goes on."""
    wait_for(
        lambda: channel_id not in board.channels_being_posted_to(),
        f"{channel_id} to be adopted",
        timeout_s=ADOPTED_WITHIN_S,
    )


def _true_marks(board: Switchboard) -> dict[str, tuple[str, ...]]:
    """The reaction that each reply should carry, by what its phone says; a person decides on the rest."""
    fates = {"delivered": ReplyState.DELIVERED, None: ReplyState.PARKED}
    states = {message.body: message.state for message in board.received()}
    return {
        body: (MARKS[fates.get(states.get(body), ReplyState.FAILED)],)
        for body in (f"reply {i}" for i in range(REPLIES))
    }
