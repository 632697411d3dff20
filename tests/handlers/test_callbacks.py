"""Where the carrier delivers texts: told for the account and each number, changed only where it is safe."""

from typing import Any

import pytest

from flowroute import CallbackKind, Flowroute
from sandbox.address import ACCESS_KEY, SECRET_KEY, WEBHOOK_TOKEN
from tests.handlers.person import Person, buttons, shown
from tests.stage import AGENT, JONAS, NUMBER, SECOND_NUMBER, SUPPORT, TELECOM, Stage


def carrier_of(stage: Stage) -> Flowroute:
    """The account as its owner sees it."""
    return Flowroute(ACCESS_KEY, SECRET_KEY, f"{stage.sandbox.url}/carrier")


def account_goes_to(stage: Stage) -> list[str | None]:
    with carrier_of(stage) as carrier:
        found = [carrier.messages.callback(kind) for kind in (CallbackKind.SMS, CallbackKind.MMS)]
    return [None if callback is None else callback.callback_url for callback in found]


def test_an_account_that_delivers_nowhere_can_be_pointed_here(ada: Person) -> None:
    """One press by an admin; texts to numbers that are linked nowhere then arrive too."""
    # given
    answer = ada.asks("relay callbacks")
    assert "*Texts (SMS)*: go nowhere" in shown(answer)

    # when
    now = ada.reads_after_pressing(answer, "Point the account here")

    # then
    assert "*Texts (SMS)*: come here" in shown(now)
    assert "*Picture messages (MMS)*: come here" in shown(now)
    assert buttons(now) == []
    ada.stage.carrier.handset_send(JONAS, SECOND_NUMBER, "anybody there?")
    ada.stage.workspace.wait_for(lambda: "anybody there?" in ada.stage.texts_in(TELECOM))


def test_another_systems_setting_is_told_and_left_alone(ada: Person) -> None:
    """Its host is named, nothing offers to take it, and a press on an old button changes nothing of it."""
    stale = ada.asks("relay callbacks")
    with carrier_of(ada.stage) as carrier:
        carrier.messages.set_callback(CallbackKind.SMS, "https://other.example/in?key=secret")
    answer = ada.asks("relay callbacks")
    assert "go elsewhere, to `other.example`" in shown(answer)
    assert "secret" not in str(answer)
    assert buttons(answer) == []
    ada.reads_after_pressing(stale, "Point the account here")
    assert account_goes_to(ada.stage)[0] == "https://other.example/in?key=secret"


def test_linked_numbers_are_listed_with_what_they_were_given(ada: Person) -> None:
    """And the secret in our own address is shown to nobody."""
    ada.asks(f"relay link {NUMBER} #support")
    answer = ada.asks("relay callbacks")
    assert "(206) 555-0100\nthis bot's address" in shown(answer)
    assert WEBHOOK_TOKEN not in str(answer)


def test_only_admins_point_the_account_anywhere(ada: Person) -> None:
    """Others see how it stands."""
    sam = Person(ada.stage, AGENT, SUPPORT)
    answer = sam.asks("relay callbacks")
    assert "go nowhere" in shown(answer)
    assert buttons(answer) == []


@pytest.mark.parametrize("settings", [{"PUBLIC_URL": ""}])
def test_without_a_public_address_texts_are_fetched(stage: Stage, settings: dict[str, Any]) -> None:
    """And there is nothing to point anywhere."""
    with stage.bot(**settings):
        answer = Person(stage).asks("relay callbacks")
        assert "fetch texts from Flowroute's message list" in shown(answer)
        assert buttons(answer) == []
