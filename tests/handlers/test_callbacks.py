"""Where the carrier delivers texts: told for the account and each number, changed only where it is safe."""

from pathlib import Path
from typing import Any

import pytest

from flowroute import CallbackKind, Flowroute
from sandbox.address import ACCESS_KEY, SECRET_KEY, WEBHOOK_TOKEN
from sandbox.flowroute_api.faults import Drop
from tests.handlers.person import Person, buttons, shown
from tests.stage import AGENT, AUDIT, JONAS, NUMBER, SECOND_NUMBER, SUPPORT, TELECOM, Stage


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


NEW_TOKEN = "a-token-nobody-has-leaked-yet"
RENEW = "Give all linked numbers the new address"


def linked_to_the_old_address(stage: Stage) -> None:
    """Two numbers are linked and the account is pointed here; then the bot is stopped."""
    with stage.bot(WEBHOOK_TOKEN="a-token-that-was-leaked"):
        ada = Person(stage)
        for number in (NUMBER, SECOND_NUMBER):
            ada.asks(f"relay link {number} #support")
        ada.reads_after_pressing(ada.asks("relay callbacks"), "Point the account here")


def test_a_new_address_is_found_and_given_to_everything_with_one_press(stage: Stage) -> None:
    """The token was leaked and changed, and the bot moved: Flowroute calls where nobody listens."""
    # given
    linked_to_the_old_address(stage)

    with stage.bot(WEBHOOK_TOKEN=NEW_TOKEN, POLL_SECONDS="0"):
        stage.workspace.wait_for(lambda: len(audited(stage)) == 2)
        ada = Person(stage)
        found = ada.asks("doctor")
        assert "2 of 2 were given an address that is not this bot's any more" in shown(found)
        assert "the account's setting leads to an address that is not this bot's any more" in shown(found)
        assert shown(ada.asks("relay callbacks")).count("an old address of this bot") == 2

        # when
        told = ada.reads_after_pressing(found, RENEW)

        # then
        assert told["text"] == "The new address was given to 2 linked numbers and the account's own setting."
        assert account_goes_to(stage) == [
            f"{stage.url}/flowroute/{NEW_TOKEN}/{kind}" for kind in ("sms", "mms")
        ]
        stage.carrier.handset_send(JONAS, NUMBER, "to the first")
        stage.carrier.handset_send(JONAS, SECOND_NUMBER, "to the second")
        stage.workspace.wait_for(lambda: {"to the first", "to the second"} <= set(stage.texts_in(SUPPORT)))
        well = ada.asks("doctor")
        assert "Nothing is wrong" in well["text"]
        assert RENEW not in buttons(well)
        stage.workspace.wait_for(lambda: len(audited(stage)) == 6)
        assert [message["text"] for message in audited(stage)[2:]] == [
            "<@U0ADMIN> set where Flowroute delivers *texts (SMS)*.",
            "<@U0ADMIN> set where Flowroute delivers *picture messages (MMS)*.",
            "<@U0ADMIN> set where Flowroute delivers the texts of *(206) 555-0100*.",
            "<@U0ADMIN> set where Flowroute delivers the texts of *(206) 555-0101*.",
        ]
        for message in audited(stage)[2:]:
            assert "an old address of this bot → " in shown(message["blocks"])


def test_a_number_that_flowroute_gave_no_answer_for_is_offered_again(stage: Stage) -> None:
    """Nobody knows whether it has the new address; what is done stays done."""
    linked_to_the_old_address(stage)
    with stage.bot(WEBHOOK_TOKEN=NEW_TOKEN):
        ada = Person(stage)
        path = f"/v2/numbers/{SECOND_NUMBER}/relationships/mms_callback"
        stage.carrier.faults.add(method="POST", path_pattern=path, fault=Drop("after effect"))

        told = ada.reads_after_pressing(ada.asks("relay callbacks"), RENEW)

        assert "given to 1 linked number and the account's own setting. 1 change failed." in shown(told)
        again = ada.asks("relay callbacks")
        assert "(206) 555-0101\nan old address of this bot" in shown(again)
        assert "(206) 555-0100\nthis bot's address" in shown(again)
        told = ada.reads_after_pressing(again, RENEW)
        assert told["text"] == "The new address was given to 1 linked number."


def test_the_bots_own_old_address_is_no_other_system(stage: Stage) -> None:
    """A number is linked without a question whether to take it away from somebody."""
    linked_to_the_old_address(stage)
    with stage.bot(WEBHOOK_TOKEN=NEW_TOKEN):
        ada = Person(stage)
        assert "take over" not in shown(ada.asks(f"relay link {SECOND_NUMBER} #support")).lower()
        assert "(206) 555-0101\nthis bot's address" in shown(ada.asks("relay callbacks"))


def test_another_systems_setting_stays_when_the_address_is_new(stage: Stage) -> None:
    """Only the linked numbers get the new address then."""
    linked_to_the_old_address(stage)
    with carrier_of(stage) as carrier:
        for kind in (CallbackKind.SMS, CallbackKind.MMS):
            carrier.messages.set_callback(kind, "https://other.example/in")
    with stage.bot(WEBHOOK_TOKEN=NEW_TOKEN):
        ada = Person(stage)
        told = ada.reads_after_pressing(ada.asks("relay callbacks"), RENEW)
    assert told["text"] == "The new address was given to 2 linked numbers."
    assert account_goes_to(stage) == ["https://other.example/in"] * 2


def test_no_address_is_kept_in_clear(stage: Stage, tmp_path: Path) -> None:
    """Whoever reads the database or a backup learns no token, also not one that was changed since."""
    linked_to_the_old_address(stage)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("bot.db*"))
    assert b"a-token-that-was-leaked" not in kept
    assert b"/flowroute/" not in kept


def audited(stage: Stage) -> list[dict[str, Any]]:
    """What the audit channel says of callbacks, oldest first."""
    return [one for one in stage.workspace.messages(AUDIT) if "where Flowroute delivers" in one["text"]]
