"""Texts of which nobody knows whether they were sent: found in one list, decided there or in the thread."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.relay.sending import LookUp
from sandbox.flowroute_api import Drop
from sandbox.slack import faults
from tests.handlers.person import Person, buttons, shown
from tests.handlers.test_spending import nothing_waits
from tests.stage import AGENT, APPROVER, MARIA, NUMBER, SECOND_NUMBER, SUPPORT, TELECOM, Stage, exactly_once

SOON = LookUp(every_s=0.05, give_up=timedelta(0))
KEPT_HERE = "This was not sent and stays in Slack."


@pytest.fixture
def ada(stage: Stage) -> Iterator[Person]:
    """An admin; texts from 12065550100, linked to #support, are in doubt until the carrier is well again."""
    with stage.bot(look_up=SOON):
        ada = Person(stage)
        ada.asks(f"relay link {NUMBER} #support")
        stage.carrier.faults.add(
            method="POST", path_pattern=".*/messages", fault=Drop("before effect"), times=None
        )
        yield ada


def parks(person: Person, *texts: str) -> None:
    """Send texts of which nobody will know whether they went out."""
    for text in texts:
        person.asks(f"206 555 0142 from={NUMBER} {text}", command="/sms")
        wait_until_parked(person, text)


def wait_until_parked(person: Person, text: str) -> None:
    """Until the thread says so, and the bot knows where."""
    person.stage.workspace.wait_for(
        lambda: (
            any(
                f"About: {text}" in shown(m) and "Send again" in buttons(m)
                for m in person.stage.workspace.messages(SUPPORT)
            )
            and nothing_waits(person.stage)
        )
    )


def carrier_is_well(person: Person) -> None:
    person.stage.carrier.faults.clear()


def test_parked_texts_are_listed_with_what_can_be_done(ada: Person) -> None:
    """Whom to, from which number, what, by whom; and the same buttons as in the thread."""
    ada.asks("relay name 206 555 0142 Maria L.")
    parks(ada, "apples", "pears")
    answer = ada.asks("relay parked")
    assert "2 texts of unknown outcome" in answer["text"]
    assert "To *Maria L. · (206) 555-0142* from (206) 555-0100" in shown(answer)
    assert shown(answer).index("apples") < shown(answer).index("pears")
    assert buttons(answer) == ["Check again", "Send again", "Drop"] * 2


def test_what_is_decided_in_the_list_is_said_in_the_thread(ada: Person) -> None:
    """In place of the question there; nobody is left with buttons that do nothing."""
    parks(ada, "apples")
    card = next(one for one in ada.stage.workspace.messages(SUPPORT) if "Drop" in buttons(one))
    ada.presses(ada.asks("relay parked"), "Drop")

    def now() -> dict[str, Any]:
        return next(one for one in ada.stage.workspace.messages(SUPPORT) if one["ts"] == card["ts"])

    ada.stage.workspace.wait_for(lambda: "<@U0ADMIN> let it be; it is not sent again." in shown(now()))
    assert buttons(now()) == []


def test_one_is_decided_in_the_list_and_the_others_stay(ada: Person) -> None:
    """The list shows what was done and what still waits; the text goes out once."""
    parks(ada, "apples", "pears")
    carrier_is_well(ada)
    answer = ada.asks("relay parked")
    ada.presses(answer, "Send again")
    rest = ada.reads_again(answer, showing="You had it sent again.")
    ada.stage.workspace.wait_for(lambda: ada.stage.received_by(MARIA) == ["apples"])
    assert "pears" in shown(rest)
    assert buttons(rest) == ["Check again", "Send again", "Drop"]
    ada.presses(rest, "Drop")
    ada.stage.workspace.wait_for(
        lambda: any("No text waits" in m["text"] for m in ada.member.messages(TELECOM))
    )
    assert ada.stage.received_by(MARIA) == ["apples"]


def test_what_is_looked_up_in_vain_is_parked_and_told_again(ada: Person) -> None:
    """A second card with its buttons appears in the thread: nothing is forgotten."""
    parks(ada, "first")
    before = len(ada.stage.workspace.messages(SUPPORT))
    ada.presses(ada.asks("relay parked"), "Check again")
    ada.stage.workspace.wait_for(lambda: len(ada.stage.workspace.messages(SUPPORT)) > before)
    wait_until_parked(ada, "first")
    assert buttons(ada.asks("relay parked")) == ["Check again", "Send again", "Drop"]


def test_what_waited_is_not_texted_once_the_number_has_left_the_channel(ada: Person) -> None:
    """The answer would appear elsewhere; whoever wrote it reads where."""
    parks(ada, "apples")
    carrier_is_well(ada)
    ada.asks(f"relay link {NUMBER} #telecom")
    ada.presses(ada.asks("relay parked"), "Send again")
    ada.stage.workspace.wait_for(lambda: any(KEPT_HERE in t for t in ada.stage.texts_in(SUPPORT)))
    said = next(t for t in ada.stage.texts_in(SUPPORT) if KEPT_HERE in t)
    assert said.startswith("<@U0ADMIN>")
    assert "in <#C0TELECOM> now" in said
    assert ada.stage.received_by(MARIA) == []


@exactly_once
@pytest.mark.parametrize("fault", [faults.drop_before(), faults.drop_after()], ids=lambda fault: fault.kind)
def test_a_text_parked_again_is_told_again_although_slack_gives_no_answer(
    ada: Person, fault: faults.Fault
) -> None:
    """What was said the first time is not taken for it; and it is said once."""
    parks(ada, "first")
    asked = ada.asks("relay parked")
    before = len(ada.stage.workspace.messages(SUPPORT))
    ada.stage.workspace.faults.add("chat.postMessage", fault, times=2)  # the audit's post is the other one
    ada.presses(asked, "Check again")
    ada.stage.workspace.wait_for(lambda: len(ada.stage.workspace.messages(SUPPORT)) > before)
    wait_until_parked(ada, "first")
    assert len(ada.stage.workspace.messages(SUPPORT)) == before + 1


@exactly_once
def test_a_card_in_the_thread_is_decided_once(ada: Person) -> None:
    """What was decided in the list is decided, also while the thread still shows its buttons."""
    parks(ada, "first")
    sam = Person(ada.stage, AGENT, SUPPORT)
    card = next(m for m in ada.stage.workspace.messages(SUPPORT) if "Send again" in buttons(m))
    go_on = threading.Event()
    ada.stage.workspace.faults.add("chat.update", faults.held_until(go_on), times=None)
    ada.presses(ada.asks("relay parked"), "Drop")
    ada.stage.workspace.wait_for(lambda: "No text waits" in ada.asks("relay parked")["text"])
    assert "decided already" in sam.reads_after_pressing(card, "Send again")["text"]
    go_on.set()
    carrier_is_well(ada)
    assert ada.stage.received_by(MARIA) == []


def test_only_texts_of_ones_own_channels_are_shown(ada: Person) -> None:
    """Who is not in the channel neither reads nor decides; a text is for its channel."""
    ada.asks(f"relay link {SECOND_NUMBER} #telecom")
    parks(ada, "for support")
    ada.asks(f"206 555 0142 from={SECOND_NUMBER} for telecom", command="/sms")
    ada.stage.workspace.wait_for(lambda: "2 texts" in ada.asks("relay parked")["text"])
    assert "for telecom" not in shown(Person(ada.stage, AGENT, SUPPORT).asks("relay parked"))
    grace = Person(ada.stage, APPROVER, TELECOM)
    assert "for telecom" in shown(grace.asks("relay parked"))


def test_nothing_parked_is_said_in_a_sentence(ada: Person) -> None:
    """The usual answer."""
    assert "No text waits" in ada.asks("relay parked")["text"]
