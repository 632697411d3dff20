"""Nothing lost, nothing twice: real processes killed without warning while Slack misbehaves."""

import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import settings
from bot.store.engine import open_engine
from sandbox.server import QUICK, Sandbox
from sandbox.slack import faults
from sandbox.slack.channels import Channel
from tests.stage import ADMIN, AGENT, BotProcess, free_port, wait_for

NUMBERS = [f"1206555{i:04}" for i in range(1000, 1030)]
CHANNELS = [f"C0ROOM{i:02}" for i in range(len(NUMBERS))]
PEOPLE = [f"1425555{i:04}" for i in range(2000, 2003)]
TEXTS = 300
KILLS = 5


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """Thirty numbers for thirty channels; Flowroute gives up on a webhook only after a restart of the bot."""
    with Sandbox(pace=replace(QUICK, webhook_retry_s=3), data=tmp_path) as sandbox:
        sandbox.carrier.give_numbers(*NUMBERS)
        for channel_id in CHANNELS:
            sandbox.workspace.channels.add(Channel(channel_id, channel_id.lower(), "channel", [ADMIN, AGENT]))
        yield sandbox


@pytest.fixture
def bot(sandbox: Sandbox, tmp_path: Path) -> Iterator[BotProcess]:
    """A bot as a process of its own."""
    port = free_port()
    sandbox.deliver_to(port)
    bot = BotProcess(sandbox.bot_environment(port), tmp_path / "bot.log")
    bot.start()
    bot.wait_until_ready()
    yield bot
    bot.kill()


def link_all(sandbox: Sandbox) -> None:
    """Each number to a channel of its own."""
    ada = sandbox.workspace.member(ADMIN)
    for number, channel_id in zip(NUMBERS, CHANNELS, strict=True):
        ada.command("C0TELECOM", "/flowroute", f"relay link {number} #{channel_id.lower()}")
    sandbox.workspace.wait_for(
        lambda: sum("appear in" in m.get("text", "") for m in ada.messages("C0TELECOM")) == len(NUMBERS),
        timeout_s=60,
    )


def misbehave(sandbox: Sandbox) -> None:
    """Every tenth call of Slack's Web API or so goes wrong, in every way."""
    for method in ("chat.postMessage", "conversations.replies", "conversations.history"):
        for fault in (
            faults.ratelimited(1),
            faults.http_500(),
            faults.html_page(),
            faults.drop_before(),
            faults.drop_after(),
        ):
            sandbox.workspace.faults.add(method=method, fault=fault, times=None, probability=0.02)


def shown(sandbox: Sandbox) -> dict[tuple[str, str], list[str]]:
    """The texts in Slack by (channel, thread), in the order in which they stand there."""
    threads = defaultdict(list)
    for channel_id in CHANNELS:
        for message in sandbox.workspace.messages(channel_id):
            if message.get("text", "").startswith("text "):
                threads[channel_id, message["thread_ts"]].append(message["text"])
    return threads


def stored(database_url: str) -> dict[tuple[str, str], list[str]]:
    """The texts in the database by (channel, thread), in the order in which they were first stored."""
    engine = open_engine(settings.database_url(database_url))
    threads = defaultdict(list)
    with engine.connect() as db:
        for channel_id, thread_ts, body in db.execute(
            text(
                "SELECT channel_id, thread_ts, body FROM texts JOIN conversations "
                "ON conversations.id = texts.conversation_id ORDER BY texts.id"
            )
        ):
            threads[channel_id, thread_ts].append(body)
    engine.dispose()
    return threads


def wait_for_texts(sandbox: Sandbox, count: int) -> None:
    """Until so many are in Slack."""
    wait_for(lambda: sum(map(len, shown(sandbox).values())) >= count, f"{count} texts", timeout_s=60)


def test_texts_survive_five_kills_exactly_once_and_in_order(sandbox: Sandbox, bot: BotProcess) -> None:
    """Each webhook comes one to five times, Slack answers 429, 500 and nothing at random."""
    # given
    link_all(sandbox)
    misbehave(sandbox)
    sandbox.carrier.faults.webhook_copies = (1, 5)
    sandbox.carrier.faults.webhook_shuffle = True
    dice = random.Random(7)

    # when
    def everybody_texts() -> None:
        for i in range(TEXTS):
            sandbox.carrier.handset_send(dice.choice(PEOPLE), dice.choice(NUMBERS), f"text {i}")

    phones = threading.Thread(target=everybody_texts)
    phones.start()
    for kill in range(KILLS):
        wait_for_texts(sandbox, (kill + 1) * TEXTS // (KILLS + 2))
        bot.kill()
        bot.start()
        bot.wait_until_ready()
    phones.join()

    # then
    wait_for(
        lambda: set().union(*shown(sandbox).values()) == {f"text {i}" for i in range(TEXTS)},
        "every text in Slack",
        timeout_s=120,
    )
    wait_for(lambda: sandbox.carrier.unfinished_webhooks() == 0, "the last webhook", timeout_s=60)
    assert bot.stop() == 0
    assert Counter(t for thread in shown(sandbox).values() for t in thread).most_common(1)[0][1] == 1
    assert shown(sandbox) == stored(bot.environment["DATABASE_URL"])
