"""Both stand-ins and the page on one local server."""

import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from flask import Flask, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox import flowroute_api, handset, page, slack
from sandbox.address import (
    ACCESS_KEY,
    APP_TOKEN,
    BOT_TOKEN,
    DATA,
    HOST,
    SECRET_KEY,
    SIGNING_SECRET,
    bot_environment,
    listen,
)
from sandbox.flowroute_api import Carrier
from sandbox.slack import Workspace
from sandbox.slack.notices import Level

MANIFEST = Path(__file__).parents[1] / "manifest.json"
POLL_S = 0.05
"""How long it may take to notice that the server is to stop."""
LOCKED_UP = "default-src 'none'; img-src 'self'; sandbox"
"""Content-Security-Policy for everything but the page: an uploaded document must not act as the page."""


@dataclass(frozen=True)
class Pace:
    """How long things take, in seconds: as outside by default, `QUICK` for tests.

    `QUICK` waits long for the bot all the same: how fast a test machine answers is no promise.

    The fields are those of `Workspace` and of `Carrier`, where they are explained.
    """

    event_retry_s: tuple[float, ...] = (0, 60, 300)
    ack_timeout_s: float = 3.0
    trigger_ttl_s: float = 3.0
    channel_rate_per_s: float = 1.0
    webhook_retry_s: float = 30.0
    provisioning_s: float = 3.0
    cnam_review_s: float = 60.0
    receipt_delay_s: float = 0.5
    export_s: float = 2.0
    porting_step_s: float = 30.0


QUICK = Pace(
    event_retry_s=(0, 0.2, 0.4, 1, 2, 4, 8, 16),  # more often than Slack: a busy machine needs the time
    ack_timeout_s=30.0,
    trigger_ttl_s=30.0,
    channel_rate_per_s=0,  # no limit
    webhook_retry_s=0.3,
    provisioning_s=0.2,
    cnam_review_s=0.5,
    receipt_delay_s=0.05,
    export_s=0.1,
    porting_step_s=0.3,
)


class Sandbox:
    """A Slack workspace, a Flowroute account and the page, on 127.0.0.1.

    with Sandbox() as sandbox:
        sandbox.deliver_to(bot_port)
        subprocess.Popen([sys.executable, "-m", "bot"], env=sandbox.bot_environment(bot_port))

    Args:
        port: 0 takes a free one; or a socket that listens already. Raises `PortTaken`.
        manifest: of the Slack app; the project's own by default.
        pace: how long things take.
        data: where the bot may keep its database.
        socket_mode: let the bot come for what Slack sends, and reach it in no other way.
    """

    def __init__(
        self,
        port: int | socket.socket = 0,
        *,
        manifest: Mapping[str, Any] | None = None,
        pace: Pace | None = None,
        data: Path = DATA,
        socket_mode: bool = False,
    ) -> None:
        pace = pace or Pace()
        app = Flask("sandbox", static_folder=None)
        listener = listen(port) if isinstance(port, int) else port
        self.port = int(listener.getsockname()[1])
        # The server's own way to bind would end the process when the port is taken; it copies the socket.
        self._server = make_server(
            HOST, self.port, app, threaded=True, request_handler=_Handler, fd=listener.fileno()
        )
        listener.close()
        self.url = f"http://{HOST}:{self.port}"
        self.data = data.resolve()
        described = dict(manifest or json.loads(MANIFEST.read_text("utf-8")))
        if socket_mode:
            described["settings"] = {**described["settings"], "socket_mode_enabled": True}
        self.workspace = Workspace(
            described,
            signing_secret=SIGNING_SECRET,
            bot_token=BOT_TOKEN,
            base_url=f"{self.url}/slack",
            app_token=APP_TOKEN,
            event_retry_s=pace.event_retry_s,
            ack_timeout_s=pace.ack_timeout_s,
            trigger_ttl_s=pace.trigger_ttl_s,
            channel_rate_per_s=pace.channel_rate_per_s,
        )
        self.carrier = Carrier(
            ACCESS_KEY,
            SECRET_KEY,
            public_url=f"{self.url}/carrier",
            webhook_retry_s=pace.webhook_retry_s,
            provisioning_s=pace.provisioning_s,
            cnam_review_s=pace.cnam_review_s,
            receipt_delay_s=pace.receipt_delay_s,
            export_s=pace.export_s,
            porting_step_s=pace.porting_step_s,
        )
        self._register(app)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), name="sandbox", daemon=True
        )

    def start(self) -> None:
        self.carrier.start()
        self._thread.start()

    def stop(self) -> None:
        self.workspace.stop()
        self.carrier.stop()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def deliver_to(self, bot_port: int) -> None:
        """Send commands, interactions and events to the bot on that port."""
        self.workspace.events_url = f"http://{HOST}:{bot_port}/slack/events"

    def bot_environment(self, bot_port: int) -> dict[str, str]:
        """Every setting that `python -m bot` needs to live here; nothing of the machine's own environment."""
        socket_mode = self.workspace.manifest.socket_mode
        return bot_environment(self.port, bot_port, self.data, socket_mode=socket_mode)

    def announce(self, text: str, level: Level = "info") -> None:
        """Show a notice to everybody on the page."""
        with self.workspace.changing():
            for person in self.workspace.people.everyone:
                self.workspace.notices.add(person, text, level)

    def _register(self, app: Flask) -> None:
        # A page elsewhere that makes its own name point here would otherwise be let in.
        app.config["TRUSTED_HOSTS"] = [HOST, "localhost"]
        phones = handset.Handset(self.carrier)
        app.register_blueprint(page.blueprint())
        app.register_blueprint(slack.page_api.blueprint(self.workspace, phones))
        app.register_blueprint(handset.blueprint(phones))
        app.register_blueprint(slack.blueprint(self.workspace))
        app.register_blueprint(flowroute_api.blueprint(self.carrier), url_prefix="/carrier")
        app.after_request(_locked_up)


def _locked_up(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", LOCKED_UP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 75  # seconds until an idle connection is given up
    disable_nagle_algorithm = True  # headers and body go out as two small writes

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are not news; errors still are."""
