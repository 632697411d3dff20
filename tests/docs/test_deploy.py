"""The files of docs/deploy/, held against the running bot, the paper about them, and the real tools."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import requests

from tests.docs.tools import judged
from tests.stage import Stage

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
OPERATIONS = (DEPLOY.parent / "operations.md").read_text("utf-8")
ALERTS = (DEPLOY / "alerts.yml").read_text("utf-8")
DASHBOARD = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
FIGURE = re.compile(r"\b(?:bot|slack_api|flowroute)_[a-z_]+\b")
OF_A_HISTOGRAM = ("_bucket", "_count", "_sum")


@pytest.fixture
def exported(stage: Stage) -> dict[str, str]:
    """Every figure of a running bot by name, and its type."""
    with stage.bot(SPEND_LIMIT="50"):
        page = requests.get(f"{stage.url}/metrics", timeout=30).text
    return {
        name: kind
        for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE)
        if not name.endswith("_created")
    }


def test_alerts_and_dashboard_ask_for_figures_that_there_are(exported: dict[str, str]) -> None:
    """A figure that was renamed would leave an alert that never fires."""
    there = {
        name + suffix
        for name, kind in exported.items()
        for suffix in (OF_A_HISTOGRAM if kind == "histogram" else ("",))
    }
    asked = {name for expression in [*expressions(), *panels()] for name in FIGURE.findall(expression)}
    assert asked <= there
    shown = {name for expression in panels() for name in FIGURE.findall(expression)}
    assert {name for name in exported if not any(one.startswith(name) for one in shown)} <= {
        "flowroute_api_seconds",
        "slack_api_seconds",
    }


def test_the_paper_explains_every_figure_and_no_other(exported: dict[str, str]) -> None:
    """Its table is all that an operator reads."""
    table = OPERATIONS.partition("| figure | tells |")[2].partition("\n\n")[0]
    assert set(FIGURE.findall(table)) == set(exported)


def test_every_alert_says_what_it_is_and_the_paper_what_to_do() -> None:
    """Under its own name, in the order of the rules; none is explained that is not raised."""
    raised = re.findall(r"^      - alert: (\w+)$", ALERTS, re.MULTILINE)
    explained = re.findall(r"^### (\w+)$", OPERATIONS.partition("## Alerts\n")[2], re.MULTILINE)
    assert raised == explained
    assert len(expressions()) == ALERTS.count("summary: ") == ALERTS.count("severity: ") == len(raised)


def test_the_dashboard_can_be_imported() -> None:
    """Every panel has a place of its own, a title and a question, and asks the source that is chosen."""
    assert DASHBOARD["uid"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
    for panel in DASHBOARD["panels"]:
        assert panel["title"]
        assert panel["targets"]
        assert panel["datasource"]["uid"] == "${datasource}"
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
    assert [one["name"] for one in DASHBOARD["templating"]["list"]] == ["datasource"]


def test_the_unit_starts_the_bot_and_lets_it_write_only_where_the_paper_says() -> None:
    """No more than the database's folder."""
    unit = (DEPLOY / "flowroute-bot.service").read_text("utf-8")
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
    assert settings["ExecStart"].endswith("/.venv/bin/python -m bot")
    assert settings["ProtectSystem"] == "strict"
    assert f"/var/lib/{settings['StateDirectory']}" in OPERATIONS
    assert settings["EnvironmentFile"] in OPERATIONS
    assert int(settings["TimeoutStopSec"]) > 10


UNITS = sorted(DEPLOY.glob("*.service"))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_unit(tmp_path: Path, path: Path) -> None:
    """The program that it starts is put where the unit expects it."""
    unit = path.read_text("utf-8")
    here = tmp_path / path.name.replace("@", "@3001")
    here.write_text(
        unit.replace("/opt/flowroute-bot/.venv/bin/python", "/usr/bin/env").replace("/opt/flowroute-bot", "/")
    )
    judged("systemd-analyze", "verify", "--man=no", str(here))


def test_prometheus_takes_its_configuration_and_the_rules() -> None:
    """Every rule can be asked; test_alerts.py asks them."""
    judged("promtool", "check", "config", str(DEPLOY / "prometheus.yml"))


def expressions() -> list[str]:
    """What the alerts ask, also where it is folded over several lines."""
    return re.findall(r"^        expr: (?:>-\n)?((?:.|\n(?= {10}))+)", ALERTS, re.MULTILINE)


def panels() -> list[str]:
    """What the dashboard asks."""
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def test_the_wrapper_runs_a_command_with_the_services_settings(tmp_path: Path) -> None:
    """As the unit's user, with its settings file and in its folder; arguments arrive as they were typed."""
    recorder = tmp_path / "systemd-run"
    recorder.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    recorder.chmod(0o755)

    answer = subprocess.run(
        [DEPLOY / "flowroute-bot", "erase", "(206) 555-0142", "--by", "U0ADMIN"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    given = answer.stdout.splitlines()
    unit = dict(
        line.partition("=")[::2]
        for line in (DEPLOY / "flowroute-bot.service").read_text("utf-8").splitlines()
        if "=" in line
    )
    command, *arguments = unit["ExecStart"].split()
    assert given[given.index(command) :] == [
        command,
        *arguments,
        "erase",
        "(206) 555-0142",
        "--by",
        "U0ADMIN",
    ]
    assert f"--uid={unit['User']}" in given
    for name in ("EnvironmentFile", "WorkingDirectory", "UMask"):
        assert f"--property={name}={unit[name]}" in given
