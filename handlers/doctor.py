"""`doctor`: what is wrong with the installation and how to mend it, told privately."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slackblocks import Block, Button

from bot.access.roles import Role
from bot.cards import counted, escape
from bot.doctor import Finding, Health
from bot.provisioning.callbacks import Callbacks
from flowroute import FlowrouteError

from .answers import Answer, run_button
from .callbacks import renewing
from .commands import Ask, Commands
from .limits import header, section

MARKS = {
    Health.GOOD: ":white_check_mark:",
    Health.WORTH_A_LOOK: ":large_orange_circle:",
    Health.BAD: ":x:",
}


@dataclass(frozen=True)
class DoctorHandlers:
    examine: Callable[[], Sequence[Finding]]
    callbacks: Callbacks

    def register(self, commands: Commands) -> None:
        commands.on("doctor", self.tell, role=Role.ADMIN)

    def tell(self, _ask: Ask) -> Answer:
        """Asks Slack, Flowroute, the database and our own address, which takes some seconds."""
        findings = self.examine()
        bad = sum(finding.health is Health.BAD for finding in findings)
        title = f"{counted(bad, 'thing')} to mend" if bad else "Nothing is wrong"
        blocks: list[Block] = [header(title), *(section(_line(finding)) for finding in findings)]
        return Answer(title, tuple(blocks), (*self._cures(), run_button("Where texts go", "relay callbacks")))

    def _cures(self) -> list[Button]:
        """What can be mended by a press."""
        try:
            return renewing(self.callbacks.outdated(self.callbacks.destinations()))
        except FlowrouteError:
            return []  # a finding says why Flowroute cannot be asked


def _line(finding: Finding) -> str:
    part = finding.part[:1].upper() + finding.part[1:]
    line = f"{MARKS[finding.health]} *{escape(part)}*: {escape(finding.said)}"
    return f"{line}\n{escape(finding.cure)}" if finding.cure else line
