"""The workspace over HTTP: the Web API, files, and response URLs."""

import json
import socket
import time
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from sandbox.slack import answers, web_api
from sandbox.slack.files import StoredFile
from sandbox.slack.web_api import Answer
from sandbox.slack.wire import SlackError
from sandbox.slack.workspace import Workspace

SESSION_COOKIE = "d"
"""What the page's browser has and the bot has not: with it pictures show without a token, as in Slack's client."""
LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body></html>"
)
URL_ERRORS = {"invalid_url": 404, "expired_url": 404, "used_url": 404}


def blueprint(workspace: Workspace) -> Blueprint:
    """Routes below `/slack`."""
    routes = Blueprint("slack", __name__, url_prefix="/slack")

    @routes.route("/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Response:
        answer = web_api.call(workspace, method, _arguments(), _bearer())
        return _respond(answer)

    @routes.post("/response/<key>")
    def response(key: str) -> Response:
        with workspace.reading():
            fault = workspace.faults.next_for("response_url")
        if fault is not None and fault.happens_first:
            return _respond(web_api.spoiled(fault))
        try:
            content = json.loads(request.get_data() or b"null")
        except ValueError:
            content = None
        if not isinstance(content, dict):
            return Response("invalid_payload", status=400)
        try:
            with workspace.changing():
                answers.through_url(workspace, workspace.response_urls.use(key), content)
        except SlackError as error:
            return Response(error.code, status=URL_ERRORS.get(error.code, 400))
        return Response("ok")

    @routes.post("/files/upload/<ticket>")
    def upload(ticket: str) -> Response:
        sent = next(iter(request.files.values()), None)
        content = sent.read() if sent else request.get_data()
        try:
            with workspace.changing():
                length = workspace.files.receive(ticket, content)
        except SlackError as error:
            return Response(error.code, status=400)
        return Response(f"OK - {length}")

    @routes.get("/files/private/<file_id>/<path:_>")
    def download(file_id: str, _: str) -> Response:
        allowed = _bearer() == workspace.bot_token and "files:read" in workspace.manifest.scopes
        if not allowed and not request.cookies.get(SESSION_COOKIE):
            return Response(LOGIN_PAGE, mimetype="text/html")  # 200: Slack shows its login page, not an error
        with workspace.reading():
            try:
                stored = workspace.files.get(file_id)
            except SlackError:
                return Response("file_not_found", status=404)
        return _file(stored)

    return routes


def _file(stored: StoredFile) -> Response:
    answer = Response(stored.content or b"", mimetype=stored.mime_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def _arguments() -> Mapping[str, Any]:
    """From the query, a form, or a JSON body."""
    body: dict[str, Any] = {}
    if request.mimetype == "application/json":
        try:
            given = request.get_json()
        except BadRequest:
            given = None
        body = given if isinstance(given, dict) else {}
    return {**request.args.to_dict(), **request.form.to_dict(), **body}


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
    connection = request.environ.get("werkzeug.socket") or request.environ["gunicorn.socket"]
    connection.shutdown(socket.SHUT_RDWR)
