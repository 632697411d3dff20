"""What `python -m bot doctor` finds."""

from pathlib import Path

from tests.bot.test_settings import run
from tests.stage import Stage


def test_a_good_installation_is_found_good(stage: Stage, tmp_path: Path) -> None:
    """Every part is looked at, over the network."""
    with stage.bot():
        environment = stage.sandbox.bot_environment(int(stage.url.rpartition(":")[2]))

        answer = run(tmp_path, "doctor", **(environment | {"DATABASE_URL": stage.database_url}))

    assert answer.returncode == 0, answer.stdout
    for part in (
        "settings",
        "database",
        "Slack token",
        "Flowroute credentials",
        "PUBLIC_URL",
        "AUDIT_CHANNEL",
    ):
        assert f"ok  {part}" in answer.stdout


def test_bad_credentials_and_a_dead_address_are_each_found(stage: Stage, tmp_path: Path) -> None:
    """One failure does not hide the next; no secret is shown."""
    environment = stage.sandbox.bot_environment(1) | {
        "FR_SECRET_KEY": "wrong-and-secret",
        "SLACK_BOT_TOKEN": "xoxb-wrong",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}",
    }

    answer = run(tmp_path, "doctor", **environment)

    assert answer.returncode == 1
    for part in ("Slack token", "Flowroute credentials", "PUBLIC_URL"):
        assert f"BAD  {part}" in answer.stdout
    assert "API Control" in answer.stdout
    assert "wrong-and-secret" not in answer.stdout + answer.stderr


def test_it_runs_with_nothing_set_at_all(tmp_path: Path) -> None:
    """Then it says what to set."""
    answer = run(tmp_path, "doctor")

    assert answer.returncode == 1
    assert "SLACK_BOT_TOKEN is missing" in answer.stdout
    assert "Traceback" not in answer.stderr
