"""Promises of single resources: against the stand-in where state matters, planned answers where it is odd."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import pytest

from flowroute import (
    CallbackKind,
    Fate,
    Flowroute,
    Forbidden,
    NoAnswer,
    NotFound,
    OptedOut,
    Refused,
    Unauthorized,
    UnexpectedAnswer,
)
from flowroute.cdrs import CdrExport
from flowroute.e911 import Address
from flowroute.routes import SIP_REGISTRATION, RouteType
from sandbox.flowroute_api import Carrier, Drop, EmptyBody
from tests.flowroute.carrier import client_of, running_carrier
from tests.flowroute.conftest import StoodStill
from tests.flowroute.provider import FakeProvider, Reply, reply

NUMBER = "12065550100"
PERSON = "12065550142"
MAIN_ST = Address(
    label="Main St",
    first_name="Maria",
    last_name="Bermudez",
    street_number="1218",
    street_name="3rd Ave",
    city="Seattle",
    state="WA",
    zip="98101",
)


@pytest.fixture
def carrier_and_url() -> Iterator[tuple[Carrier, str]]:
    with running_carrier() as running:
        yield running


@pytest.fixture
def carrier(carrier_and_url: tuple[Carrier, str]) -> Carrier:
    return carrier_and_url[0]


@pytest.fixture
def account(carrier_and_url: tuple[Carrier, str]) -> Iterator[Flowroute]:
    """A client of the stand-in."""
    with client_of(carrier_and_url[1]) as client:
        yield client


class TestNumbers:
    def test_a_number_is_found_priced_bought_and_released(self, account: Flowroute) -> None:
        """The whole life of a number; the price is known before it is paid."""
        offer = next(account.numbers.search(starts_with="1206", limit=1))
        assert account.numbers.price(offer.value) == offer
        assert account.numbers.find(offer.value) is None
        assert account.numbers.buy(offer.value).number.value == offer.value
        assert account.numbers.price(offer.value) is None
        account.numbers.release(offer.value)
        assert account.numbers.find(offer.value) is None

    def test_a_number_that_is_gone_is_not_found(self, account: Flowroute) -> None:
        """Somebody was faster, and nothing was charged."""
        with pytest.raises(NotFound) as caught:
            account.numbers.buy("12069999999")
        assert not caught.value.may_have_happened

    @pytest.mark.parametrize("trouble", [Drop("after effect"), EmptyBody()], ids=["dropped", "empty body"])
    def test_a_purchase_that_lost_its_answer_can_be_looked_up(
        self, trouble: Drop | EmptyBody, account: Flowroute, carrier: Carrier
    ) -> None:
        """The error says that it may have happened, and `find` that it has."""
        offer = next(account.numbers.search(limit=1))
        carrier.faults.add(method="POST", path_pattern="/v2/numbers/.*", fault=trouble)
        with pytest.raises((NoAnswer, UnexpectedAnswer)) as caught:
            account.numbers.buy(offer.value)
        assert caught.value.may_have_happened
        assert account.numbers.find(offer.value) is not None

    def test_a_purchase_whose_messaging_failed_is_still_a_purchase(
        self, account: Flowroute, carrier: Carrier
    ) -> None:
        """207: bought, and only the messaging has to be repeated."""
        carrier.faults.messaging_fails = True
        offer = next(account.numbers.search(limit=1))
        bought = account.numbers.buy(offer.value, messaging_enabled=True)
        assert bought.messaging_failed
        assert account.numbers.get(offer.value).value == offer.value

    def test_the_price_of_another_number_is_no_answer(
        self, client: Flowroute, provider: FakeProvider
    ) -> None:
        """A server that ignores a filter must not sell us something else."""
        other = {"id": "12065550199", "attributes": {"value": "12065550199", "setup_cost": 1}}
        provider.answers("GET /v2/numbers/available", reply({"data": [other], "links": {"next": "more"}}))
        assert client.numbers.price(NUMBER) is None
        assert provider.sent[0].query == {"starts_with": NUMBER, "limit": "1", "offset": "0"}

    @pytest.mark.parametrize("kind", ["route", "message_provisioning_status"])
    def test_a_strange_companion_does_not_spoil_a_purchase(
        self, kind: str, client: Flowroute, provider: FakeProvider
    ) -> None:
        """What comes along only illustrates; the number was bought all the same."""
        bought = {
            "data": {
                "attributes": {"value": NUMBER},
                "relationships": {"primary_route": {"data": {"id": "0", "type": "route"}}},
            },
            "included": [{"type": kind, "id": [], "attributes": {"alias": {}, "status": []}}],
        }
        provider.answers(f"POST /v2/numbers/{NUMBER}", reply(bought, 201))
        assert client.numbers.buy(f"+{NUMBER}").number.value == NUMBER

    def test_ids_are_compared_as_text(self, client: Flowroute, provider: FakeProvider) -> None:
        """Flowroute writes some ids without quotes."""
        related = {"primary_route": {"data": {"id": 7, "type": "route"}}}
        number = {"attributes": {"value": NUMBER}, "relationships": related}
        route = {"id": 7, "type": "route", "attributes": {"alias": "PBX"}}
        provider.answers(f"GET /v2/numbers/{NUMBER}", reply({"data": number, "included": [route]}))
        shown = client.numbers.get(NUMBER).primary_route
        assert shown is not None
        assert (shown.id, shown.alias) == ("7", "PBX")


class TestRoutes:
    def test_a_number_points_at_its_routes(self, account: Flowroute) -> None:
        """Primary and failover, with the built-in route to go back to."""
        route = account.routes.create(RouteType.NUMBER, "12065550143", "Mobile")
        account.routes.set_failover(NUMBER, route.id)
        failover = account.numbers.get(NUMBER).failover_route
        assert failover is not None
        assert failover.alias == "Mobile"
        with pytest.raises(Forbidden):
            account.routes.delete(route.id)
        account.routes.remove_failover(NUMBER)
        account.routes.set_primary(NUMBER, SIP_REGISTRATION)
        account.routes.delete(route.id)
        assert route.id not in [left.id for left in account.routes.list()]


class TestMessages:
    def test_a_sent_text_is_on_record_with_its_fate(self, account: Flowroute) -> None:
        """`get` tells what became of it, in our digits."""
        sent = account.messages.send(to=PERSON, from_=NUMBER, body="On my way")
        record = account.messages.get(sent.id)
        assert (record.to, record.from_, record.body) == (PERSON, NUMBER, "On my way")
        assert sent.id in [m.id for m in account.messages.list(datetime.now(UTC) - timedelta(hours=1))]

    def test_someone_who_opted_out_gets_nothing(self, account: Flowroute, carrier: Carrier) -> None:
        """And whoever wrote is told that only UNSTOP helps."""
        carrier.handset_send(PERSON, NUMBER, "STOP")
        with pytest.raises(OptedOut, match="1110") as caught:
            account.messages.send(to=PERSON, from_=NUMBER, body="Hello?")
        assert "UNSTOP" in caught.value.user_message

    @pytest.mark.parametrize(
        "entry",
        [
            {"detail": "1110: Message accepted by the SMSC but the phone rejected the message"},
            {"detail": "Error 1110: recipient"},
            {"detail": "", "code": 1110},
            {"title": "1110", "code": None},
            {"detail": {"data": {"attributes": {"to": ["Rejected (1110)."]}}}},
            {"detail": "The recipient has opted out."},
        ],
    )
    def test_an_opt_out_is_understood_however_it_is_said(
        self, entry: dict[str, object], client: Flowroute, provider: FakeProvider
    ) -> None:
        """Only its code is documented, not where it stands."""
        provider.answers("POST /v2.1/messages", reply({"errors": [{"id": "5f0a", **entry}]}, 400))
        with pytest.raises(OptedOut):
            client.messages.send(to=PERSON, from_=NUMBER, body="Hello?")

    @pytest.mark.parametrize(
        "entry", [{"id": "0c1f-1110-8f36"}, {"detail": "11100 is too long"}, {"detail": "1111: later"}]
    )
    def test_other_refusals_are_no_opt_out(
        self, entry: dict[str, object], client: Flowroute, provider: FakeProvider
    ) -> None:
        """A person would be texted no more."""
        provider.answers("POST /v2.1/messages", reply({"errors": [entry]}, 400))
        with pytest.raises(Refused) as caught:
            client.messages.send(to=PERSON, from_=NUMBER, body="Hello?")
        assert type(caught.value) is Refused

    def test_callbacks_are_set_read_and_removed(self, account: Flowroute) -> None:
        """None is a plain answer for what is not set."""
        assert account.messages.callback(CallbackKind.MMS) is None
        account.messages.set_callback(CallbackKind.MMS, "https://example.com/mms")
        callback = account.messages.callback(CallbackKind.MMS)
        assert callback is not None
        assert callback.callback_url == "https://example.com/mms"
        account.messages.delete_callback(CallbackKind.MMS)
        assert account.messages.callback(CallbackKind.MMS) is None

    def test_a_record_with_strings_for_numbers_is_read(
        self, client: Flowroute, provider: FakeProvider
    ) -> None:
        """JSON types differ between records and webhooks, and new members come without notice."""
        receipt = {"level": "2", "status": "sent", "status_code": "1004", "timestamp": "", "new": {}}
        attributes = {"to": 12065550100, "amount_nanodollars": "4000000", "is_mms": "false"}
        provider.answers(
            "GET /v2.1/messages/mdr2-1",
            reply({"data": {"id": 7, "attributes": {**attributes, "delivery_receipts": [receipt]}}, "x": 1}),
        )
        record = client.messages.get("mdr2-1")
        assert (record.id, record.to, record.cost, record.is_mms) == ("7", NUMBER, Decimal("0.004"), False)
        assert record.delivery_receipts is not None
        assert record.delivery_receipts[0].fate is Fate.DELIVERED

    def test_a_record_with_files_keeps_when_it_was_sent_and_its_receipts(
        self, client: Flowroute, provider: FakeProvider
    ) -> None:
        """A picture is found by its time, and its fate is told, as those of a text without one."""
        # given
        sent_at = datetime(2026, 2, 6, 20, 21, 17, tzinfo=UTC)
        attributes = {
            "timestamp": "2026-02-06T20:21:17.00Z",
            "delivery_receipts": [{"level": 2, "status": "delivered", "status_code": 1004}],
        }
        picture = {"id": "1.jpg", "type": "media"}
        record = {"id": "mdr2-1", "attributes": attributes, "relationships": {"media": {"data": [picture]}}}
        included = [{**picture, "attributes": {"url": "https://media.example.com/1.jpg"}}]
        provider.answers("GET /v2.1/messages", reply({"data": [record], "included": included}))
        provider.answers("GET /v2.1/messages/mdr2-1", reply({"data": record, "included": included}))

        # when
        [listed] = client.messages.list(sent_at)
        read = client.messages.get("mdr2-1")

        # then
        for found in (listed, read):
            assert (found.timestamp, found.media[0].id) == (sent_at, "1.jpg")
            assert [receipt.fate for receipt in found.delivery_receipts or ()] == [Fate.DELIVERED]

    @pytest.mark.parametrize("odd", ["", None, [], {}, 7, "\0", "\ud800", True])
    def test_no_odd_member_hides_a_record(
        self, odd: object, client: Flowroute, provider: FakeProvider
    ) -> None:
        """Webhooks are read leniently, and a text that only the list brings is no less a text."""
        members = ("from", "is_mms", "message_encoding", "message_type", "timestamp", "amount_nanodollars")
        receipts = [{"level": odd, "status": odd, "status_code": odd, "timestamp": odd}, odd]
        attributes = {**dict.fromkeys(members, odd), "body": "hello", "delivery_receipts": receipts}
        document = {
            "data": [{"id": "mdr2-1", "attributes": attributes, "relationships": {"media": {"data": odd}}}],
            "included": odd,
        }
        provider.answers("GET /v2.1/messages", reply(document))
        [record] = client.messages.list(datetime.now(UTC))
        assert (record.id, record.body) == ("mdr2-1", "hello")

    @pytest.mark.parametrize("odd", [None, 7, "mdr2-2", {}, {"id": ""}, {"id": None}, []])
    def test_what_is_no_record_is_left_out_and_told(
        self, odd: object, client: Flowroute, provider: FakeProvider
    ) -> None:
        """The others on its page are read."""
        left_out: list[bool] = []
        provider.answers("GET /v2.1/messages", reply({"data": [{"id": "mdr2-1"}, odd, {"id": "mdr2-3"}]}))
        found = client.messages.list(datetime.now(UTC), on_left_out=lambda: left_out.append(True))
        assert [record.id for record in found] == ["mdr2-1", "mdr2-3"]
        assert left_out == [True]

    def test_what_time_it_is_there_is_heard_with_every_answer(
        self, client: Flowroute, provider: FakeProvider
    ) -> None:
        """Times of records are by Flowroute's clock, and this host's may be wrong."""
        assert client.clock_ahead == timedelta(0)
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        provider.answers("GET /v2.1/messages", reply({"data": []}, Date=format_datetime(tomorrow)))
        list(client.messages.list(datetime.now(UTC)))
        assert abs(client.clock_ahead - timedelta(days=1)) < timedelta(minutes=5)


class TestE911:
    def test_an_address_is_stored_assigned_and_taken_back(self, account: Flowroute) -> None:
        """`get` of the number shows it, and an address in use cannot go."""
        stored = account.e911.create(MAIN_ST)
        account.e911.assign("12065550101", stored.id)
        shown = account.numbers.get("12065550101").e911
        assert shown is not None
        assert shown.label == "Main St"
        with pytest.raises(Forbidden):
            account.e911.delete(stored.id)
        account.e911.unassign("12065550101")
        account.e911.delete(stored.id)
        with pytest.raises(NotFound):
            account.e911.get(stored.id)

    def test_a_refusal_names_its_fields(self, client: Flowroute, provider: FakeProvider) -> None:
        """What Flowroute says about a field can be shown beside it."""
        detail = {"data": {"attributes": {"zip": ["Unknown ZIP code."], "city": ["Not in WA."]}}}
        provider.answers("POST /v2/e911s/validate", reply({"errors": [{"detail": detail}]}, 422))
        with pytest.raises(Refused) as caught:
            client.e911.validate(MAIN_ST)
        assert caught.value.fields == {"zip": "Unknown ZIP code.", "city": "Not in WA."}


class TestCnam:
    @pytest.mark.parametrize("status", [404, 405])
    def test_the_other_spelling_of_the_path_is_tried(
        self, status: int, client: Flowroute, provider: FakeProvider
    ) -> None:
        """The documentation says `cnams`, four of five official SDKs say `cnam`."""
        stem = f"PATCH /v2/numbers/{NUMBER}/relationships"
        provider.answers(f"{stem}/cnams/22790", reply({"errors": [{"status": status}]}, status))
        provider.answers(f"{stem}/cnam/22790", reply({"data": {"id": 22790, "type": "cnam"}}, 202))
        assert client.cnam.assign(NUMBER, "22790").id == "22790"

    def test_a_number_that_is_not_ours_is_told_by_the_documented_path(
        self, client: Flowroute, provider: FakeProvider
    ) -> None:
        """The second try must not hide why the first one failed."""
        stem = f"DELETE /v2/numbers/{NUMBER}/relationships"
        provider.answers(f"{stem}/cnams", reply({"errors": [{"detail": "Not yours."}]}, 404))
        provider.answers(f"{stem}/cnam", reply({"errors": [{"detail": "No such path."}]}, 405))
        with pytest.raises(NotFound, match="Not yours"):
            client.cnam.unassign(NUMBER)


HEADER = "direction,start_time,destination,callerid,total_cost,duration,a_new_column"
ROW = "inbound,2019-06-25 18:18:54+00,12065550100,,0.0123,61,x"


class TestCdrs:
    def rows(self, client: Flowroute, provider: FakeProvider, body: bytes, status: int = 200) -> list[object]:
        provider.answers("GET /file.gz", Reply(body, status))
        export = CdrExport(id="1", status="completed", download_url=f"{provider.url}/file.gz?signature=x")
        return list(client.cdrs.rows(export))

    def test_rows_are_typed(self, client: Flowroute, provider: FakeProvider) -> None:
        """Money is exact, times are UTC, empty cells are None; the signed link gets no credentials."""
        body = gzip.compress(f"{HEADER}\r\n{ROW}\r\n".encode())
        provider.answers("GET /file.gz", Reply(body))
        export = CdrExport(id="1", status="completed", download_url=f"{provider.url}/file.gz")
        [call] = client.cdrs.rows(export)
        assert call.start_time == datetime(2019, 6, 25, 18, 18, 54, tzinfo=UTC)
        assert (call.total_cost, call.duration, call.callerid) == (Decimal("0.0123"), Decimal(61), None)
        assert "Authorization" not in provider.sent[0].headers

    @pytest.mark.parametrize(
        "body",
        [b"<html>", gzip.compress(f"{HEADER}\n{ROW}\n".encode())[:-9], gzip.compress(b"total_cost\nmuch\n")],
        ids=["no gzip", "cut short", "no money"],
    )
    def test_a_file_that_is_none_is_our_error(
        self, body: bytes, client: Flowroute, provider: FakeProvider
    ) -> None:
        """Rows before the fault were already handed out; the fault is not swallowed."""
        with pytest.raises(UnexpectedAnswer):
            self.rows(client, provider, body)

    def test_a_link_that_has_died_is_forbidden(self, client: Flowroute, provider: FakeProvider) -> None:
        """Three days after the export."""
        with pytest.raises(Forbidden):
            self.rows(client, provider, b"<Error/>", 403)

    def test_waiting_ends_when_the_export_does(
        self, client: Flowroute, provider: FakeProvider, time: StoodStill
    ) -> None:
        """Completed or failed; asked for again after each pause."""
        call = "GET /v2/cdrs/exports/7"
        waiting = reply({"data": {"id": 7, "attributes": {"status": "processing"}}})
        provider.answers(call, waiting, reply({"data": {"id": 7, "attributes": {"status": "failed"}}}))
        assert client.cdrs.wait("7").status == "failed"
        assert time.naps == [5.0]
        provider.answers(call, waiting)
        with pytest.raises(NoAnswer):
            client.cdrs.wait("7", timeout_s=20)


def test_wrong_keys_are_told_apart(carrier_and_url: tuple[Carrier, str]) -> None:
    """Whoever runs it has to act; a user cannot."""
    with Flowroute("key", "wrong", carrier_and_url[1]) as client, pytest.raises(Unauthorized) as caught:
        client.numbers.get(NUMBER)
    assert "keys" in caught.value.user_message
