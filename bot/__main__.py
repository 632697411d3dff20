"""The command line: `python -m bot [worker | doctor | manifest | migrate | backup | restored | erase]`."""

import gc
import json
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from dotenv import dotenv_values

from bot import logs, settings
from bot.errors import BotError
from bot.heap import share_one_heap
from flowroute.phone import party_of_a_message

if TYPE_CHECKING:
    from bot.app import Bot
    from bot.store.engine import Store

log = logging.getLogger(__name__)

Build = Callable[..., "Bot"]
"""`bot.app.build`, or what stands in for it: the `obj` that `main` is called with."""


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Phone numbers, texts, E911 and caller names at Flowroute, run from Slack.

    With no command: the web server and the background work in one process.
    """
    if context.invoked_subcommand is None:
        _serve(context.obj)


@main.command()
@click.pass_obj
def worker(build: Build | None) -> None:
    """The background work only; any number of them beside web processes on one PostgreSQL.

    With WORKER_PORT it also answers /healthz, /readyz and /metrics.
    """
    from bot import app
    from bot.store.engine import sole_owner

    config = _ready()
    build_worker = partial(build or app.build, hears_slack=False)
    with sole_owner(config.database_url):
        _made_ready(config.database_url)
        if config.worker_port is not None:
            from bot.server import Server

            Server(config, build_worker, config.worker_port).run()
            return
        bot = build_worker(config)
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        bot.start()
        gc.freeze()  # as the server does
        log.info("ready")
        stop.wait()
        bot.stop()


@main.command()
def doctor() -> None:
    """Check settings, credentials, scopes, channels, callbacks, database and clock; exit 1 on a failure."""
    from bot.doctor import Health, examine, report

    findings = examine()
    for line in report(findings):
        click.echo(line)
    sys.exit(any(finding.health is Health.BAD for finding in findings))


@main.command()
def manifest() -> None:
    """Print the Slack app manifest, for PUBLIC_URL or, with SLACK_APP_TOKEN, for Socket Mode."""
    from bot.manifest import manifest as render

    public_url = _setting("PUBLIC_URL")
    if public_url is None and _setting("SLACK_APP_TOKEN") is None:
        raise click.ClickException(
            "Set PUBLIC_URL to where the internet reaches the bot, such as https://bot.example.com, "
            "or SLACK_APP_TOKEN for Socket Mode."
        )
    socket_mode = _setting("SLACK_APP_TOKEN") is not None
    click.echo(
        json.dumps(render(None if socket_mode or public_url is None else public_url.rstrip("/")), indent=2)
    )


@main.command()
def migrate() -> None:
    """Bring the database of DATABASE_URL to the current schema."""
    logs.start("INFO")
    _migrated(settings.database_url(_setting("DATABASE_URL")))
    log.info("the database is up to date")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy the SQLite database to FILE, also while the bot runs."""
    from bot.keeping.backup import backup as copy

    size = copy(settings.database_url(_setting("DATABASE_URL")), file)
    click.echo(f"{file}: {size:,} bytes")


@main.command()
def restored() -> None:
    """Say that the database was just restored from a backup; before the bot is started on it."""
    from bot.keeping.backup import doubt_everything
    from bot.store.engine import sole_owner

    database_url = _existing_database()
    with sole_owner(database_url, wait_s=0), _store(database_url) as store:
        doubt_everything(store)
    click.echo("Whatever was still to be done then is looked for before it is done. Start the bot now.")


@main.command()
@click.argument("person")
@click.option("--by", required=True, help="Slack user id of whoever asks for it, for the audit.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def erase(person: str, by: str, yes: bool) -> None:
    """Erase a person: their texts, the replies to them, their name. PERSON is a phone number."""
    from bot.keeping.erasing import erase as forget

    who = party_of_a_message(person)
    if not re.fullmatch(r"[UW][A-Z0-9]{5,}", by):
        raise click.BadParameter("a Slack user id, such as U012ABCDEF", param_hint="--by")
    if not yes:
        click.confirm(f"Erase all that is kept of {who}? This cannot be undone", abort=True)
    with _store(_existing_database()) as store:
        erased = forget(store, who, by=by)
    click.echo(f"Erased: {erased.texts} texts and {erased.replies} replies. A STOP and a block stay.")
    for channel_id, ts in erased.threads:
        click.echo(f"Still in Slack: https://slack.com/archives/{channel_id}/p{ts.replace('.', '')}")
    if erased.threads:
        click.echo("Delete these threads there; a reply in them reaches nobody any more.")
    for channel_id, ts in erased.announcements:
        click.echo(f"Names them: https://slack.com/archives/{channel_id}/p{ts.replace('.', '')}")
    if erased.announcements:
        click.echo("Delete these posts about changes there as well.")
    click.echo("Flowroute keeps its own records of texts: ask its support to have them erased.")


def _serve(build: Build | None) -> None:
    config = _ready()
    from bot import app
    from bot.server import Server
    from bot.store.engine import sole_owner

    with sole_owner(config.database_url):
        _made_ready(config.database_url)
        Server(config, build or app.build).run()


def _ready() -> settings.Settings:
    config = settings.load()
    logs.start(config.log_level, config.secrets)
    share_one_heap()
    return config


def _made_ready(database_url: str) -> None:
    """At the current schema; one that was restored from a backup looks before it acts."""
    from bot.keeping.backup import doubt_a_copy

    with _store(database_url) as store:
        doubt_a_copy(store)


def _migrated(database_url: str) -> None:
    from sqlalchemy.exc import OperationalError

    from bot.store.engine import DatabaseAway, open_engine
    from bot.store.migrate import migrate as bring_up_to_date

    try:
        engine = open_engine(database_url)
        bring_up_to_date(engine)
    except OperationalError as error:
        raise DatabaseAway(error.orig) from error
    except OSError as error:
        raise DatabaseAway(error) from error
    engine.dispose()


def _existing_database() -> str:
    """DATABASE_URL; raises NoDatabase where there is nothing yet that a command could work on."""
    from bot.store.migrate import require_database

    database_url = settings.database_url(_setting("DATABASE_URL"))
    require_database(database_url)
    return database_url


@contextmanager
def _store(database_url: str) -> Iterator["Store"]:
    """A database at the current schema, for a command that may run beside the bot."""
    from bot.store.engine import Store, open_engine

    _migrated(database_url)
    store = Store(open_engine(database_url))
    try:
        yield store
    finally:
        store.close()


def _setting(name: str) -> str | None:
    """One setting for a command that needs no others."""
    return os.environ.get(name) or dotenv_values(".env").get(name) or None


if __name__ == "__main__":
    try:
        main(prog_name="python -m bot")
    except BotError as error:
        sys.exit(error.user_message)
