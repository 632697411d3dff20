"""What somebody who changed something reads: how it stands now, as it was read back."""

from typing import Any

from bot.provisioning.changing import Changed

from .answers import Answer

TICK = ":white_check_mark:"
LATER = "It can take a few minutes."


def outcome(changed: Changed[Any], now: str, *, until_seen: str = LATER) -> Answer:
    """`now` (mrkdwn) says how it stands; `until_seen` when it will be as wanted, if it is not yet."""
    if changed.was_so:
        return Answer(f"Nothing to change: {now}")
    if not changed.is_done:
        return Answer(
            f":hourglass_flowing_sand: Flowroute took the change, but still shows: {now} {until_seen}"
        )
    if changed.answer_lost:
        return Answer(f"{TICK} {now} Flowroute's answer was lost, so I looked: it is done.")
    return Answer(f"{TICK} {now}")
