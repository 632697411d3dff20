"""The Home tab, as people open it in Slack's client."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest

from bot.clock import utc_now
from bot.overview.survey import CALLS_A_MINUTE, CALLS_AT_ONCE
from sandbox.flowroute_api import OwnedNumber, Refuse
from sandbox.flowroute_api.state import Cnam
from tests.handlers.person import Person, elements, shown, words
from tests.stage import ADMIN, AGENT, APPROVER, GUEST, JONAS, MARIA, NUMBER, SUPPORT, TELECOM, Stage

JSON = dict[str, Any]
MOST_BLOCKS = 100
MOST_BYTES = 250_000


def home_of(stage: Stage, user_id: str, *, showing: str, also: str = "") -> JSON:
    """Open the tab and look at it once these words are there; it is drawn anew while more is found out."""
    member = stage.workspace.member(user_id)
    seen: list[JSON] = []

    def look() -> bool:
        seen[:] = [member.home or {}]
        return showing in shown(seen[0]) and also in shown(seen[0])

    member.open_home()
    stage.workspace.wait_for(look)
    return seen[0]


def press(stage: Stage, user_id: str, label: str) -> None:
    """Press a button on the tab."""
    member = stage.workspace.member(user_id)
    block, button = next(pair for pair in elements(member.home or {}) if words(pair[1].get("text")) == label)
    member.click(home=True, block_id=block["block_id"], action_id=button["action_id"])


def text_from(stage: Stage, person: str, channel: str, body: str = "hello?") -> None:
    """Somebody texts our number, and its channel shows it."""
    before = len(stage.texts_in(channel))
    stage.carrier.handset_send(person, NUMBER, body)
    stage.workspace.wait_for(lambda: len(stage.texts_in(channel)) > before + 1)


def test_everybody_sees_who_waits_in_their_channels_newest_first(running: Stage) -> None:
    """With how long, and a link that leads into the thread; what is answered is gone."""
    # given
    running.link(NUMBER, SUPPORT)
    text_from(running, MARIA, SUPPORT)
    text_from(running, JONAS, SUPPORT)

    # when
    home = home_of(running, AGENT, showing="2 conversations waiting for an answer")

    # then
    seen = shown(home)
    assert seen.index("(425) 555-0177") < seen.index("(206) 555-0142")
    assert f"in <#{SUPPORT}>" in seen
    assert "{ago}" in seen
    thread = next(m for m in running.workspace.messages(SUPPORT) if "555-0142" in m["text"])
    assert f"/archives/{SUPPORT}/p{thread['ts'].replace('.', '')}|" in seen

    # when
    running.workspace.member(AGENT).post(SUPPORT, "yes", thread_ts=thread["ts"])
    running.workspace.wait_for(lambda: "yes" in running.received_by(MARIA))

    # then
    assert "(206) 555-0142" not in shown(home_of(running, AGENT, showing="1 conversation waiting"))


def test_nobody_sees_what_waits_in_channels_of_others(running: Stage) -> None:
    """Sam is in the private #front-desk, Grace is not."""
    running.workspace.member(ADMIN).invite("C0DESK", "U0BOT")
    running.workspace.member(ADMIN).command("C0DESK", "/flowroute", f"relay link {NUMBER}")
    running.workspace.wait_for(lambda: bool(running.private_words(ADMIN, "C0DESK")))
    text_from(running, MARIA, "C0DESK")

    assert "555-0142" in shown(home_of(running, AGENT, showing="1 conversation waiting"))
    assert "555-0142" not in shown(home_of(running, APPROVER, showing="Nobody waits for an answer"))


def test_a_guest_reads_a_kind_sentence(running: Stage) -> None:
    """And nothing of numbers or people."""
    home = home_of(running, GUEST, showing="full members")
    assert len(home["blocks"]) == 1


def test_members_see_nothing_of_the_account(running: Stage) -> None:
    """What the account lacks and spends is for admins."""
    home = home_of(running, AGENT, showing="Nobody waits")
    assert "The account" not in shown(home)
    assert "Buy a number" not in shown(home)


def test_admins_see_what_the_account_lacks_and_what_was_spent(stage: Stage) -> None:
    """Found out in the background and drawn when it is known."""
    with stage.carrier._world.change() as account:
        account.cnams["1"] = Cnam("1", "SLOW REVIEW", utc_now())
    with stage.bot(SPEND_LIMIT="100"):
        seen = shown(
            home_of(stage, ADMIN, showing="SLOW REVIEW", also="1 number without an emergency address")
        )
    assert "(206) 555-0101, (800) 555-0199" in seen
    assert "3 numbers without a channel for texts" in seen
    assert "$0.00 of $100.00" in seen
    assert "0 posts to Slack, 0 texts to phones" in seen


def test_a_change_at_the_carrier_is_seen_after_a_refresh(running: Stage) -> None:
    """Facts are kept for a while; whoever wants them newer presses the button."""
    home_of(running, ADMIN, showing="No number is without a route")
    with running.carrier._world.change() as account:
        account.numbers[NUMBER].primary_route = None

    press(running, ADMIN, "Refresh")

    running.workspace.wait_for(
        lambda: "1 number without a route" in shown(running.workspace.member(ADMIN).home or {})
    )


def test_an_account_of_five_thousand_numbers_fits_and_says_how_far_it_was_looked_at(stage: Stage) -> None:
    """One call a number would take long, so it goes on in the background with a bounded rate."""
    # given
    own(stage, 5000)

    # when
    began = time.monotonic()
    with stage.bot():
        ada = stage.workspace.member(ADMIN)
        ada.open_home()
        stage.workspace.wait_for(lambda: looked_at(ada.home or {}) >= CALLS_AT_ONCE, timeout_s=180.0)
        home = ada.home or {}
    minutes = (time.monotonic() - began) / 60

    # then
    assert "5,000 numbers without a channel for texts" in shown(home)
    assert "and 4,995 more" in shown(home)
    assert len(home["blocks"]) <= MOST_BLOCKS
    assert len(str(home)) < MOST_BYTES
    assert looked_at(home) <= looks(stage) <= CALLS_AT_ONCE + CALLS_A_MINUTE * minutes + 1


def test_an_account_without_numbers_is_fine_too(stage: Stage) -> None:
    """Somebody's first day."""
    own(stage, 0)
    with stage.bot():
        home = home_of(stage, ADMIN, showing="0 numbers, looked at")
    assert "No number is without an emergency address" in shown(home)


def test_the_tab_is_drawn_although_the_carrier_is_away(running: Stage) -> None:
    """What the store knows is shown; the rest is said to be unknown."""
    running.carrier.faults.add(method="GET", path_pattern="/v2/.*", fault=Refuse(503), times=100)
    home = home_of(running, ADMIN, showing="being read for the first time")
    assert "not known yet" in shown(home)
    assert "The bot" in shown(home)


def test_opening_twice_at_once_is_harmless(running: Stage) -> None:
    """One tab, drawn as often as it takes, with no complaint of Slack."""
    for _ in range(5):
        running.workspace.member(ADMIN).open_home()
    home_of(running, ADMIN, showing="1 number without an emergency address")
    answers = [call["answer"] for call in running.workspace.calls if call["method"] == "views.publish"]
    assert all(answer["ok"] for answer in answers)


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("Our numbers", "(206) 555-0100"),
        ("Show them", "without an emergency address"),
        ("Status", "Flowroute"),
    ],
)
def test_what_a_button_finds_comes_as_a_direct_message(running: Stage, label: str, found: str) -> None:
    """A Home tab has nowhere to show an answer."""
    home_of(running, ADMIN, showing="1 number without an emergency address")
    press(running, ADMIN, label)
    running.workspace.wait_for(
        lambda: any(found in shown(message) for message in running.workspace.messages("D0ADMIN"))
    )


def test_buying_and_texting_begin_on_the_tab(running: Stage) -> None:
    """Their forms open as from anywhere else."""
    ada = Person(running)
    running.link(NUMBER, TELECOM)
    home_of(running, ADMIN, showing="The account")
    press(running, ADMIN, "Buy a number")
    ada.form(showing="Area code")
    ada.member.close(ada.member.views[-1]["id"])
    press(running, ADMIN, "Send a text")
    ada.form(showing="Text")


def test_a_failure_behind_a_button_is_told_in_words(running: Stage) -> None:
    """Also as a direct message, with a reference for whoever runs the bot."""
    home_of(running, ADMIN, showing="1 number without an emergency address")
    running.carrier.faults.add(method="GET", path_pattern="/v2/.*", fault=Refuse(503), times=100)
    press(running, ADMIN, "Our numbers")
    running.workspace.wait_for(lambda: any("reference" in text for text in running.texts_in("D0ADMIN")))


def own(stage: Stage, count: int) -> None:
    """Let the account have so many numbers, all alike."""
    with stage.carrier._world.change() as account:
        pattern = account.numbers[NUMBER]
        values = [str(12_065_550_000 + place) for place in range(count)]
        account.numbers = {
            value: OwnedNumber(replace(pattern.stock, value=value), primary_route="0") for value in values
        }


def looked_at(home: JSON) -> int:
    """How many of 5,000 numbers were looked at, as the tab tells it while that goes on."""
    told = re.search(r"5,000 numbers; ([\d,]+) of them looked at so far", shown(home))
    return int(told[1].replace(",", "")) if told else 0


def looks(stage: Stage) -> int:
    """How many single numbers the bot asked for."""
    return sum(1 for call in stage.carrier.calls if call.path.startswith("/v2/numbers/1"))
