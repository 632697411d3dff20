"""What numbers for sale cost at this moment."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

from bot.errors import BotError
from flowroute import Flowroute, PhoneNumber, format_phone_number
from flowroute.numbers import NumberForSale

AT_ONCE = 5


class NumberTaken(BotError):
    """Numbers are no longer for sale; `numbers` says which."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(not_for_sale(numbers))
        self.numbers = tuple(numbers)


@dataclass(frozen=True)
class Quote:
    """What a number costs now, in USD; None where Flowroute does not say."""

    number: PhoneNumber
    setup_cost: Decimal | None
    monthly_cost: Decimal | None
    rate_center: str | None
    state: str | None
    number_type: str | None


def not_for_sale(numbers: Sequence[str]) -> str:
    shown = ", ".join(format_phone_number(number) for number in numbers)
    return f"{shown} {'is' if len(numbers) == 1 else 'are'} not for sale any more."


def quotes(flowroute: Flowroute, numbers: Sequence[str]) -> list[Quote | None]:
    """The prices of `numbers`, a few asked for at a time; None for what is not for sale.

    Raises FlowrouteError when Flowroute could not say.
    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="quotes") as pool:
        return [_quote(offer) for offer in pool.map(flowroute.numbers.price, numbers)]


def _quote(offer: NumberForSale | None) -> Quote | None:
    if offer is None:
        return None
    return Quote(
        number=offer.value,
        setup_cost=offer.setup_cost,
        monthly_cost=offer.monthly_cost,
        rate_center=offer.rate_center,
        state=offer.state,
        number_type=offer.number_type,
    )
