"""The people's phones: what they send reaches the account, what the account sends reaches them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from .media import new_media
from .state import CallbackType, HandsetMedia, HandsetMessage, Message, OwnedNumber
from .texts import flat_webhook, inbound_webhook, new_message
from .wire import number_digits
from .world import World

STOPPED = (
    "You have been unsubscribed and will receive no more messages from this number. Text UNSTOP to subscribe."
)
RESUMED = "You are subscribed again and will receive messages from this number. Text STOP to unsubscribe."
UNREACHABLE_ENDING = "0000"


def reachable(person: str) -> bool:
    """A rule of this stand-in: a phone whose number ends in 0000 is always switched off."""
    return not person.endswith(UNREACHABLE_ENDING)


def typed_digits(typed: str) -> str | None:
    """11 digits from a number as people type it, with punctuation or without a country code; else None."""
    digits = re.sub(r"[^0-9]", "", typed)
    return number_digits(digits) or number_digits(f"1{digits}")


def send_from_handset(
    world: World, person: str, number: str, body: str, media: Sequence[tuple[str, str, bytes]]
) -> str:
    """A person texts `number`; returns the message id.

    A single-word STOP closes this pair of person and number, UNSTOP opens it again (source: "How to stop
    unwanted messages"); the phone gets the carrier's automatic answer.
    Raises ValueError for what cannot be texted.
    """
    sender, recipient = typed_digits(person), typed_digits(number)
    if sender is None or recipient is None:
        raise ValueError(f"not a North American number: {person if sender is None else number}")
    if not body and not media:
        raise ValueError("a text needs a body or a file")
    with world.change() as account:
        message = new_message(
            "inbound",
            sender=sender,
            recipient=recipient,
            body=body or None,
            at=world.clock.now(),
            version="v2.1",
            is_mms=bool(media),
            media=[new_media(name, mime_type, data, world.clock) for name, mime_type, data in media],
        )
        owned = account.numbers.get(recipient)
        problem = _undeliverable(owned)
        _show(world, message, "delivered" if problem is None else f"not delivered: {problem}")
        if owned is not None and problem is None:
            _arrive(world, owned, message)
    return message.id


def show_on_handset(world: World, message: Message) -> None:
    """A text of the account turns up on the person's phone."""
    state = "delivered" if reachable(message.recipient) else "not delivered: the phone is switched off"
    _show(world, message, state)


def _show(world: World, message: Message, state: str) -> None:
    sent = message.direction == "inbound"  # the account's inbound is what the phone sent
    world.account.handset.append(
        HandsetMessage(
            message.id,
            direction="sent" if sent else "received",
            person=message.sender if sent else message.recipient,
            number=message.recipient if sent else message.sender,
            body=message.body or "",
            media=tuple(HandsetMedia(file.file_name, file.mime_type, file.data) for file in message.media),
            at=message.at,
            state=state,
        )
    )


def _undeliverable(number: OwnedNumber | None) -> str | None:
    if number is None:
        return "the number is not in service"
    if not number.messaging_enabled:
        return "the number cannot receive texts"
    return None


def _arrive(world: World, number: OwnedNumber, message: Message) -> None:
    account = world.account
    account.messages[message.id] = message
    account.media.update({file.id: file for file in message.media})
    pair = (message.sender, number.value)
    keyword = (message.body or "").strip().upper()
    if keyword == "STOP":
        account.opt_outs.add(pair)
        _answer_automatically(world, message, STOPPED)
    elif keyword == "UNSTOP":
        account.opt_outs.discard(pair)
        _answer_automatically(world, message, RESUMED)
    if keyword != "STOP" or world.forwards_stop:
        _announce(world, number, message)


def _announce(world: World, number: OwnedNumber, message: Message) -> None:
    kind: CallbackType = "mms_callback" if message.is_mms else "sms_callback"
    url = number.callbacks.get(kind) or world.account.callbacks.get(kind)
    if url is None:
        return
    bare = world.faults.webhooks_forget_files
    # No flat form of an MMS is documented; it would have no place for the files.
    flat = world.webhook_shape == "flat" and (bare or not message.is_mms)
    named = replace(message, id=message.id.replace("mdr2-", world.webhook_ids))
    document = flat_webhook(named) if flat else inbound_webhook(named, url, world.links)
    if bare:
        document.pop("included", None)
    world.webhooks.post(url, document, lane=f"texts {message.sender} {number.value}")


def _answer_automatically(world: World, message: Message, text: str) -> None:
    world.account.handset.append(
        HandsetMessage(
            f"{message.id}-reply",
            direction="received",
            person=message.sender,
            number=message.recipient,
            body=text,
            media=(),
            at=world.clock.now(),
            state="delivered",
        )
    )
