"""What cannot be right is refused before any request, with the rule and an example."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute import CallbackKind, Flowroute, InvalidArgument
from flowroute.cdrs import CdrExport
from flowroute.cnam import LONGEST_NAME, checked_name
from flowroute.e911 import Address, checked_address
from flowroute.routes import RouteType, checked_route_value
from tests.flowroute.provider import FakeProvider, reply

NUMBER = "12065550100"
NOON = datetime(2024, 10, 19, 12, tzinfo=UTC)
OFFICE = {
    "label": "Office",
    "first_name": "Maria",
    "last_name": "Bermudez",
    "street_number": "1218",
    "street_name": "3rd Ave",
    "city": "Seattle",
    "state": "WA",
    "zip": "98101",
}
PORTING = {
    "billing_name": "John Doe",
    "street": "1218 3rd Ave",
    "city": "Seattle",
    "state": "WA",
    "zip": "98101",
    "provider": "Example Telecom",
}


def office(**changes: str) -> Address:
    return Address(**{**OFFICE, **changes})


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda c: c.numbers.search(limit=0), "1 or more"),
        (lambda c: c.numbers.search(starts_with="seattle"), "digits, with a plus"),
        (lambda c: c.numbers.search(contains="+1"), "digits, such as"),
        (lambda c: c.numbers.search(state="Washington"), "two letters"),
        (lambda c: c.numbers.search(number_type="golden"), "longcode or toll-free"),
        (lambda c: c.numbers.exchanges(areacode="20"), "three digits"),
        (lambda c: c.numbers.area_codes(max_setup_cost=-1), "US dollars"),
        (lambda c: c.numbers.buy("206555010"), "Examples"),
        (lambda c: c.numbers.get("(206) 555-0100"), "digits only"),
        (lambda c: c.numbers.release(""), "digits only"),
        (lambda c: c.numbers.set_alias(NUMBER, "x" * 65), "64 characters"),
        (lambda c: c.numbers.set_callback(NUMBER, CallbackKind.SMS, "example.com"), "whole web address"),
        (lambda c: c.message_provision.enable([]), "No number was given"),
        (lambda c: c.routes.create(RouteType.HOST, "pbx.example.com", " "), "Seattle PBX"),
        (lambda c: c.routes.create(RouteType.NUMBER, "pbx.example.com", "PBX"), "12065550100"),
        (lambda c: c.routes.create(RouteType.URI, "pbx.example.com", "PBX"), "sip:reception@"),
        (lambda c: c.routes.update("7"), "Nothing to change"),
        (lambda c: c.routes.update("7", edge_strategy_id="west"), "whole number such as 4"),
        (lambda c: c.messages.send(to=NUMBER, from_=NUMBER), "a text or at least one media URL"),
        (lambda c: c.messages.send(to="911", from_=NUMBER, body="help"), "Examples"),
        (lambda c: c.messages.send(to=NUMBER, from_=NUMBER, media_urls=["cat.png"]), "whole web address"),
        (lambda c: c.messages.list(NOON.replace(tzinfo=None)), "time zone"),
        (lambda c: c.messages.list(NOON, NOON - timedelta(days=1)), "before the start"),
        (lambda c: c.e911.create(office(street_name="")), "street_name: Needed"),
        (lambda c: c.e911.update("7"), "Nothing to change"),
        (lambda c: c.e911.update("7", zip="9810"), "five digits"),
        (lambda c: c.cnam.create("A NAME TOO LONG!"), "has 16 characters"),
        (lambda c: c.cnam.update("7", "2065550100"), "no letter"),
        (lambda c: c.cdrs.create(NOON, NOON), "at most 92 days"),
        (lambda c: c.cdrs.create(NOON, NOON + timedelta(days=93)), "at most 92 days"),
        (lambda c: c.cdrs.create(NOON, NOON + timedelta(days=1), number_aliases="Desk"), "several values"),
        (lambda c: c.cdrs.rows(CdrExport(id="1", status="processing")), "is processing"),
        (lambda c: c.porting.portability([]), "No number was given"),
        (lambda c: c.porting.create([NUMBER], **{**PORTING, "street": " "}), "street: Needed"),
        (lambda c: c.porting.create([NUMBER], **PORTING, country="MX"), "US or CA"),
        (lambda c: c.porting.update("7"), "Nothing to change"),
    ],
)
def test_the_rule_is_told_and_nothing_is_sent(
    call: Callable[[Flowroute], object], rule: str, client: Flowroute, provider: FakeProvider
) -> None:
    """The message can be shown as it is."""
    with pytest.raises(InvalidArgument) as caught:
        call(client)
    assert rule in caught.value.user_message
    assert not caught.value.may_have_happened
    assert provider.sent == []


def test_a_rate_of_nothing_is_refused() -> None:
    """It would wait for ever."""
    with pytest.raises(InvalidArgument, match="above 0"):
        Flowroute("key", "secret", sms_per_second=0)


def test_every_faulty_field_of_an_address_is_named_at_once() -> None:
    """A form shows all messages in one go, each beside its input."""
    wrong = office(label="", state="Wash", zip="M4C 5K7", address_type="Suite")
    with pytest.raises(InvalidArgument) as caught:
        checked_address(wrong)
    assert sorted(caught.value.fields) == ["address_type_number", "label", "state", "zip"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "MX"}, "country"),
        ({"country": "CA", "state": "ON"}, "zip"),
        ({"address_type": "Castle", "address_type_number": "1"}, "address_type"),
        ({"address_type_number": "600"}, "address_type"),
    ],
)
def test_an_address_that_contradicts_itself_is_refused(changes: dict[str, str], field: str) -> None:
    """Unit and number go together, and the postal code fits the country."""
    with pytest.raises(InvalidArgument) as caught:
        checked_address(office(**changes))
    assert list(caught.value.fields) == [field]


def test_an_address_is_tidied() -> None:
    """Capitals and stray spaces are ours to mend; an absent unit is not sent."""
    sent = checked_address(office(state="wa", country="usa", street_name=" 3rd  Ave "))
    assert (sent["state"], sent["country"], sent["street_name"]) == ("WA", "US", "3rd Ave")
    assert "address_type" not in sent


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (RouteType.HOST, "pbx.example.com"),
        (RouteType.HOST, "24.239.23.40:5060"),
        (RouteType.HOST, "[2001:db8::7]:5060"),
        (RouteType.HOST, "pbx.example.com:5061;transport=tls;weight=2"),
        (RouteType.URI, "sips:desk@pbx.example.com"),
        (RouteType.URI, "sip:16476998778@215.122.69.152:5060;transport=tcp"),
    ],
)
def test_documented_route_values_pass(kind: RouteType, value: str) -> None:
    """Hosts and URIs with ports and parameters."""
    assert checked_route_value(kind, value) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (RouteType.HOST, ""),
        (RouteType.HOST, "999.1.1.1"),
        (RouteType.HOST, "pbx.example.com:70000"),
        (RouteType.HOST, "https://pbx.example.com"),
        (RouteType.HOST, "pbx example com"),
        (RouteType.HOST, "pbx.example.com;colour=red"),
        (RouteType.URI, "sip:pbx.example.com"),
        (RouteType.URI, "tel:+12065550100"),
        (RouteType.NUMBER, "911"),
    ],
)
def test_route_values_of_the_wrong_kind_are_refused(kind: RouteType, value: str) -> None:
    """The rule for that kind is in the message."""
    with pytest.raises(InvalidArgument, match=f"value of a {kind.value} route"):
        checked_route_value(kind, value)


@given(st.text(max_size=20))
def test_a_caller_name_is_either_sendable_or_refused(typed: str) -> None:
    """What passes is short, in capitals, has a letter, and passes again."""
    try:
        name = checked_name(typed)
    except InvalidArgument:
        return
    assert len(name) <= LONGEST_NAME
    assert name == name.upper()
    assert any(character.isalpha() for character in name)
    assert checked_name(name) == name


def test_times_are_sent_in_utc_to_the_documented_digit(client: Flowroute, provider: FakeProvider) -> None:
    """Bounds are widened, so that a message on the edge is listed rather than missed."""
    provider.answers("GET /v2.1/messages", reply({"data": []}))
    pacific = timezone(timedelta(hours=-7))
    start = datetime(2024, 10, 19, 5, 0, 0, 129_999, tzinfo=pacific)
    list(client.messages.list(start, start + timedelta(seconds=1)))
    [sent] = provider.sent
    assert sent.query["start_date"] == "2024-10-19T12:00:00.12Z"
    assert sent.query["end_date"] == "2024-10-19T12:00:01.13Z"
