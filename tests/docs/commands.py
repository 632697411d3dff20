"""Writes the README's list of commands as a running bot tells them: `python -m tests.docs.commands`."""

import re
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.server import QUICK, Sandbox
from tests.stage import ADMIN, TELECOM, Stage

README = Path(__file__).parents[2] / "README.md"
BEGIN = "<!-- commands -->\n```text\n"
LONG = 60
"""Characters; what is longer does not decide where the explanations begin."""


def told_by_help(stage: Stage) -> dict[str, str]:
    """Usage and summary of the commands that work, from `/flowroute help`, in its order."""
    with stage.bot():
        ada = stage.workspace.member(ADMIN)
        ada.command(TELECOM, "/flowroute", "help")
        stage.workspace.wait_for(lambda: stage.private_words(ADMIN, TELECOM))
        (answer,) = (message for message in ada.messages(TELECOM) if message.get("is_ephemeral"))
    sections = "\n".join(block["text"]["text"] for block in answer["blocks"] if block["type"] == "section")
    return dict(re.findall(r"^`/flowroute (.+?)`  (.+)$", unescape(sections), re.MULTILINE))


def written_into(readme: str, working: dict[str, str]) -> str:
    """The README with its list as it should be."""
    width = max(len(usage) for usage in working if len(usage) < LONG)
    there = [f"{usage:<{width}}  {summary}" for usage, summary in working.items()]
    before, after = readme.split(BEGIN)
    return before + BEGIN + "".join(f"{line}\n" for line in there) + after[after.index("```") :]


def main() -> None:
    with TemporaryDirectory() as folder, Sandbox(pace=QUICK, data=Path(folder)) as sandbox:
        working = told_by_help(Stage(sandbox, f"sqlite:///{folder}/bot.db"))
    README.write_text(written_into(README.read_text("utf-8"), working), "utf-8")


if __name__ == "__main__":
    main()
