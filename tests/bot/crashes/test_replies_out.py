"""No reply is texted twice, whatever dies or misbehaves; what nobody can know is left to a person."""

from collections import Counter

from bot.store.replies import MARKS, ReplyState
from tests.bot.crashes.people import replying, texting
from tests.bot.crashes.switchboard import ALL_DONE_WITHIN_S, IMPATIENT, Switchboard
from tests.stage import wait_for

REPLIES = 100
THREADS = 10
KILLS = 5
REPEATS = 3

PARKED = (MARKS[ReplyState.PARKED],)
DELIVERED = (MARKS[ReplyState.DELIVERED],)


def test_replies_survive_kills_and_reach_the_phone_once_or_are_parked(on_sqlite: Switchboard) -> None:
    """Flowroute answers 429, 500 or nothing, before and after it took the text, some late; Slack likewise."""
    # given
    board = on_sqlite
    bot = board.process(module=IMPATIENT)
    bot.start()
    bot.wait_until_ready()
    with texting(board, range(THREADS)):
        pass
    board.wait_for_texts(THREADS)
    board.carrier_is_slow_and_silent()
    board.carrier_fails()
    board.slack_misbehaves()

    # when
    with replying(board, list(board.shown()), REPLIES):
        for kill in range(KILLS):
            _wait_for_received(board, (kill + 1) * REPLIES // (KILLS + 3))
            bot.kill()
            bot.start()
            bot.wait_until_ready()
    _wait_until_told(board, REPLIES)

    # then
    assert bot.stop() == 0
    assert Counter(_received(board)).most_common(1)[0][1] == 1


def test_events_that_slack_repeats_under_new_ids_text_nothing_twice(on_sqlite: Switchboard) -> None:
    """A restart lies between the repeats of some; a reply's key is its place in Slack, not the event."""
    # given
    board = on_sqlite
    board.workspace.event_repeats = REPEATS
    bot = board.process(module=IMPATIENT)
    bot.start()
    bot.wait_until_ready()
    with texting(board, range(THREADS)):
        pass
    board.wait_for_texts(THREADS)

    # when
    with replying(board, list(board.shown()), 2 * THREADS):
        _wait_for_received(board, THREADS // 2)
        bot.kill()
        bot.start()
        bot.wait_until_ready()
    _wait_until_told(board, 2 * THREADS)

    # then
    assert bot.stop() == 0
    received = _received(board)
    assert len(received) == len(set(received))
    assert len(received) >= THREADS  # at most one of each thread was about to leave when the bot died


def _wait_for_received(board: Switchboard, count: int) -> None:
    wait_for(
        lambda: len(board.received()) >= count, f"{count} replies on phones", timeout_s=ALL_DONE_WITHIN_S
    )


def _wait_until_told(board: Switchboard, count: int) -> None:
    """Until every reply shows what became of it, truly, and nothing is left to do."""

    def true_marks() -> dict[str, tuple[str, ...]]:
        received = _received(board)
        return {f"reply {i}": DELIVERED if f"reply {i}" in received else PARKED for i in range(count)}

    wait_for(
        lambda: board.marks() == true_marks(),
        f"{count} replies to be delivered or parked",
        timeout_s=ALL_DONE_WITHIN_S,
    )
    board.wait_until_at_rest()


def _received(board: Switchboard) -> list[str]:
    return [message.body for message in board.received()]
