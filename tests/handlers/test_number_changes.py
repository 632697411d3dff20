"""Changing a number: told privately as it was read back, announced where it was asked for."""

import threading

import pytest

from sandbox.flowroute_api import Drop, Hold, HtmlPage, Refuse
from sandbox.flowroute_api.faults import Fault
from tests.handlers.person import Person, buttons, shown
from tests.stage import AGENT, AUDIT, NUMBER, SECOND_NUMBER, SUPPORT, TELECOM, Stage, wait_for

NOT_OURS = "12065559999"
NUMBER_PATH = f"/v2/numbers/{NUMBER}"


def announced(ada: Person, *words: str, channel: str = TELECOM) -> str:
    """The message in the channel that has all these words, once it is there."""

    def found() -> list[str]:
        said = (shown(message) for message in ada.stage.workspace.messages(channel))
        return [text for text in said if all(word in text for word in words)]

    ada.stage.workspace.wait_for(lambda: bool(found()))
    return found()[0]


def alias_of(stage: Stage, number: str = NUMBER) -> str | None:
    with stage.carrier._world.lock:
        return stage.carrier._world.account.numbers[number].alias


@pytest.mark.parametrize(
    ("line", "privately", "publicly"),
    [
        (f"numbers alias {NUMBER} Front desk", "has the alias *Front desk*", "alias: Main line → Front desk"),
        (f"numbers alias {NUMBER} “It’s 24/7 -- ring”", "*It’s 24/7 -- ring*", "→ It’s 24/7 -- ring"),
        (f"numbers lookups {NUMBER} off", "are not looked up", "caller name look-ups: on → off"),
        (f"numbers messaging {NUMBER} off", "Texting is o", "had texting switched off"),
        (f"routes primary {NUMBER} none", "go nowhere", "route: sip-reg → –"),
        (f"routes failover {NUMBER} 0", "to *sip-reg*", "failover: – → sip-reg"),
    ],
)
def test_a_change_is_told_as_it_was_read_back_and_announced(
    ada: Person, line: str, privately: str, publicly: str
) -> None:
    """Who asked reads how it stands now; the channel and the audit channel read what changed, and by whom."""
    assert privately in ada.asks(line)["text"]
    for channel in (TELECOM, AUDIT):
        assert "<@U0ADMIN>" in announced(ada, "(206) 555-0100", channel=channel)
    announced(ada, publicly)


def test_an_unchanged_wish_says_so_and_tells_nobody(ada: Person) -> None:
    """Nothing is written, nothing announced."""
    answer = ada.asks(f"numbers alias {NUMBER} Main line")
    assert answer["text"] == "Nothing to change: (206) 555-0100 has the alias *Main line*."
    assert ada.stage.texts_in(AUDIT) == []


def test_an_alias_is_taken_away_by_an_empty_one(ada: Person) -> None:
    """A pair of quotes with nothing in it."""
    assert "has no alias" in ada.asks(f'numbers alias {NUMBER} ""')["text"]
    assert not alias_of(ada.stage)


def test_an_alias_from_outside_cannot_ping_anybody(ada: Person) -> None:
    """Neither privately nor in the channel."""
    assert "*&lt;!channel&gt;*" in ada.asks(f"numbers alias {NUMBER} <!channel>")["text"]
    announced(ada, "→ <!channel>")  # in a plain text object, where it is only characters


def test_only_admins_change_numbers(sam: Person) -> None:
    """The refusal names the role and who has it; nothing is asked of Flowroute."""
    assert "*admin*" in sam.asks(f"numbers alias {NUMBER} Mine")["text"]
    assert alias_of(sam.stage) == "Main line"


def test_in_direct_messages_nobody_else_is_told(running: Stage) -> None:
    """The audit channel hears of it all the same."""
    ada = Person(running, channel="D0ADMIN")
    assert "*Night*" in ada.asks(f"numbers alias {NUMBER} Night")["text"]
    announced(ada, "Night", channel=AUDIT)
    assert not any("Night" in text for text in running.texts_in("D0ADMIN"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            f"numbers alias {NOT_OURS} x",
            "(206) 555-9999 is not on this Flowroute account. Nothing was changed",
        ),
        (f"numbers alias {NUMBER} {'W' * 65}", "at most 64 characters"),
        (f"routes primary {NUMBER} Berlin", "No route has the id or alias “Berlin”. Nothing was changed"),
        (f"numbers release {NOT_OURS}", "is not on this Flowroute account"),
        (f"e911 assign 99999 {NUMBER}", "No emergency address has the id 99999. Nothing was changed"),
        (f"cnam assign 99999 {NUMBER}", "No caller name has the id 99999. Nothing was changed"),
    ],
)
def test_what_cannot_be_right_says_what_would_be(ada: Person, line: str, says: str) -> None:
    """What was wrong, that nothing was changed, and where to look."""
    if "release" in line:
        ada.says(line)
        assert says in shown(ada.form(showing="not on this"))
    else:
        assert says in ada.asks(line)["text"]
    assert [text for text in ada.stage.texts_in(TELECOM) if "alias" in text] == []


@pytest.mark.parametrize(
    ("method", "fault", "says"),
    [
        ("GET", Refuse(503), "has a fault. Try again in a few minutes. Nothing was changed."),
        ("GET", HtmlPage(502), "has a fault. Try again in a few minutes. Nothing was changed."),
        ("GET", Drop("before effect"), "Nothing was changed."),
        (
            "PATCH",
            Refuse(500),
            "I looked: it is as it was before. Nothing was changed; it is safe to try again",
        ),
        ("PATCH", Drop("before effect"), "I looked: it is as it was before. Should the change still come"),
        ("PATCH", Refuse(429), "asked too often. Try again in a minute. Nothing was changed."),
    ],
)
def test_a_fault_of_the_provider_says_what_happened_and_that_nothing_changed(
    ada: Person, method: str, fault: Fault, says: str
) -> None:
    """Whatever breaks, the answer is a sentence to act on, and the number stays as it is."""
    ada.stage.carrier.faults.add(method=method, path_pattern=NUMBER_PATH, fault=fault, times=None)
    answer = ada.asks(f"numbers alias {NUMBER} Front desk")["text"]
    assert says in answer
    assert "reference `" in answer
    assert alias_of(ada.stage) == "Main line"
    assert [text for text in ada.stage.texts_in(TELECOM) if "alias" in text] == []


def test_an_answer_lost_after_the_change_is_read_back(ada: Person) -> None:
    """It happened: the answer says so, and the channel hears of it once."""
    ada.stage.carrier.faults.add(method="PATCH", path_pattern=NUMBER_PATH, fault=Drop("after effect"))
    answer = ada.asks(f"numbers alias {NUMBER} Front desk")["text"]
    assert "has the alias *Front desk*. Flowroute's answer was lost, so I looked: it is done." in answer
    announced(ada, "Main line → Front desk")


def test_when_neither_the_change_nor_a_look_is_answered_nobody_pretends_to_know(ada: Person) -> None:
    """The answer names the command that looks."""
    # given: the look before works, the change is taken, and then Flowroute falls silent
    faults = ada.stage.carrier.faults
    silent = threading.Event()
    faults.add(method="PATCH", path_pattern=NUMBER_PATH, fault=Drop("after effect"))
    faults.add(method="PATCH", path_pattern=NUMBER_PATH, fault=Hold(silent))
    ada.says(f"numbers alias {NUMBER} Front desk")
    looked = ("GET", NUMBER_PATH)
    wait_for(
        lambda: looked in [(call.method, call.path) for call in ada.stage.carrier.calls], "the look before"
    )
    faults.add(method="GET", path_pattern=NUMBER_PATH, fault=Refuse(503), times=None)
    silent.set()

    # then
    ada.stage.workspace.wait_for(lambda: bool(ada.stage.private_words("U0ADMIN", TELECOM)))
    answer = ada.stage.private_words("U0ADMIN", TELECOM)[-1]
    assert "Nobody knows whether this was changed" in answer
    assert f"Look at it with `/flowroute numbers show {NUMBER}`" in answer


def test_wrong_credentials_are_told_as_such(stage: Stage) -> None:
    """401: nobody doubts their own login; whoever runs the bot is named."""
    with stage.bot(FR_SECRET_KEY="wrong"):
        answer = Person(stage).asks(f"numbers alias {NUMBER} x")["text"]
    assert "does not accept our credentials. Whoever runs this has to check the keys." in answer
    assert "Nothing was changed." in answer


def test_texting_that_flowroute_cannot_switch_is_not_called_switched(ada: Person) -> None:
    """207: the request was taken, but messaging was not switched."""
    ada.asks(f"numbers messaging {NUMBER} off")
    ada.stage.workspace.wait_for(
        lambda: "Texting is off" in ada.asks(f"numbers messaging {NUMBER} off")["text"]
    )
    ada.stage.carrier.faults.messaging_fails = True
    answer = ada.asks(f"numbers messaging {NUMBER} on")["text"]
    assert "Nothing was changed" in answer or "still shows: Texting is off" in answer


# Forms


def test_a_command_without_its_arguments_opens_a_form_filled_in_with_what_was_typed(ada: Person) -> None:
    """The number is chosen already, the rest is asked for, and Submit alone does the rest."""
    ada.says(f"numbers alias {NUMBER}")
    form = ada.form(showing="(206) 555-0100  Main line")
    assert form["submit"]["text"] == "Submit"
    assert not ada.submits(number=NUMBER, text="Front desk")
    ada.form(showing="has the alias *Front desk*")
    announced(ada, "Main line → Front desk")


def test_a_form_with_an_emptied_alias_takes_it_away(ada: Person) -> None:
    """It says so, and asks for nothing there."""
    ada.presses(ada.asks(f"numbers show {NUMBER}"), "Rename")
    form = ada.form(showing="(206) 555-0100  Main line")
    assert "Leave it empty to take the name away." in [
        (block.get("hint") or {}).get("text") for block in form["blocks"]
    ]
    assert not ada.submits(number=NUMBER, text=None)
    ada.form(showing="has no alias")
    assert not alias_of(ada.stage)


def test_a_form_refused_by_the_provider_keeps_what_was_filled_in(ada: Person) -> None:
    """The reason stands above, the values where they were."""
    ada.says(f"numbers alias {NUMBER}")
    ada.form(showing="Main line")
    ada.stage.carrier.faults.add(method="PATCH", path_pattern=NUMBER_PATH, fault=Refuse(429), times=None)
    ada.submits(number=NUMBER, text="Front desk")
    form = ada.form(showing="asked too often")
    inputs = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    assert inputs["text"]["initial_value"] == "Front desk"
    assert inputs["number"]["initial_option"]["value"] == NUMBER


def test_on_and_off_are_chosen_with_a_button(ada: Person) -> None:
    """No typing where there are two answers."""
    ada.says(f"numbers lookups {NUMBER}")
    ada.form(showing="Main line")
    ada.submits(number=NUMBER, state="off")
    ada.form(showing="are not looked up")


def test_rights_are_checked_again_when_a_form_is_submitted(stage: Stage) -> None:
    """Who lost the role while the form was open is refused."""
    with stage.bot():
        ada = Person(stage)
        ada.says(f"numbers alias {NUMBER}")
        ada.form(showing="Main line")
    with stage.bot(ADMINS=AGENT):
        ada.submits(number=NUMBER, text="Front desk")
        ada.form(showing="*admin*")
    assert alias_of(stage) == "Main line"


def test_a_picker_finds_one_of_thousands_as_it_is_typed(ada: Person) -> None:
    """By digits and by alias, at most what Slack takes."""
    ada.stage.carrier.give_numbers(*(f"1425{line:07}" for line in range(2_000_000, 2_003_000)), alias="Fleet")
    ada.says("numbers alias")
    view = ada.form(showing="Name a number")
    ask = {"view_id": view["id"], "block_id": "number", "action_id": "number"}
    # Bolt allows three seconds; on a busy machine that is too little the first time, when all are read.
    ada.stage.workspace.wait_for(lambda: len(ada.member.options(**ask, query="")["options"]) == 100)
    found = ada.member.options(**ask, query="200 2999")["options"]
    assert [option["value"] for option in found] == ["14252002999"]
    found = ada.member.options(**ask, query="SUPP")["options"]
    assert [option["value"] for option in found] == [SECOND_NUMBER]


# Releasing


def give_everything(ada: Person) -> None:
    """The number has a channel, an address and a caller name."""
    ada.stage.link(NUMBER, SUPPORT)
    with ada.stage.carrier._world.change() as account:
        number = account.numbers[NUMBER]
        number.e911 = next(iter(account.addresses))
        number.cnam = next(one.id for one in account.cnams.values() if one.approved_at)


def follows(ada: Person, words: str) -> str:
    """The message that follows an order, once it says this."""

    def found() -> list[str]:
        return [text for text in map(shown, ada.stage.workspace.messages(TELECOM)) if words in text]

    ada.stage.workspace.wait_for(lambda: bool(found()))
    return found()[-1]


def test_releasing_takes_everything_off_and_shows_each_step_in_one_message(ada: Person) -> None:
    """The number is typed again; one message in the channel tells the steps as they are done."""
    # given
    give_everything(ada)

    # when
    ada.says(f"numbers release {NUMBER}")
    form = ada.form(showing="cannot be undone")
    assert "its emergency address is taken off" in shown(form)
    assert "not (206) 555-0100" in ada.submits(again="(206) 555-0101")["again"]
    assert not ada.submits(again="206.555.0100")

    # then
    ada.form(showing="Under way as order 1")
    text = follows(ada, "Released 1 number")
    for step in ("unlinked from its channel", "emergency address taken off", "caller name taken off"):
        assert step in text
    assert len([one for one in ada.stage.workspace.messages(TELECOM) if one.get("bot_id")]) == 1
    assert NUMBER not in ada.stage.carrier._world.account.numbers


def test_a_release_that_broke_off_goes_on_where_it_stopped(ada: Person) -> None:
    """A number is not given back with something left on it; what was done is told and not done twice."""
    # given
    give_everything(ada)
    ada.stage.carrier.faults.add(
        method="DELETE", path_pattern=f"{NUMBER_PATH}/relationships/cnams?", fault=Refuse(403), times=1
    )
    ada.says(f"numbers release {NUMBER}")
    ada.form(showing="cannot be undone")
    ada.submits(again=NUMBER)
    text = follows(ada, "Released 0 of 1 number")
    assert ":white_check_mark:  Unlinked from its channel" in text
    assert ":x:  Caller name taken off" in text
    assert "does not permit" in text
    assert NUMBER in ada.stage.carrier._world.account.numbers

    # when
    ada.says(f"numbers release {NUMBER}")
    form = ada.form(showing="cannot be undone")
    assert "emergency" not in shown(form)
    ada.submits(again=NUMBER)

    # then
    follows(ada, ":white_check_mark: Released 1 number")
    assert NUMBER not in ada.stage.carrier._world.account.numbers


def test_only_admins_release(sam: Person) -> None:
    """Nothing of the number is shown."""
    sam.says(f"numbers release {NUMBER}")
    sam.form(showing="*admin*")


# The card of a number


def test_the_card_has_a_button_for_each_change(ada: Person) -> None:
    """Only what its reader may do; what is set already can be taken off."""
    assert buttons(ada.asks(f"numbers show {NUMBER}")) == [
        "Rename",
        "Texting off",
        "Name look-ups off",
        "Route",
        "Failover",
        "Take off E911",
        "Set caller name",
        "Link to this channel",
        "Release",
        "Share to channel",
    ]


def test_a_button_of_the_card_opens_the_form_filled_in(ada: Person) -> None:
    """The number is chosen, and its alias is there to be changed."""
    ada.presses(ada.asks(f"numbers show {NUMBER}"), "Rename")
    form = ada.form(showing="(206) 555-0100  Main line")
    assert [block["element"].get("initial_value") for block in form["blocks"] if "element" in block][1] == (
        "Main line"
    )
    ada.submits(number=NUMBER, text="Front desk")
    ada.form(showing="has the alias *Front desk*")


def test_a_switch_on_the_card_acts_at_once(ada: Person) -> None:
    """And the next card tells who changed it."""
    card = ada.asks(f"numbers show {NUMBER}")
    assert "are not looked up" in ada.reads_after_pressing(card, "Name look-ups off")["text"]
    card = ada.asks(f"numbers show {NUMBER}")
    assert "Name look-ups on" in buttons(card)
    assert "<@U0ADMIN> caller name look-ups: on → off" in shown(card)


def test_an_address_is_picked_for_the_number_of_the_card(ada: Person) -> None:
    """What is missing is asked for, what is known is not."""
    ada.presses(ada.asks(f"numbers show {SECOND_NUMBER}"), "Set E911")
    view = ada.form(showing="(206) 555-0101")
    ask = {"view_id": view["id"], "block_id": "address", "action_id": "address"}
    found = ada.member.options(**ask, query="")["options"]
    ada.submits(address=found[0]["value"], number=SECOND_NUMBER)
    ada.form(showing="has the emergency address")
