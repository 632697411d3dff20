"""`sms show`, `history`: texts on record at Flowroute, for admins and in the channel of their number."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from slackblocks import (
    Block,
    ContextBlock,
    Markdown,
    PlainText,
    RichText,
    RichTextBlock,
    RichTextQuote,
    SectionBlock,
)

from bot.access.roles import Access, Role
from bot.cards import caller, escape, usd
from bot.relay.links import Links
from flowroute import Flowroute, PhoneNumber
from flowroute.messages import MessageRecord

from .answers import Answer
from .commands import Ask, Commands
from .limits import header, section
from .lists import beginning, listing, when

LAST_DAYS = timedelta(days=7)
MAX_TEXTS = 100


@dataclass(frozen=True)
class SmsHandlers:
    flowroute: Flowroute
    access: Access
    links: Links

    def register(self, commands: Commands) -> None:
        commands.on("sms show", self.show)
        commands.on("sms history", self.history)

    def show(self, ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        self.access.require(ask.actor.user_id, Role.ADMIN)
        return _card(self.flowroute.messages.get(id))

    def history(self, ask: Ask, *, number: PhoneNumber | None, since: datetime | None) -> Answer:
        """Newest first. Flowroute cannot look for a number, so all texts since then are read."""
        self._require_texts_of(ask, number)
        texts = self.flowroute.messages.list(since or datetime.now(UTC) - LAST_DAYS)
        found = beginning(
            (one for one in texts if number is None or number in {one.from_, one.to}), MAX_TEXTS
        )
        return listing(
            "text",
            ["When", "From", "To", "Text", "State", "Id"],
            [
                [when(one.timestamp), caller(one.from_), caller(one.to), one.body, one.status, one.id]
                for one in found.items
            ],
            is_all=found.is_all,
            empty="No texts in that time.",
            narrow="Shorten the time: `/flowroute sms history since=1d`.",
            shareable=False,
        )

    def _require_texts_of(self, ask: Ask, number: PhoneNumber | None) -> None:
        """Who is in the channel of a number sees its texts anyway; all others' are for admins."""
        link = self.links.of(number) if number else None
        if link is None or not self.access.is_in_channel(ask.actor.user_id, link.channel_id):
            self.access.require(ask.actor.user_id, Role.ADMIN)


def _card(text: MessageRecord) -> Answer:
    title = f"{caller(text.from_)} to {caller(text.to)}"
    facts = [
        when(text.timestamp) or "time unknown",
        text.direction or "",
        text.status or "",
        usd(text.cost) if text.cost is not None else "",
    ]
    blocks: list[Block] = [
        header(title),
        SectionBlock(PlainText(", ".join(filter(None, facts)))),
    ]
    if text.body:
        blocks.append(RichTextBlock(RichTextQuote([RichText(text.body)])))
    steps = [
        f"{when(receipt.timestamp) or ''} {receipt.status_code_description or receipt.status or ''}".strip()
        for receipt in text.delivery_receipts or ()
    ]
    if steps:
        blocks.append(section("*Receipts*\n" + escape("\n".join(steps))))
    blocks.append(ContextBlock([Markdown(f"Id {escape(text.id)}")]))
    return Answer(escape(title), tuple(blocks))
