"""The workspace over HTTP: the Web API, files, and response URLs."""

import json
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, request

from sandbox.slack import answers, http_files, web_api
from sandbox.slack.web_api import Answer
from sandbox.slack.websocket import WebSocket
from sandbox.slack.wire import SlackError
from sandbox.slack.workspace import Workspace
from sandbox.slow_world import out_of_step

URL_ERRORS = {"invalid_url": 404, "expired_url": 404, "used_url": 404}


def blueprint(workspace: Workspace) -> Blueprint:
    """Routes below `/slack`."""
    routes = Blueprint("slack", __name__, url_prefix="/slack")

    @routes.route("/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Response:
        form = {**request.args.to_dict(), **request.form.to_dict()}
        answer = web_api.call(workspace, method, form, _json_body(), _bearer())
        return _respond(answer)

    @routes.post("/response/<key>")
    def response(key: str) -> Response:
        with workspace.reading():
            fault = workspace.faults.next_for("response_url")
        if fault is not None and fault.happens_first:
            return _respond(web_api.spoiled(fault))
        answer = _answer_through_url(workspace, key)
        if fault is not None and fault.kind == "drop_after":
            _hang_up()
        return answer

    @routes.get("/link/", websocket=True)
    def link() -> Response:
        try:
            workspace.connections.use(request.args.get("ticket", ""))
        except SlackError as error:
            return Response(error.code, status=403)
        workspace.connections.serve(WebSocket(_connection(), request.full_path, request.headers.items()))
        _hang_up()
        return Response()

    http_files.add_routes(routes, workspace)
    return routes


def _answer_through_url(workspace: Workspace, key: str) -> Response:
    content = request.get_json(force=True, silent=True)
    if not isinstance(content, dict):
        return Response("invalid_payload", status=400)
    try:
        with out_of_step(), workspace.changing():
            answers.through_url(workspace, workspace.response_urls.use(key), content)
    except SlackError as error:
        return Response(error.code, status=URL_ERRORS.get(error.code, 400))
    return Response("ok")


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def _json_body() -> Mapping[str, Any]:
    given = request.get_json(silent=True) if request.mimetype == "application/json" else None
    return given if isinstance(given, dict) else {}


def _respond(answer: Answer) -> Response:
    if answer.delay_s:
        time.sleep(answer.delay_s)
    if answer.is_dropped:
        _hang_up()
    if isinstance(answer.body, str):
        return Response(answer.body, answer.status, dict(answer.headers))
    return Response(json.dumps(answer.body), answer.status, dict(answer.headers), mimetype="application/json")


def _hang_up() -> None:
    """Close the connection under the server, so that the caller gets no answer."""
    with suppress(OSError):  # the other end was first
        _connection().shutdown(socket.SHUT_RDWR)


def _connection() -> socket.socket:
    """What the request came through."""
    connection: socket.socket = request.environ.get("werkzeug.socket") or request.environ["gunicorn.socket"]
    return connection
