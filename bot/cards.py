"""What the application itself posts: plain functions from values to Slack blocks, and the ids of its buttons.

Outside text goes in as rich text or plain text, where nothing in it can ping anybody or pose as a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    Confirm,
    ContextBlock,
    Element,
    Markdown,
    Message,
    PlainText,
    RichText,
    RichTextBlock,
    RichTextSection,
    SectionBlock,
)

from bot.store.conversations import Conversation, Standing
from bot.store.links import Mode
from bot.store.replies import Reply, ReplyState
from bot.store.texts import Text
from flowroute import InvalidNumber, format_phone_number, parse_phone_number

SECTION_CHARS = 3000
FALLBACK_CHARS = 3000
LONGEST_SHOWN = 9000
"""Characters of one text in Slack, which takes some 12,000 in all blocks of a message and documents no limit
(error `msg_blocks_too_long`)."""
LATE = timedelta(minutes=2)

AUTOMATIC = "automatic"
"""Stands where a person's user id would for what nobody wrote."""

ANSWERS = {
    ReplyState.DELIVERED: " · delivered",
    ReplyState.SENT: " · sent",
    ReplyState.FAILED: " · *not delivered*",
    ReplyState.PARKED: " · *nobody knows whether it was sent*",
    ReplyState.ASKED: " · *not sent yet*",
    ReplyState.KEPT: " · not sent",
}


AFTER_ALL = {
    ReplyState.SENT: "This was sent after all.",
    ReplyState.DELIVERED: "This was delivered after all.",
    ReplyState.FAILED: "This was sent after all, but not delivered: see below.",
}

HOW: dict[Mode, str] = {
    "thread": "Replies in this thread are sent as texts. `note:` at the start keeps one here.",
    "mention": "Only replies that mention me are sent as texts, and what is written with *Reply*.",
}


class Action(StrEnum):
    """Action ids on what the application posts; handlers register on them."""

    LINK_NUMBER = "card.link_number"
    REPLY = "card.reply"
    SEND_ANYWAY = "card.send_anyway"
    KEEP_INTERNAL = "card.keep_internal"
    CHECK_AGAIN = "card.check_again"
    SEND_AGAIN = "card.send_again"
    DROP = "card.drop"
    STOP_TEXTS = "card.stop_texts"
    GO_ON = "card.go_on"
    APPROVE = "card.approve"
    DECLINE = "card.decline"
    ORDER_RETRY = "order.retry"
    """Takes a failed step again; the value is its id."""
    ORDER_SKIP = "order.skip"
    """Leaves a step out; like `ORDER_RETRY`."""
    ORDER_CANCEL = "order.cancel"
    """Stops what has not happened yet; the value is the order's id."""
    ORDER_REVIEW = "order.review"
    """Shows a draft again; the value is the order's id."""
    ORDER_RESULT = "order.result"
    """Hands over what became of each number as a file; the value is the order's id."""
    FOLLOW_EXPORT = "card.follow_export"


@dataclass(frozen=True)
class Card:
    """A message ready for Slack: blocks, and the text that notifications and screen readers use."""

    text: str
    blocks: list[dict[str, Any]]
    id: str | None = None
    """Names what it shows for good, also after a restored database counts its rows anew; None where that is
    not needed."""


def escape(outside: str) -> str:
    """Make outside text harmless in mrkdwn and in a message's `text` (docs.slack.dev, "Escaping text")."""
    return outside.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """Cut at `limit` characters, an ellipsis included."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 number`, `2 numbers`; `plural` where an s does not make it."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


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


def known_as(person: str, name: str | None) -> str:
    """The other side with the name that they were given here: `Maria · (206) 555-0142`."""
    return f"{name} · {caller(person)}" if name else caller(person)


def moment(at: datetime) -> str:
    """A time that Slack shows in each reader's own zone (docs.slack.dev, "Date formatting")."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def conversation(
    of: Conversation, *, name: str | None, mode: Mode | None, elsewhere: str | None, standing: Standing
) -> Card:
    """The parent of a thread: who texts, with which of our numbers, how it stands and what to do.

    `mode` is that of the number's link, None without one; `elsewhere` says where the number is (mrkdwn) if it
    has left the channel.
    """
    who, number = known_as(of.person, name), caller(of.number)
    blocks: list[Block] = [
        SectionBlock(PlainText(f"{who} texts {number}"), block_id="who"),
        ContextBlock([Markdown(_standing(standing))], block_id="standing"),
    ]
    if elsewhere is not None:
        how = f"{elsewhere} What is written in this thread stays in Slack."
    elif mode is None:
        how = f"{escape(number)} is linked to no channel, so its texts come here."
    else:
        how = HOW[mode]
    blocks.append(ContextBlock([Markdown(how)], block_id="how"))
    buttons = []
    if elsewhere is None:
        buttons.append(Button(PlainText("Reply"), action_id=Action.REPLY, value=str(of.id)))
    if mode is None:
        buttons.append(Button(PlainText("Link to a channel"), action_id=Action.LINK_NUMBER, value=of.number))
    if buttons:
        blocks.append(ActionsBlock(list(buttons), block_id="do"))
    # Number and person as one word: metadata is for every app in the channel to read.
    named = sha256(f"{of.number} {of.person}".encode()).hexdigest()[:20]
    return replace(card(escape(f"{who} texts {number}"), blocks), id=named)


def _standing(of: Standing) -> str:
    if of.answered_at is None and of.heard_at is None:
        return "Nothing was texted yet."
    if of.answered_at is None or (of.heard_at is not None and of.heard_at > of.answered_at):
        since = "" if of.heard_at is None else f" since {moment(of.heard_at)}"
        return f":large_orange_circle: Waiting for an answer{since}"
    by = "an automatic answer" if of.answered_by == AUTOMATIC else f"<@{of.answered_by}>"
    state = "" if of.answer_state is None else ANSWERS.get(of.answer_state, "")
    return f"Last answer by {by}, {moment(of.answered_at)}{state}"


def text(received: Text) -> Card:
    """One text as it came; rich text pings nobody and links nothing that is not an address."""
    body = received.body or ("(no text, only a file)" if received.is_mms else "(an empty text)")
    came = received.sent_at or received.received_at
    shown = body[:LONGEST_SHOWN]
    pieces = [shown[i : i + SECTION_CHARS] for i in range(0, len(shown), SECTION_CHARS)]
    blocks: list[Block] = [
        RichTextBlock([RichTextSection([RichText(piece)])], block_id=f"text{i}")
        for i, piece in enumerate(pieces)
    ]
    if len(body) > LONGEST_SHOWN:
        where = f"`/flowroute sms history {received.number} since={came:%Y-%m-%d}`, *Download as CSV*"
        cut = f":scissors: Cut here. All of its {len(body):,} characters: {where}."
        blocks.append(ContextBlock([Markdown(cut)], block_id="cut"))
    if received.sent_at is not None and received.received_at - received.sent_at > LATE:
        late = f":hourglass: Arrived late: it was sent {moment(received.sent_at)}."
        blocks.append(ContextBlock([Markdown(late)], block_id="late"))
    return replace(card(escape(shorten(shown, FALLBACK_CHARS // 2)), blocks), id=received.message_id)


def notice(body: str) -> Card:
    """A sentence of ours, as mrkdwn whose outside parts are escaped already."""
    return card(body, [ContextBlock([Markdown(shorten(body, 2000))], block_id="notice")])


def sent(reply: Reply) -> Card:
    """A text that did not begin as a message in the thread."""
    by = "Automatic answer" if reply.user_id == AUTOMATIC else f"<@{reply.user_id}> texted"
    blocks: list[Block] = [
        ContextBlock([Markdown(f"{by}:")], block_id="by"),
        RichTextBlock([RichTextSection([RichText(reply.body or "(a file)")])], block_id="body"),
    ]
    return card(f"{by}: {escape(shorten(reply.body, FALLBACK_CHARS // 2))}", blocks)


def question(reply: Reply) -> Card:
    """Asks before something is sent that looks like a slip, or offers to cancel what is held."""
    value = str(reply.id)
    if reply.worries:
        said = "This was *not sent yet*. " + " ".join(escape(worry) for worry in reply.worries)
        buttons = [
            Button(PlainText("Send anyway"), action_id=Action.SEND_ANYWAY, value=value),
            Button(PlainText("Keep internal"), action_id=Action.KEEP_INTERNAL, value=value, style="primary"),
        ]
    else:
        said = f"This is sent {moment(reply.not_before) if reply.not_before else 'at once'}."
        buttons = [Button(PlainText("Cancel"), action_id=Action.KEEP_INTERNAL, value=value)]
    return card(
        said,
        [
            SectionBlock(Markdown(shorten(said, SECTION_CHARS)), block_id="question"),
            _about(reply),
            ActionsBlock(list(buttons), block_id="decide"),
        ],
    )


def edited(reply: Reply) -> Card:
    """A change in Slack is not a change on a phone."""
    said = "A change or deletion in Slack does not reach the phone. Write another reply instead."
    return card(said, [ContextBlock([PlainText(said)], block_id="edited"), _about(reply)])


def paused(conversation_id: int | None) -> Card:
    """Asks whether somebody wants no more texts."""
    said = "This sounds as if they want no more texts. Until somebody decides, nothing is sent to them."
    value = str(conversation_id)
    return card(
        said,
        [
            SectionBlock(PlainText(said), block_id="pause"),
            ActionsBlock(
                [
                    Button(
                        PlainText("Stop texting them"),
                        action_id=Action.STOP_TEXTS,
                        value=value,
                        style="danger",
                    ),
                    Button(PlainText("They did not mean that"), action_id=Action.GO_ON, value=value),
                ],
                block_id="decide",
            ),
        ],
    )


def trouble(reply: Reply) -> Card:
    """Why a reply did not reach the phone, in the thread; with what can be done when nobody knows."""
    if reply.problem is None and reply.state in AFTER_ALL:  # it was settled on the way there
        return overtaken(reply)
    said = reply.problem or "This was not sent."
    blocks: list[Block] = [
        SectionBlock(Markdown(f":warning: {escape(shorten(said, 2000))}"), block_id="problem"),
        _about(reply),
    ]
    if reply.state is ReplyState.PARKED:
        blocks.append(ActionsBlock(parked_buttons(reply), block_id="decide"))
    return card(escape(said), blocks)


def overtaken(reply: Reply) -> Card:
    """In place of `trouble`, once more is known."""
    said = AFTER_ALL[reply.state]
    return card(said, [SectionBlock(PlainText(said), block_id="overtaken"), _about(reply)])


def parked_buttons(reply: Reply) -> list[Element]:
    """What a person can do about a text of which nobody knows whether it was sent."""
    value = str(reply.id)
    twice = Confirm(
        title="Send it again?",
        text=PlainText("If the first one did go out, they get it twice."),
        confirm="Send again",
        deny="Leave it",
    )
    return [
        Button(PlainText("Check again"), action_id=Action.CHECK_AGAIN, value=value),
        Button(PlainText("Send again"), action_id=Action.SEND_AGAIN, value=value, confirm=twice),
        Button(PlainText("Drop"), action_id=Action.DROP, value=value),
    ]


def _about(reply: Reply) -> Block:
    shown = f"About: {shorten(reply.body, 80)}" if reply.body else "About a file"
    return ContextBlock([PlainText(shown)], block_id="about")


def export(export_id: int, said: str, *, can_follow: bool) -> Card:
    """How far an export of call records is, for the one who asked."""
    blocks: list[Block] = [SectionBlock(Markdown(said), block_id="export")]
    if can_follow:
        again = Button(PlainText("Look again"), action_id=Action.FOLLOW_EXPORT, value=str(export_id))
        blocks.append(ActionsBlock([again], block_id="follow"))
    return card(said, blocks)
