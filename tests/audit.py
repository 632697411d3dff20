"""`make audit`: is a vulnerability known in what requirements.txt pins?

Exit code 0: none is. 1: these are. 3: it could not be found out, if only for some packages.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
NONE_KNOWN, VULNERABLE, NOT_AUDITED = 0, 1, 3
GIVE_UP_S = 120


def main() -> int:
    """Ask PyPI about every pinned package, and print what it says."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(REQUIREMENTS), "--format", "json"]
    # requirements.txt pins everything that is installed, so that nothing has to be resolved.
    command += ["--no-deps", "--disable-pip", "--vulnerability-service", "pypi", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIVE_UP_S, check=False)
        report = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        report = {"dependencies": []}
    code, said = verdict(report)
    print(said)  # noqa: T201 - a command's answer
    return code


def verdict(report: dict[str, Any]) -> tuple[int, str]:
    """Exit code and words for pip-audit's JSON; a package it skipped counts as not audited, not as sound."""
    audited = [package for package in report["dependencies"] if "skip_reason" not in package]
    skipped = [package["name"] for package in report["dependencies"] if "skip_reason" in package]
    found = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {mended}"
        for package in audited
        for flaw in package["vulns"]
        for mended in [", ".join(flaw["fix_versions"]) or "no version yet"]
    ]
    if found:
        return VULNERABLE, "Known vulnerabilities:\n" + "\n".join(found)
    if not audited:
        return NOT_AUDITED, "NOT AUDITED: PyPI's list of vulnerabilities is out of reach from here."
    if skipped:
        return (
            NOT_AUDITED,
            f"NOT AUDITED: PyPI says nothing about {', '.join(skipped)}; nothing is known of the rest.",
        )
    return NONE_KNOWN, f"No vulnerability is known in {len(audited)} packages."


if __name__ == "__main__":
    sys.exit(main())
