"""The workspace as a test's tool: waiting, watching, many at once."""

import threading

import pytest

from tests.sandbox.slack.conftest import Stage


def test_waiting_ends_as_soon_as_it_is_true(stage: Stage) -> None:
    """A change made on another thread wakes the one that waits."""
    # given
    poster = threading.Timer(0.05, lambda: stage.ada.post("C0SUPPORT", "now"))
    poster.start()

    # when
    stage.workspace.wait_for(lambda: stage.workspace.messages("C0SUPPORT"))

    # then
    poster.join()
    assert stage.workspace.messages("C0SUPPORT")[0]["text"] == "now"


def test_waiting_in_vain_says_what_happened_instead(stage: Stage) -> None:
    """The last calls, deliveries and notices are in the message."""
    # given
    stage.workspace.events_url = "http://127.0.0.1:9/"
    stage.ada.command("C0SUPPORT", "/flowroute")

    # when
    with pytest.raises(AssertionError) as failure:
        stage.workspace.wait_for(lambda: False, timeout_s=0.05)

    # then
    for part in ("auth.test: ok", "slash_command: dispatch_failed", "/flowroute failed"):
        assert part in str(failure.value)


def test_a_subscriber_hears_of_every_visible_change(stage: Stage) -> None:
    """And may look at the workspace while it is told."""
    # given
    seen: list[int] = []
    stage.workspace.subscribe(lambda: seen.append(len(stage.workspace.messages("C0SUPPORT"))))

    # when
    stage.ada.post("C0SUPPORT", "one")
    stage.ada.post("C0SUPPORT", "two")

    # then
    assert seen == [1, 2]


def test_many_at_once_lose_nothing(stage: Stage) -> None:
    """People and the bot write at the same time; every message is there, with a time stamp of its own."""
    # given
    stage.client.conversations_join(channel="C0SUPPORT")

    def people() -> None:
        for number in range(20):
            stage.sam.post("C0SUPPORT", f"person {number}")

    def bot() -> None:
        for number in range(10):
            stage.client.chat_postMessage(channel="C0SUPPORT", text=f"bot {number}")

    writers = [threading.Thread(target=work) for work in (people, people, bot, bot)]

    # when
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    # then
    stamps = [message["ts"] for message in stage.workspace.messages("C0SUPPORT")]
    assert len(stamps) == 1 + 60
    assert stamps == sorted(set(stamps))
    stage.workspace.wait_for(lambda: len(stage.events("message")) == 61)
