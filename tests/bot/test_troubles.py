"""What the thread says of a text that did not go out, or seemed not to, stays true."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.relay.sending import LookUp
from sandbox.flowroute_api import Hold
from sandbox.slack import faults
from tests.handlers.person import Person, buttons, shown
from tests.stage import AGENT, JONAS, MARIA, NUMBER, SUPPORT, Stage

pytestmark = pytest.mark.usefixtures("short_transactions")

SOON = LookUp(every_s=0.05, give_up=timedelta(0))
IMPATIENT_S = (5.0, 0.3)
"""Longer than it takes to connect; Flowroute's answer is soon given up."""


@pytest.fixture
def sam(stage: Stage) -> Iterator[Person]:
    """An agent in #support, where Maria's texts appear; the message list is read every second."""
    with stage.bot(look_up=SOON, timeout_s=IMPATIENT_S, POLL_SECONDS="1"):
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
        stage.workspace.wait_for(lambda: "are you open?" in stage.texts_in(SUPPORT))
        yield Person(stage, AGENT, SUPPORT)


def replies(sam: Person, text: str) -> str:
    """Sam writes in Maria's thread; the message's ts."""
    asked = next(m for m in sam.stage.workspace.messages(SUPPORT) if m["text"] == "are you open?")
    return sam.member.post(SUPPORT, text, thread_ts=asked["thread_ts"])


def marks(sam: Person, ts: str) -> list[str]:
    """The reactions on a message."""
    message = next(m for m in sam.stage.workspace.messages(SUPPORT) if m["ts"] == ts)
    return [reaction["name"] for reaction in message.get("reactions", [])]


def test_a_parked_text_that_turns_up_takes_its_card_back(sam: Person) -> None:
    """Flowroute was slow, not silent: nobody is left with *Send again* under a text that was sent."""
    # given
    go_on = threading.Event()
    sam.stage.carrier.faults.add(method="POST", path_pattern=r"/v2\.1/messages$", fault=Hold(go_on))
    replies(sam, "Yes")
    sam.stage.workspace.wait_for(
        lambda: any("Send again" in buttons(m) for m in sam.member.messages(SUPPORT))
    )
    card = next(m for m in sam.member.messages(SUPPORT) if "Send again" in buttons(m))

    # when
    go_on.set()

    # then
    now = sam.reads_again(card, showing="after all.")
    assert "About: Yes" in shown(now)
    assert buttons(now) == []
    assert sam.stage.received_by(MARIA) == ["Yes"]


def test_what_is_settled_before_it_is_said_is_not_said(sam: Person) -> None:
    """The channel was slow: when its turn came, the text of unknown outcome had been found."""
    # given
    arrives, posted = threading.Event(), threading.Event()
    workspace = sam.stage.workspace
    sam.stage.carrier.faults.add(method="POST", path_pattern=r"/v2\.1/messages$", fault=Hold(arrives))
    workspace.faults.add("chat.postMessage", faults.held_until(posted))
    sam.stage.carrier.handset_send(JONAS, NUMBER, "Jonas here")

    # when
    ts = replies(sam, "Yes")
    workspace.wait_for(lambda: marks(sam, ts) == ["grey_question"])
    arrives.set()
    workspace.wait_for(lambda: marks(sam, ts) in (["outbox_tray"], ["white_check_mark"]))
    posted.set()

    # then
    workspace.wait_for(lambda: "Jonas here" in sam.stage.texts_in(SUPPORT))
    sam.stage.carrier.handset_send(MARIA, NUMBER, "thanks")
    workspace.wait_for(lambda: "thanks" in sam.stage.texts_in(SUPPORT))
    said = " ".join(sam.stage.texts_in(SUPPORT))
    assert not [words for words in ("not sent", "Nobody can say", "after all") if words in said]
