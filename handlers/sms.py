"""`sms show`, `history`: texts on record at Flowroute, for admins and in the channel of their number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict
from slack_bolt import Ack, App, Respond
from slackblocks import (
    Block,
    Button,
    ContextBlock,
    Markdown,
    PlainText,
    RichText,
    RichTextBlock,
    RichTextQuote,
    SectionBlock,
)

from bot.access.roles import Access, Role
from bot.cards import counted, escape, known_as, usd
from bot.files import Files, csv_of
from bot.relay.contacts import Contacts
from bot.relay.links import Links
from flowroute import Flowroute, PhoneNumber
from flowroute.messages import MessageRecord

from .answers import Answer, run_button
from .commands import Ask, Commands
from .ids import Button as ButtonId
from .limits import header, section
from .lists import beginning, listing, when

LAST_DAYS = timedelta(days=7)
MAX_TEXTS = 100
MAX_EXPORTED = 50_000
COLUMNS = (
    "When (UTC)",
    "Direction",
    "From",
    "From name",
    "To",
    "To name",
    "Text",
    "State",
    "Cost (USD)",
    "Id",
)


class Period(BaseModel):
    """Which texts: those of one of our numbers or of all, since a moment (UTC)."""

    model_config = ConfigDict(frozen=True)

    number: PhoneNumber | None = None
    since: datetime

    def line(self, page: int) -> str:
        """The command that shows a page of them."""
        return f"sms history {self.number or ''} since={self.since:%Y-%m-%d} page={page}".replace("  ", " ")


@dataclass(frozen=True)
class SmsHandlers:
    flowroute: Flowroute
    access: Access
    links: Links
    contacts: Contacts
    files: Files
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("sms show", self.show)
        self.commands.on("sms history", self.history)
        app.action(ButtonId.HISTORY_CSV)(self.download)

    def show(self, ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        self.access.require(ask.actor.user_id, Role.ADMIN)
        return _card(self.flowroute.messages.get(id), self.contacts.names())

    def history(
        self, ask: Ask, *, number: PhoneNumber | None, since: datetime | None, page: int | None
    ) -> Answer:
        """Newest first."""
        self._require_texts_of(ask.actor.user_id, number)
        period = Period(number=number, since=since or datetime.now(UTC) - LAST_DAYS)
        shown = page or 1
        found = beginning(islice(self._texts(period), (shown - 1) * MAX_TEXTS, None), MAX_TEXTS)
        names = self.contacts.names()
        answer = listing(
            "text",
            ["When", "From", "To", "Text", "State", "Id"],
            [
                [when(one.timestamp), *_parties(one, names), one.body, one.status, one.id]
                for one in found.items
            ],
            is_all=found.is_all,
            empty="No texts in that time." if shown == 1 else "There are no older texts in that time.",
            shareable=False,
        )
        if not found.items:
            return answer
        buttons = [Button("Download as CSV", action_id=ButtonId.HISTORY_CSV, value=period.model_dump_json())]
        if not found.is_all:
            buttons.insert(0, run_button("Older texts", period.line(shown + 1)))
        return replace(answer, buttons=tuple(buttons))

    def download(self, ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
        """Sends all texts of a period as a file in direct messages: they are for the one who asked."""
        ack()
        period = Period.model_validate_json(action["value"])
        user_id = body["user"]["id"]
        self._require_texts_of(user_id, period.number)
        found = beginning(self._texts(period), MAX_EXPORTED)
        names = self.contacts.names()
        name = f"texts-{period.number or 'all'}-since-{period.since:%Y-%m-%d}.csv"
        self.files.give(user_id, name, csv_of(COLUMNS, (_row(one, names) for one in found.items)))
        newest = "" if found.is_all else "the newest "
        respond(
            text=f"A file with {newest}{counted(len(found.items), 'text')} is in your messages with me.",
            response_type="ephemeral",
            replace_original=False,
        )

    def _texts(self, period: Period) -> Iterator[MessageRecord]:
        """Flowroute cannot look for a number, so all texts of the time are read."""
        every = self.flowroute.messages.list(period.since)
        return (one for one in every if period.number is None or period.number in {one.from_, one.to})

    def _require_texts_of(self, user_id: str, number: PhoneNumber | None) -> None:
        if not self.links.may_read_texts(user_id, number):
            self.access.require(user_id, Role.ADMIN)


def _parties(text: MessageRecord, names: Mapping[str, str]) -> tuple[str, str]:
    return known_as(text.from_, names.get(text.from_)), known_as(text.to, names.get(text.to))


def _row(text: MessageRecord, names: Mapping[str, str]) -> list[str]:
    return [
        f"{text.timestamp:%Y-%m-%d %H:%M:%S}" if text.timestamp else "",
        text.direction or "",
        text.from_,
        names.get(text.from_, ""),
        text.to,
        names.get(text.to, ""),
        text.body or "",
        text.status or "",
        "" if text.cost is None else f"{text.cost:f}",
        text.id,
    ]


def _card(text: MessageRecord, names: Mapping[str, str]) -> Answer:
    title = " to ".join(_parties(text, names))
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
