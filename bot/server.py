"""gunicorn around the bot: one process of threads, with the background work beside the web server."""

import gc
import logging
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from bot import logs
from bot.app import Bot
from bot.request_threads import RequestThreads
from bot.settings import Settings

log = logging.getLogger(__name__)

THREADS = 32  # each waits for Slack's or the database's answer most of the time
GRACE_S = 10
KEEPALIVE_S = 30


class LogOfServer(Logger):
    """Hands gunicorn's lines on to our own handler, which makes JSON of them and takes secrets out."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


class Server(BaseApplication):
    """Serves one bot until SIGTERM or SIGINT, on `port` or on that of the settings."""

    def __init__(self, settings: Settings, build: Callable[[Settings], Bot], port: int | None = None) -> None:
        self._settings = settings
        self._port = settings.port if port is None else port
        self._build = build
        self._bot: Bot | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"{self._settings.host}:{self._port}",
            "worker_class": RequestThreads,
            "workers": 1,
            "threads": THREADS,
            "graceful_timeout": GRACE_S,
            "timeout": 0,  # a slow answer of Slack is no reason to kill every other request
            "keepalive": KEEPALIVE_S,
            "loglevel": "warning",
            "logger_class": LogOfServer,
            "errorlog": None,  # no handler of gunicorn's own, which writes plain text
            "control_socket_disable": True,
            "post_worker_init": self._started,
            "worker_exit": self._stopped,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's signature
        # Threads and connections do not survive a fork, so the bot is built in the process that serves.
        self._bot = self._build(self._settings)
        return self._bot.web

    def _started(self, _worker: Worker) -> None:
        logs.start(self._settings.log_level, self._settings.secrets)
        if self._bot is not None:
            self._bot.start()
            gc.freeze()  # what is here now stays; looking through it again held every thread for 0.2 s
            log.info("ready", extra={"host": self._settings.host, "port": self._port})

    def _stopped(self, _server: object, _worker: Worker) -> None:
        if self._bot is not None:
            self._bot.stop()
