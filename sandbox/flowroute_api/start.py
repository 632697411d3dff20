"""What an account looks like on its first day here."""

from datetime import timedelta

from .inventory import describe
from .schedule import Clock
from .state import Account, Cnam, E911Address, OwnedNumber, Route

SIP_REG = "0"
"""The built-in route that every new number points at."""


def empty_account() -> Account:
    return Account(routes={SIP_REG: Route(SIP_REG, "sip-reg", "sip-reg", None)})


def furnished_account(clock: Clock) -> Account:
    """Three numbers, two routes of one's own, an address, an approved and a pending caller name."""
    account = empty_account()
    for number in (
        OwnedNumber(describe("12065550100"), alias="Main line", messaging_enabled=True, e911="21845"),
        OwnedNumber(describe("12065550101"), alias="Support", messaging_enabled=True),
        OwnedNumber(describe("18005550199")),
    ):
        account.numbers[number.value] = number
    for route in (
        Route("98396", "Seattle PBX", "host", "pbx.example.com:5060"),
        Route("83834", "PSTNroute1", "number", "12065551212"),
    ):
        account.routes[route.id] = route
    account.addresses["21845"] = E911Address(
        "21845",
        {
            "address_type": "Suite",
            "address_type_number": "600",
            "city": "Seattle",
            "country": "US",
            "first_name": "Chris",
            "label": "Office",
            "last_name": "Smith",
            "state": "WA",
            "street_name": "3rd Ave",
            "street_number": "1218",
            "zip": "98101",
        },
    )
    now = clock.now()
    account.cnams["22790"] = Cnam(
        "22790", "BROWN BAG", now - timedelta(days=30), approved_at=now - timedelta(days=28)
    )
    account.cnams["24141"] = Cnam("24141", "HEARTWOOD", now)
    return account
