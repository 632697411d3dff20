"""Emergency addresses: our rules at once, Flowroute's geocoder after that, and never in public."""

import json
import threading

import pytest

from sandbox.flowroute_api import Drop, Hold, Refuse
from sandbox.slack import faults
from tests.handlers.person import JSON, Person, shown
from tests.handlers.test_number_changes import announced
from tests.stage import ADMINS_MESSAGES, NUMBER, SECOND_NUMBER, TELECOM

GOOD = {
    "label": "Seattle annex",
    "first_name": "Maria",
    "last_name": "Bermudez",
    "street_number": "1218",
    "street_name": "3rd Ave",
    "address_type": "Suite",
    "address_type_number": "600",
    "city": "Seattle",
    "state": "WA",
    "zip": "98101",
    "country": "US",
}


def opens(ada: Person, line: str = "e911 create") -> None:
    ada.says(line)
    ada.form(showing="House number")


def under(form: JSON, field: str) -> str:
    """The alert right below a field."""
    at = next(i for i, block in enumerate(form["blocks"]) if block.get("block_id") == field)
    assert form["blocks"][at + 1]["type"] == "alert"
    return shown(form["blocks"][at + 1])


def values(form: JSON) -> dict[str, str | None]:
    """What is filled in."""
    found = {}
    for block in form["blocks"]:
        element = block.get("element", {})
        option = element.get("initial_option") or {}
        found[block.get("block_id", "")] = element.get("initial_value") or option.get("value")
    return found


def create(ada: Person, **changes: str) -> str:
    """An address; its id."""
    opens(ada)
    ada.submits(**{**GOOD, **changes})
    return shown(ada.form(showing="Stored and read back")).partition("\nId ")[2].split()[0]


def test_an_address_is_checked_stored_and_read_back_before_the_tick(ada: Person) -> None:
    """*Checking…* while Flowroute looks, then the address as it is stored."""
    # given
    opens(ada)
    looked = threading.Event()
    ada.stage.carrier.faults.add(method="POST", path_pattern="/v2/e911s/validate", fault=Hold(looked))

    # when
    assert not ada.submits(**GOOD)

    # then
    ada.form(showing="Checking…")
    looked.set()
    text = shown(ada.form(showing="Stored and read back: *Seattle annex*"))
    assert "Maria Bermudez\n1218 3rd Ave, Suite 600, Seattle, WA 98101, US" in text


def test_addresses_are_shown_only_privately(ada: Person) -> None:
    """The channel and the audit hear of the label, not of where somebody lives."""
    create(ada)
    announced(ada, "added the emergency address *Seattle annex*")
    said = json.dumps([ada.stage.workspace.messages(channel) for channel in (TELECOM, "C0AUDIT")])
    assert "3rd Ave" not in said
    assert "Bermudez" not in said


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"zip": "123"}, "zip", "five digits"),
        ({"state": "Washington"}, "state", "two letters"),
        ({"address_type_number": ""}, "address_type_number", "which suite"),
    ],
)
def test_our_own_rules_are_told_beside_the_fields_at_once(
    ada: Person, changes: dict[str, str], field: str, says: str
) -> None:
    """Flowroute is not asked about what cannot be right."""
    opens(ada)
    assert says in ada.submits(**{**GOOD, **changes})[field]
    assert not [call for call in ada.stage.carrier.calls if call.path == "/v2/e911s/validate"]


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"street_name": "Nowhere Rd"}, "street_name", "Could not geocode this address"),
        ({"street_name": "3rd Ave."}, "street_name", "must be changed to suit 911"),
        ({"state": "ZZ"}, "state", "two-letter code"),
    ],
)
def test_what_the_geocoder_refuses_stands_under_its_field_and_the_values_stay(
    ada: Person, changes: dict[str, str], field: str, says: str
) -> None:
    """The form again, to be corrected and sent again."""
    opens(ada)
    ada.submits(**{**GOOD, **changes})
    form = ada.form(showing=says)
    assert says in under(form, field)
    kept = values(form)
    assert {name: kept[name] for name in GOOD} == {**GOOD, **changes}
    ada.submits(**GOOD)
    ada.form(showing="Stored and read back")


def test_a_label_that_is_taken_is_told_under_the_label(ada: Person) -> None:
    """422 with a field: the field is named."""
    create(ada)
    opens(ada)
    ada.submits(**{**GOOD, "street_number": "1"})
    assert "exists already" in under(ada.form(showing="exists already"), "label")


def test_validating_stores_nothing(ada: Person) -> None:
    """The accepted form is shown as it was."""
    before = len(ada.stage.carrier._world.account.addresses)
    opens(ada, "e911 validate")
    ada.submits(**GOOD)
    form = ada.form(showing="Responders find this address")
    assert values(form)["street_name"] == "3rd Ave"
    assert len(ada.stage.carrier._world.account.addresses) == before


def test_an_address_whose_answer_was_lost_is_found_again(ada: Person) -> None:
    """Stored once; nobody is told that it failed."""
    ada.stage.carrier.faults.add(method="POST", path_pattern="/v2/e911s", fault=Drop("after effect"))
    opens(ada)
    ada.submits(**GOOD)
    assert "answer was lost" in shown(ada.form(showing="Stored and read back"))


def test_a_fault_keeps_what_was_filled_in(ada: Person) -> None:
    """Nobody types an address twice."""
    opens(ada)
    ada.stage.carrier.faults.add(
        method="POST", path_pattern="/v2/e911s/validate", fault=Refuse(503), times=None
    )
    ada.submits(**GOOD)
    assert values(ada.form(showing="fault"))["city"] == "Seattle"


def test_an_address_is_changed_in_the_same_form(ada: Person) -> None:
    """Filled in with what is stored; the unit can be taken away."""
    record_id = create(ada)
    opens(ada, f"e911 update {record_id}")
    assert values(ada.member.views[-1])["address_type"] == "Suite"
    ada.submits(**{**GOOD, "street_number": "1301", "address_type": None, "address_type_number": ""})
    assert "1301 3rd Ave, Seattle" in shown(ada.form(showing="Stored and read back"))
    announced(ada, "changed the emergency address *Seattle annex*")


def test_saving_an_address_as_it_is_says_that_nothing_changes(ada: Person) -> None:
    """Nothing is written."""
    record_id = create(ada)
    opens(ada, f"e911 update {record_id}")
    ada.submits(**GOOD)
    ada.form(showing="Nothing to change")


def test_an_address_is_given_to_a_number_and_taken_away(ada: Person) -> None:
    """What the number has is read back; the channel hears of it without the address."""
    record_id = create(ada)
    assert "*Seattle annex*" in ada.asks(f"e911 assign {record_id} {SECOND_NUMBER}")["text"]
    announced(ada, "gave an emergency address to *(206) 555-0101*")
    assert "no emergency address" in ada.asks(f"e911 unassign {SECOND_NUMBER}")["text"]


def test_a_number_that_cannot_have_an_address_says_so(ada: Person) -> None:
    """422: what Flowroute says, and that nothing was changed."""
    record_id = create(ada)
    ada.stage.carrier.give_numbers("18005550199")
    text = ada.asks(f"e911 assign {record_id} 18005550199")["text"]
    assert "does not support emergency services" in text
    assert "Correct it and try again. Nothing was changed." in text


def test_an_address_in_use_is_not_deleted_and_one_out_of_use_is(ada: Person) -> None:
    """After a question, with the address picked already."""
    record_id = create(ada)
    ada.asks(f"e911 assign {record_id} {NUMBER}")
    for last_words in ("disassociate all numbers", "*Seattle annex* is deleted"):
        ada.says(f"e911 delete {record_id}")
        ada.form(showing="cannot be undone")
        ada.submits(address=record_id)
        ada.member.close(ada.form(showing=last_words)["id"], all=True)
        ada.asks(f"e911 unassign {NUMBER}")


def test_who_closed_the_form_hears_why_the_address_was_not_stored(ada: Person) -> None:
    """And Slack is asked a few times only whether the form is there after all."""
    # given
    workspace = ada.stage.workspace
    opens(ada)
    closed = threading.Event()
    workspace.faults.add("views.update", faults.held_until(closed))
    ada.stage.carrier.faults.add(
        method="POST", path_pattern="/v2/e911s", fault=Refuse(422, fields={"label": ["The label is taken."]})
    )

    # when
    ada.submits(**GOOD)
    ada.member.close(ada.member.views[-1]["id"])
    closed.set()

    # then
    workspace.wait_for(lambda: any("label is taken" in text for text in ada.stage.texts_in(ADMINS_MESSAGES)))
    assert not any("shows it" in text for text in ada.stage.texts_in(ADMINS_MESSAGES))
    looks = [call for call in workspace.calls if call["answer"].get("error") == "not_found"]
    assert 0 < len(looks) < 10


def test_only_admins_store_addresses(sam: Person) -> None:
    """Checking one is for everybody."""
    sam.says("e911 create")
    sam.form(showing="*admin*")
