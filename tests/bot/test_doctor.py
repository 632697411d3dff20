"""What `python -m bot doctor` finds."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine, make_url, text

from bot.settings import database_url
from bot.store import posts
from bot.store.engine import Store, open_engine
from tests import databases
from tests.bot.keeping.past import age
from tests.bot.test_settings import run
from tests.bot.test_webhooks import EXAMPLES
from tests.stage import ADMIN, MARIA, NUMBER, SUPPORT, Stage, free_port, wait_for


def test_a_good_installation_is_found_good(stage: Stage, tmp_path: Path) -> None:
    """Every part is looked at, over the network."""
    with stage.bot():
        stage.link()
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
        "Slack scopes",
        "clock",
        "backlog",
        "disk",
        "linked channels",
        "Flowroute's way in",
        "Slack's way in",
        "webhooks",
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
    assert "not accepted (invalid_auth)" in answer.stdout
    assert "API Control" in answer.stdout
    assert "wrong-and-secret" not in answer.stdout + answer.stderr


def test_a_slack_that_does_not_answer_is_not_taken_for_a_bad_token(stage: Stage, tmp_path: Path) -> None:
    """Nobody should make a new token for what a firewall does; the rest is looked at all the same."""
    environment = stage.sandbox.bot_environment(1) | {"SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api"}

    answer = run(tmp_path, "doctor", **environment)

    assert answer.returncode == 1
    assert "BAD  Slack: does not answer" in answer.stdout
    assert "check SLACK_API_URL" in answer.stdout
    assert "Slack token" not in answer.stdout
    assert "ok  Flowroute credentials" in answer.stdout


def test_it_runs_with_nothing_set_at_all(tmp_path: Path) -> None:
    """Then it says what to set."""
    answer = run(tmp_path, "doctor")

    assert answer.returncode == 1
    assert "SLACK_BOT_TOKEN is missing" in answer.stdout
    assert "Traceback" not in answer.stderr


def test_a_scope_that_is_missing_is_named_with_what_it_is_for(stage: Stage, tmp_path: Path) -> None:
    """The app was installed from an older manifest, say."""
    scopes = stage.workspace.manifest.scopes - {"channels:join"}
    stage.workspace.manifest = replace(stage.workspace.manifest, scopes=scopes)

    answer = run(tmp_path, "doctor", **stage.sandbox.bot_environment(1))

    assert "missing: channels:join (join a public channel that a number is linked to)" in answer.stdout
    assert "Reinstall" in answer.stdout


def test_an_address_that_leads_to_somebody_elses_bot_is_found(stage: Stage, tmp_path: Path) -> None:
    """It answers, but with another token: Flowroute's texts would be refused there."""
    with stage.bot(WEBHOOK_TOKEN="the-token-of-another-bot"):
        environment = stage.sandbox.bot_environment(int(stage.url.rpartition(":")[2]))
        answer = run(tmp_path, "doctor", **(environment | {"DATABASE_URL": stage.database_url}))

    assert answer.returncode == 1
    assert "BAD  Flowroute's way in: answers 404" in answer.stdout
    assert "another WEBHOOK_TOKEN" in answer.stdout
    assert "ok  Slack's way in" in answer.stdout


def test_what_waits_too_long_and_a_channel_without_the_bot_are_found(stage: Stage, tmp_path: Path) -> None:
    """The channel of a linked number was archived, and its texts wait."""
    with stage.bot():
        stage.link()
        stage.workspace.member(ADMIN).archive(SUPPORT)
        stage.carrier.handset_send(MARIA, NUMBER, "hello")
        store = Store(open_engine(stage.database_url))
        wait_for(lambda: _waiting(store), "the text to wait")
        age(store, days=1)
        store.close()
        environment = stage.sandbox.bot_environment(int(stage.url.rpartition(":")[2]))
        answer = run(tmp_path, "doctor", **(environment | {"DATABASE_URL": stage.database_url}))

    assert answer.returncode == 1
    assert "some for more than five minutes: posts" in answer.stdout
    assert f"BAD  linked channel {SUPPORT}: is archived" in answer.stdout


def _waiting(store: Store) -> bool:
    with store.read() as db:
        return SUPPORT in posts.channels_with_open(db)


def test_an_old_address_fails_the_examination(stage: Stage, tmp_path: Path) -> None:
    """Whoever deploys sees it by the exit code; no part of either address is shown."""
    with stage.bot(WEBHOOK_TOKEN="a-token-that-was-leaked"):
        stage.link()
    with stage.bot():
        environment = stage.sandbox.bot_environment(int(stage.url.rpartition(":")[2]))
        answer = run(tmp_path, "doctor", **(environment | {"DATABASE_URL": stage.database_url}))

    assert answer.returncode == 1
    assert "BAD  linked numbers: 1 of 1 were given an address that is not this bot's" in answer.stdout
    assert "Give all linked numbers the new address" in answer.stdout
    assert "a-token-that-was-leaked" not in answer.stdout


def test_texts_that_come_by_the_list_only_are_worth_a_look(stage: Stage, tmp_path: Path) -> None:
    """Nothing is lost, but webhooks do not arrive: a proxy holds them back, say."""
    with stage.bot(PUBLIC_URL="", POLL_SECONDS="0.1"):
        stage.link()
        for body in ("one", "two", "three"):
            stage.carrier.handset_send(MARIA, NUMBER, body)
        stage.workspace.wait_for(lambda: {"one", "two", "three"} <= set(stage.texts_in(SUPPORT)))
    with stage.bot():
        environment = stage.sandbox.bot_environment(int(stage.url.rpartition(":")[2]))
        answer = run(tmp_path, "doctor", **(environment | {"DATABASE_URL": stage.database_url}))

    assert "look  webhooks: none ever came, while the message list brought 3 texts" in answer.stdout
    assert "look  linked numbers: nobody knows which address 1 of 1 were given" in answer.stdout


def test_looking_makes_and_changes_nothing(tmp_path: Path) -> None:
    """A database that is not there is said to be missing, and is still missing afterwards."""
    answer = run(tmp_path, "doctor", DATABASE_URL="sqlite:///data/bot.db")

    assert "look  database: data/bot.db was not made yet" in answer.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_made_is_found(tmp_path: Path) -> None:
    """The rest is looked at all the same."""
    (tmp_path / "a-file").touch()

    answer = run(tmp_path, "doctor", DATABASE_URL=f"sqlite:///{tmp_path}/a-file/bot.db")

    assert answer.returncode == 1
    assert "BAD  database" in answer.stdout
    assert "a-file is no folder that this user may write to" in answer.stdout
    assert "PUBLIC_URL" in answer.stdout
    assert "Traceback" not in answer.stderr


def test_an_address_of_a_database_that_is_none_is_a_bad_setting(tmp_path: Path) -> None:
    """With what a good one looks like, and nothing of the password."""
    answer = run(tmp_path, "doctor", DATABASE_URL="postgres://bot:hunter2@db:54x2/bot")

    assert answer.returncode == 1
    assert (
        "DATABASE_URL must be an address such as postgresql://user:password@host:5432/name" in answer.stdout
    )
    assert "Traceback" not in answer.stderr
    assert "hunter2" not in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ("webhook.inbound_sms.json", "UTC as JSON:API, with an id of the kind mdr2-…"),
        ("webhook.inbound_sms.legacy_flat_mdr2.json", "UTC as flat, with an id of the kind mdr2-…"),
        ("webhook.inbound_sms.legacy_v2_0.json", "with an id of the kind mdr1-… (message API 2.0)"),
    ],
)
def test_the_shape_that_the_account_sends_is_told(
    stage: Stage, tmp_path: Path, example: str, said: str
) -> None:
    """Ids of one kind come in both shapes, so the shape is remembered with the text."""
    with stage.bot():
        environment = stage.sandbox.bot_environment(int(stage.url.rpartition(":")[2]))
        taken = requests.post(
            f"{stage.url}/flowroute/{environment['WEBHOOK_TOKEN']}/sms",
            data=(EXAMPLES / example).read_bytes(),
            headers={"Content-Type": "application/json"},
            timeout=30,
        )
        assert taken.status_code == 200
        answer = run(tmp_path, "doctor", **(environment | {"DATABASE_URL": stage.database_url}))

    assert said in answer.stdout


def test_figures_that_anybody_can_read_are_worth_a_look(stage: Stage, tmp_path: Path) -> None:
    """With a token, or with a proxy that keeps them inside, all is well."""
    said = []
    for token in ("", "a-token-for-prometheus"):
        with stage.bot(METRICS_TOKEN=token):
            environment = stage.sandbox.bot_environment(int(stage.url.rpartition(":")[2]))
            answer = run(tmp_path, "doctor", **(environment | {"DATABASE_URL": stage.database_url}))
        assert answer.returncode == 0, answer.stdout
        said += [line for line in answer.stdout.splitlines() if "  metrics: " in line]

    assert said == [
        "look  metrics: anybody on the internet can read them at PUBLIC_URL/metrics",
        "  ok  metrics: not shown to strangers",
    ]


@pytest.mark.parametrize(
    ("limit", "processes", "said"),
    [
        (90, 0, "  ok  connections: PostgreSQL has 90; a process may open 40"),
        (89, 1, "look  connections: PostgreSQL has 89; a process may open 40, so that a deploy may"),
        (89, 2, " BAD  connections: PostgreSQL has 89; 2 processes may open 80, so that a busy hour may"),
    ],
)
def test_too_few_connections_are_found_before_they_run_out(
    tmp_path: Path, limit: int, processes: int, said: str
) -> None:
    """Of PostgreSQL, for the processes that there are; what is missing is told as a figure."""
    url = databases.fresh("postgresql", tmp_path)
    ours = database_url(url)
    engine = open_engine(ours)
    with engine.begin() as db:
        db.execute(text(f"ALTER DATABASE {make_url(url).database} CONNECTION LIMIT {limit}"))
    engine.dispose()
    with ExitStack() as others:
        for pid in range(processes):
            others.enter_context(_process_elsewhere(ours, pid))
        answer = run(tmp_path, "doctor", DATABASE_URL=url)

    (line, cure), *_ = re.findall(r"^(.*  connections: .*)\n( +-> .*)?", answer.stdout, re.MULTILINE)
    assert line.startswith(said)
    assert said.startswith("  ok") != (f"set max_connections to {2 * 40 * processes + 10} or more" in cure)


def test_a_process_tells_postgresql_who_it_is(stage: Stage, tmp_path: Path) -> None:
    """So that they can be counted, and told apart in `pg_stat_activity`."""
    stage.database_url = databases.fresh("postgresql", tmp_path)
    with stage.bot(), _process_elsewhere(database_url(stage.database_url), 7):
        answer = run(tmp_path, "doctor", DATABASE_URL=stage.database_url)

    assert "2 processes may open 80" in answer.stdout


@contextmanager
def _process_elsewhere(url: str, pid: int) -> Iterator[None]:
    """A connection as a process of the bot on another machine has it."""
    engine = create_engine(url, connect_args={"application_name": f"flowroute-bot {pid}@elsewhere"})
    with engine.connect():
        yield
    engine.dispose()
