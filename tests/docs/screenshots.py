"""Takes the pictures in `docs/` from the running program: `make screenshots`."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import BrowserContext, Expect, FloatRect, Locator, sync_playwright

from flowroute import PhoneNumber, format_phone_number
from sandbox.flowroute_api.world import Receipt
from sandbox.server import QUICK, Sandbox
from tests.browser import ARGUMENTS, DESKTOP, PHONE, chromium_path
from tests.sandbox.page.conftest import Client
from tests.stage import (
    ADMIN,
    AGENT,
    JONAS,
    MARIA,
    NUMBER,
    SECOND_NUMBER,
    SUPPORT,
    TELECOM,
    BotProcess,
    free_port,
)

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PRIYA = "13605550123"
COLORS = 256
"""Enough for a page of flat colours, and a third of the bytes."""
PATIENCE_MS = 20_000
LANDLINE = Receipt(2, "undeliverable", 1116, "Destination cannot receive messages")

expect = Expect()
expect.set_options(timeout=PATIENCE_MS)


class Scene:
    """One browser page on a sandbox, played by whoever is at it."""

    def __init__(self, sandbox: Sandbox, context: BrowserContext) -> None:
        self.sandbox = sandbox
        self.context = context
        self.client = Client(context.new_page(), sandbox.url)

    def save(self, name: str, *parts: Locator, margin: int = 0) -> None:
        """The visible page, or the part of it around `parts` with a `margin` (pixels), as a small PNG."""
        self.client.page.mouse.move(0, 0)
        clip = _around(parts, margin) if parts else None
        with Image.open(io.BytesIO(self.client.page.screenshot(clip=clip, caret="hide"))) as picture:
            small = picture.convert("RGB").quantize(
                COLORS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE
            )
            small.save(PICTURES / f"{name}.png", optimize=True)

    def say(self, line: str, answer: str) -> None:
        """Type a line in the open channel and wait for `answer` in its newest message."""
        self.client.write("composer", line)
        expect(self.newest()).to_contain_text(answer)

    def newest(self) -> Locator:
        return self.client.part("messages").get_by_test_id("message").last

    def text(self, person: str, body: str) -> None:
        """Somebody texts our number; the text is in its thread afterwards."""
        self.sandbox.carrier.handset_send(person, NUMBER, body)
        self.sandbox.workspace.wait_for(
            lambda: any(body in one.get("text", "") for one in self.sandbox.workspace.messages(SUPPORT)),
            timeout_s=PATIENCE_MS / 1000,
        )

    def thread_of(self, who: str) -> Locator:
        """The head of the thread with somebody, by name or number, in the open channel."""
        heads = self.client.part("messages").get_by_test_id("message").filter(has_text=" texts ")
        return heads.filter(has_text=who)

    def open_thread(self, who: str) -> Locator:
        self.thread_of(who).get_by_test_id("thread-summary").click()
        expect(self.in_thread().first).to_contain_text(who)
        return self.in_thread()

    def in_thread(self) -> Locator:
        return self.client.part("thread").get_by_test_id("message")

    def reply(self, body: str, mark: str | None) -> None:
        """Write into the open thread and wait for the mark on what was written."""
        self.client.write("thread-composer", body)
        mine = self.in_thread().filter(has_text=body).first
        if mark is None:
            expect(mine).to_be_visible()
            return
        marks = mine.get_by_test_id("reaction")
        expect(marks.and_(self.client.page.locator(f"[data-name={mark}]"))).to_be_visible()
        expect(marks).to_have_count(1)


def main() -> None:
    with running_sandbox() as sandbox, playing(sandbox) as scene:
        buying(scene)
        changing(scene)
        texting(scene)
        trouble(scene)
        on_a_phone(scene)


@contextmanager
def playing(sandbox: Sandbox) -> Iterator[Scene]:
    """A browser on the sandbox; afterwards the pictures that there are now are listed."""
    path = chromium_path()
    if path is None:
        sys.exit("There is no Chromium on PATH; on Debian: apt install chromium fonts-noto-color-emoji")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        context = browser.new_context(
            viewport=DESKTOP,  # type: ignore[arg-type]  # a TypedDict
            locale="en-US",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        yield Scene(sandbox, context)
        browser.close()
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.stat().st_size / 1000:6.0f} kB  {picture.name}")  # noqa: T201 - a script's own report


@contextmanager
def running_sandbox() -> Iterator[Sandbox]:
    """Both stand-ins and a bot process between them."""
    with TemporaryDirectory() as folder, Sandbox(pace=QUICK, data=Path(folder)) as sandbox:
        port = free_port()
        bot = BotProcess(sandbox.bot_environment(port), Path(folder) / "bot.log")
        bot.start()
        try:
            bot.wait_until_ready()
            sandbox.deliver_to(port)
            yield sandbox
        finally:
            bot.stop()


def buying(scene: Scene) -> None:
    """A search, the review before anything is bought, and what is told afterwards."""
    client = scene.client
    client.open(TELECOM)
    scene.say("/flowroute numbers search 206 rate-center=SEATTLE", "Numbers for sale")
    scene.save("search", client.page.locator("main"))
    scene.newest().get_by_role("button", name="Buy").first.click()
    expect(client.part("modal")).to_contain_text("Channel for texts")
    client.input("alias_pattern", "alias_pattern").fill("Front desk")
    expect(client.part("modal")).to_contain_text("→ Front desk")
    scene.save("buy-set-up", client.part("modal"))
    client.part("modal-submit").click()
    expect(client.part("modal-submit")).to_contain_text("Buy it")
    scene.save("buy-review", client.part("modal"))
    client.part("modal-submit").click()
    expect(client.part("modal")).to_contain_text("under way")
    client.part("modal-cancel").click()
    expect(client.part("modal")).to_have_count(0)
    expect(scene.newest()).to_contain_text("Bought 1 number")
    scene.save("bought", scene.newest())


def changing(scene: Scene) -> None:
    """What a list of numbers would change; nothing is."""
    client = scene.client
    client.write("composer", "/flowroute numbers bulk")
    expect(client.part("modal")).to_contain_text("Paste a list")
    rows = f"number,alias,channel\n{NUMBER},Front desk,#support\n{SECOND_NUMBER},Sales,#support"
    client.input("rows", "rows").fill(rows)
    client.part("modal-submit").click()
    expect(client.part("modal-submit")).to_contain_text("Apply")
    scene.save("bulk", client.part("modal"))
    client.part("modal-cancel").click()
    expect(client.part("modal")).to_have_count(0)


def texting(scene: Scene) -> None:
    """Three conversations; the one with Maria is read."""
    client = scene.client
    scene.say(f"/flowroute relay link {NUMBER} #support", "appear in")
    scene.say(f"/flowroute relay name {MARIA} Maria Lopez", "Maria Lopez")
    scene.say(f"/flowroute relay name {JONAS} Jonas Weber", "Jonas Weber")
    client.open(SUPPORT, as_user=AGENT)
    scene.text(JONAS, "Your technician was great, thank you!")
    scene.text(MARIA, "Hi, are you open on Sunday? My router arrived broken 😕")
    scene.open_thread("Jonas Weber")
    scene.reply("Thank you, Jonas, that will make her day.", "white_check_mark")
    scene.open_thread("Maria Lopez")
    scene.reply("note: order 1187, the replacement is in stock", None)
    scene.reply("Hello Maria, yes, from 10 to 6. Bring it along and we will swap it.", "white_check_mark")
    scene.text(MARIA, "Perfect, see you on Sunday!")
    expect(scene.in_thread()).to_have_count(5)
    expect(scene.thread_of("Maria Lopez")).to_contain_text("Waiting for an answer")
    client.part("handset-number").select_option(NUMBER)
    expect(client.part("bubble")).to_have_count(3)
    scene.save("page")
    scene.save("thread", client.part("thread"))


def trouble(scene: Scene) -> None:
    """A text that did not arrive, a slip that is asked about, and somebody who wants no more texts."""
    usual, scene.sandbox.carrier.receipt_plan = scene.sandbox.carrier.receipt_plan, (LANDLINE,)
    scene.open_thread("Jonas Weber")
    scene.reply("By the way: your invoice is in the mail.", "x")
    expect(scene.in_thread().last).to_contain_text("About:")
    scene.save("not-delivered", scene.in_thread().nth(2), scene.in_thread().last)
    scene.sandbox.carrier.receipt_plan = usual

    scene.reply("Shall we charge 4111 1111 1111 1111 again?", "raised_hand")
    expect(scene.in_thread().last.get_by_role("button", name="Keep internal")).to_be_visible()
    scene.save("slip", scene.in_thread().nth(-2), scene.in_thread().last)

    scene.text(PRIYA, "Please don't text me any more")
    scene.open_thread(format_phone_number(PhoneNumber(PRIYA)))
    expect(scene.in_thread().last.get_by_role("button", name="Stop texting them")).to_be_visible()
    scene.save("stop", scene.in_thread().first, scene.in_thread().last)


def on_a_phone(scene: Scene) -> None:
    """The same page at the width of a phone."""
    client = scene.client
    client.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a TypedDict
    client.open(SUPPORT, as_user=ADMIN)
    scene.open_thread("Maria Lopez")
    scene.save("phone")


def _around(parts: tuple[Locator, ...], margin: int) -> FloatRect:
    """The smallest rectangle of the page that holds all `parts` and a `margin`."""
    boxes = [box for part in parts if (box := part.bounding_box())]
    left = min(box["x"] for box in boxes) - margin
    top = min(box["y"] for box in boxes) - margin
    right = max(box["x"] + box["width"] for box in boxes) + margin
    bottom = max(box["y"] + box["height"] for box in boxes) + margin
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


if __name__ == "__main__":
    main()
