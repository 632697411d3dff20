"""Webhooks: every body becomes a message, a receipt, or our own error."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowroute import NotAMessage, webhooks
from flowroute.phone import party_of_a_message
from flowroute.receipts import CODES, Fate, fate_of
from flowroute.webhooks import DeliveryReceipt, InboundMessage

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = dict.fromkeys(
    (
        *("to", "from", "body", "id", "timestamp", "is_mms", "direction", "status", "level"),
        *("status_code", "status_code_description", "url", "file_name", "mime_type", "file_size"),
    ),
    ANYTHING,
)
ATTRIBUTES = st.fixed_dictionaries({}, optional=MEMBERS)
MEDIA = st.fixed_dictionaries(
    {}, optional={"type": st.just("media") | ANYTHING, "id": ANYTHING, "attributes": ATTRIBUTES | ANYTHING}
)
NEARLY_DOCUMENTED = st.fixed_dictionaries(
    {},
    optional={
        **MEMBERS,
        "data": ANYTHING
        | st.fixed_dictionaries(
            {},
            optional={
                "id": ANYTHING | st.just("mdr2-1"),
                "type": st.sampled_from(["message", "delivery_receipt"]) | ANYTHING,
                "attributes": ATTRIBUTES | ANYTHING,
                "relationships": ANYTHING
                | st.fixed_dictionaries({"media": st.fixed_dictionaries({"data": ANYTHING})}),
            },
        ),
        "included": st.lists(MEDIA | ANYTHING, max_size=3) | ANYTHING,
    },
)


def parsed_or_refused(body: bytes) -> InboundMessage | DeliveryReceipt | None:
    try:
        return webhooks.parse(body)
    except NotAMessage:
        return None


@given(st.binary(max_size=200))
@example(b"[" * 100_000)
@example(b'{"id": ' + b"9" * 5000 + b"}")
@example(b"\xff\xfe")
@example(b"null")
def test_no_bytes_raise_anything_but_our_own_error(body: bytes) -> None:
    """A stranger may post what they like."""
    parsed_or_refused(body)


@given(NEARLY_DOCUMENTED)
def test_no_document_raises_anything_but_our_own_error(document: dict[str, Any]) -> None:
    """Nor may Flowroute, whatever it changes; and what comes out can be stored in any database."""
    found = parsed_or_refused(json.dumps(document).encode())
    if found is None:
        return
    assert found.id
    if isinstance(found, InboundMessage):
        assert found.to
        assert found.from_
        for text in (found.id, found.to, found.from_, found.body):
            assert "\0" not in text
            text.encode()
    if found.timestamp is not None:
        assert found.timestamp.utcoffset() is not None


def test_a_number_sent_as_a_number_is_read() -> None:
    """One recorded message carries `to` without quotes."""
    message = webhooks.parse(
        b'{"id": "mdr2-1", "to": 12065550100, "from": "+1 (206) 555-0101", "body": null}'
    )
    assert isinstance(message, InboundMessage)
    assert (message.to, message.from_, message.body) == ("12065550100", "12065550101", "")


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("12345", "12345"),
        ("FLOWERS", "FLOWERS"),
        ("2065550100", "12065550100"),
        ("+442079460958", "442079460958"),
        ("+2065550100", "2065550100"),
        (" 12065550100 ", "12065550100"),
    ],
)
def test_every_kind_of_sender_survives(written: str, sender: str) -> None:
    """Short codes and names are kept; one number is always written one way."""
    assert party_of_a_message(written) == sender


def test_half_an_emoji_does_not_lose_the_text() -> None:
    """A text cut in the middle of an emoji arrives with a replacement character instead."""
    body = b'{"id": "mdr2-1", "to": "12065550100", "from": "12065550101", "body": "see you \\ud83d\\u0000"}'
    message = webhooks.parse(body)
    assert isinstance(message, InboundMessage)
    assert message.body == "see you \ufffd\ufffd"


@pytest.mark.parametrize(
    "document",
    [
        {"to": "12065550100", "from": "12065550101", "body": "no id"},
        {"id": "mdr2-1", "to": "12065550100", "body": "no sender"},
        {"id": "mdr2-1", "from": "12065550101", "body": "no recipient"},
        {"data": {"id": "mdr2-1", "type": "route", "attributes": {"to": "1", "from": "2"}}},
        {
            "data": {
                "id": "mdr2-1",
                "type": "message",
                "attributes": {"to": "12065550100", "from": "12065550101", "direction": "outbound"},
            }
        },
    ],
    ids=["no id", "no sender", "no recipient", "another type", "our own message"],
)
def test_what_cannot_be_answered_is_refused(document: dict[str, Any]) -> None:
    """Without an id it could not be told from its repetition; without a sender nobody could reply."""
    with pytest.raises(NotAMessage):
        webhooks.parse(json.dumps(document).encode())


def test_a_flat_receipt_is_read_too() -> None:
    """Accounts on the old message API get everything flat."""
    receipt = webhooks.parse(b'{"id": "mdr1-1", "level": "2", "status": "delivered", "status_code": 1004}')
    assert isinstance(receipt, DeliveryReceipt)
    assert (receipt.level, receipt.status_code, receipt.fate) == (2, 1004, Fate.DELIVERED)


@pytest.mark.parametrize(
    "written",
    [
        "2017-12-22T01:52:39.39Z",
        "2017-12-22T01:52:39Z",
        "2017-12-22T01:52:39.390000Z",
        "2017-12-22T01:52:39.39+00:00",
        "2017-12-22 01:52:39.39",
        "2017-12-21T20:52:39.39-05:00",
    ],
)
def test_every_form_of_time_is_the_same_utc(written: str) -> None:
    """Whatever the number of digits and however the zone is written."""
    document = {"id": "mdr2-1", "to": "12065550100", "from": "12065550101", "timestamp": written}
    moment = webhooks.parse(json.dumps(document).encode()).timestamp
    assert moment is not None
    assert moment.isoformat().startswith("2017-12-22T01:52:39")
    assert moment.utcoffset() is not None


@pytest.mark.parametrize(
    ("code", "status", "fate"),
    [
        (1003, "delivered", Fate.SENT),
        (1006, "", Fate.EXPIRED),
        (None, "Delivery Success", Fate.DELIVERED),
        (None, "delivery failure", Fate.FAILED),
        (None, "undelivered", Fate.FAILED),
        (None, "SMSC Reject", Fate.FAILED),
        (None, "smsc submit", Fate.SENT),
        (9999, "message expired", Fate.EXPIRED),
        (9999, "a word from the future", Fate.PENDING),
    ],
)
def test_a_receipt_means_what_its_code_says_else_its_words(code: int | None, status: str, fate: Fate) -> None:
    """The code wins over the words; an unknown one is not taken for a failure."""
    assert fate_of(code, status) is fate


def test_receipts_in_any_order_end_in_the_same_fate() -> None:
    """A late "sent" does not undo "delivered"."""
    assert Fate.DELIVERED.outranks(Fate.SENT)
    assert not Fate.SENT.outranks(Fate.DELIVERED)
    assert not any(fate.is_final for fate, _ in CODES.values() if fate in {Fate.PENDING, Fate.SENT})
