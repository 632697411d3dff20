"""docs/deploy/nginx.conf in a real nginx, between clients and processes of the bot that come and go."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from bot.server import KEEPALIVE_S
from tests.docs.tools import judged, tool
from tests.stage import free_port, wait_for

SITE = (Path(__file__).parents[2] / "docs" / "deploy" / "nginx.conf").read_text("utf-8")
SECRET_PATH = "/flowroute/a-token-that-nobody-may-read/sms"
ONE_OF_EACH = 4
"""Requests; nginx asks its processes in turn."""


@dataclass
class Process:
    """A stand-in for a process of the bot: takes requests, and answers or hangs up in the middle."""

    hangs_up: bool = False
    taken: list[str] = field(default_factory=list)

    def serve(self) -> ThreadingHTTPServer:
        process = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                process.taken.append(self.path)
                if process.hangs_up:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing about each request."""

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


HANGING_UP = (Process(hangs_up=True), Process(hangs_up=True))


@dataclass(frozen=True)
class Proxy:
    """A running nginx in front of two processes, one of which may be gone."""

    url: str
    log: Path
    pem: Path

    def post(self, path: str) -> int:
        return requests.post(self.url + path, data=b"hello", timeout=30, verify=str(self.pem)).status_code


@pytest.fixture
def proxy(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Proxy]:
    """Before the processes that are the test's parameter; None is one whose port nobody listens on."""
    nginx = tool("nginx")
    servers = [process.serve() for process in request.param if process is not None]
    for server in servers:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    there = iter(server.server_port for server in servers)
    ports = [free_port() if process is None else next(there) for process in request.param]
    port = free_port()
    configuration = written(tmp_path, port, ports)
    log = tmp_path / "error.log"
    running = subprocess.Popen(
        [nginx, "-p", str(tmp_path), "-c", str(configuration), "-e", str(log), "-g", "daemon off;"]
    )
    try:
        wait_for(lambda: accepts(port), "nginx to listen")
        yield Proxy(f"https://127.0.0.1:{port}", log, tmp_path / "site.pem")
    finally:
        running.terminate()
        running.wait(30)
        for server in servers:
            server.shutdown()
            server.server_close()


def accepts(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def written(folder: Path, port: int, upstreams: list[int]) -> Path:
    """The site as it stands, but for ports, certificate and folders, so that it needs no root."""
    pem, key, site, whole = (folder / name for name in ("site.pem", "site.key", "site.conf", "nginx.conf"))
    judged(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
        *("-addext", "subjectAltName=IP:127.0.0.1"),
        *("-keyout", str(key), "-out", str(pem)),
    )
    server = "    server 127.0.0.1:3000 max_fails=1 fail_timeout=5s;\n"
    assert server in SITE
    site.write_text(
        SITE.replace("/etc/ssl/bot.example.com.pem", str(pem))
        .replace("/etc/ssl/bot.example.com.key", str(key))
        .replace("    listen [::]:443 ssl;\n", "")
        .replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        .replace(server, "".join(server.replace("3000", str(one)) for one in upstreams))
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = " ".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    whole.write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {folders} include {site}; }}\n"
    )
    return whole


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    """Every directive is one, and stands where it may."""
    configuration = written(tmp_path, free_port(), [free_port()])
    judged("nginx", "-t", "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(configuration))


@pytest.mark.parametrize("proxy", [(None, Process())], indirect=True, ids=["one gone"])
@pytest.mark.parametrize("path", ["/slack/events", SECRET_PATH])
def test_no_request_is_lost_while_a_process_is_replaced(proxy: Proxy, path: str) -> None:
    """Whoever is gone refuses the connection, so nobody has seen the request: the other one gets it."""
    assert [proxy.post(path) for _ in range(ONE_OF_EACH)] == [200] * ONE_OF_EACH


@pytest.mark.parametrize("proxy", [HANGING_UP], indirect=True, ids=["two that die"])
def test_what_slack_asks_is_not_asked_twice(proxy: Proxy) -> None:
    """A process may have done it before it died; Slack tells the person, who decides."""
    assert proxy.post("/slack/events") == 502
    assert sum(len(process.taken) for process in HANGING_UP) == 1


@pytest.mark.parametrize("proxy", [(None,)], indirect=True, ids=["all gone"])
def test_the_log_does_not_hold_the_token(proxy: Proxy) -> None:
    """While nobody answers, nginx writes down what was asked, and the path of a webhook is a secret."""
    assert proxy.post(SECRET_PATH) == 502
    assert proxy.post("/slack/events") == 502

    wait_for(lambda: "/slack/events" in proxy.log.read_text("utf-8"), "nginx to write it down")
    assert "a-token-that-nobody-may-read" not in proxy.log.read_text("utf-8")


def test_nginx_closes_a_quiet_connection_before_the_bot_does() -> None:
    """The other way round a request meets a connection that is just being closed."""
    (seconds,) = (line.split()[1] for line in SITE.splitlines() if "keepalive_timeout" in line)
    assert int(seconds.removesuffix("s;")) < KEEPALIVE_S
