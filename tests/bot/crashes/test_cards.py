"""The card at the head of a thread in a process that dies over it."""

import threading

from tests.bot.crashes.switchboard import NUMBERS, PEOPLE, Switchboard
from tests.bot.crashes.tripwire import Passing, tripwire
from tests.stage import wait_for


def test_a_card_is_brought_up_to_date_although_the_process_dies_over_it(on_sqlite: Switchboard) -> None:
    """Killed between the decision to edit it and the edit: the next process makes the edit."""
    with tripwire(on_sqlite.environment["SLACK_API_URL"].rstrip("/")) as wire:
        # given
        process = on_sqlite.process(SLACK_API_URL=wire.url)
        died = threading.Event()

        def kills(call: Passing) -> bool:
            if call.path != "/chat.update" or died.is_set():
                return False
            process.kill()
            died.set()
            return True

        wire.trip = kills
        process.start()
        process.wait_until_ready()

        # when
        on_sqlite.carrier.handset_send(PEOPLE[0], NUMBERS[0], "hello")
        wait_for(died.is_set, "the process to die over the card")
        process.start()

        # then
        wait_for(
            lambda: any(call["method"] == "chat.update" for call in on_sqlite.workspace.calls),
            "the card to be edited",
        )
