"""When Flowroute refuses, breaks or stays silent: what happened, whether anything changed, what to do."""

import threading
from collections.abc import Iterator

import pytest

from sandbox.flowroute_api import Drop, Hold, HtmlPage, Refuse
from sandbox.flowroute_api.faults import Fault
from tests.handlers.person import Person, inputs, shown
from tests.stage import ADMIN, NUMBER, TELECOM, Stage

IMPATIENT = (30.0, 1.5)
"""Seconds to connect and to answer: what is not held back on purpose is much quicker."""
ALIAS = f"numbers alias {NUMBER} Front desk"
NUMBER_PATH = f"/v2/numbers/{NUMBER}"
SUPPORT_KNOWS = "If it should be permitted, Flowroute's support can say why it is not."

REFUSED_CHANGES = [
    (Refuse(401), "does not accept our credentials. Whoever runs this has to check the keys."),
    (
        Refuse(403),
        f"does not permit this. It said: ActionNotAuthorizedError. {SUPPORT_KNOWS} Nothing was changed.",
    ),
    (Refuse(404), "does not have this on our account. Nothing was changed."),
    (
        Refuse(422, fields={"alias": ["Too funny."]}),
        "refused this. It said: alias: Too funny. Correct it and try again. Nothing was changed.",
    ),
    (Refuse(429), "is being asked too often. Try again in a minute. Nothing was changed."),
    (Refuse(500), "it is as it was before. Nothing was changed; it is safe to try again"),
    (HtmlPage(502), "it is as it was before. Nothing was changed; it is safe to try again"),
    (
        Drop("before effect"),
        f"it is as it was before. Should the change still come, `/flowroute numbers show {NUMBER}` shows it;",
    ),
]
REFUSED_READINGS = [
    (Refuse(401), "does not accept our credentials. Whoever runs this has to check the keys."),
    (Refuse(403), f"does not permit this. It said: ActionNotAuthorizedError. {SUPPORT_KNOWS}"),
    (Refuse(404), "does not have this on our account."),
    (
        Refuse(422, fields={"limit": ["Too high."]}),
        "refused this. It said: limit: Too high. Correct it and try again.",
    ),
    (Refuse(429), "is being asked too often. Try again in a minute."),
    (Refuse(503), "has a fault. Try again in a few minutes."),
    (HtmlPage(200), "answer makes no sense. Try again in a minute."),
]


@pytest.fixture
def hasty(stage: Stage) -> Iterator[Person]:
    """An admin, before a bot that does not wait long for Flowroute."""
    with stage.bot(timeout_s=IMPATIENT):
        yield Person(stage)


def breaks(person: Person, method: str, path: str, fault: Fault, times: int | None = None) -> None:
    """From now on Flowroute answers these calls with `fault`."""
    person.stage.carrier.faults.add(method=method, path_pattern=path, fault=fault, times=times)


@pytest.mark.parametrize(("fault", "says"), REFUSED_CHANGES, ids=lambda value: repr(value)[:30])
def test_a_change_that_flowroute_refuses(ada: Person, fault: Fault, says: str) -> None:
    """The answer is private, and a reference leads to the log; the channel hears nothing."""
    breaks(ada, "PATCH", NUMBER_PATH, fault)
    answer = ada.asks(ALIAS)["text"]
    assert says in answer
    assert "Main line" in shown(ada.asks(f"numbers show {NUMBER}"))
    assert [text for text in ada.stage.texts_in(TELECOM) if "alias" in text] == []


@pytest.mark.parametrize(("fault", "says"), REFUSED_READINGS, ids=lambda value: repr(value)[:30])
def test_a_list_that_flowroute_does_not_give(ada: Person, fault: Fault, says: str) -> None:
    """Whatever breaks, the answer is a sentence to act on, in time."""
    breaks(ada, "GET", "/v2/routes", fault)
    assert says in ada.asks("routes list")["text"]


def test_fields_that_flowroute_finds_wrong_stand_in_the_form_with_what_was_typed(ada: Person) -> None:
    """A 422 about a number: the reason above, the values where they were."""
    breaks(ada, "PATCH", NUMBER_PATH, Refuse(422, fields={"alias": ["Too funny."]}))
    ada.says(f"numbers alias {NUMBER}")
    ada.form(showing="Main line")
    ada.submits(number=NUMBER, text="Front desk")
    form = ada.form(showing="alias: Too funny. Correct it and try again. Nothing was changed.")
    assert inputs(form)["text"]["initial_value"] == "Front desk"


def test_a_list_that_does_not_come_in_time(hasty: Person) -> None:
    """Nobody waits for ever."""
    late = threading.Event()
    breaks(hasty, "GET", "/v2/routes", Hold(late))
    answer = hasty.asks("routes list")["text"]
    late.set()
    assert "cannot be reached right now. Nothing was changed. Try again in a minute." in answer


def test_commands_are_acknowledged_however_many_wait_for_flowroute(ada: Person) -> None:
    """A slow carrier keeps people waiting, and Slack for nothing: `says` sees to its three seconds."""
    late, many = threading.Event(), 100
    breaks(ada, "GET", "/v2/routes", Hold(late))
    seen = len(ada.stage.private_words(ADMIN, TELECOM))
    for _ in range(many):
        ada.says("routes list")
    assert len(ada.stage.private_words(ADMIN, TELECOM)) == seen
    late.set()
    ada.stage.workspace.wait_for(lambda: len(ada.stage.private_words(ADMIN, TELECOM)) == seen + many)


def test_a_change_answered_too_late_is_read_back(hasty: Person) -> None:
    """It may still come: the answer says how it stood, and where to look; the late change is there then."""
    ada, late = hasty, threading.Event()
    breaks(ada, "PATCH", NUMBER_PATH, Hold(late), times=1)
    answer = ada.asks(ALIAS)["text"]
    assert (
        f"it is as it was before. Should the change still come, `/flowroute numbers show {NUMBER}`" in answer
    )
    late.set()
    ada.stage.workspace.wait_for(lambda: "Front desk" in shown(ada.asks(f"numbers show {NUMBER}")))
    assert "Nothing to change" in ada.asks(ALIAS)["text"]


def test_a_change_that_took_place_without_an_answer_is_told_as_done(ada: Person) -> None:
    """The answer was lost on its way: it was read back, and the channel hears of it."""
    breaks(ada, "PATCH", NUMBER_PATH, Drop("after effect"), times=1)
    assert "Flowroute's answer was lost, so I looked: it is done." in ada.asks(ALIAS)["text"]
    ada.stage.workspace.wait_for(lambda: any("alias of" in text for text in ada.stage.texts_in(TELECOM)))
