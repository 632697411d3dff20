"""`status`: how the bot is doing, for admins."""

from dataclasses import dataclass

from slackblocks import ContextBlock, Markdown

from bot.access.roles import Role
from bot.cards import escape
from bot.overview.health import Health, Reach
from flowroute.version import __version__

from .answers import Answer, run_button
from .commands import Ask, Commands
from .home_views import vital_facts
from .limits import facts, header

TITLE = "Status"


@dataclass(frozen=True)
class StatusHandlers:
    health: Health

    def register(self, commands: Commands) -> None:
        commands.on("status", self.status, role=Role.ADMIN)

    def status(self, _ask: Ask) -> Answer:
        vitals = self.health.vitals()
        reached = {"Slack": self.health.slack(), "Flowroute": self.health.flowroute()}
        told = {
            **{name: _reach(reach) for name, reach in reached.items()},
            **vital_facts(vitals),
            "Linked numbers": f"{vitals.links:,}",
        }
        well = not any(reach.problem for reach in reached.values())
        return Answer(
            f"{TITLE}: {'all is reachable' if well else 'something is out of reach'}",
            (
                header(TITLE),
                facts(told),
                ContextBlock([Markdown(f"Version {__version__}")]),
            ),
            (
                run_button("Parked texts", "relay parked"),
                run_button("Purchases", "orders list", key="orders"),
            ),
        )


def _reach(reach: Reach) -> str:
    if reach.problem is not None:
        return f":x: {escape(reach.problem)}"
    return f":white_check_mark: answered in {reach.took_s * 1000:,.0f} ms"
