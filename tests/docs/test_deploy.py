"""The files of docs/deploy/, held against the running bot, the paper about them, and the real tools."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.stage import Stage, free_port

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
    """Judged by systemd itself where it is installed."""
    unit = (DEPLOY / "flowroute-bot.service").read_text("utf-8")
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
    assert settings["ExecStart"].endswith("/.venv/bin/python -m bot")
    assert settings["ProtectSystem"] == "strict"
    assert f"/var/lib/{settings['StateDirectory']}" in OPERATIONS
    assert settings["EnvironmentFile"] in OPERATIONS
    assert int(settings["TimeoutStopSec"]) > 10


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Where it is installed; the program that it starts is put where the unit expects it."""
    unit = (DEPLOY / "flowroute-bot.service").read_text("utf-8")
    here = tmp_path / "flowroute-bot.service"
    here.write_text(
        unit.replace("/opt/flowroute-bot/.venv/bin/python", "/usr/bin/env").replace("/opt/flowroute-bot", "/")
    )
    assert _judged("systemd-analyze", "verify", "--man=no", str(here)) in {None, 0}


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    """Where it is installed, with a certificate for the occasion; braces are even in any case."""
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert site.count("{") == site.count("}")
    for path in ("/slack/events", "/flowroute/", "/media/", "= /healthz"):
        assert f"location {path} " in site
    pem, key = tmp_path / "site.pem", tmp_path / "site.key"
    _judged(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
        *("-keyout", str(key), "-out", str(pem)),
    )
    here = tmp_path / "site.conf"
    here.write_text(
        site.replace("/etc/ssl/bot.example.com.pem", str(pem))
        .replace("/etc/ssl/bot.example.com.key", str(key))
        .replace(":443 ssl", f":{free_port()} ssl")
        .replace(" 443 ssl", f" {free_port()} ssl")  # also whoever is not root may ask
    )
    folders = " ".join(
        f"{kind}_temp_path {tmp_path / kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; {folders} include {here}; }}\n"
    )
    assert _judged("nginx", "-t", "-p", str(tmp_path), "-c", str(whole)) in {None, 0}


def test_prometheus_takes_its_rules() -> None:
    """Where its tool is installed."""
    assert _judged("promtool", "check", "rules", str(DEPLOY / "alerts.yml")) in {None, 0}


def expressions() -> list[str]:
    """What the alerts ask, also where it is folded over several lines."""
    return re.findall(r"^        expr: (?:>-\n)?((?:.|\n(?= {10}))+)", ALERTS, re.MULTILINE)


def panels() -> list[str]:
    """What the dashboard asks."""
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def _judged(tool: str, *arguments: str) -> Any:
    """The tool's exit code, None where it is not installed."""
    path = shutil.which(tool)
    if path is None:
        return None
    return subprocess.run([path, *arguments], check=False, capture_output=True, timeout=60).returncode
