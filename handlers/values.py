"""The kinds of value a command takes. Each says what was wrong, what would be right, and gives an example."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import click

from flowroute import InvalidNumber, PhoneNumber, parse_phone_number

MAX_QUOTED = 40
"""How much of somebody's typing an answer repeats."""


def quoted(typed: str) -> str:
    """What somebody typed, cut short, to be repeated inside an answer."""
    return f"“{typed if len(typed) <= MAX_QUOTED else typed[:MAX_QUOTED] + '…'}”"


class NumberType(click.ParamType[PhoneNumber]):
    """A whole phone number, with the spaces and brackets people write."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> PhoneNumber:
        try:
            return parse_phone_number(str(value))
        except InvalidNumber as error:
            self.fail(error.user_message, param, ctx)


class PersonType(click.ParamType[str]):
    """Who is at the other end: a phone number, or a short code of 3 to 6 digits."""

    name = "person"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        typed = str(value).strip()
        return typed if re.fullmatch(r"[0-9]{3,6}", typed) else NUMBER.convert(value, param, ctx)


class DigitsType(click.ParamType[str]):
    """A part of a phone number; 1 to 11 digits of it, which may begin with the country code."""

    name = "digits"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        digits = re.sub(r"[\s().+–—-]", "", str(value))
        if not re.fullmatch(r"[0-9]{1,11}", digits):
            self.fail(
                f"{quoted(str(value))} is not part of a phone number. Write digits such as 206 or 206555; "
                "search a place with state=WA and rate-center=SEATTLE.",
                param,
                ctx,
            )
        return digits


@dataclass(frozen=True)
class Prefix:
    """The first digits of numbers: 206, 206555."""

    digits: str


class NumberOrPrefixType(click.ParamType[PhoneNumber | Prefix]):
    """A whole phone number, or digits that it may begin with."""

    name = "number or digits"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> PhoneNumber | Prefix:
        try:
            return parse_phone_number(str(value))
        except InvalidNumber:
            return Prefix(DIGITS.convert(value, param, ctx))


class AreaCodeType(click.ParamType[str]):
    """A North American area code (NPA): three digits."""

    name = "area code"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        digits = re.sub(r"[\s()+-]", "", str(value)).removeprefix("1")
        if not re.fullmatch(r"[2-9][0-9]{2}", digits):
            self.fail(
                f"{quoted(str(value))} is not an area code. Write three digits such as 206.", param, ctx
            )
        return digits


class StateType(click.ParamType[str]):
    """A US state or Canadian province as two letters."""

    name = "state"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        letters = str(value).strip().upper()
        if not re.fullmatch(r"[A-Z]{2}", letters):
            self.fail(f"{quoted(str(value))} is not a state. Write two letters such as WA or BC.", param, ctx)
        return letters


class ChannelType(click.ParamType[str]):
    """A channel as Slack hands it over; its id is the value."""

    name = "channel"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        match = re.fullmatch(r"<?#?(?P<id>[CGD][A-Z0-9]{2,})>?", str(value))
        if match is None:
            self.fail(
                f"{quoted(str(value))} is not a channel here. Type # and pick the channel from Slack's list.",
                param,
                ctx,
            )
        return match["id"]


class SinceType(click.ParamType[datetime]):
    """A day, `2026-11-30`, or so many days back, `7d`; its beginning in UTC."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            if back := re.fullmatch(r"([0-9]{1,4})d", str(value).strip().lower()):
                midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
                return midnight - timedelta(days=int(back[1]))
            return datetime.strptime(str(value).strip(), "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            self.fail(
                f"{quoted(str(value))} is not a date. Write it like 2026-11-30, or 7d for seven days back.",
                param,
                ctx,
            )


class WholeType(click.ParamType[int]):
    """A whole number from `lowest` to `highest`."""

    name = "count"

    def __init__(self, lowest: int, highest: int) -> None:
        self.lowest = lowest
        self.highest = highest

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        typed = str(value).strip()
        if not re.fullmatch(r"[0-9]{1,9}", typed) or not self.lowest <= int(typed) <= self.highest:
            self.fail(
                f"{quoted(typed)} does not fit. Write a whole number from {self.lowest} to {self.highest}.",
                param,
                ctx,
            )
        return int(typed)


AREA_CODE = AreaCodeType()
NUMBER = NumberType()
PERSON = PersonType()
DIGITS = DigitsType()
NUMBER_OR_PREFIX = NumberOrPrefixType()
STATE = StateType()
CHANNEL = ChannelType()
SINCE = SinceType()
