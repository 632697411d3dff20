"""What `make audit` makes of pip-audit's reports."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.audit import NONE_KNOWN, NOT_AUDITED, VULNERABLE, verdict

ROOT = Path(__file__).parents[2]
SOUND = {"name": "flask", "version": "3.1.3", "vulns": []}
FLAW = {"id": "PYSEC-2026-7", "fix_versions": ["3.1.4"], "aliases": [], "description": "…"}
FLAWED = {"name": "jinja2", "version": "3.1.6", "vulns": [FLAW]}
SKIPPED = {"name": "pillow", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("packages", "code", "says"),
    [
        ([SOUND], NONE_KNOWN, "in 1 packages"),
        ([SOUND, FLAWED], VULNERABLE, "jinja2 3.1.6: PYSEC-2026-7, mended in 3.1.4"),
        ([SOUND, FLAWED, SKIPPED], VULNERABLE, "jinja2"),
        ([SOUND, SKIPPED], NOT_AUDITED, "nothing about pillow"),
        ([SKIPPED], NOT_AUDITED, "out of reach"),
        ([], NOT_AUDITED, "out of reach"),
    ],
)
def test_only_what_was_audited_counts_as_sound(packages: list[dict[str, Any]], code: int, says: str) -> None:
    """pip-audit itself ends well when PyPI knew none of the packages."""
    told = verdict({"dependencies": packages})
    assert told[0] == code
    assert says in told[1]


def test_every_package_that_is_installed_is_pinned() -> None:
    """The audit resolves nothing: what is not in requirements.txt would go unseen."""
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    for line in filter(None, (line.partition("#")[0].strip() for line in pins.splitlines())):
        assert re.fullmatch(r"[\w-]+(\[\w+\])?==[\w.]+", line), line


def test_ci_audits_and_says_so_when_it_cannot() -> None:
    """Its run ends at a known vulnerability, and goes on when nobody can be asked."""
    steps = (ROOT / ".ci" / "run").read_text("utf-8")
    assert f".venv/bin/python -m tests.audit || [ $? -eq {NOT_AUDITED} ]" in steps
