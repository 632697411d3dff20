"""Caller names: asked for with the rules in sight, reviewed by people, announced when they decide."""

from sandbox.flowroute_api import Drop
from tests.handlers.person import Person, shown
from tests.handlers.test_number_changes import announced
from tests.stage import NUMBER, Stage


def ask_for(ada: Person, name: str = "Main St Bakery") -> str:
    """A name under review; its id."""
    text = ada.asks(f"cnam create {name}")["text"]
    return str(text.partition("(id ")[2].partition(")")[0])


def approved(ada: Person) -> str:
    """A name that Flowroute has approved; its id."""
    record_id = ask_for(ada)
    announced(ada, "*MAIN ST BAKERY* is approved")
    return record_id


def test_asking_says_what_the_callee_sees_who_reviews_it_and_how_long(ada: Person) -> None:
    """Read back in upper case, as Flowroute stores it; the channel hears of it."""
    text = ada.asks("cnam create Main St Bakery")["text"]
    assert "The callee will see `MAIN ST BAKERY`" in text
    assert "People at Flowroute review it, within two business days" in text
    announced(ada, "asked for the caller name *MAIN ST BAKERY*")


def test_an_approval_is_announced_where_it_was_asked_for(ada: Person) -> None:
    """With the command that makes use of it."""
    record_id = ask_for(ada)
    text = announced(ada, "<@U0ADMIN>", "*MAIN ST BAKERY* is approved")
    assert f"cnam assign {record_id}" in text


def test_a_rejection_is_announced_with_its_reason(ada: Person) -> None:
    """Who asked can ask for another one."""
    ada.says("cnam create TEST")
    announced(ada, "*TEST* was rejected: CNAM must not be generic")


def test_a_decision_made_while_the_bot_was_away_is_announced_later(stage: Stage) -> None:
    """What is waited for stands in the store."""
    with stage.bot():
        record_id = ask_for(Person(stage))
    stage.workspace.wait_for(lambda: not stage.carrier._world.account.cnams[record_id].pending)
    with stage.bot():
        assert record_id in announced(Person(stage), "is approved")
    assert sum("is approved" in text for text in stage.texts_in("C0TELECOM")) == 1


def test_a_name_is_asked_for_once(ada: Person) -> None:
    """Also when the answer was lost."""
    ada.stage.carrier.faults.add(method="POST", path_pattern="/v2/cnams", fault=Drop("after effect"))
    assert "answer was lost" in ada.asks("cnam create Main St Bakery")["text"]
    assert "Nothing to change" in ada.asks("cnam create main st bakery")["text"]
    names = [one.value for one in ada.stage.carrier._world.account.cnams.values()]
    assert names.count("MAIN ST BAKERY") == 1


def test_the_form_shows_the_rules_and_what_the_callee_will_see_as_it_is_typed(ada: Person) -> None:
    """A name that cannot be is told before it is sent."""
    ada.says("cnam create")
    form = ada.form(showing="The callee sees")
    click = {"view_id": form["id"], "block_id": "value", "action_id": "value"}
    ada.member.click(**click, value="Bakery & Sons")
    ada.form(showing="`BAKERY &amp; SONS`")
    ada.member.click(**click, value="Bakery and three sons")
    ada.form(showing="has 21 characters")
    assert "up to 15" in ada.submits(value="Bakery and three sons")["value"]
    ada.submits(value="Bakery & Sons")
    ada.form(showing="The callee will see `BAKERY &amp; SONS`")


def test_a_name_that_cannot_be_right_is_refused_with_the_rule(ada: Person) -> None:
    """And nothing is changed."""
    text = ada.asks("cnam create Main Street Bakery")["text"]
    assert "has 18 characters" in text
    assert "Nothing was changed" in text


def test_only_a_name_under_review_is_changed(ada: Person) -> None:
    """403 once it is approved: what Flowroute says and that nothing was changed."""
    record_id = approved(ada)
    text = ada.asks(f"cnam update {record_id} Corner Bakery")["text"]
    assert "does not permit this" in text
    assert "Nothing was changed" in text


def test_an_approved_name_is_given_to_a_number_and_taken_away(ada: Person) -> None:
    """With the days until people see it."""
    record_id = approved(ada)
    text = ada.asks(f"cnam assign {record_id} {NUMBER}")["text"]
    assert "(206) 555-0100 shows *MAIN ST BAKERY* when it calls" in text
    assert "five to seven business days" in text
    announced(ada, "caller name: – → MAIN ST BAKERY")
    assert "shows no caller name" in ada.asks(f"cnam unassign {NUMBER}")["text"]


def test_a_number_that_can_show_no_name_says_so(ada: Person) -> None:
    """422, in Flowroute's words."""
    record_id = approved(ada)
    ada.stage.carrier.give_numbers("18005550199")
    assert "US local numbers only" in ada.asks(f"cnam assign {record_id} 18005550199")["text"]


def test_a_name_is_picked_and_deleted_after_a_question(ada: Person) -> None:
    """Without an id the form asks which."""
    record_id = approved(ada)
    ada.says("cnam delete")
    view = ada.form(showing="cannot be undone")
    ask = {"view_id": view["id"], "block_id": "caller_name", "action_id": "caller_name"}
    found = ada.member.options(**ask, query="bakery")["options"]
    assert [option["value"] for option in found] == [record_id]
    ada.submits(caller_name=record_id)
    assert "*MAIN ST BAKERY* is deleted" in shown(ada.form(showing="is deleted"))


def test_only_admins_ask_for_names(sam: Person) -> None:
    """The refusal names the role."""
    assert "*admin*" in sam.asks("cnam create Sams Place")["text"]
