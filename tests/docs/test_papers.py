"""The papers, held against what they speak of."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from bot.settings import Settings
from handlers.grammar import VERBS
from tests.docs.commands import told_by_help, written_into
from tests.stage import Stage

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAME = re.compile(
    r"\b(?:FR|SLACK|FLOWROUTE|DATABASE|PUBLIC|WEBHOOK|POLL|METRICS|LOG|MEDIA|SPEND|APPROVAL|RETENTION)_[A-Z_]+\b"
)
SAID_IN_WORDS = {"ADMINS", "DEFAULT_CHANNEL"}
"""Settings whose default the README tells in words."""


def test_the_readme_lists_the_commands_that_work(stage: Stage) -> None:
    """As `/flowroute help` of a running bot tells them; whatever is declared works."""
    working = told_by_help(stage)
    assert set(working) == {verb.usage for verb in VERBS}
    assert written_into(README, working) == README, "python -m tests.docs.commands puts the list right"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_command_in_the_papers_is_one(paper: Path) -> None:
    """`/flowroute …` in any sentence begins with a command that exists."""
    known = {verb.line for verb in VERBS} | {verb.topic for verb in VERBS}
    for line in re.findall(r"/flowroute ([a-z0-9 ]+)", paper.read_text("utf-8")):
        words = line.split()
        assert " ".join(words[:2]) in known or words[0] in known, f"/flowroute {line}"


def test_the_readme_tells_every_setting_and_its_default() -> None:
    """The table has the names and the defaults of the program, no more and no fewer."""
    rows = re.findall(r"^\| `([A-Z_]+)` \|(.*?)\| .+ \|$", _section("Settings"), re.MULTILINE)
    told = {name: default.strip() for name, default in rows if name not in SAID_IN_WORDS}
    assert {name for name, _ in rows} == {name.upper() for name in Settings.model_fields}
    for name, default in told.items():
        expected = _default(name)
        if expected is None:
            assert default.startswith("needed"), name
        else:
            assert default == (f"`{expected}`" if expected else ""), name


def test_the_example_file_is_true_to_the_program() -> None:
    """Every setting once, with its default; what is needed stands ready to be filled in."""
    lines = re.findall(r"^(# )?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    names = [name for _, name, _ in lines]
    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)
    for off, name, value in lines:
        expected = _default(name)
        assert value == (expected or ""), name
        if not off:
            assert not expected, f"{name} has a default and needs no line of its own"
        if Settings.model_fields[name.lower()].is_required():
            assert not off, f"{name} is needed"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_setting_that_a_paper_names_exists(paper: Path) -> None:
    """A renamed setting leaves no old name behind."""
    unknown = set(NAME.findall(paper.read_text("utf-8"))) - {name.upper() for name in Settings.model_fields}
    assert unknown == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_links_lead_somewhere(paper: Path) -> None:
    """Files that a paper links to or shows are there, and headings too."""
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", paper.read_text("utf-8")):
        path, _, heading = target.partition("#")
        linked = (paper.parent / path).resolve() if path else paper
        assert linked.exists(), target
        if heading:
            assert heading in _anchors(linked), target


def test_pictures_are_shown_and_small() -> None:
    """None lies about unused, and none makes a clone heavy."""
    papers = "\n".join(paper.read_text("utf-8") for paper in PAPERS)
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert f"pictures/{picture.name}" in papers, picture.name
        assert picture.stat().st_size < 200_000, picture.name


def test_every_make_target_of_the_readme_exists() -> None:
    """`make …` in the README is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", README)) <= targets


def _section(heading: str) -> str:
    return README.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def _default(name: str) -> str | None:
    """As one writes it in the environment: "" for none, None where a value is needed (now or then)."""
    field = Settings.model_fields[name.lower()]
    if field.default is PydanticUndefined or name in {"SLACK_SIGNING_SECRET", "WEBHOOK_TOKEN"}:
        return None
    if isinstance(field.default, int | float | Decimal):
        return f"{field.default:g}"
    return str(field.default) if field.default else ""


def _anchors(paper: Path) -> set[str]:
    """GitHub's names for the headings of a paper."""
    headings = re.findall(r"^#+ (.+)$", paper.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
