"""docs/security.md is as true as its tests."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`((?:[a-z0-9_]+/)+test_[a-z0-9_]+\.py)::(test_[a-z0-9_]+)`")
THREAT = re.compile(r"^\| .+ \| .* \| (.+) \|$", re.MULTILINE)


def named() -> list[tuple[str, str]]:
    """Every test that the paper names: file and function."""
    return NAMED.findall((ROOT / "docs" / "security.md").read_text("utf-8"))


def promises_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_test_that_is_named_exists() -> None:
    """A renamed or removed test leaves no promise behind."""
    found = named()
    assert len(found) == len(set(found)), "a threat more, a test more"
    for file, function in found:
        assert function in promises_in(ROOT / "tests" / file), f"{file}::{function}"


def test_every_threat_has_a_test() -> None:
    """No line of the tables is only words."""
    paper = (ROOT / "docs" / "security.md").read_text("utf-8").partition("## From the internet")[2]
    shown = [cell for cell in THREAT.findall(paper) if cell != "shown by"]
    assert len(shown) > 60
    for cell in shown:
        assert NAMED.fullmatch(cell), cell


def test_every_test_of_this_folder_is_named() -> None:
    """A new one tells what it is against."""
    here = Path(__file__).parent
    written = {
        (f"security/{path.name}", name) for path in here.glob("test_*.py") for name in promises_in(path)
    }
    about_the_paper = {(f"security/{Path(__file__).name}", name) for name in promises_in(Path(__file__))}
    assert written - about_the_paper - set(named()) == set()
