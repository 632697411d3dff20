"""What numbers somebody looks for: the same filters in the command, the wizard and its buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from pydantic import BaseModel, ConfigDict

from flowroute import Flowroute
from flowroute.numbers import NumberForSale

CHEAPEST_FIRST = "monthly_cost"


class Filters(BaseModel):
    """What a number for sale must be like; `state` is two letters, `number_type` Flowroute's word."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts: str | None = None
    contains: str | None = None
    ends: str | None = None
    state: str | None = None
    rate_center: str | None = None
    number_type: str | None = None

    @property
    def line(self) -> str:
        """The command that searches with these filters."""
        words = ["numbers search"]
        if self.starts:
            words.append(self.starts)
        for name, value in self.model_dump(exclude={"starts"}).items():
            if value:
                option = "type" if name == "number_type" else name.replace("_", "-")
                words.append(f'{option}="{value}"' if " " in value else f"{option}={value}")
        return " ".join(words)


@dataclass(frozen=True)
class Page:
    """Some numbers for sale, and whether there are more after them."""

    offers: Sequence[NumberForSale]
    page: int
    has_more: bool


def find(
    flowroute: Flowroute, filters: Filters, *, page: int, size: int, cheapest_first: bool = False
) -> Page:
    """Page `page` (from 1 on) of the numbers for sale that fit; may raise FlowrouteError."""
    starts = (filters.starts or "").removeprefix("1")  # no area code begins with the country code
    found = list(
        islice(
            flowroute.numbers.search(
                starts_with=starts or None,
                contains=filters.contains,
                ends_with=filters.ends,
                state=filters.state,
                rate_center=filters.rate_center,
                number_type=filters.number_type,
                order_by=CHEAPEST_FIRST if cheapest_first else None,
                limit=size + 1,
                offset=(page - 1) * size,
            ),
            size + 1,
        )
    )
    return Page(found[:size], page, len(found) > size)
