"""Takes the pictures of `docs/tour.md`, a surface each, from the running program: `make screenshots`."""

import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Expect, Locator

from bot.clock import utc_now
from bot.relay.sending import LookUp
from sandbox.flowroute_api import Drop
from sandbox.flowroute_api.texts import new_message
from sandbox.server import QUICK, Sandbox
from tests.docs.screenshots import PATIENCE_MS, PRIYA, Scene, playing
from tests.stage import (
    ADMIN,
    AGENT,
    APPROVER,
    AUDIT,
    JONAS,
    MARIA,
    NUMBER,
    SECOND_NUMBER,
    SUPPORT,
    TELECOM,
    Stage,
)

SOON = LookUp(every_s=0.05, give_up=timedelta(0))
"""Texts of unknown outcome are parked at once."""
HOME = "home"
MARGIN = 16
PEOPLE = (MARIA, JONAS, PRIYA)
PAST_DAYS = 18
TALL = {"width": 1440, "height": 1500}
DIRECT_MESSAGES = "D0ADMIN"
SEVENTH = random.Random(7)
"""The same past in every picture."""

expect = Expect()
expect.set_options(timeout=PATIENCE_MS)


def main() -> None:
    with TemporaryDirectory() as folder, Sandbox(pace=QUICK, data=Path(folder)) as sandbox:
        stage = Stage(sandbox, f"sqlite:///{folder}/bot.db")
        with stage.bot(look_up=SOON, APPROVAL_OVER="2", SPEND_LIMIT="100"), playing(sandbox) as scene:
            scene.client.page.set_viewport_size(TALL)  # type: ignore[arg-type]  # a TypedDict
            for act in (looking, texting, routing, emergency, naming, releasing, parking, approving, minding):
                act(scene)


def looking(scene: Scene) -> None:
    """The menu, a topic of the manual, lists."""
    scene.client.open(TELECOM)
    ask(scene, "/flowroute", "What would you like to do?", "menu")
    ask(scene, "/flowroute help e911", "Emergency addresses", "help")
    ask(scene, "/flowroute numbers list", "3 numbers", "numbers")
    ask(scene, "/flowroute port check 2065550177 4255550177", "2 numbers", "port-check")


def texting(scene: Scene) -> None:
    """A link, two conversations, and a text that does not begin in a thread."""
    scene.say(f"/flowroute relay name {MARIA} Maria Lopez", "Maria Lopez")
    scene.say(f"/flowroute relay link {NUMBER} #support", "appear in")
    scene.client.open(SUPPORT, as_user=AGENT)
    scene.text(MARIA, "Hi, are you open on Sunday?")
    scene.open_thread("Maria Lopez")
    scene.reply("From 10 to 6, see you then!", "white_check_mark")
    scene.text(JONAS, "Where do I park?")
    scene.client.part("thread-close").click()
    form = opened(scene, "/sms", "Send a text")
    scene.client.input("to", "to").fill("(206) 555-0142")
    written = form.locator("textarea")
    written.fill(
        "We’re open on Sunday from 10 to 6, and the coffee is on us: bring your router and the receipt."
    )
    expect(form).to_contain_text("Use the plain version")
    photographed(scene, form, name="text-form")
    closed(scene)


def routing(scene: Scene) -> None:
    """A route is made with the rule of its type, and becomes a number's."""
    scene.client.open(TELECOM)
    form = opened(scene, "/flowroute routes create", "New route")
    scene.client.input("type", "type").select_option("uri")
    expect(form).to_contain_text("sip:")
    scene.client.input("value", "value").fill("sip:reception@pbx.example.com")
    scene.client.input("alias", "alias").fill("Reception")
    photographed(scene, form, name="route-form")
    scene.client.part("modal-submit").click()
    expect(form).to_contain_text("goes to uri")
    closed(scene)
    scene.say(f"/flowroute routes primary {NUMBER} Reception", "sip-reg → Reception")


def emergency(scene: Scene) -> None:
    """An address is refused by the geocoder, corrected, stored, and given to a number."""
    form = opened(scene, "/flowroute e911 create", "New emergency address")
    for field, value in (
        ("label", "Warehouse"),
        ("first_name", "Maria"),
        ("last_name", "Bermudez"),
        ("street_number", "1218"),
        ("street_name", "3rd Ave."),
        ("city", "Seattle"),
        ("state", "WA"),
        ("zip", "98101"),
    ):
        scene.client.input(field, field).fill(value)
    scene.client.part("modal-submit").click()
    expect(form.locator(".alert")).to_be_visible()
    photographed(scene, form, name="e911-form")
    closed(scene)
    ask(scene, "/flowroute e911 gaps", "without an emergency address", "e911-gaps")


def naming(scene: Scene) -> None:
    """What the callee sees stands below the name while it is typed."""
    form = opened(scene, "/flowroute cnam create", "New caller name")
    scene.client.input("value", "value").press_sequentially("Harbor Telecom")
    expect(form).to_contain_text("HARBOR TELECOM")
    photographed(scene, form, name="cnam-form")
    closed(scene)


def releasing(scene: Scene) -> None:
    """Nothing is given back before the number was typed again."""
    form = opened(scene, f"/flowroute numbers release {NUMBER}", "cannot be undone")
    photographed(scene, form, name="release-form")
    closed(scene)
    ask(scene, f"/flowroute numbers show {NUMBER}", "Last changes", "number-card")


def parking(scene: Scene) -> None:
    """A text of which nobody knows whether it went out."""
    scene.sandbox.carrier.faults.add(method="POST", path_pattern=".*/messages", fault=Drop("before effect"))
    scene.client.open(SUPPORT, as_user=AGENT)
    scene.open_thread("(425) 555-0177")
    scene.reply("Behind the building, first gate on the left.", "grey_question")
    scene.client.part("thread-close").click()
    ask(scene, "/flowroute relay parked", "1 text of unknown outcome", "parked")
    scene.sandbox.carrier.faults.clear()


def approving(scene: Scene) -> None:
    """A dear number waits for a second person."""
    scene.client.open(TELECOM)
    scene.client.write("composer", "/flowroute numbers search type=toll-free")
    scene.newest().get_by_role("button", name="Buy").first.click()
    submit = scene.client.part("modal-submit")
    expect(submit).to_have_text("Review")
    submit.click()
    expect(submit).to_have_text("Ask for approval")
    submit.click()
    expect(scene.client.part("modal")).to_contain_text("Approval needed")
    closed(scene)
    scene.client.open(AUDIT, as_user=APPROVER)
    expect(scene.newest()).to_contain_text("wants to buy")
    photographed(scene, scene.newest(), name="approval")


def minding(scene: Scene) -> None:
    """Home, usage, the audit, and how the bot is doing."""
    client = scene.client
    _past(scene.sandbox)
    scene.text(PRIYA, "Is my router repaired?")
    client.open(HOME, as_user=AGENT)
    expect(client.part("home")).to_contain_text("waiting for an answer")
    photographed(scene, client.part("home"), name="home-agent", margin=MARGIN)
    client.open(HOME, as_user=ADMIN)
    expect(client.part("home")).to_contain_text("looked at just now")
    expect(client.part("home")).to_contain_text("No caller name is under review")
    photographed(scene, client.part("home"), name="home-admin", margin=MARGIN)
    client.open(TELECOM, as_user=ADMIN)
    ask(scene, "/flowroute audit", "changes", "audit")
    ask(scene, "/flowroute status", "answered in", "status")
    ask(scene, "/flowroute doctor", "PUBLIC_URL", "doctor")
    scene.client.write("composer", "/flowroute usage 20")
    expect(scene.newest()).to_contain_text("Usage by number")
    messages = client.part("messages").get_by_test_id("message")
    photographed(scene, messages.nth(-2), name="usage")
    scene.say("/flowroute cdr export 7d", "messages with me")
    client.open(DIRECT_MESSAGES)
    expect(scene.newest()).to_contain_text("calls-")
    photographed(scene, messages.nth(-2), scene.newest(), name="call-records")


def ask(scene: Scene, line: str, answer: str, name: str) -> None:
    """Type a line and keep a picture of what it is answered."""
    scene.say(line, answer)
    photographed(scene, scene.newest(), name=name)


def opened(scene: Scene, line: str, title: str) -> Locator:
    """The form that a line opens."""
    scene.client.write("composer", line)
    form = scene.client.part("modal")
    expect(form).to_contain_text(title)
    expect(scene.client.part("modal-submit")).to_be_visible()
    return form


def closed(scene: Scene) -> None:
    scene.client.part("modal-close").click()
    expect(scene.client.part("modal")).to_have_count(0)


def photographed(scene: Scene, *parts: Locator, name: str, margin: int = 0) -> None:
    parts[-1].scroll_into_view_if_needed()
    scene.client.page.evaluate("document.activeElement?.blur()")
    scene.save(name, *parts, margin=margin)


def _past(sandbox: Sandbox) -> None:
    """Two and a half weeks of texts, as Flowroute's message list would have them."""
    with sandbox.carrier._world.change() as account:
        for days_ago in range(1, PAST_DAYS):
            for _ in range(SEVENTH.randrange(3, 30)):
                number, person = SEVENTH.choice((NUMBER, NUMBER, SECOND_NUMBER)), SEVENTH.choice(PEOPLE)
                is_inbound = SEVENTH.random() < 0.45
                message = new_message(
                    "inbound" if is_inbound else "outbound",
                    sender=person if is_inbound else number,
                    recipient=number if is_inbound else person,
                    body="hello",
                    at=utc_now() - timedelta(days=days_ago),
                    version="v2.1",
                    is_mms=False,
                )
                account.messages[message.id] = message


if __name__ == "__main__":
    main()
