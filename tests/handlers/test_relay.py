"""Linking numbers to channels, by command, by form and from a card."""

from typing import Any

import pytest

from flowroute import CallbackKind, Flowroute
from sandbox.address import ACCESS_KEY, SECRET_KEY, WEBHOOK_TOKEN
from tests.handlers.person import Person, shown
from tests.stage import ADMIN, JONAS, NUMBER, SECOND_NUMBER, SUPPORT, TELECOM, Stage

ELSEWHERE = "https://other.example/sms"


def account_texts_go_to(stage: Stage, url: str) -> None:
    """Set the account's callback as its owner would in the carrier's portal."""
    with Flowroute(ACCESS_KEY, SECRET_KEY, f"{stage.sandbox.url}/carrier") as carrier:
        carrier.messages.set_callback(CallbackKind.SMS, url)


def links(ada: Person) -> str:
    """What `relay list` shows."""
    return shown(ada.asks("relay list"))


def test_a_number_is_linked_to_a_channel_however_both_are_written(ada: Person) -> None:
    """The bot joins a public channel by itself."""
    answer = ada.asks("relay link (206) 555-0100 #support mode=mention hold=5")
    assert "Texts to (206) 555-0100 appear in <#C0SUPPORT>" in answer["text"]
    assert any(call["method"] == "conversations.join" for call in ada.stage.workspace.calls)
    assert "(206) 555-0100" in links(ada)
    assert "mentions, after 5 s" in links(ada)


def test_without_a_channel_it_is_the_current_one(ada: Person) -> None:
    """Where one types is where one means."""
    assert "<#C0TELECOM>" in ada.asks(f"relay link {NUMBER}")["text"]


def test_a_number_that_is_not_ours_is_not_linked(ada: Person) -> None:
    """Nothing is changed, and the answer says why."""
    assert "not on this Flowroute account" in ada.asks("relay link 206 555 0199 #support")["text"]
    assert "No number is linked" in ada.asks("relay list")["text"]


def test_unlinking_says_whether_there_was_a_link(ada: Person) -> None:
    """A second time changes nothing and says so."""
    ada.asks(f"relay link {NUMBER} #support")
    assert "no longer appear" in ada.asks(f"relay unlink {NUMBER}")["text"]
    assert "was not linked" in ada.asks(f"relay unlink {NUMBER}")["text"]


def test_only_admins_link(sam: Person) -> None:
    """The refusal names the role and who has it, privately."""
    for line in (f"relay link {NUMBER}", f"relay unlink {NUMBER}"):
        refusal = sam.asks(line)
        assert "*admin*" in refusal["text"]
        assert "<@U0ADMIN>" in refusal["text"]
    sam.says("relay link")
    assert "*admin*" in shown(sam.form(showing="admin"))


def test_a_missing_number_opens_the_form(ada: Person) -> None:
    """What was typed is filled in, Submit alone does the rest."""
    ada.says("relay link mode=mention hold=7")
    form = ada.form(showing="Our number")
    assert [block["block_id"] for block in form["blocks"]] == ["number", "channel", "mode", "hold"]
    assert not ada.submits(number="206 555 0101", channel=SUPPORT)
    ada.form(showing="appear in <#C0SUPPORT>")
    assert "mentions, after 7 s" in links(ada)


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"number": "seattle", "channel": SUPPORT}, "number", "Examples"),
        ({"number": NUMBER, "channel": SUPPORT, "hold": "99"}, "hold", ""),
    ],
)
def test_a_wrong_field_is_marked_at_once(ada: Person, values: dict[str, Any], field: str, says: str) -> None:
    """What we can know ourselves is said beside the field."""
    ada.says("relay link")
    ada.form(showing="Our number")
    assert says in ada.submits(**values)[field]


def test_a_refused_form_keeps_what_was_filled_in(ada: Person) -> None:
    """The reason stands above the fields."""
    ada.says("relay link")
    ada.form(showing="Our number")
    ada.submits(number="206 555 0199", channel=SUPPORT)
    form = ada.form(showing="not on this Flowroute account")
    inputs = {block["block_id"]: block["element"] for block in form["blocks"] if "element" in block}
    assert inputs["number"]["initial_value"] == "(206) 555-0199"
    assert inputs["channel"]["initial_conversation"] == SUPPORT


def test_texts_that_go_elsewhere_are_not_taken_unasked(ada: Person) -> None:
    """Another system has the account's texts: the link happens only after a yes."""
    # given
    account_texts_go_to(ada.stage, ELSEWHERE)

    # when
    question = ada.asks(f"relay link {NUMBER} #support")

    # then
    assert "other.example" in question["text"]
    assert "Nothing is changed yet" in question["text"]
    assert "No number is linked" in ada.asks("relay list")["text"]
    done = ada.reads_after_pressing(question, "Bring them here")
    assert "appear in <#C0SUPPORT>" in done["text"]


def test_the_form_asks_too_before_it_takes_texts_away(ada: Person) -> None:
    """The question is a step of the modal; Submit is the yes."""
    account_texts_go_to(ada.stage, ELSEWHERE)
    ada.says("relay link")
    ada.form(showing="Our number")
    ada.submits(number=SECOND_NUMBER, channel=SUPPORT)
    ada.form(showing="other.example")
    ada.submits()
    ada.form(showing="appear in <#C0SUPPORT>")
    assert "(206) 555-0101" in links(ada)


def test_the_card_of_an_unlinked_number_opens_the_form(running: Stage) -> None:
    """A text to a number that is linked nowhere brings its own way to link it."""
    ada = Person(running, ADMIN, TELECOM)
    account_texts_go_to(running, f"{running.url}/flowroute/{WEBHOOK_TOKEN}/sms")
    running.carrier.handset_send(JONAS, NUMBER, "anybody there?")
    running.workspace.wait_for(lambda: "anybody there?" in running.texts_in(TELECOM))
    card = next(m for m in running.workspace.messages(TELECOM) if "texts (206) 555-0100" in m["text"])
    ada.presses(card, "Link to a channel")
    form = ada.form(showing="Our number")
    assert form["blocks"][0]["element"]["initial_value"] == "(206) 555-0100"
