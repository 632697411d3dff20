"""Delivery receipts: what becomes of a text after the 202, step by step."""

from functools import partial

from .paging import HOST
from .state import CallbackType, Json, Message, ReceiptRecord
from .texts import two_digits
from .world import Receipt, World

SUBMITTED = Receipt(1, "smsc submit", None, "Message has been sent")
ACCEPTED = Receipt(2, "message buffered", 1003, "Message accepted by Carrier")
DELIVERED = Receipt(2, "delivered", 1004, "Message delivered to handset")
FAILED = Receipt(2, "delivery failure", 1007, "Message failed")

USUAL_PLAN = (SUBMITTED, DELIVERED)
"""Two per message, as documented; a test sets other plans: more steps, other orders."""
FAILING_PLAN = (SUBMITTED, FAILED)


def schedule_receipts(world: World, message: Message, *, reachable: bool) -> None:
    """Let the steps of the plan happen one delay after another, whether or not anybody listens."""
    plan = world.receipt_plan if reachable else FAILING_PLAN
    for step, receipt in enumerate(plan, start=1):
        world.schedule.after(step * world.pace.receipt_delay_s, partial(_happen, world, message, receipt))


def _happen(world: World, message: Message, receipt: Receipt) -> None:
    with world.change():
        record = ReceiptRecord(
            receipt.level, receipt.status, receipt.code, receipt.description, world.clock.now()
        )
        message.receipts.append(record)
        message.status = receipt.status
        url = _callback(world, message)
    if url is not None and not world.faults.receipts_get_lost:
        world.webhooks.post(url, _webhook(message, record), lane=f"receipts {message.id}")


def _callback(world: World, message: Message) -> str | None:
    """The message's own URL, else the number's, else the account's."""
    kind: CallbackType = "mms_dlr_callback" if message.is_mms else "sms_dlr_callback"
    number = world.account.numbers.get(message.sender)
    return (
        message.dlr_callback
        or (number.callbacks.get(kind) if number else None)
        or world.account.callbacks.get(kind)
    )


def _webhook(message: Message, receipt: ReceiptRecord) -> Json:
    return {
        "data": {
            "attributes": {
                "body": "" if message.is_mms else message.body,
                "level": receipt.level,
                "status": receipt.status,
                "status_code": None if receipt.code is None else str(receipt.code),
                "status_code_description": receipt.description,
                "timestamp": two_digits(receipt.at),
            },
            "id": message.id,
            "links": {"related": f"{HOST}/{message.version}/messages/{message.id}"},
            "type": "delivery_receipt",
        }
    }
