"""Commands that look things up at the provider: areas, routes, texts, addresses, names, records, porting."""

import re

import pytest

from sandbox.flowroute_api import Carrier
from tests.handlers.person import Person, buttons, shown
from tests.stage import AGENT, MARIA, NUMBER, SUPPORT, Stage

ARGUMENTS = {
    "numbers exchanges": "206",
    "numbers show": NUMBER,
    "relay unlink": NUMBER,
    "relay link": f"{NUMBER} #support",
    "e911 show": "21845",
    "e911 numbers": "21845",
    "cnam show": "22790",
    "sms show": "mdr2-0000",
    "port check": "206 555 0142",
    "sms send": f"206 555 0142 from={NUMBER} hello",
    "relay name": "206 555 0142 Maria",
    "relay block": "206 555 0142",
    "relay unblock": "206 555 0142",
    "relay optin": f"{NUMBER} 206 555 0142",
}


def test_every_command_in_help_answers(ada: Person) -> None:
    """What is offered works: each command, with an example of its arguments, answers or opens a form."""
    # given
    offered = re.findall(r"`/flowroute ([a-z0-9]+(?: [a-z]+)?)", shown(ada.asks("help")))
    assert len(offered) > 40

    # when
    outcomes = {line: words_or_form(ada, f"{line} {ARGUMENTS.get(line, '')}") for line in offered}

    # then
    for line, outcome in outcomes.items():
        assert "broke on our side" not in outcome, line
        assert "I do not know" not in outcome, line
        assert "Usage:" not in outcome, line


def words_or_form(ada: Person, line: str) -> str:
    """What a command shows: its private answer, or the modal that it opens, which is closed again."""
    private = ada.member.messages(ada.channel)
    ada.says(line)
    ada.stage.workspace.wait_for(
        lambda: (
            len(ada.member.messages(ada.channel)) > len(private)
            or (ada.member.views and "Loading" not in shown(ada.member.views[-1]))
        )
    )
    if not ada.member.views:
        return str(ada.member.messages(ada.channel)[-1]["text"])
    form = ada.member.views[-1]
    ada.member.close(form["id"], all=True)
    return shown(form)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("numbers areas", ["206", "425", "numbers search 206"]),
        ("numbers exchanges 206", ["exchanges of 206", "339"]),
        ("numbers exchanges (999)", ["No exchange of 999"]),
        ("routes list", ["sip-reg", "Seattle PBX", "pbx.example.com:5060"]),
        ("routes edges", ["US-West-OR"]),
        ("e911 list", ["Office", "Chris Smith", "1218 3rd Ave, Suite 600, Seattle, WA 98101, US"]),
        ("e911 show 21845", ["Chris Smith", "1218 3rd Ave"]),
        ("e911 numbers 21845", ["(206) 555-0100"]),
        ("e911 gaps", ["1 number without an emergency address", "(206) 555-0101", "Toll-free"]),
        ("cnam list", ["BROWN BAG", "approved", "HEARTWOOD", "24141"]),
        ("cnam show 22790", ["BROWN BAG", "approved", "none yet"]),
        ("cdr list", ["no exports"]),
        ("port check 206 339 0142, (425) 555-0177", ["(206) 339-0142\nyes", "(425) 555-0177\nno"]),
    ],
)
def test_what_is_looked_up_is_shown(ada: Person, line: str, says: list[str]) -> None:
    """One command, one answer with the facts in it."""
    text = shown(ada.asks(line))
    for fact in says:
        assert fact in text


@pytest.mark.parametrize("line", ["e911 show 99999", "cnam show 99999", "sms show mdr2-none"])
def test_what_is_not_there_is_said_to_be_so(ada: Person, line: str) -> None:
    """An id of nothing is an answer, not a breakdown."""
    answer = ada.asks(line)
    assert "not have this on our account" in answer["text"]
    assert "reference" not in answer["text"]


def test_emergency_addresses_are_never_offered_for_sharing(ada: Person) -> None:
    """Where somebody is to be found is for the one who asked."""
    for line in ("e911 list", "e911 show 21845", "e911 numbers 21845"):
        assert "Share to channel" not in buttons(ada.asks(line))


def test_texts_are_shown_with_both_sides_and_their_state(ada: Person) -> None:
    """History of a number, then one of its texts with its receipts."""
    # given
    text_of(ada.stage.carrier, "<!channel> are you open?")

    # when
    answer = ada.asks(f"sms history {NUMBER} since=1d")

    # then
    text = shown(answer)
    assert "(206) 555-0142" in text
    assert "<!channel> are you open?" in text  # raw text in a table cell pings nobody
    message_id = next(word for word in text.split() if word.startswith("mdr2-"))
    card = ada.asks(f"sms show {message_id}")
    assert "(206) 555-0142 to (206) 555-0100" in shown(card)
    assert any(block["type"] == "rich_text" for block in card["blocks"])


def test_texts_are_for_admins_and_for_members_of_the_numbers_channel(running: Stage) -> None:
    """Who is in the channel sees them anyway; for all others the role is needed."""
    text_of(running.carrier, "hello")
    ada, sam = Person(running), Person(running, AGENT, SUPPORT)
    assert "*admin*" in sam.asks(f"sms history {NUMBER}")["text"]
    ada.asks(f"relay link {NUMBER} #support")
    assert "hello" in shown(sam.asks(f"sms history {NUMBER}"))
    ada.asks(f"relay link {NUMBER} #telecom")
    assert "*admin*" in sam.asks(f"sms history {NUMBER}")["text"]
    assert "*admin*" in sam.asks("sms history")["text"]


def text_of(carrier: Carrier, body: str) -> str:
    """Maria texts our number."""
    return carrier.handset_send(MARIA, NUMBER, body)
