"""`python -m sandbox`: the page, both stand-ins and a bot, with no accounts."""

import shlex
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path

import click

from sandbox.address import DATA, HOST, PortTaken, bot_environment, free_port, listen
from sandbox.supervisor import BOT, BotDidNotStart, Errand, Supervisor

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
        listener = listen(port)
    except PortTaken as taken:
        other = taken.port + 100
        click.echo(f"Port {taken.port} is taken. Choose another one: make run PORT={other}", err=True)
        sys.exit(1)
    sys.exit(_run(listener, (data / str(port)).resolve(), shlex.split(bot), stop))


def _run(listener: socket.socket, data: Path, bot: list[str], stop: threading.Event) -> int:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    port = free_port()
    errand = Errand(
        environment=bot_environment(listener.getsockname()[1], port, data),
        ready_url=f"http://{HOST}:{port}/readyz",
        directory=data,
        command=bot,
    )
    supervisor = Supervisor(errand, stop, on_death=lambda sentence: sandbox.announce(sentence, "warning"))
    supervisor.start()
    try:
        # Imported while the bot does its own imports: each takes a good part of a second.
        from sandbox.server import Sandbox  # noqa: PLC0415

        with Sandbox(listener, data=data) as sandbox:
            sandbox.deliver_to(port)
            supervisor.wait_until_ready()
            if not stop.is_set():
                click.echo(READY.format(url=sandbox.url, data=_near(data)))
            stop.wait()
            supervisor.stop()  # while there is still somebody to answer what it is doing
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
