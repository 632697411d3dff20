"""Typing a command: what comes back, to whom, and how it is shown to others."""

import pytest

from sandbox.flowroute_api import Drop, HtmlPage, Refuse
from sandbox.flowroute_api.faults import Fault
from sandbox.slack import faults
from tests.handlers.person import Person, buttons, shown
from tests.stage import SUPPORT, Stage


def test_the_bare_command_opens_a_private_menu(ada: Person) -> None:
    """Somebody who knows nothing types /flowroute and sees what they can press."""
    menu = ada.asks("")
    assert buttons(menu)[:3] == ["Buy a number", "Link a number", "Our numbers"]
    assert "Main line" in shown(ada.reads_after_pressing(menu, "Our numbers"))


def test_the_menu_shows_only_what_its_reader_may_do(sam: Person) -> None:
    """No button that would only be refused."""
    assert buttons(sam.asks("")) == ["Our numbers", "Linked numbers", "Numbers without E911", "All commands"]


def test_help_lists_only_what_works(ada: Person) -> None:
    """Every command that help shows is understood when it is typed."""
    text = shown(ada.asks("help"))
    assert "/flowroute numbers search [starts] [contains=]" in text
    assert "/flowroute relay parked" in text


def test_help_of_one_topic(ada: Person) -> None:
    """`help relay` and `relay` alone say the same."""
    assert "relay link &lt;number&gt; [channel]" in shown(ada.asks("help relay"))
    assert "relay link &lt;number&gt; [channel]" in shown(ada.asks("relay"))
    assert "Topics are" in shown(ada.asks("help weather"))


def test_an_unknown_word_gets_the_nearest_match_privately(ada: Person) -> None:
    """A slip of the finger is nobody else's business."""
    answer = ada.asks("serach 206")
    assert "Did you mean `/flowroute numbers search`?" in answer["text"]
    assert ada.stage.texts_in(ada.channel) == []


def test_what_is_no_number_gets_an_example_of_one(ada: Person) -> None:
    """The refusal shows how a good number looks."""
    assert "(206) 555-0100" in ada.asks("numbers show seattle")["text"]


def test_a_hostile_word_is_repeated_harmlessly(ada: Person) -> None:
    """What was typed comes back as text: no ping, no link."""
    answer = ada.asks("<!channel> &amp; <https://bad.example|bank>")
    assert "<" not in answer["text"]


def test_guests_are_refused_with_the_reason(gil: Person) -> None:
    """Also for looking only."""
    for line in ("", "help", "numbers list", "numbers search 206", "relay list"):
        assert "full members" in gil.asks(line)["text"]


def test_a_command_works_where_the_bot_is_no_member(ada: Person) -> None:
    """The answer goes by Slack's response address, not as a post."""
    assert "3 numbers" in ada.asks("numbers list")["text"]
    assert not any(call["method"] == "chat.postMessage" for call in ada.stage.workspace.calls)


def test_a_list_is_shown_to_the_channel_on_demand(sam: Person) -> None:
    """Private first; the button shows it to everybody, with who did it."""
    answer = sam.asks("numbers list")
    sam.presses(answer, "Share to channel")
    sam.stage.workspace.wait_for(lambda: "3 numbers" in sam.stage.texts_in(SUPPORT))
    public = next(m for m in sam.stage.workspace.messages(SUPPORT) if m["text"] == "3 numbers")
    assert "<@U0AGENT> shared: numbers list" in shown(public)
    assert buttons(public) == []


@pytest.mark.parametrize("fault", [faults.ratelimited(), faults.http_500()])
def test_an_answer_that_slack_does_not_take_is_given_again(sam: Person, fault: faults.Fault) -> None:
    """Slack is busy just then, twice. Who asked reads the answer a little later, once, instead of nothing."""
    # given
    sam.stage.workspace.faults.add("response_url", fault, times=2)

    # when
    answer = sam.asks("numbers list")

    # then
    assert answer["text"] == "3 numbers"
    assert sam.stage.private_words(sam.user_id, sam.channel) == ["3 numbers"]


@pytest.mark.parametrize(
    ("fault", "shown_times"), [(faults.drop_after(), 1), (faults.http_500(), 0), (faults.ratelimited(), 0)]
)
def test_what_may_have_been_shown_to_a_channel_is_not_shown_again(
    sam: Person, fault: faults.Fault, shown_times: int
) -> None:
    """Slack did not say that it took it: everybody would see a repeat. Who shared it is told to look."""
    # given
    answer = sam.asks("numbers list")
    sam.stage.workspace.faults.add("response_url", fault)

    # when
    told = sam.reads_after_pressing(answer, "Share to channel")

    # then
    assert "look at the channel" in told["text"]
    assert sam.stage.texts_in(SUPPORT).count("3 numbers") == shown_times


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Refuse(429, retry_after_s=0), "too often"),
        (Refuse(503), "has a fault"),
        (HtmlPage(200), "makes no sense"),
        (Drop("before effect"), "cannot be reached"),
    ],
)
def test_a_failure_of_the_provider_is_explained(
    ada: Person, caplog: pytest.LogCaptureFixture, fault: Fault, says: str
) -> None:
    """A sentence to act on and a reference that finds the log entry; no stack trace, no silence."""
    # given
    ada.stage.carrier.faults.add(method="GET", path_pattern="/v2/numbers", fault=fault, times=None)

    # when
    told = ada.asks("numbers list")["text"]

    # then
    assert says in told
    reference = told.rpartition("reference `")[2].partition("`")[0]
    assert reference in [getattr(record, "reference", None) for record in caplog.records]


def test_a_shared_command_cannot_ping_the_channel(sam: Person) -> None:
    """Slack makes <!channel> of a typed @channel; whoever shares the answer does not call everybody."""
    sam.stage.carrier.give_numbers("12065550103", alias="@channel")
    sam.presses(sam.asks("numbers list @channel"), "Share to channel")
    sam.stage.workspace.wait_for(lambda: "1 number" in sam.stage.texts_in(SUPPORT))
    public = next(m for m in sam.stage.workspace.messages(SUPPORT) if m["text"] == "1 number")
    assert "shared: numbers list @channel" in shown(public)
    assert "<!" not in shown(public)


def test_wrong_keys_are_named_as_the_operators_business(stage: Stage) -> None:
    """A person in Slack can do nothing about credentials, and is told who can."""
    with stage.bot(FR_SECRET_KEY="wrong"):
        assert "has to check the keys" in Person(stage).asks("numbers list")["text"]


def test_a_number_that_is_not_ours_is_said_to_be_so(ada: Person) -> None:
    """404 is an answer, not a breakdown."""
    assert "not have this on our account" in ada.asks("numbers show 206 555 0199")["text"]


def test_logs_hold_no_whole_number_and_no_text(ada: Person, caplog: pytest.LogCaptureFixture) -> None:
    """Neither an answer nor a failure leaves what people type in the log."""
    caplog.set_level("DEBUG", logger="handlers")
    fault = Refuse(503)
    ada.stage.carrier.faults.add(method="GET", path_pattern="/v2/numbers/.*", fault=fault, times=None)
    ada.asks("numbers show 206 555 0100")
    ada.asks("sms send 206 555 0142 a secret word")
    logged = "\n".join(
        str(record.__dict__) for record in caplog.records if record.name.startswith("handlers")
    )
    assert "2065550100" not in logged
    assert "secret word" not in logged


def test_a_failure_right_after_the_acknowledgement_does_not_reach_slack(ada: Person) -> None:
    """Bolt forgets an acknowledgement when the listener fails within its next look; ours stays given."""
    for _ in range(10):
        ack = ada.member.command(ada.channel, "/flowroute", "zzzzz")
        assert (ack.status, ack.error) == (200, None)
        assert ack.took_s < 1
