"""`audit`: who changed what, for admins, as a table and as CSV."""

import json
from dataclasses import dataclass

from slack_bolt import Ack, App, Respond
from slackblocks import Button as ButtonElement

from bot import change_cards
from bot.access.audit import Audit
from bot.access.roles import Access, Role
from bot.files import Files, csv_of
from bot.store.audit import Entry

from .answers import Answer
from .commands import Ask, Commands
from .ids import Button
from .limits import Cell, Channel, Member, button_text
from .lists import listing

SHOWN = 20
COLUMNS = ("When (UTC)", "Who", "What", "Changed")


@dataclass(frozen=True)
class AuditHandlers:
    access: Access
    audit: Audit
    files: Files
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("audit", self.list, role=Role.ADMIN)
        app.action(Button.AUDIT_CSV)(self.csv)

    def list(self, _ask: Ask, *, n: int | None) -> Answer:
        """Newest first. Private: it says who did what."""
        entries = self.audit.latest(n or SHOWN)
        answer = listing(
            "change",
            COLUMNS,
            [_row(entry) for entry in entries],
            empty="Nothing was changed yet.",
            shareable=False,
        )
        button = ButtonElement(
            button_text("Get it as CSV"), action_id=Button.AUDIT_CSV, value=str(n or SHOWN)
        )
        return Answer(answer.text, answer.blocks, (button,) if entries else ())

    def csv(
        self, ack: Ack, action: dict[str, str], body: dict[str, dict[str, str]], respond: Respond
    ) -> None:
        """The same entries with every value, as a file in the direct messages of who asked."""
        ack()
        user_id = body["user"]["id"]
        self.access.require(user_id, Role.ADMIN)
        entries = self.audit.latest(int(action["value"]))
        rows = [
            [
                entry.at.isoformat(),
                entry.user_id,
                entry.channel_id or "",
                entry.action,
                entry.subject,
                json.dumps(entry.before) if entry.before else "",
                json.dumps(entry.after) if entry.after else "",
                entry.result,
            ]
            for entry in entries
        ]
        columns = ["at", "user", "channel", "action", "subject", "before", "after", "result"]
        self.files.give(user_id, "audit.csv", csv_of(columns, rows))
        respond(
            text="The file is in your messages with me.", response_type="ephemeral", replace_original=False
        )


def _row(entry: Entry) -> list[Cell]:
    """In words; the file has every value."""
    channel_id = change_cards.channel_of(entry)
    what = f"{change_cards.did(entry)} {change_cards.subject(entry)}"
    return [
        f"{entry.at:%Y-%m-%d %H:%M}",
        Member(entry.user_id),
        f"Not done: {what}" if entry.result.startswith(change_cards.NOT_DONE) else what,
        Channel(channel_id) if channel_id else change_cards.details(entry) or _result(entry),
    ]


def _result(entry: Entry) -> str | None:
    return None if entry.result == "done" else entry.result
