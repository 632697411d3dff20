"""`python -m sandbox`: the page, both stand-ins and a bot, with no accounts."""

import shlex
import shutil
import signal
import sys
import threading
from pathlib import Path

import click

from sandbox.server import DATA, HOST, PortTaken, Sandbox
from sandbox.supervisor import BOT, BotDidNotStart, Errand, Supervisor, free_port

READY = """
  The sandbox is ready:  {url}/

  Three things to try
    1. As Ada Admin, in #telecom:  /flowroute numbers search 206   and buy one of them.
    2. Link it to #support:        /flowroute relay link <number> #support
    3. On the handset, text that number; then answer in the thread in #support.

  It starts afresh every time. Data and the bot's log: {data}
  Ctrl-C stops it.
"""


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=3000, show_default=True, help="of the page")
@click.option(
    "--data", type=click.Path(path_type=Path), default=DATA, help="a folder for each port is made here"
)
@click.option("--bot", default=shlex.join(BOT), help="the command that starts the bot")
def main(port: int, data: Path, bot: str) -> None:
    """Try the bot: a small Slack workspace, a Flowroute account and a handset on one page."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: stop.set())
    try:
        sandbox = Sandbox(port, data=data / str(port))
    except PortTaken as taken:
        other = taken.port + 100
        click.echo(f"Port {taken.port} is taken. Choose another one: make run PORT={other}", err=True)
        sys.exit(1)
    with sandbox:
        _empty(sandbox.data)
        sys.exit(_run(sandbox, stop, shlex.split(bot)))


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _run(sandbox: Sandbox, stop: threading.Event, bot: list[str]) -> int:
    port = free_port()
    sandbox.deliver_to(port)
    errand = Errand(
        environment=sandbox.bot_environment(port),
        ready_url=f"http://{HOST}:{port}/readyz",
        directory=sandbox.data,
        command=bot,
    )
    supervisor = Supervisor(errand, stop, on_death=lambda sentence: sandbox.announce(sentence, "warning"))
    try:
        supervisor.start()
        if not stop.is_set():
            click.echo(READY.format(url=sandbox.url, data=_near(sandbox.data)))
        stop.wait()
    except BotDidNotStart as failure:
        click.echo(failure, err=True)
        return 1
    finally:
        supervisor.stop()
    click.echo("\nStopped.")
    return 0


def _near(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    main(prog_name="python -m sandbox")
