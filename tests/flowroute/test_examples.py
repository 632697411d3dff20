"""Every documented body is read or produced, and none can be added without somebody claiming it.

Requests are compared by meaning: Flowroute documents a compact and a JSON:API form of some, and booleans as
strings; the client sends one form of each, and has to say the same in it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flowroute import CallbackKind, Flowroute, errors, webhooks
from flowroute.cnam import CnamStatus
from flowroute.e911 import Address
from flowroute.message_provision import ProvisionJob
from flowroute.messages import MessagesVersion, SentMessage
from flowroute.numbers import OwnedNumber
from flowroute.porting import Presets
from flowroute.receipts import Fate
from flowroute.routes import RouteType
from tests.flowroute.provider import FakeProvider, Reply, reply

EXAMPLES = Path(__file__).parent / "examples"

NUMBER = "12012673227"
NUMBER_BODY = {"data": {"id": NUMBER, "type": "number", "attributes": {"value": NUMBER}}}
A_NUMBER = reply(NUMBER_BODY)
RECORD_BODY = {"data": {"id": "1", "type": "any", "attributes": {}}}
MESSAGE_BODY = {"data": {"id": "mdr2-1", "type": "message"}}
MESSAGE_ID = "mdr2-39cadeace66e11e7aff806cd7f24ba2d"
DECEMBER = datetime(2017, 12, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reads:
    """The file is what Flowroute answers to `plan`; `call` asks, `expected` holds about the result."""

    plan: str
    call: Callable[[Flowroute], Any]
    expected: Callable[[Any], bool]
    status: int = 200


@dataclass(frozen=True)
class Sends:
    """The file is what `call` has to send as `plan`."""

    plan: str
    call: Callable[[Flowroute], object]
    answer: Reply = A_NUMBER
    version: MessagesVersion = "v2.1"


@dataclass(frozen=True)
class Parses:
    """The file is what Flowroute posts to us."""

    expected: Callable[[Any], bool]
    parse: Callable[[bytes], object] = webhooks.parse


@dataclass(frozen=True)
class Fails:
    """The file is what Flowroute refuses with."""

    status: int
    kind: type[errors.ApiError]
    detail: str
    fields: Mapping[str, str] | None = None


OFFICE = Address(
    label="E911 Test",
    first_name="Chris",
    last_name="Smith",
    street_number="1218",
    street_name="3rd Ave",
    city="Seattle",
    state="WA",
    zip="98101",
)
ZIP_RULE = "ZIP code must be at least 4 and at most 7 digits long"
RECORD = reply(RECORD_BODY)
SENT = reply(MESSAGE_BODY, 202)
DONE = Reply(status=204)


def text(client: Flowroute, **options: Any) -> SentMessage:
    return client.messages.send(to="12065551234", from_="12065550101", body="Hello there!", **options)


def nth(place: int, test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda found: test(found[place])


def detailed(number: OwnedNumber) -> bool:
    assert number.primary_route
    assert number.failover_route
    assert number.e911
    assert number.cnam
    names = (number.primary_route.alias, number.failover_route.alias, number.e911.label, number.cnam.value)
    return names == ("new route", "PSTNroute1", "Office Space III", "BROWN BAG")


CLAIMS: dict[str, Reads | Sends | Parses | Fails] = {
    # Numbers
    "numbers.available.areacodes.response": Reads(
        "GET /v2/numbers/available/areacodes",
        lambda c: list(c.numbers.area_codes(limit=3)),
        lambda found: [area.id for area in found] == ["201", "202", "203"],
    ),
    "numbers.available.exchanges.response": Reads(
        "GET /v2/numbers/available/exchanges",
        lambda c: list(c.numbers.exchanges(areacode="347", limit=3)),
        lambda found: [exchange.id for exchange in found] == ["347215", "347325", "347331"],
    ),
    "numbers.available.tiers.response": Reads(
        "GET /v2/numbers/available/tiers",
        lambda c: list(c.numbers.tiers(limit=2)),
        nth(1, lambda tier: tier.id == "US Promo $0.0/$0.50/$0.005"),
    ),
    "numbers.available.response": Reads(
        "GET /v2/numbers/available",
        lambda c: list(c.numbers.search(starts_with="1206", limit=3)),
        nth(0, lambda n: (n.value, n.monthly_cost, n.setup_cost) == ("12062795137", Decimal("1.25"), 1)),
    ),
    "numbers.available.extended.response": Reads(
        "GET /v2/numbers/available",
        lambda c: list(c.numbers.search(limit=1)),
        nth(0, lambda n: (n.inbound_rate, n.iso_country, n.tier) == (Decimal("0.012"), "US", "Standard")),
    ),
    "numbers.available.old_number_type.response": Reads(
        "GET /v2/numbers/available",
        lambda c: list(c.numbers.search(limit=3)),
        nth(2, lambda n: (n.number_type, n.setup_cost) == ("standard", Decimal("3.99"))),
    ),
    "numbers.details.response": Reads(
        f"GET /v2/numbers/{NUMBER}",
        lambda c: c.numbers.get(NUMBER),
        lambda n: n.primary_route.alias == "sip-reg" and n.failover_route is None and n.cnam_lookups_enabled,
    ),
    "numbers.details.with_relationships.response": Reads(
        f"GET /v2/numbers/{NUMBER}", lambda c: c.numbers.get(NUMBER), detailed
    ),
    "numbers.list.empty.response": Reads(
        "GET /v2/numbers", lambda c: list(c.numbers.list()), lambda found: found == []
    ),
    "numbers.list.paged.response": Reads(
        "GET /v2/numbers",
        lambda c: list(c.numbers.list(limit=2)),
        lambda found: [n.value for n in found] == ["12012673227", "12014845220"],
    ),
    "numbers.list.response": Reads(
        "GET /v2/numbers",
        lambda c: list(c.numbers.list(starts_with="1201")),
        nth(1, lambda n: (n.rate_center, n.alias, n.relationships) == ("jerseycity", None, None)),
    ),
    "numbers.purchase.request": Sends(
        f"POST /v2/numbers/{NUMBER}",
        lambda c: c.numbers.buy(
            NUMBER,
            messaging_enabled=True,
            cnam_lookups_enabled=True,
            messaging_email=False,
            messaging_callback_url="https://example.com/flowroute/provision",
        ),
    ),
    "numbers.purchase.response": Reads(
        f"POST /v2/numbers/{NUMBER}",
        lambda c: c.numbers.buy(NUMBER),
        lambda bought: bought.number.value == "12065014377" and not bought.messaging_failed,
        201,
    ),
    "numbers.purchase.extended.response": Reads(
        f"POST /v2/numbers/{NUMBER}",
        lambda c: c.numbers.buy(NUMBER),
        lambda bought: (bought.number.status, bought.number.setup_cost) == ("PURCHASED", 1),
        207,
    ),
    "numbers.purchase.with_messaging.response": Reads(
        f"POST /v2/numbers/{NUMBER}",
        lambda c: c.numbers.buy(NUMBER, messaging_enabled=True),
        lambda bought: bought.provision.status == "processing" and not bought.number.messaging_enabled,
        201,
    ),
    "numbers.update_alias.request": Sends(
        f"PATCH /v2/numbers/{NUMBER}", lambda c: c.numbers.set_alias(NUMBER, "NYC Number")
    ),
    "numbers.update_alias.response": Reads(
        f"PATCH /v2/numbers/{NUMBER}",
        lambda c: c.numbers.set_alias(NUMBER, "NYC Number"),
        lambda n: n.alias == "NYC Number",
    ),
    "numbers.update_cnam_lookups.request": Sends(
        f"PATCH /v2/numbers/{NUMBER}", lambda c: c.numbers.set_cnam_lookups(NUMBER, enabled=True)
    ),
    "numbers.update_messaging.request": Sends(
        f"PATCH /v2/numbers/{NUMBER}",
        lambda c: c.numbers.set_messaging(
            NUMBER,
            True,
            messaging_email=False,
            messaging_callback_url="https://example.com/flowroute/provision",
        ),
    ),
    **dict.fromkeys(
        ("numbers.set_callback.compact.request", "numbers.set_callback.jsonapi.request"),
        Sends(
            f"POST /v2/numbers/{NUMBER}/relationships/sms_dlr_callback",
            lambda c: c.numbers.set_callback(
                NUMBER, CallbackKind.SMS_DLR, "https://example.com/flowroute/dlr"
            ),
            DONE,
        ),
    ),
    # Message provision
    "message_provision.request": Sends(
        "POST /v2/message-provision",
        lambda c: c.message_provision.enable(
            ["12012673307"], callback_url="https://example.com/flowroute/provision", email=False
        ),
        RECORD,
    ),
    "message_provision.single.response": Reads(
        "GET /v2/message-provision/status/4e1f",
        lambda c: c.message_provision.status("4e1f"),
        lambda job: (job.status, job.number) == ("processing", "12012673307"),
    ),
    "message_provision.bulk.response": Reads(
        "POST /v2/message-provision",
        lambda c: c.message_provision.disable(["12012673307", "12064201234"]),
        lambda job: isinstance(job, ProvisionJob) and job.processing == ("12012673307", "12064201234"),
        201,
    ),
    # Routes
    **dict.fromkeys(
        ("routes.assign.request", "routes.assign.compact.request"),
        Sends(
            f"PATCH /v2/numbers/{NUMBER}/relationships/primary_route",
            lambda c: c.routes.set_primary(NUMBER, "1234"),
            DONE,
        ),
    ),
    "routes.create.host.request": Sends(
        "POST /v2/routes",
        lambda c: c.routes.create(RouteType.HOST, "www.getouttahere.com", "new_route_5000"),
        RECORD,
    ),
    "routes.create.host_edge.request": Sends(
        "POST /v2/routes",
        lambda c: c.routes.create(RouteType.HOST, "24.239.23.40:5060", "Seattle PBX", edge_strategy_id="1"),
        RECORD,
    ),
    "routes.create.number.request": Sends(
        "POST /v2/routes",
        lambda c: c.routes.create(RouteType.NUMBER, "(647) 699-8778", "PSTN route"),
        RECORD,
    ),
    "routes.create.uri.request": Sends(
        "POST /v2/routes",
        lambda c: c.routes.create(
            RouteType.URI, "sip:16476998778@215.122.69.152:5060;transport=tcp", "SIP URI route"
        ),
        RECORD,
    ),
    "routes.create.response": Reads(
        "POST /v2/routes",
        lambda c: c.routes.create(RouteType.HOST, "pbx.example.com", "new route"),
        lambda route: (route.id, route.value) == ("98396", "il775u.sonsofodin.com"),
        201,
    ),
    "routes.list.response": Reads(
        "GET /v2/routes",
        lambda c: list(c.routes.list(limit=2)),
        nth(0, lambda route: (route.id, route.route_type, route.value) == ("0", "sip-reg", None)),
    ),
    "routes.update.request": Sends(
        "PATCH /v2/routes/98396",
        lambda c: c.routes.update("98396", alias="Seattle PBX 2", value="pbx2.example.com:5060"),
        RECORD,
    ),
    "routes.update.response": Reads(
        "PATCH /v2/routes/98396",
        lambda c: c.routes.update("98396", alias="Seattle PBX 2"),
        lambda route: (route.alias, route.edge_strategy_id) == ("Seattle PBX 2", None),
    ),
    "routes.edge_strategies.response": Reads(
        "GET /v2/routes/edge_strategies",
        lambda c: c.routes.edge_strategies(),
        nth(0, lambda edge: (edge.id, edge.name) == ("4", "US-East-VA")),
    ),
    # Messages
    **dict.fromkeys(
        ("messages.send_sms.request", "messages.send_sms.compact.request"),
        Sends("POST /v2.1/messages", text, SENT),
    ),
    "messages.send_sms.dlr.request": Sends(
        "POST /v2.1/messages",
        lambda c: text(c, is_mms=False, dlr_callback="https://example.com/flowroute/dlr"),
        SENT,
    ),
    "messages.send_sms.v2_2_plus.request": Sends("POST /v2.2/messages", text, SENT, version="v2.2"),
    "messages.v2_0.send.request": Sends(
        "POST /v2.1/messages",
        lambda c: c.messages.send(to="15305557784", from_="18444205700", body="Gee, nice marmot!"),
        SENT,
    ),
    "messages.send_mms.request": Sends(
        "POST /v2.1/messages",
        lambda c: c.messages.send(
            to="12065551234",
            from_="12065550101",
            body="hello there",
            is_mms=True,
            media_urls=["http://s3.amazonaws.com/barkpost-assets/50+GIFs/37.gif"],
        ),
        SENT,
    ),
    "messages.send_mms.text_only.request": Sends(
        "POST /v2.1/messages",
        lambda c: c.messages.send(
            to="12065551234", from_="12065550101", body="a long text kept in one piece as an MMS", is_mms=True
        ),
        SENT,
    ),
    "messages.send.response": Reads("POST /v2.1/messages", text, lambda sent: sent.id == MESSAGE_ID, 202),
    "messages.send.v2_2.response": Reads(
        "POST /v2.1/messages",
        text,
        lambda sent: (sent.segment_count, sent.charged_cost) == (1, Decimal("0.0070")),
        202,
    ),
    "messages.v2_0.send.response": Reads(
        "POST /v2.1/messages",
        text,
        lambda sent: sent.id == "mdr1-fab29a740129404a8ca794efc1359e12",
    ),
    "messages.get.response": Reads(
        "GET /v2.1/messages/mdr2-1",
        lambda c: c.messages.get("mdr2-1"),
        lambda m: (m.direction, m.cost, m.is_mms) == ("inbound", Decimal("0.004"), False),
    ),
    "messages.get.outbound.response": Reads(
        "GET /v2.1/messages/mdr2-1",
        lambda c: c.messages.get("mdr2-1"),
        lambda m: [receipt.fate for receipt in m.delivery_receipts] == [Fate.SENT, Fate.SENT],
    ),
    "messages.get.mms_inbound.response": Reads(
        "GET /v2.1/messages/mdr2-1",
        lambda c: c.messages.get("mdr2-1"),
        lambda m: m.is_mms and (m.media[0].mime_type, m.media[0].file_size) == ("image/jpeg", 58017),
    ),
    "messages.v2_0.get.response": Reads(
        "GET /v2/messages/mdr1-1",
        lambda c: c.messages.get("mdr1-1"),
        lambda m: (m.is_mms, m.message_type, m.timestamp.year) == (False, "long-code", 2016),
    ),
    "messages.list.response": Reads(
        "GET /v2.1/messages",
        lambda c: list(c.messages.list(DECEMBER, limit=2)),
        lambda found: [m.direction for m in found] == ["inbound", "outbound"],
    ),
    "messages.list.last_page.response": Reads(
        "GET /v2.1/messages",
        lambda c: list(c.messages.list(DECEMBER)),
        lambda found: [m.body for m in found] == ["Hello are you there? "],
    ),
    "messages.callback.get.response": Reads(
        "GET /v2.1/messages/sms_dlr_callback",
        lambda c: c.messages.callback(CallbackKind.SMS_DLR),
        lambda callback: (
            (callback.callback_url, callback.api_version) == ("https://example.com/flowroute/dlr", "2.1")
        ),
    ),
    **dict.fromkeys(
        ("messages.callback.set.compact.request", "messages.callback.set.jsonapi.request"),
        Sends(
            "PUT /v2.1/messages/sms_callback",
            lambda c: c.messages.set_callback(CallbackKind.SMS, "https://example.com/flowroute/sms"),
            DONE,
        ),
    ),
    # E911
    "e911s.validate.request": Sends("POST /v2/e911s/validate", lambda c: c.e911.validate(OFFICE), DONE),
    "e911s.create.request": Sends(
        "POST /v2/e911s",
        lambda c: c.e911.create(replace(OFFICE, address_type="Suite", address_type_number="600")),
        RECORD,
    ),
    "e911s.create.response": Reads(
        "POST /v2/e911s",
        lambda c: c.e911.create(OFFICE),
        lambda record: (record.id, record.address_type) == ("21907", "Apartment"),
        201,
    ),
    "e911s.create.no_unit.response": Reads(
        "POST /v2/e911s", lambda c: c.e911.create(OFFICE), lambda record: record.address_type is None, 201
    ),
    "e911s.details.response": Reads(
        "GET /v2/e911s/21845",
        lambda c: c.e911.get("21845"),
        lambda record: (record.label, record.zip) == ("Office Space III", "98101"),
    ),
    "e911s.list.response": Reads(
        "GET /v2/e911s",
        lambda c: list(c.e911.list(limit=2)),
        nth(0, lambda record: record.country == "USA"),
    ),
    "e911s.list.empty_unit.response": Reads(
        "GET /v2/e911s",
        lambda c: list(c.e911.list(state="WA", limit=3)),
        nth(2, lambda record: (record.label, record.address_type) == ("First e911 record", "")),
    ),
    "e911s.update.request": Sends(
        "PATCH /v2/e911s/22127",
        lambda c: c.e911.update("22127", label="Funeral Homes", first_name="Death", last_name="Crow"),
        RECORD,
    ),
    "e911s.update.response": Reads(
        "PATCH /v2/e911s/21306",
        lambda c: c.e911.update("21306", zip="98104"),
        lambda record: (record.label, record.zip) == ("E911 Test 2", "98104"),
    ),
    "e911s.numbers.response": Reads(
        "GET /v2/e911s/21330/relationships/numbers",
        lambda c: list(c.e911.numbers("21330")),
        nth(0, lambda n: n.value == "12062011682"),
    ),
    "e911s.numbers.internal_ids.response": Reads(
        "GET /v2/e911s/20155/relationships/numbers",
        lambda c: list(c.e911.numbers("20155")),
        lambda found: [n.value for n in found] == ["12065014377", "12062011682"],
    ),
    # CNAM
    "cnams.create.request": Sends("POST /v2/cnams", lambda c: c.cnam.create("Bob Law"), RECORD),
    "cnams.create.response": Reads(
        "POST /v2/cnams",
        lambda c: c.cnam.create("Heartwood"),
        lambda cnam: (cnam.value, cnam.status) == ("HEARTWOOD", CnamStatus.PENDING),
        201,
    ),
    "cnams.details.response": Reads(
        "GET /v2/cnams/22790",
        lambda c: c.cnam.get("22790"),
        lambda cnam: cnam.status is CnamStatus.APPROVED and cnam.numbers == (),
    ),
    "cnams.details.with_numbers.response": Reads(
        "GET /v2/cnams/22790", lambda c: c.cnam.get("22790"), lambda cnam: cnam.numbers == ("12062011682",)
    ),
    "cnams.list.response": Reads(
        "GET /v2/cnams",
        lambda c: list(c.cnam.list(is_approved=True, limit=3)),
        lambda found: [cnam.value for cnam in found] == ["BROWN BAG", "LEATHER REBEL", "MORBO"],
    ),
    "cnams.list.mixed.response": Reads(
        "GET /v2/cnams",
        lambda c: list(c.cnam.list(limit=5)),
        nth(0, lambda cnam: (cnam.status, cnam.approved_at) == (CnamStatus.APPROVED, None)),
    ),
    "cnams.list.rejected.response": Reads(
        "GET /v2/cnams",
        lambda c: list(c.cnam.list(is_approved=False)),
        nth(0, lambda cnam: (cnam.status, cnam.rejection_reason[:4]) == (CnamStatus.REJECTED, "CNAM")),
    ),
    "cnams.update_pending.request": Sends(
        "PATCH /v2/cnams/33443", lambda c: c.cnam.update("33443", "My Business"), RECORD
    ),
    "cnams.update_pending.response": Reads(
        "PATCH /v2/cnams/33443",
        lambda c: c.cnam.update("33443", "My Business"),
        lambda cnam: cnam.value == "MY BUSINESS",
    ),
    "cnams.assign.response": Reads(
        f"PATCH /v2/numbers/{NUMBER}/relationships/cnams/17604",
        lambda c: c.cnam.assign(NUMBER, "17604"),
        lambda done: (done.id, done.created_at) == ("17604", datetime(2018, 6, 1, 0, 17, 52, tzinfo=UTC)),
        202,
    ),
    "cnams.unassign.response": Reads(
        f"DELETE /v2/numbers/{NUMBER}/relationships/cnams",
        lambda c: c.cnam.unassign(NUMBER),
        lambda done: done.id is None,
        202,
    ),
    # CDR exports
    "cdrs.exports.create.request": Sends(
        "POST /v2/cdrs/exports",
        lambda c: c.cdrs.create(
            datetime(2019, 1, 1, tzinfo=UTC),
            datetime(2019, 2, 1, tzinfo=UTC),
            number_aliases=["Office 221", "Office 888"],
            callback_url="https://myserver.com/cdrs",
        ),
        RECORD,
    ),
    "cdrs.exports.create.response": Reads(
        "POST /v2/cdrs/exports",
        lambda c: c.cdrs.create(datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 2, 1, tzinfo=UTC)),
        lambda export: (export.status, export.start) == ("processing", datetime(2019, 1, 1, tzinfo=UTC)),
        201,
    ),
    "cdrs.exports.list.response": Reads(
        "GET /v2/cdrs/exports",
        lambda c: list(c.cdrs.list(status="completed", limit=2)),
        nth(0, lambda export: (export.id, export.is_done, export.num_calls) == ("203485", True, 0)),
    ),
    "cdrs.exports.status.response": Reads(
        "GET /v2/cdrs/exports/38647",
        lambda c: c.cdrs.get("38647"),
        lambda export: (export.total_cost, export.end.month) == (Decimal("34.321300"), 2),
    ),
    # Porting
    "portorders.portability.request": Sends(
        "POST /v2/portorders/portability",
        lambda c: c.porting.portability(["14252081174", "12125551212", "18002255277"]),
        reply({"data": {}}),
    ),
    "portorders.portability.response": Reads(
        "POST /v2/portorders/portability",
        lambda c: c.porting.portability(["14252081174"]),
        lambda found: found.is_portable("14252081174") and not found.is_portable("12125551212"),
    ),
    "portorders.create.request": Sends(
        "POST /v2/portorders",
        lambda c: c.porting.create(
            ["12065661654"],
            billing_name="John Doe",
            street="1218 3rd Ave",
            city="Seattle",
            state="WA",
            zip="98101",
            provider="Example Telecom",
            loa_email="loa@example.com",
            loa_cc="ops@example.com",
            presets=Presets(
                cnam_id="22790", e911_id="21845", primary_route_id="98396", failover_route_id="83834"
            ),
        ),
        RECORD,
    ),
    "portorders.status.response": Reads(
        "GET /v2/portorders/41351/status",
        lambda c: c.porting.status("41351"),
        lambda order: (order.status, order.status_updated_at) == ("pending", None),
    ),
    "portorders.cancel.request": Sends(
        "PATCH /v2/portorders/41351", lambda c: c.porting.cancel("41351"), RECORD
    ),
    "portorders.cancel.response": Reads(
        "PATCH /v2/portorders/41351",
        lambda c: c.porting.cancel("41351"),
        lambda order: (order.id, order.status) == ("41351", "cancelled"),
    ),
    "portorders.group.add_numbers.request": Sends(
        "POST /v2/portorders/77/numbers",
        lambda c: c.porting.add_numbers("77", ["12065554444", "15465934334"]),
        DONE,
    ),
    # Webhooks
    "webhook.inbound_sms": Parses(lambda m: (m.from_, m.body) == ("12065551234", "Hello from the field")),
    "webhook.inbound_sms.legacy_flat_mdr2": Parses(
        lambda m: (m.to, m.body, m.timestamp) == ("18775550100", "bla bla bla", None)
    ),
    "webhook.inbound_sms.legacy_v2_0": Parses(lambda m: m.id == "mdr1-febb118b9b034338adfc662a8c02fd88"),
    "webhook.inbound_mms": Parses(lambda m: m.is_mms and m.media[0].mime_type == "image/jpeg"),
    "webhook.inbound_mms.two_media": Parses(
        lambda m: [media.file_name for media in m.media] == ["image000000.png", "clip.3gp"]
    ),
    "webhook.dlr.level1": Parses(lambda r: (r.id, r.level, r.fate) == (MESSAGE_ID, 1, Fate.SENT)),
    "webhook.dlr.level2.accepted": Parses(lambda r: (r.status_code, r.fate) == (1003, Fate.SENT)),
    "webhook.dlr.level2.delivered": Parses(lambda r: r.fate is Fate.DELIVERED),
    "webhook.dlr.level2.opted_out": Parses(lambda r: (r.fate, r.status_code) == (Fate.FAILED, 1110)),
    "webhook.notification.portorder": Parses(
        lambda n: (n.resource_id, n.status, n.kind) == ("50404", "cancelled", "po_status_change"),
        webhooks.parse_notification,
    ),
    # Errors
    "error.400.e911_geocode": Fails(
        400, errors.Refused, "Could not geocode this address. Please check the validity of your address."
    ),
    "error.400.recipient_opted_out": Fails(
        400, errors.OptedOut, "1110: Message accepted by the SMSC but the phone rejected the message"
    ),
    "error.401": Fails(401, errors.Unauthorized, "Authentication failed."),
    "error.403.action_not_authorized": Fails(403, errors.Forbidden, "ActionNotAuthorizedError"),
    "error.403.route_in_use": Fails(
        403, errors.Forbidden, "Please disassociate all numbers before deleting."
    ),
    "error.404.cnam_delete": Fails(404, errors.NotFound, "CNAM record not found. Nothing to delete."),
    "error.404.number": Fails(404, errors.NotFound, "Could not find that resource on your account."),
    "error.405": Fails(405, errors.ApiError, "The method is not allowed for the requested URL."),
    **dict.fromkeys(
        ("error.422", "error.422.e911_field"),
        Fails(422, errors.Refused, f"zip: {ZIP_RULE}", {"zip": ZIP_RULE}),
    ),
    "error.422.e911_number_unsupported": Fails(
        422,
        errors.Refused,
        "Cannot assign an E911 record to a number that does not support emergency services.",
    ),
    "error.422.media_too_large": Fails(
        422,
        errors.Refused,
        'Error fetching media: File at "https://s3-us-west-2.amazonaws.com/testing/1503617641_12067392634"'
        " is over 767840 byte limit.",
    ),
    "error.429": Fails(429, errors.RateLimited, "Too many requests."),
}


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.stem)
def test_every_documented_body_is_read_or_produced(
    path: Path, client: Flowroute, provider: FakeProvider
) -> None:
    """Whatever Flowroute documents, the client understands it or says it."""
    assert path.stem in CLAIMS, f"{path.name}: nobody reads or produces this example"
    body, claim = path.read_bytes(), CLAIMS[path.stem]
    match claim:
        case Reads():
            provider.answers(claim.plan, Reply(body, claim.status))
            assert claim.expected(claim.call(client))
        case Sends():
            provider.answers(claim.plan, claim.answer)
            with Flowroute("key", "secret", provider.url, messages_version=claim.version) as speaking:
                claim.call(speaking)
            [sent] = provider.sent
            assert meaning(sent.json) == meaning(json.loads(body))
        case Parses():
            assert claim.expected(claim.parse(body))
        case Fails():
            for call in ("DELETE /v2/routes/7", "POST /v2.1/messages"):
                provider.answers(call, Reply(body, claim.status))
            with pytest.raises(errors.ApiError) as caught:
                text(client) if claim.kind is errors.OptedOut else client.routes.delete("7")
            error = caught.value
            assert type(error) is claim.kind
            assert (error.status, error.detail, error.fields) == (
                claim.status,
                claim.detail,
                claim.fields or {},
            )
            assert error.request_id == json.loads(body)["errors"][0].get("id")
            assert error.user_message
            assert not error.may_have_happened


def test_every_claim_has_its_example() -> None:
    """A claim without a file would promise something that nobody checks."""
    assert sorted(CLAIMS) == sorted(path.stem for path in EXAMPLES.iterdir())


def meaning(document: Any) -> Any:
    """What a body says, whichever of its documented forms it takes."""
    if isinstance(document, dict) and isinstance(document.get("data"), dict):
        inner = document["data"]
        document = inner.get("attributes", inner)
    if isinstance(document, dict):
        return {name: meaning(value) for name, value in document.items() if name != "type"}
    if isinstance(document, str) and document in {"true", "false"}:
        return document == "true"
    return document.upper() if isinstance(document, str) else document
