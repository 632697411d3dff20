"""How numbers are to be set up, as it is kept with an order."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from flowroute.e911 import Address

LAST_DIGITS = 4


class SetUp(BaseModel):
    """What every number of an order is to get; None leaves it as Flowroute hands it over.

    `alias` is a pattern: `{n}` counts from 1, `{last4}` and `{number}` are digits of the number. Ids are
    Flowroute's; route "0" is the built-in sip-reg. A new address or caller name is made once for all numbers
    and takes the place of an existing one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    alias: str | None = None
    route_id: str | None = None
    failover_id: str | None = None
    e911_id: str | None = None
    new_address: Address | None = None
    cnam_id: str | None = None
    new_cnam: str | None = None
    messaging: bool = True
    lookups: bool | None = None
    relay_channel: str | None = None
    names: Mapping[str, str] = {}
    """What people call the ids above, as it was when they were chosen."""

    def alias_of(self, number: str, n: int) -> str | None:
        """The alias of the `n`th number (from 1); what is no known placeholder stays as it was typed."""
        if self.alias is None:
            return None
        values = {"{n}": str(n), "{last4}": number[-LAST_DIGITS:], "{number}": number}
        alias = self.alias
        for placeholder, value in values.items():
            alias = alias.replace(placeholder, value)
        return alias

    def gaps(self) -> tuple[str, ...]:
        """What people may miss later, in plain words."""
        missing = {
            "no E911 address": self.e911_id is None and self.new_address is None,
            "no route": self.route_id is None,
            "no caller name": self.cnam_id is None and self.new_cnam is None,
            "texting stays off": not self.messaging,
            "no channel for its texts": self.messaging and self.relay_channel is None,
        }
        return tuple(gap for gap, is_missing in missing.items() if is_missing)
