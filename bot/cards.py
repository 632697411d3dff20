"""What the application itself posts: plain functions from values to Slack blocks, and the ids of its buttons.

Outside text goes in as rich text or plain text, where nothing in it can ping anybody or pose as a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Markdown,
    Message,
    PlainText,
    RichText,
    RichTextBlock,
    RichTextSection,
    SectionBlock,
)

from bot.store.audit import Entry
from bot.store.conversations import Conversation
from bot.store.orders import Order, OrderState
from bot.store.replies import Reply
from bot.store.texts import Text
from flowroute import InvalidNumber, format_phone_number, parse_phone_number

SECTION_CHARS = 3000
FALLBACK_CHARS = 3000


class Action(StrEnum):
    """Action ids on what the application posts; handlers register on them."""

    LINK_NUMBER = "card.link_number"


@dataclass(frozen=True)
class Card:
    """A message ready for Slack: blocks, and the text that notifications and screen readers use."""

    text: str
    blocks: list[dict[str, Any]]


def escape(outside: str) -> str:
    """Make outside text harmless in mrkdwn and in a message's `text` (docs.slack.dev, "Escaping text")."""
    return outside.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """Cut at `limit` characters, an ellipsis included."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def card(text: str, blocks: Sequence[Block]) -> Card:
    """Put blocks and text together through slackblocks' own check of Slack's limits."""
    message = Message(channel="C0", text=shorten(text, FALLBACK_CHARS), blocks=list(blocks)).to_dict()
    return Card(text=message["text"], blocks=message["blocks"])


def usd(amount: Decimal | None) -> str:
    """Money as people read it: "$1.25"; fractions of a cent only where there are some."""
    if amount is None:
        return "price not stated"
    cents = amount.quantize(Decimal("0.01"))
    return f"${cents:,}" if cents == amount else f"${amount.normalize():,f}"


def caller(sender: str) -> str:
    """The other side as people read it: a phone number formatted, a short code or a name as it is."""
    try:
        return format_phone_number(parse_phone_number(f"+{sender}"))
    except InvalidNumber:
        return sender


def conversation(of: Conversation, *, linked: bool) -> Card:
    """The parent of a thread: who texts, with which of our numbers, and what to do."""
    person, number = caller(of.person), caller(of.number)
    blocks: list[Block] = [
        SectionBlock(PlainText(f"{person} texts {number}"), block_id="who"),
    ]
    if linked:
        blocks.append(
            ContextBlock(
                [Markdown("Replies in this thread are sent as texts. `note:` at the start keeps one here.")],
                block_id="how",
            )
        )
    else:
        blocks.append(
            ContextBlock(
                [Markdown(f"{escape(number)} is linked to no channel, so its texts come here.")],
                block_id="how",
            )
        )
        blocks.append(
            ActionsBlock(
                [Button(PlainText("Link to a channel"), action_id=Action.LINK_NUMBER, value=of.number)],
                block_id="link",
            )
        )
    return card(escape(f"{person} texts {number}"), blocks)


def text(received: Text) -> Card:
    """One text as it came; rich text pings nobody and links nothing that is not an address."""
    shown = received.body or ("(a picture or file, no text)" if received.is_mms else "(an empty text)")
    pieces = [shown[i : i + SECTION_CHARS] for i in range(0, len(shown), SECTION_CHARS)]
    blocks: list[Block] = [
        RichTextBlock([RichTextSection([RichText(piece)])], block_id=f"text{i}")
        for i, piece in enumerate(pieces)
    ]
    return card(escape(shorten(shown, FALLBACK_CHARS // 2)), blocks)


def trouble(reply: Reply) -> Card:
    """Why a reply did not reach the phone, in the thread."""
    said = reply.problem or "This was not sent."
    return card(
        escape(said),
        [
            SectionBlock(PlainText(f":warning: {said}", emoji=True), block_id="problem"),
            ContextBlock(
                [PlainText(f"About: {shorten(reply.body, 80)}" if reply.body else "About a file")],
                block_id="about",
            ),
        ],
    )


def order_outcome(order: Order) -> Card:
    """A purchase, for the channel where it was asked for."""
    number = caller(order.number)
    if order.state is OrderState.BOUGHT:
        said = (
            f":white_check_mark: <@{order.user_id}> bought *{number}* "
            f"({usd(order.setup_cost)} setup, {usd(order.monthly_cost)} a month)."
        )
    else:
        said = f":x: {number} was not bought. {escape(order.reason or '')}"
    return card(said, [SectionBlock(Markdown(said), block_id="order")])


def audit_entry(entry: Entry) -> Card:
    """One change, for the audit channel."""
    said = f"<@{entry.user_id}> {entry.action} *{escape(caller(entry.subject))}*: {escape(entry.result)}"
    blocks: list[Block] = [SectionBlock(Markdown(shorten(said, SECTION_CHARS)), block_id="entry")]
    changes = _changes(entry)
    if changes:
        blocks.append(ContextBlock([PlainText(shorten(changes, 1000))], block_id="changes"))
    return card(said, blocks)


def _changes(entry: Entry) -> str:
    before, after = entry.before or {}, entry.after or {}
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return " · ".join(f"{name}: {before.get(name, '–')} → {after.get(name, '–')}" for name in changed)
