"""A world out of step: what the stand-ins do takes a while, and a different one each time.

Off unless a test run asks for it. A test that reads an outcome without waiting for it then fails nearly
always, and not once in a thousand runs.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Pauses:
    """How long at most (seconds), for all stand-ins of this process."""

    longest_s: float = 0.0


PAUSES = Pauses()
_DICE = random.Random()  # its own: Hypothesis watches the one that everybody shares


@contextmanager
def out_of_step() -> Iterator[None]:
    """Be late with the block, or late to tell of it."""
    pause_s = _DICE.uniform(0, PAUSES.longest_s)
    comes_late = _DICE.random() < 0.5  # noqa: PLR2004 - a coin
    time.sleep(pause_s if comes_late else 0)
    yield
    time.sleep(0 if comes_late else pause_s)
