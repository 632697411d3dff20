"""The JSON API of the page: what one person sees, when it changes, what they do."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import requests
from flask import Flask, Response

from sandbox.slack import Upload, Workspace, blueprint, page_api
from tests.sandbox.slack.conftest import SECRET, TOKEN, Bot, Stage, manifest, served
from tests.sandbox.slack.pieces import Json, home, modal, plain, text_input


class Phones:
    """A handset that keeps what was sent from it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str, list[str]]] = []
        self.callbacks: list[Callable[[], None]] = []

    def state(self) -> Json:
        return {"people": [{"number": "12065550142", "name": "Maria Lopez"}], "numbers": [], "messages": []}

    def send(self, person: str, number: str, text: str, files: Sequence[Upload]) -> None:
        if not number.isdigit():
            raise ValueError("That is no phone number.")
        self.sent.append((person, number, text, [file.name for file in files]))

    def subscribe(self, callback: Callable[[], None]) -> None:
        self.callbacks.append(callback)


class Page:
    """A browser, as far as the API goes."""

    def __init__(self, stage: Stage, phones: Phones, address: str) -> None:
        self.stage = stage
        self.phones = phones
        self.address = address
        self.http = requests.Session()

    def state(self, person: str = "U0ADMIN") -> Json:
        answer: Json = self.http.get(f"{self.address}/page/state", params={"as": person}, timeout=30).json()
        return answer

    def act(self, who: str = "U0ADMIN", /, **given: Any) -> Json:
        url = f"{self.address}/page/act"
        answer: Json = self.http.post(url, params={"as": who}, json=given, timeout=30).json()
        return answer


@pytest.fixture
def page() -> Iterator[Page]:
    app = Flask("slack")
    with served(app) as address:
        workspace = Workspace(manifest(), "", SECRET, TOKEN, f"{address}/slack")
        phones = Phones()
        app.register_blueprint(blueprint(workspace))
        app.register_blueprint(page_api.blueprint(workspace, phones))
        bot = Bot(f"{address}/slack")
        with served(bot.flask()) as bot_address:
            workspace.events_url = f"{bot_address}/slack/events"
            try:
                yield Page(Stage(workspace, bot), phones, address)
            finally:
                workspace.stop()


def test_everybody_sees_their_own_workspace(page: Page) -> None:
    """Channels, membership, commands, people; the guest sees less."""
    # when
    ada, gil = page.state("U0ADMIN"), page.state("U0GUEST")

    # then
    assert ada["team"] == {"id": "T0SANDBOX", "name": "Harbor Telecom"}
    assert (ada["me"]["id"], ada["me"]["role"]) == ("U0ADMIN", "admin")
    assert [c["name"] for c in ada["channels"]] == [
        "general",
        "support",
        "telecom",
        "phone-audit",
        "front-desk",
        "directmessage",
    ]
    assert [c["name"] for c in gil["channels"]] == ["support", "directmessage"]
    audit = next(c for c in ada["channels"] if c["id"] == "C0AUDIT")
    assert (audit["is_member"], audit["bot_is_member"], audit["is_private"]) == (True, True, False)
    assert ada["commands"][0] == {"command": "/flowroute", "usage_hint": "help", "description": "Numbers"}
    assert {s["type"] for s in ada["shortcuts"]} == {"global", "message"}
    assert ada["handset"]["people"][0]["name"] == "Maria Lopez"
    assert (ada["home"], ada["views"], ada["notices"]) == (None, [], [])


def test_who_is_nobody_sees_nothing(page: Page) -> None:
    """The person has to be named, and the bot is none."""
    for nobody in ("", "U0BOT", "U0NOBODY"):
        answer = page.http.get(f"{page.address}/page/state", params={"as": nobody}, timeout=30)
        assert answer.status_code == 404
        assert "?as=" in answer.json()["error"]


def test_posting_shows_in_the_state_of_members(page: Page) -> None:
    """With its thread, its picture, and for nobody outside."""
    # when
    picture = {"name": "cat.png", "mime_type": "image/png", "base64": base64.b64encode(b"\x89PNG").decode()}
    posted = page.act(do="post", channel="C0TELECOM", text="look <here>", files=[picture])
    page.act(do="post", channel="C0TELECOM", text="nice", thread_ts=posted["ts"])

    # then
    first, reply = page.state("U0APPROVER")["messages"]["C0TELECOM"]
    assert (first["text"], first["files"][0]["name"], first["reply_count"]) == (
        "look &lt;here&gt;",
        "cat.png",
        1,
    )
    assert reply["thread_ts"] == posted["ts"]
    assert "C0TELECOM" not in page.state("U0AGENT")["messages"]


def test_the_browser_sees_pictures_without_a_token(page: Page) -> None:
    """It is signed in, as a browser at Slack is; the bot is not."""
    # given
    picture = {"name": "cat.png", "mime_type": "image/png", "base64": base64.b64encode(b"\x89PNG").decode()}
    page.act(do="post", channel="C0TELECOM", text="", files=[picture])
    url = page.state()["messages"]["C0TELECOM"][0]["files"][0]["url_private"]

    # then
    assert page.http.get(url, timeout=30).content == b"\x89PNG"
    assert b"Sign in" in requests.get(url, timeout=30).content


def test_every_deed_has_its_name(page: Page) -> None:
    """Edit, react, delete, join, leave, invite, archive, dismiss."""
    # given
    ts = page.act(do="post", channel="C0GENERAL", text="first")["ts"]

    # then
    assert page.act(do="edit", channel="C0GENERAL", ts=ts, text="second")["ok"]
    assert page.act("U0AGENT", do="react", channel="C0GENERAL", ts=ts, name="eyes")["ok"]
    shown = page.state()["messages"]["C0GENERAL"][0]
    assert (shown["text"], shown["reactions"][0]["users"]) == ("second", ["U0AGENT"])
    assert page.act(do="delete", channel="C0GENERAL", ts=ts)["ok"]
    assert page.act("U0AGENT", do="join", channel="C0TELECOM")["ok"]
    assert page.act("U0AGENT", do="leave", channel="C0TELECOM")["ok"]
    assert page.act(do="invite", channel="C0DESK", user="U0BOT")["ok"]
    assert next(c for c in page.state()["channels"] if c["id"] == "C0DESK")["bot_is_member"]
    assert page.act(do="archive", channel="C0GENERAL")["ok"]
    assert next(c for c in page.state()["channels"] if c["id"] == "C0GENERAL")["is_archived"]


def test_a_command_a_modal_and_its_submission(page: Page) -> None:
    """The way a person goes through a form."""
    # given
    page.stage.bot.planned.append(Response('{"text": "Opening"}', mimetype="application/json"))
    assert page.act(do="command", channel="C0SUPPORT", command="/flowroute", text="buy")["ok"]
    whisper = page.state()["messages"]["C0SUPPORT"][-1]
    trigger_id = page.stage.delivered("slash_command")[0]["trigger_id"]
    page.stage.client.views_open(trigger_id=trigger_id, view=modal(text_input("alias")))
    (view,) = page.state()["views"]

    # when
    empty = page.act(do="submit", view_id=view["id"], values={})
    filled = page.act(do="submit", view_id=view["id"], values={"alias": {"text": "Desk"}})

    # then
    assert (whisper["text"], whisper["is_ephemeral"]) == ("Opening", True)
    assert empty["errors"] == {"alias": "Please complete this required field."}
    assert not empty["ok"]
    assert filled == {"ok": True}
    assert page.state()["views"] == []
    assert page.act(do="dismiss", channel="C0SUPPORT", ts=whisper["ts"])["ok"]
    assert page.state()["messages"]["C0SUPPORT"] == []


def test_files_go_into_a_form(page: Page) -> None:
    """As base64, like those of a message."""
    # given
    page.act(do="shortcut", callback_id="search")
    element = {"type": "file_input", "action_id": "it"}
    block = {"type": "input", "block_id": "f", "label": plain("File"), "element": element}
    trigger_id = page.stage.delivered("shortcut")[0]["trigger_id"]
    view = page.stage.client.views_open(trigger_id=trigger_id, view=modal(block))["view"]
    bill = {"name": "bill.pdf", "mime_type": "application/pdf", "base64": base64.b64encode(b"%PDF").decode()}

    # when
    assert page.act(do="submit", view_id=view["id"], values={"f": {"it": [bill]}})["ok"]

    # then
    values = page.stage.delivered("view_submission")[0]["view"]["state"]["values"]
    assert values["f"]["it"]["files"][0]["name"] == "bill.pdf"


def test_the_home_tab_is_told_and_shown(page: Page) -> None:
    """Opening it lets the bot publish."""
    # when
    page.act(do="open_home")
    page.stage.wait_for_event("app_home_opened")
    page.stage.client.views_publish(user_id="U0ADMIN", view=home({"type": "divider"}))

    # then
    assert page.state()["home"]["blocks"][0]["type"] == "divider"
    assert page.state("U0AGENT")["home"] is None


def test_the_handset_texts_and_its_refusals_are_shown(page: Page) -> None:
    """What it says is a sentence for the person at the page."""
    # when
    file = {"name": "a.png", "mime_type": "image/png", "base64": ""}
    good = page.act(do="handset_send", person="12065550142", number="12065550100", text="hi", files=[file])
    bad = page.act(do="handset_send", person="12065550142", number="somebody", text="hi")

    # then
    assert good == {"ok": True}
    assert page.phones.sent == [("12065550142", "12065550100", "hi", ["a.png"])]
    assert bad == {"ok": False, "error": "That is no phone number."}


def test_a_deed_that_cannot_be_done_says_why(page: Page) -> None:
    """In a sentence, never with a stack trace."""
    assert page.act(do="fly")["error"] == "There is nothing called 'fly' to do."
    assert page.act(do="post", text="where?")["error"] == "channel is missing."
    assert page.act(do="post", channel="C0NONE", text="x")["error"] == "There is no such channel."
    assert page.act("U0AGENT", do="post", channel="C0TELECOM", text="x")["error"].startswith("You are not in")


def test_changes_are_told_as_they_happen(page: Page) -> None:
    """A stream of versions; the handset's changes are among them."""
    # given
    url = f"{page.address}/page/events?as=U0ADMIN"
    with requests.get(url, stream=True, timeout=30) as stream:
        lines = (line.decode() for line in stream.iter_lines() if line.startswith(b"data:"))
        first = json.loads(next(lines).removeprefix("data:"))["version"]

        # when
        page.act(do="post", channel="C0SUPPORT", text="hello")
        second = json.loads(next(lines).removeprefix("data:"))["version"]
        page.phones.callbacks[0]()
        third = json.loads(next(lines).removeprefix("data:"))["version"]

    # then
    assert first < second < third
    assert page.state()["version"] == third
