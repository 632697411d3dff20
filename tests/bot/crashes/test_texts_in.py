"""No text from a phone is lost, doubled or out of order, whatever dies and whoever misbehaves."""

from collections import Counter

from tests.bot.crashes.people import texting
from tests.bot.crashes.switchboard import Switchboard

TEXTS = 300
KILLS = 5


def test_texts_survive_five_kills_exactly_once_and_in_order(on_sqlite: Switchboard) -> None:
    """Each webhook comes one to five times, in any order; Slack answers 429, 500, a web page or nothing."""
    # given
    board = on_sqlite
    board.carrier.faults.webhook_copies = (1, 5)
    board.carrier.faults.webhook_shuffle = True
    board.slack_misbehaves()
    bot = board.process()
    bot.start()
    bot.wait_until_ready()

    # when
    with texting(board, range(TEXTS)):
        for kill in range(KILLS):
            board.wait_for_texts((kill + 1) * TEXTS // (KILLS + 2))
            bot.kill()
            bot.start()
            bot.wait_until_ready()
    board.wait_for_texts(TEXTS)
    board.wait_until_at_rest()

    # then
    assert bot.stop() == 0
    shown = board.shown()
    assert Counter(body for thread in shown.values() for body in thread) == Counter(
        f"text {i}" for i in range(TEXTS)
    )
    assert shown == board.stored()
    assert sorted(board.cards()) == sorted(shown)
