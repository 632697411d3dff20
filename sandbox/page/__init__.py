"""The one web page of the sandbox: a small Slack workspace with a handset beside it.

The page is static; it lives on `/page/state`, `/page/events` and `/page/act`, which the workspace serves.
"""

from importlib.resources import files

from flask import Blueprint, Response, render_template_string

FIRST_PERSON = "U0ADMIN"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob: http: https:; "  # pictures may be linked from messages, as in Slack
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A second wall behind the rule that outside text only ever becomes text nodes."""


def blueprint() -> Blueprint:
    """`/` and `/page/assets/…`, to be registered without a prefix."""
    web = Blueprint("page_shell", __name__, static_folder="assets", static_url_path="/page/assets")
    shell = files(__name__).joinpath("page.html").read_text("utf-8")

    @web.get("/")
    def page() -> Response:
        response = Response(render_template_string(shell, first_person=FIRST_PERSON), mimetype="text/html")
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    @web.after_request
    def always_ask_again(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-cache"
        return response

    return web
