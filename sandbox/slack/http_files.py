"""Files over HTTP: where uploads go, and where files come from."""

from flask import Blueprint, Response, request

from sandbox.slack.wire import SlackError
from sandbox.slack.workspace import Workspace

SESSION_COOKIE = "d"
"""What the page's browser has and the bot has not: with it pictures show without a token, as in Slack."""
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to Slack</body></html>"


def add_routes(routes: Blueprint, workspace: Workspace) -> None:
    @routes.post("/files/upload/<ticket>")
    def upload(ticket: str) -> Response:
        content = _sent_bytes()
        try:
            with workspace.changing():
                length = workspace.files.receive(ticket, content)
        except SlackError as error:
            return Response(error.code, status=400)
        return Response(f"OK - {length}")

    @routes.get("/files/private/<file_id>/<path:_>")
    def download(file_id: str, _: str) -> Response:
        if not _may_download(workspace):
            return Response(
                LOGIN_PAGE, mimetype="text/html"
            )  # with 200: Slack shows its login page, no error
        with workspace.reading():
            try:
                stored = workspace.files.get(file_id)
            except SlackError:
                return Response("file_not_found", status=404)
        answer = Response(stored.content or b"", mimetype=stored.mime_type)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        # Whatever people attach must not run as a page of the sandbox.
        answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return answer


def _sent_bytes() -> bytes:
    """The body itself, whatever type it claims, or the one file of a multipart form."""
    if request.mimetype != "multipart/form-data":
        return request.get_data()
    sent = next(iter(request.files.values()), None)
    return sent.read() if sent else b""


def _may_download(workspace: Workspace) -> bool:
    if SESSION_COOKIE in request.cookies:
        return True
    authorized = request.headers.get("Authorization") == f"Bearer {workspace.bot_token}"
    return authorized and "files:read" in workspace.manifest.scopes
