"""Runs shell blocks of the papers, and makes copies of the project for those that would change it."""

import shutil
import subprocess
from pathlib import Path

from bot.clock import utc_now
from tests.stage import ROOT

GIVE_UP_S = 600
"""For a machine that many share; a block takes seconds."""
TODAY = f"{utc_now():%F}"
"""Of all blocks, also when midnight comes between the one that makes a backup and the one that takes it."""
NOT_COPIED = shutil.ignore_patterns(".env", ".git", ".venv", "data", "__pycache__", ".*_cache", ".hypothesis")


def succeeds(code: str, folder: Path, environment: dict[str, str], typed: str = "") -> str:
    """Run a block in `folder` with nothing but `environment` set; it must not fail. Gives what it printed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code.replace("$(date +%F)", TODAY)],
        cwd=folder,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=GIVE_UP_S,
        check=False,
        start_new_session=True,  # nobody sits at it: what asks for a password reads what is `typed`
    )
    assert done.returncode == 0, f"{code}\n{done.stdout}{done.stderr}"
    return done.stdout


def copied(folder: Path) -> Path:
    """The project as it stands here, in a new `folder`: without its settings, data and packages."""
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    return folder


def working_copy(folder: Path) -> Path:
    """The same with the packages that are installed here, to be worked in."""
    (copied(folder) / ".venv").symlink_to(ROOT / ".venv")
    return folder
