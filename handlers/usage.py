"""`usage`: texts and costs over time, for admins."""

from dataclasses import dataclass

from bot.access.roles import Role
from bot.files import Files
from bot.overview.usage import UsageReports
from bot.slack import SlackError

from . import usage_blocks as blocks
from .answers import Answer
from .commands import Ask, Commands

DAYS = 30
IN_MESSAGES = "The figures by day and number are in your messages with me, as CSV."
NOT_UPLOADED = "Slack did not take the CSV file. Ask for the usage again to get it."


@dataclass(frozen=True)
class UsageHandlers:
    reports: UsageReports
    files: Files

    def register(self, commands: Commands) -> None:
        commands.on("usage", self.usage, role=Role.ADMIN)

    def usage(self, ask: Ask, *, days: int | None) -> Answer:
        """The file goes to the one who asks, not again to the channel that it is shared with."""
        report = self.reports.of(days or DAYS)
        if ask.shared or not report.by_day_and_number:
            return blocks.answer(report, None)
        try:
            self.files.give(ask.actor.user_id, blocks.file_name(report), blocks.csv_file(report))
        except SlackError:
            return blocks.answer(report, NOT_UPLOADED)
        return blocks.answer(report, IN_MESSAGES)
