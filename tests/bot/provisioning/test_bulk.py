"""Lists of numbers: read as spreadsheets write them, compared, carried out, and handed back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.provisioning.bulk import COLUMNS, MOST_ROWS, BadList, Row, parse, result
from bot.store.orders import OrderKind, OrderState, StepName
from flowroute import PhoneNumber
from sandbox.flowroute_api import Refuse
from tests.bot.provisioning.desk import ADA, ADDRESS, NAME, ROUTE, Desk
from tests.stage import NUMBER, SECOND_NUMBER, SUPPORT

FIRST = PhoneNumber(NUMBER)


@pytest.mark.parametrize(
    "content",
    [
        b"number,alias,route\n12065550100,Front desk,none\n",
        b"\xef\xbb\xbfNumber;ALIAS;Primary Route\r\n(206) 555-0100;Front desk;none\r\n\r\n",
        "number\talias\troute\n+1 206 555 0100\tFront desk\tnone".encode("utf-16"),
        b'"Phone_Number","name","primary-route"\n"\'+12065550100","Front desk","none"\n,,\n',
    ],
)
def test_a_list_is_read_as_spreadsheets_write_it(content: bytes) -> None:
    """Marks, semicolons, tabs, quotes, names of columns in any case, and what guards against formulas."""
    (row,) = parse(content)
    assert (row.number, row.alias, row.route) == (FIRST, "Front desk", "none")
    assert (row.failover, row.messaging, row.channel) == (None, None, None)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The list is empty"),
        (b"number\n", "no numbers below"),
        (b"alias\nFront desk\n", "line 1: the column number is missing"),
        (b"number,colour\n12065550100,red\n", "line 1: “colour” is no column; columns are number, alias"),
        (b"number,tn\n12065550100,1\n", "line 1: the column number is there twice"),
        (b"number\n12065550100\nseven\n", "line 3: "),
        (b"number\n\n12065550100\n206-555-0100\n", "line 4: (206) 555-0100 is in line 3 already"),
        (b"number,texting\n12065550100,maybe\n", "line 2: “maybe” under messaging; write on or off"),
        (b"number\n12065550100,too,many\n", "line 2: 3 cells, but 1 column names"),
        (b"number,alias\n12065550100," + b"x" * 65, "line 2: the alias has 65 characters, 64 fit"),
        (b"number\n" + b"1\n" * (MOST_ROWS + 1), f"{MOST_ROWS} fit into one order"),
    ],
)
def test_what_is_wrong_with_a_list_is_said_by_line(content: bytes, problem: str) -> None:
    """With what would be right."""
    with pytest.raises(BadList) as refused:
        parse(content)
    assert problem in "\n".join(refused.value.problems)


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), min_size=1, max_size=20
).map(lambda text: " ".join(text.split()) or "x")


@given(
    aliases=st.lists(CELLS.filter(lambda cell: not cell.startswith("'")), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    names=st.sampled_from(COLUMNS["alias"]),
)
def test_what_a_spreadsheet_writes_is_what_is_read(
    aliases: list[str], delimiter: str, encoding: str, names: str
) -> None:
    """Whatever people type into cells, in each way of writing CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["Number", names.upper()])
    writer.writerows([f"1206555{n:04}", alias] for n, alias in enumerate(aliases, 100))
    rows = parse(out.getvalue().encode(encoding))
    assert [row.alias for row in rows] == aliases
    assert [row.line for row in rows] == list(range(2, len(aliases) + 2))


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    """It is a list, or it is said why not."""
    problems: tuple[str, ...] = ()
    try:
        rows = parse(b"number,alias\n" + content)
    except BadList as refused:
        rows, problems = [], refused.problems
    assert bool(rows) is not bool(problems)


def test_only_differences_are_carried_out_and_the_result_is_handed_back(desk: Desk) -> None:
    """By id or by name; running the same list again changes nothing."""
    listed = (
        "number,alias,route,e911,cnam,texting,channel\n"
        f"{NUMBER},Front desk,Seattle PBX,{ADDRESS},Brown Bag,on,#support\n"
        f"{SECOND_NUMBER},=cmd(),,,,,\n"
    )
    with desk.stage.bot():
        orders = desk.stage.orders
        draft = orders.bulk(ADA, parse(listed.encode()))
        assert (draft.kind, draft.state) == (OrderKind.SET_UP, OrderState.DRAFT)
        orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id, OrderState.DONE)
        desk.stage.workspace.wait_for(
            lambda: any(text.startswith(":link:") for text in desk.stage.texts_in(SUPPORT))
        )
        again = orders.bulk(ADA, parse(listed.encode()))
    owned = desk.carrier._world.account.numbers[NUMBER]
    assert (owned.alias, owned.primary_route, owned.e911, owned.cnam) == ("Front desk", ROUTE, ADDRESS, NAME)
    assert [line.steps for line in again.lines] == [(), ()]
    rows = list(csv.reader(io.StringIO(result(order).decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [[NUMBER, "done"], [SECOND_NUMBER, "done"]]
    assert rows[2][2].startswith("alias: =cmd()")
    assert desk.bought() == {}


def test_a_list_takes_away_what_it_says_is_none(desk: Desk) -> None:
    """An empty cell leaves things as they are."""
    with desk.stage.bot():
        orders = desk.stage.orders
        for line in (f"{NUMBER},{ROUTE},{ADDRESS}", f"{NUMBER},none,NONE", f"{NUMBER},,"):
            order = orders.bulk(ADA, parse(f"number,failover,e911\n{line}\n".encode()))
            orders.confirm(ADA, order.id)
            desk.at_rest(order.id, OrderState.DONE)
    owned = desk.carrier._world.account.numbers[NUMBER]
    assert (owned.failover_route, owned.e911) == (None, None)


def test_what_nobody_has_is_said_by_line_before_anything_is_changed(desk: Desk) -> None:
    """Numbers of others, and names of nothing."""
    rows = [
        Row(2, FIRST, route="The moon", channel="#nowhere"),
        Row(3, PhoneNumber("12065559999"), e911="Home", cnam="Nobody"),
    ]
    with desk.stage.bot(), pytest.raises(BadList) as refused:
        desk.stage.orders.bulk(ADA, rows)
    assert list(refused.value.problems) == [
        "line 2: “The moon” is no route",
        "line 2: “nowhere” is no channel that I can see",
        "line 3: (206) 555-9999 is not on this Flowroute account",
    ]


def test_a_list_that_broke_off_goes_on_with_the_rest(desk: Desk) -> None:
    """The result says what is not done, and resuming does it."""
    rows = [Row(2, FIRST, alias="Desk", route=ROUTE), Row(3, PhoneNumber(SECOND_NUMBER), alias="Bell")]
    with desk.stage.bot():
        orders = desk.stage.orders
        desk.carrier.faults.add(method="PATCH", path_pattern=f"/v2/numbers/{NUMBER}", fault=Refuse(403))
        draft = orders.bulk(ADA, rows)
        orders.confirm(ADA, draft.id)
        order = desk.at_rest(draft.id, OrderState.OPEN)
        told = result(order).decode("utf-8-sig").splitlines()
        assert told[1].startswith(f'{NUMBER},in part,route: {ROUTE},"alias: The phone provider')
        orders.resume(ADA, draft.id)
        order = desk.at_rest(draft.id, OrderState.DONE)
    assert {step.name for step in order.all_steps} == {StepName.ALIAS, StepName.ROUTE}
    assert desk.carrier._world.account.numbers[NUMBER].alias == "Desk"
