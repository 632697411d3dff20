"""`help` and the menu: what works here, from the one declaration of the commands."""

from collections.abc import Sequence
from dataclasses import dataclass

from slackblocks import Block, ContextBlock, Markdown

from bot.access.roles import Access, Role
from bot.cards import escape

from .answers import Answer, run_button
from .commands import Ask, Commands
from .grammar import Verb
from .limits import header, section
from .values import quoted

TOPICS = {
    "numbers": "Find, buy and look after numbers",
    "routes": "Where calls go",
    "sms": "Texts",
    "e911": "Emergency addresses",
    "cnam": "Caller names",
    "relay": "Texts in channels",
    "orders": "Purchases",
    "cdr": "Call records",
    "port": "Bringing numbers in",
}
MENU = {
    "numbers list": "Our numbers",
    "relay list": "Linked numbers",
    "e911 gaps": "Numbers without E911",
    "help": "All commands",
}
ADMIN_MENU = {"numbers buy": "Buy a number", "relay link": "Link a number"}


@dataclass(frozen=True)
class HelpHandlers:
    access: Access
    commands: Commands

    def register(self) -> None:
        self.commands.on("menu", self.menu)
        self.commands.on("help", self.help)

    def menu(self, ask: Ask) -> Answer:
        """Buttons for what people do most, and may do."""
        is_admin = self.access.allows(ask.actor.user_id, Role.ADMIN)
        shown = {**ADMIN_MENU, **MENU} if is_admin else MENU
        buttons = tuple(run_button(label, line, key=line.replace(" ", "_")) for line, label in shown.items())
        text = "What would you like to do?"
        hint = "Everything can be typed as well: `/flowroute numbers search 206`, `/flowroute help`."
        return Answer(text, (section(f"*{text}*\n{hint}"),), buttons)

    def help(self, _ask: Ask, *, topic: str | None) -> Answer:
        """The commands that work, all of them or those of one topic."""
        working = self.commands.verbs
        topics = {verb.topic for verb in working if " " in verb.line}
        wanted = (topic or "").lower().partition(" ")[0]
        if wanted and wanted not in topics:
            names = ", ".join(f"`{name}`" for name in TOPICS if name in topics)
            return Answer(f"There is no topic {escape(quoted(topic or ''))}. Topics are {names}.")
        shown = [name for name in TOPICS if name in topics and wanted in {"", name}]
        blocks: list[Block] = [header("Commands" if not wanted else TOPICS[wanted])]
        for name in shown:
            title = "" if wanted else f"*{TOPICS[name]}*\n"
            blocks.append(section(title + _lines([v for v in working if v.topic == name])))
        if not wanted:
            blocks.append(section(_lines([v for v in working if v.topic not in topics])))
            hint = "`[optional]` `<needed>`; without the needed ones a form opens where there is one."
            blocks.append(ContextBlock([Markdown(escape(hint))]))
        return Answer("Commands", tuple(blocks))


def _lines(verbs: Sequence[Verb]) -> str:
    lines = [f"`/flowroute {escape(verb.usage)}`  {verb.summary}" for verb in verbs]
    return "\n".join(lines)
