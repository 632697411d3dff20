"""What the command line says about settings, as an operator sees it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.address import bot_environment, free_port

ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot …` in an empty folder with nothing but `environment` set."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_every_bad_setting_is_named_at_once_and_no_value_is_shown(tmp_path: Path) -> None:
    """What is wrong, what it is for and where to find it; secrets stay secret."""
    # when
    answer = run(
        tmp_path,
        FR_ACCESS_KEY="12345678",
        PUBLIC_URL="bot.example.com",
        WEBHOOK_TOKEN="tooshort",
        APPROVAL_OVER="lots",
        DATABASE_URL="mysql://u:hunter2@db/bot",
        MEDIA_HOSTS="media.internal:443, media.internal",
    )

    # then
    assert answer.returncode == 1
    for name in (
        "FR_SECRET_KEY",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "PUBLIC_URL",
        "WEBHOOK_TOKEN",
        "APPROVAL_OVER",
        "DATABASE_URL",
        "MEDIA_HOSTS must be host:port pairs, such as media.internal:443",
    ):
        assert name in answer.stderr
    assert "Preferences > API Control" in answer.stderr
    assert "FR_ACCESS_KEY" not in answer.stderr
    for value in ("tooshort", "hunter2", "lots"):
        assert value not in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_webhook_token_is_needed_once_the_bot_is_public(tmp_path: Path) -> None:
    """Without it anybody could post texts; with Socket Mode no signing secret is asked for."""
    answer = run(
        tmp_path,
        FR_ACCESS_KEY="k",
        FR_SECRET_KEY="s",
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
        PUBLIC_URL="https://bot.example.com",
    )

    assert answer.returncode == 1
    assert "WEBHOOK_TOKEN is missing" in answer.stderr
    assert "SLACK_SIGNING_SECRET" not in answer.stderr


def test_the_manifest_needs_only_the_public_address(tmp_path: Path) -> None:
    """JSON alone on stdout, with every address filled in."""
    answer = run(tmp_path, "manifest", PUBLIC_URL="https://bot.example.com/")

    assert answer.returncode == 0
    manifest = json.loads(answer.stdout)
    commands = manifest["features"]["slash_commands"]
    assert {command["command"] for command in commands} == {"/flowroute", "/sms"}
    assert {command["url"] for command in commands} == {"https://bot.example.com/slack/events"}
    assert all(command["should_escape"] for command in commands)


def test_the_manifest_for_socket_mode_has_no_addresses(tmp_path: Path) -> None:
    """Behind a firewall there is nothing for Slack to call."""
    answer = run(tmp_path, "manifest", SLACK_APP_TOKEN="xapp-1")

    manifest = json.loads(answer.stdout)
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "url" not in manifest["features"]["slash_commands"][0]


def test_a_manifest_with_nothing_set_says_what_to_set(tmp_path: Path) -> None:
    """One sentence, no traceback."""
    answer = run(tmp_path, "manifest")

    assert answer.returncode == 1
    assert "PUBLIC_URL" in answer.stderr
    assert answer.stdout == ""


def test_migrating_needs_only_the_database(tmp_path: Path) -> None:
    """Also when it is there already; settings may come from .env."""
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite:///from-dotenv.db\n")

    answers = [run(tmp_path, "migrate") for _ in range(2)]

    assert [answer.returncode for answer in answers] == [0, 0]
    assert (tmp_path / "from-dotenv.db").exists()


def test_the_manifest_in_the_repository_is_the_rendered_one(tmp_path: Path) -> None:
    """It is there to be read and pasted, and never drifts from the code."""
    answer = run(tmp_path, "manifest", PUBLIC_URL="https://bot.example.com")

    assert json.loads((ROOT / "manifest.json").read_text()) == json.loads(answer.stdout)


@pytest.mark.parametrize("arguments", [(), ("worker",), ("migrate",), ("restored",), ("backup", "copy.db")])
@pytest.mark.parametrize(
    "database_url",
    [
        "postgres://bot:hunter2@db:54x2/bot",
        "postgres://bot:hunter2@127.0.0.1:1/bot",
        "sqlite:///{}/a-file/bot.db",
    ],
    ids=["no address", "nobody there", "no folder"],
)
def test_a_database_that_cannot_be_used_is_told_in_a_sentence(
    database_url: str, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """Whoever starts the bot reads what to look at, no stack trace and no password."""
    (tmp_path / "a-file").touch()
    url = database_url.format(tmp_path)
    sandbox = bot_environment(1, free_port(), tmp_path) | {"DATABASE_URL": url}

    answer = run(tmp_path, *arguments, **sandbox)

    assert answer.returncode == 1
    assert "DATABASE_URL" in answer.stderr or "This is for SQLite" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "hunter2" not in answer.stderr
