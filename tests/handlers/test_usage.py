"""`usage`: charts that Slack draws, a file with every figure, shared only when somebody wants to."""

import csv
import io
import random
import urllib.request
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.clock import utc_now
from sandbox.flowroute_api import Refuse
from sandbox.flowroute_api.texts import new_message
from tests.handlers.person import Person, buttons, shown
from tests.stage import MARIA, NUMBER, SECOND_NUMBER, SUPPORT, TELECOM, Stage

JSON = dict[str, Any]
ADMINS_MESSAGES = "D0ADMIN"


class SecondOneOn(random.Random):
    """Dice that spare the first call only."""

    def __init__(self) -> None:
        super().__init__()
        self._thrown = 0

    def random(self) -> float:
        self._thrown += 1
        return 1.0 if self._thrown == 1 else 0.0


def charts(message: JSON) -> dict[str, JSON]:
    """The charts of a message by their titles."""
    return {
        block["title"]: block["chart"] for block in message["blocks"] if block["type"] == "data_visualization"
    }


def values(chart: JSON) -> dict[str, list[float]]:
    """The figures of a chart by series."""
    return {series["name"]: [point["value"] for point in series["data"]] for series in chart["series"]}


def past_text(stage: Stage, *, days_ago: int, number: str = NUMBER, direction: str = "inbound") -> None:
    """A text that Flowroute has in its list."""
    sender, recipient = (MARIA, number) if direction == "inbound" else (number, MARIA)
    with stage.carrier._world.change() as account:
        message = new_message(
            "inbound" if direction == "inbound" else "outbound",
            sender=sender,
            recipient=recipient,
            body="hello",
            at=utc_now() - timedelta(days=days_ago),
            version="v2.1",
            is_mms=False,
        )
        account.messages[message.id] = message


def both(ada: Person, line: str) -> tuple[JSON, JSON]:
    """Ask for usage and read both messages of the answer."""
    first = ada.asks(line)
    seen = [message["ts"] for message in ada._private()]
    ada.stage.workspace.wait_for(lambda: len(ada._private()) > seen.index(first["ts"]) + 1)
    return first, ada._private()[seen.index(first["ts"]) + 1]


def delivered_reply(stage: Stage) -> None:
    """Somebody answers Maria from Slack, and it arrives."""
    stage.link(NUMBER, SUPPORT)
    before = len(stage.texts_in(SUPPORT))
    stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
    stage.workspace.wait_for(lambda: len(stage.texts_in(SUPPORT)) > before + 1)
    card = next(m for m in stage.workspace.messages(SUPPORT) if "texts (206)" in m["text"])
    ts = stage.workspace.member("U0AGENT").post(SUPPORT, "yes", thread_ts=card["ts"])
    stage.workspace.wait_for(
        lambda: any(
            reaction["name"] == "white_check_mark"
            for message in stage.workspace.messages(SUPPORT)
            if message["ts"] == ts
            for reaction in message.get("reactions", [])
        )
    )


def test_usage_is_drawn_over_time_with_delivery_and_costs(ada: Person) -> None:
    """Two charts in the first message, costs in the second; both only for who asked."""
    # given
    past_text(ada.stage, days_ago=3)
    past_text(ada.stage, days_ago=3, number=SECOND_NUMBER, direction="outbound")
    past_text(ada.stage, days_ago=40)
    delivered_reply(ada.stage)

    # when
    over_time, costs = both(ada, "usage 30")

    # then
    texts, rate = charts(over_time).values()
    assert [len(points) for points in values(texts).values()] == [15, 15]
    assert (sum(values(texts)["In"]), sum(values(texts)["Out"])) == (2, 2)
    assert values(rate) == {"Delivered": [100.0]}
    assert "Of 1 text sent from Slack 100.0 % delivered" in shown(over_time)
    cost = charts(costs)["Cost by number"]
    assert {p["label"]: p["value"] for p in cost["series"][0]["data"]} == {
        "(206) 555-0100": 0.015,
        "(206) 555-0101": 0.007,
    }
    assert "$0.022" in shown(over_time)


def test_the_figures_come_as_a_file_to_who_asked(ada: Person) -> None:
    """Money in it is exact; sharing does not send it again."""
    # given
    past_text(ada.stage, days_ago=1)

    # when
    _, costs = both(ada, "usage 7")

    # then
    assert "in your messages with me" in shown(costs)
    rows = list(csv.DictReader(io.StringIO(file_in(ada.stage, ADMINS_MESSAGES))))
    assert [row["number"] for row in rows] == [NUMBER]
    assert Decimal(rows[0]["cost_usd"]) == Decimal("0.004")

    # when
    ada.presses(costs, "Share to channel")

    # then
    ada.stage.workspace.wait_for(
        lambda: sum("Usage of 7 days" in text for text in ada.stage.texts_in(TELECOM)) == 2
    )
    assert len(files_in(ada.stage, ADMINS_MESSAGES)) == 1
    assert "in your messages" not in shown(ada.stage.workspace.messages(TELECOM))


def test_a_list_that_breaks_off_is_said_to_be_cut(stage: Stage) -> None:
    """Half the figures are better than none, as long as nobody takes them for all."""
    # given: two pages, of which the second cannot be read
    for place in range(1001):
        past_text(stage, days_ago=2 if place < 500 else 1)
    faults = stage.carrier.faults
    faults.dice = SecondOneOn()
    faults.add(method="GET", path_pattern="/v2.1/messages", fault=Refuse(503), times=None, probability=0.5)

    # when
    with stage.bot(POLL_SECONDS="0"):
        over_time, costs = both(Person(stage), "usage 7")

    # then
    assert "*1,000* in" in shown(over_time)
    assert "could not be read whole" in shown(costs)


def test_a_list_that_cannot_be_read_at_all_is_no_usage_of_zero(stage: Stage) -> None:
    """What is not known is not drawn."""
    stage.carrier.faults.add(method="GET", path_pattern="/v2.1/messages", fault=Refuse(503), times=None)
    with stage.bot(POLL_SECONDS="0"):
        assert "reference" in Person(stage).asks("usage 7")["text"]


def test_no_texts_are_a_sentence(ada: Person) -> None:
    """Neither an empty chart nor a file."""
    assert ada.asks("usage 7")["text"] == "No texts in 7 days."
    assert files_in(ada.stage, ADMINS_MESSAGES) == []


def test_hundreds_of_numbers_fit_into_twenty_points(ada: Person) -> None:
    """The cheapest are one point together; the table and the file hold them by themselves."""
    for place in range(300):
        past_text(ada.stage, days_ago=1, number=str(12_065_550_000 + place))
    _, costs = both(ada, "usage 7")
    labels = [point["label"] for point in charts(costs)["Cost by number"]["series"][0]["data"]]
    assert len(labels) == 20
    assert labels[-1] == "281 others"
    assert "holds 200 of 300 numbers" in shown(costs)
    assert len(file_in(ada.stage, ADMINS_MESSAGES).splitlines()) == 301


def test_usage_is_for_admins(ada: Person, sam: Person) -> None:
    """It says what the company pays."""
    assert "*admin*" in sam.asks("usage")["text"]
    assert "Share to channel" not in buttons(sam.asks("usage"))


def files_in(stage: Stage, channel: str) -> list[JSON]:
    """Every file of a channel."""
    return [file for message in stage.workspace.messages(channel) for file in message.get("files", [])]


def file_in(stage: Stage, channel: str) -> str:
    """What the newest file of a channel holds."""
    stage.workspace.wait_for(lambda: bool(files_in(stage, channel)))
    request = urllib.request.Request(
        files_in(stage, channel)[-1]["url_private_download"], headers={"Authorization": "Bearer xoxb-sandbox"}
    )
    with urllib.request.urlopen(request) as answer:
        return str(answer.read().decode("utf-8-sig"))
