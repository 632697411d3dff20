"""What the doctor says of one part."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a part is."""

    GOOD = "ok"
    WORTH_A_LOOK = "look"
    BAD = "BAD"


@dataclass(frozen=True)
class Finding:
    """One part, how it is, and what to do about it ("" when nothing)."""

    part: str
    health: Health
    said: str
    cure: str = ""
