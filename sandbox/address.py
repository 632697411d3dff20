"""Where the sandbox listens, and the settings that lead a bot there.

Quick to import, so that a bot can be started before the stand-ins are built.
"""

import socket
from pathlib import Path

HOST = "127.0.0.1"
DATA = Path(__file__).parents[1] / "data" / "sandbox"
ACCESS_KEY = "sandbox"
SECRET_KEY = "sandbox-secret"  # noqa: S105 - made up, and only this sandbox takes it
BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 - likewise
APP_TOKEN = "xapp-sandbox"  # noqa: S105 - likewise
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105 - likewise
WEBHOOK_TOKEN = "sandbox-webhook-token"  # noqa: S105 - likewise
WAITING = 128
"""Connections that may wait before the server takes them."""


class PortTaken(Exception):
    """Something else listens on the port that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken")
        self.port = port


def listen(port: int) -> socket.socket:
    """A socket that listens on `port`, or on a free one for 0. Raises `PortTaken`."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise PortTaken(port) from error
    listener.listen(WAITING)
    return listener


def free_port() -> int:
    """A port for somebody who opens it later by its number.

    One connection is made there and closed, so that for the next minute the system gives the port to nobody
    who takes just any (RFC 9293, TIME-WAIT): two test runs at once would else now and then get the same one.
    """
    with (
        socket.create_server((HOST, 0)) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0],
    ):
        return int(listener.getsockname()[1])


def bot_environment(port: int, bot_port: int, data: Path, *, socket_mode: bool = False) -> dict[str, str]:
    """Every setting that `python -m bot` needs to live in the sandbox on `port`.

    `data` is the folder for its database. With `socket_mode` nobody can reach the bot. Nothing of the
    machine's own environment is in here.
    """
    url = f"http://{HOST}:{port}"
    ways_in = {
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "PUBLIC_URL": f"http://{HOST}:{bot_port}",
        "WEBHOOK_TOKEN": WEBHOOK_TOKEN,
    }
    return {
        "FR_ACCESS_KEY": ACCESS_KEY,
        "FR_SECRET_KEY": SECRET_KEY,
        "FLOWROUTE_API_URL": f"{url}/carrier",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_API_URL": f"{url}/slack/api/",
        **({"SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else ways_in),
        "DATABASE_URL": f"sqlite:///{data.resolve() / 'bot.db'}",
        "ADMINS": "U0ADMIN",
        "APPROVERS": "U0APPROVER",
        "DEFAULT_CHANNEL": "C0TELECOM",
        "AUDIT_CHANNEL": "C0AUDIT",
        "MEDIA_HOSTS": f"{HOST}:{port}",
        "HOST": HOST,
        "PORT": str(bot_port),
        "LOG_LEVEL": "INFO",
    }
