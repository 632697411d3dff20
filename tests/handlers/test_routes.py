"""Routes: made and changed in a form that shows the rule of the chosen type, deleted after a question."""

import pytest

from sandbox.flowroute_api import Drop, Refuse
from tests.handlers.person import Person, shown, words
from tests.handlers.test_number_changes import announced
from tests.stage import NUMBER


def hint(form: dict[str, object]) -> str:
    """What stands below the field for the value."""
    blocks = form["blocks"]
    assert isinstance(blocks, list)
    return next(words(block["hint"]) for block in blocks if block.get("block_id") == "value")


def create(ada: Person, alias: str = "Night desk") -> str:
    """A route; its id."""
    text = ada.asks(f"routes create host night.example.com {alias}")["text"]
    return str(text.partition("(id ")[2].partition(")")[0])


def test_a_complete_command_creates_at_once(ada: Person) -> None:
    """What was read back is told, with the id to use from now on."""
    text = ada.asks("routes create uri sip:front@night.example.com Front -- desk's PBX")["text"]
    assert "*Front -- desk's PBX* goes to uri sip:front@night.example.com (id " in text
    announced(ada, "added the route *Front -- desk's PBX*", "type: uri")


def test_a_host_is_taken_out_of_the_link_that_slack_makes_of_it(ada: Person) -> None:
    """Nobody typed an address of the web; a number may have its spaces."""
    assert (
        "goes to host night.example.com:5070 (id "
        in ada.asks("routes create host night.example.com:5070 Night")["text"]
    )
    assert "goes to number 12065550100 (id " in ada.asks("routes create number (206) 555-0100 Cell")["text"]


def test_the_form_shows_the_rule_of_the_type_that_is_chosen(ada: Person) -> None:
    """Another type, another rule; what was typed stays."""
    ada.says("routes create host")
    form = ada.form(showing="Alias")
    assert "host name or IP address" in hint(form)
    ada.member.click(view_id=form["id"], block_id="type", action_id="type", value="uri")
    ada.stage.workspace.wait_for(lambda: "a SIP URI" in hint(ada.member.views[-1]).replace("A SIP", "a SIP"))


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"type": "number", "value": "front desk", "alias": "A"}, "value", "12065550100"),
        ({"type": "uri", "value": "night.example.com", "alias": "A"}, "value", "sip:reception@"),
        ({"type": "host", "value": "999.1.1.1", "alias": "A"}, "value", "pbx.example.com"),
    ],
)
def test_a_wrong_value_is_marked_with_the_rule(
    ada: Person, values: dict[str, str], field: str, says: str
) -> None:
    """Beside the field, before Flowroute is asked."""
    ada.says("routes create")
    ada.form(showing="Alias")
    assert says in ada.submits(**values)[field]


def test_what_the_provider_refuses_keeps_the_form(ada: Person) -> None:
    """An alias that is taken: the reason above, the values where they were."""
    create(ada)
    ada.says("routes create")
    ada.form(showing="Alias")
    ada.submits(type="host", value="other.example.com", alias="Night desk")
    form = ada.form(showing="already exists on your account")
    assert "Nothing was changed" in shown(form)
    values = [block["element"].get("initial_value") for block in form["blocks"] if block["type"] == "input"]
    assert "other.example.com" in values


def test_a_route_is_created_once_although_its_answer_was_lost(ada: Person) -> None:
    """The alias finds it again; asking once more changes nothing."""
    ada.stage.carrier.faults.add(method="POST", path_pattern="/v2/routes", fault=Drop("after effect"))
    assert "answer was lost" in ada.asks("routes create host night.example.com Night desk")["text"]
    assert "Nothing to change" in ada.asks("routes create host night.example.com Night desk")["text"]
    routes = ada.stage.carrier._world.account.routes.values()
    assert [route.alias for route in routes].count("Night desk") == 1


def test_a_route_is_changed_by_its_id_or_alias(ada: Person) -> None:
    """The form is filled in with what it is now."""
    create(ada)
    ada.says("routes update night desk")
    form = ada.form(showing="Goes to")
    assert "night.example.com" in [
        block["element"].get("initial_value") for block in form["blocks"] if block["type"] == "input"
    ]
    ada.submits(type="host", value="new.example.com:5061", alias="Night desk")
    ada.form(showing="goes to host new.example.com:5061")
    announced(ada, "goes to: night.example.com → new.example.com:5061")


def test_which_route_is_changed_is_picked_when_it_was_not_said(ada: Person) -> None:
    """A menu that looks as one types, then the form."""
    route_id = create(ada)
    ada.says("routes update")
    view = ada.form(showing="Change a route")
    found = ada.member.options(view_id=view["id"], block_id="route", action_id="route", query="night")
    assert [option["value"] for option in found["options"]] == [route_id]
    ada.submits(route=route_id)
    ada.form(showing="Goes to")


def test_the_built_in_route_is_not_changed(ada: Person) -> None:
    """It is Flowroute's own."""
    ada.says("routes update 0")
    ada.form(showing="built into Flowroute")


def test_a_route_is_deleted_after_a_question(ada: Person) -> None:
    """The form says that it cannot be undone; Submit alone does it."""
    route_id = create(ada)
    ada.says("routes delete Night desk")
    form = ada.form(showing="cannot be undone")
    assert form["submit"]["text"] == "Delete"
    ada.submits(route=route_id)
    ada.form(showing="The route *Night desk* is deleted")
    announced(ada, "deleted the route *Night desk*")


def test_a_route_in_use_is_not_deleted(ada: Person) -> None:
    """403: what Flowroute says, that nothing was changed."""
    route_id = create(ada)
    ada.asks(f"routes primary {NUMBER} Night desk")
    ada.says(f"routes delete {route_id}")
    ada.form(showing="cannot be undone")
    ada.submits(route=route_id)
    text = shown(ada.form(showing="disassociate all numbers"))
    assert "Nothing was changed" in text


def test_calls_are_sent_along_a_route_by_id_alias_zero_or_none(ada: Person) -> None:
    """Before and after are announced by alias."""
    route_id = create(ada)
    for said, reads in (
        ("night desk", "*Night desk* (host night.example.com)"),
        ("0", "*sip-reg*"),
        (route_id, "*Night desk*"),
        ("none", "nowhere"),
    ):
        assert reads in ada.asks(f"routes primary {NUMBER} {said}")["text"]
    announced(ada, "route: sip-reg → Night desk")
    assert "nowhere else" in ada.asks(f"routes failover {NUMBER} none")["text"]


def test_when_routes_cannot_be_read_nothing_is_changed(ada: Person) -> None:
    """Also before the change the answer says so."""
    ada.stage.carrier.faults.add(method="GET", path_pattern="/v2/routes", fault=Refuse(503), times=None)
    assert "Nothing was changed" in ada.asks(f"routes primary {NUMBER} Night desk")["text"]


def test_only_admins_change_routes(sam: Person) -> None:
    """Looking is for everybody."""
    assert "*admin*" in sam.asks("routes create host night.example.com Mine")["text"]
    sam.says("routes delete 0")
    sam.form(showing="*admin*")
