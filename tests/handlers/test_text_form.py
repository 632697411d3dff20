"""The form for a text: from a command, a shortcut or a thread's card; its cost, its doubts, its files."""

import threading
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from sandbox.slack import faults
from sandbox.slack.files import Upload
from tests.handlers.person import Person, inputs, shown
from tests.stage import ADMINS_MESSAGES, AGENT, GUEST, JONAS, MARIA, NUMBER, SECOND_NUMBER, SUPPORT, Stage

LONG = "word " * 100
"""500 plain characters: four segments."""


@pytest.fixture
def linked(ada: Person) -> Person:
    """Ada, whose number 12065550100 is linked to #support."""
    ada.asks(f"relay link {NUMBER} #support")
    return ada


def in_thread_with_maria(person: Person, text: str = "are you open?") -> dict[str, Any]:
    """Maria texts; the card at the head of her thread."""
    person.stage.carrier.handset_send(MARIA, NUMBER, text)
    person.stage.workspace.wait_for(lambda: text in person.stage.texts_in(SUPPORT))
    return next(m for m in person.stage.workspace.messages(SUPPORT) if "texts (206) 555-0100" in m["text"])


def arrived(stage: Stage, person: str, text: str) -> None:
    """Wait until a handset has `text`."""
    stage.workspace.wait_for(lambda: text in stage.received_by(person))


# What it costs


def test_a_sent_text_tells_its_size_and_cost(linked: Person) -> None:
    """Who types a whole command gets no question, and learns what it took."""
    told = linked.asks("206 555 0142 we are open", command="/sms")["text"]
    assert "1 segment, about $0.004." in told
    arrived(linked.stage, MARIA, "we are open")


def test_the_form_shows_size_encoding_and_cost_while_one_writes(linked: Person) -> None:
    """What forces the costly alphabet is named; nothing has to be submitted to see it."""
    linked.says("206 555 0142", command="/sms")
    linked.form(showing="What it takes and costs is shown here")
    linked.types("text", "we are open")
    linked.form(showing="1 segment, about $0.004. Plain characters.")
    linked.types("text", "it’s open " * 12)
    form = linked.form(showing="2 segments, about $0.008.")
    assert "’ (right single quotation mark)" in shown(form)
    assert "With plain characters instead: 1 segment" in shown(form)


def test_plain_twins_replace_costly_typography_on_demand(linked: Person) -> None:
    """One press: the text in the form is the plain one, and that is what goes out."""
    linked.says("206 555 0142", command="/sms")
    linked.form(showing="What it takes")
    linked.types("text", "it’s open " * 12)
    linked.form(showing="Use the plain version")
    linked.presses_in_form("Use the plain version")
    form = linked.form(showing="1 segment, about $0.004. Plain characters.")
    assert inputs(form)["text"]["initial_value"].startswith("it's open it's open")
    linked.submits()
    linked.form(showing="on its way")
    arrived(linked.stage, MARIA, ("it's open " * 12).strip())


def test_a_long_command_asks_before_it_costs_much(linked: Person) -> None:
    """More than three segments: the form opens with the text in it and says what it takes."""
    linked.says(f"206 555 0142 {LONG}", command="/sms")
    form = linked.form(showing="Not sent yet. It takes 4 segments, about $0.016.")
    assert inputs(form)["text"]["initial_value"] == LONG.strip()
    assert linked.stage.received_by(MARIA) == []
    assert form["submit"]["text"] == "Send anyway"
    linked.submits()
    linked.form(showing="on its way")
    arrived(linked.stage, MARIA, LONG.strip())


def test_a_command_with_dear_typography_shows_the_cost_before_it_sends(linked: Person) -> None:
    """One curly quote makes three segments of one: the form opens, with the plain version a press away."""
    text = f"it’s {'x' * 145}"
    linked.says(f"206 555 0142 {text}", command="/sms")
    form = linked.form(showing="Not sent yet. With plain characters it takes 1 instead of 3 segments.")
    assert "about $0.012" in shown(form)
    assert linked.stage.received_by(MARIA) == []
    linked.presses_in_form("Use the plain version")
    linked.form(showing="1 segment, about $0.004. Plain characters.")
    linked.submits()
    linked.form(showing="on its way")
    arrived(linked.stage, MARIA, text.replace("’", "'"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ask @sam to call back", "mentions somebody"),
        ("the password: hunter2", "password"),
        ("internal: do not tell them", "internal"),
    ],
)
def test_a_command_that_looks_like_a_slip_asks_first(linked: Person, text: str, says: str) -> None:
    """Nothing goes out before its writer has read why it might not be meant for a customer."""
    linked.says(f"206 555 0142 {text}", command="/sms")
    linked.form(showing=says)
    assert linked.stage.received_by(MARIA) == []


def test_the_form_asks_about_a_slip_once_and_about_a_new_one_again(linked: Person) -> None:
    """Sending again accepts what was read, not what was not."""
    linked.says("206 555 0142", command="/sms")
    linked.form(showing="What it takes")
    linked.submits(text="the password: hunter2")
    linked.form(showing="Not sent yet. It contains what looks like a password or key.")
    linked.submits(text=f"the password: hunter2 {LONG}")
    linked.form(showing="It takes 4 segments")
    assert linked.stage.received_by(MARIA) == []
    linked.submits()
    linked.form(showing="on its way")
    arrived(linked.stage, MARIA, f"the password: hunter2 {LONG}".strip())


def test_who_closed_the_form_hears_that_the_text_was_not_sent(linked: Person) -> None:
    """It asked whether that was meant, but nobody was there to read the question."""
    # given
    workspace = linked.stage.workspace
    linked.says("206 555 0142", command="/sms")
    linked.form(showing="What it takes and costs is shown here")
    closed = threading.Event()
    workspace.faults.add("views.update", faults.held_until(closed))

    # when
    linked.submits(text="the password: hunter2")
    linked.member.close(linked.member.views[-1]["id"])
    closed.set()

    # then
    workspace.wait_for(
        lambda: any("and it was not" in text for text in linked.stage.texts_in(ADMINS_MESSAGES))
    )
    assert linked.stage.received_by(MARIA) == []


@pytest.mark.parametrize("text", ["note: angry customer", "// call back", "NOTE : x"])
def test_a_note_never_leaves_slack(linked: Person, text: str) -> None:
    """What keeps a reply inside keeps any text inside, however it was begun."""
    assert "notes never leave Slack" in linked.asks(f"206 555 0142 {text}", command="/sms")["text"]
    linked.says("206 555 0142", command="/sms")
    linked.form(showing="What it takes")
    linked.submits(text=text)
    linked.form(showing="notes never leave Slack")
    assert linked.stage.received_by(MARIA) == []


def test_a_text_that_is_too_long_is_refused_at_once(linked: Person) -> None:
    """With its length and the limit; where the form can hold it, to be cut there."""
    linked.says(f"206 555 0142 {'x' * 1700}", command="/sms")
    linked.form(showing="It has 1,700 characters; a text holds at most 1,600.")
    linked.submits()
    linked.form(showing="Split it into several texts")
    assert "3,100 characters" in linked.asks(f"206 555 0142 {'x' * 3100}", command="/sms")["text"]
    assert linked.stage.received_by(MARIA) == []


# What can be filled in


def test_nothing_but_the_missing_is_asked_for(linked: Person) -> None:
    """What was typed stands in the form; a wrong number is marked beside its field."""
    linked.asks(f"relay link {SECOND_NUMBER} #support")
    linked.says(f"206 555 0142 from={SECOND_NUMBER}", command="/sms")
    form = linked.form(showing="(206) 555-0142")
    assert inputs(form)["sender"]["initial_option"]["value"] == SECOND_NUMBER
    errors = linked.submits(to="seattle")
    assert "Examples" in errors["to"]
    assert "Write a text" in errors["text"]


def test_only_numbers_that_one_may_text_from_are_offered(linked: Person) -> None:
    """Those of the channel where one is stand first; others' are not there."""
    linked.asks(f"relay link {SECOND_NUMBER} #telecom")
    linked.says("sms send")
    form = linked.form(showing="From")
    assert [o["value"] for o in inputs(form)["sender"]["options"]] == [SECOND_NUMBER, NUMBER]
    sam = Person(linked.stage, AGENT, SUPPORT)
    sam.says("sms send")
    assert [o["value"] for o in inputs(sam.form(showing="From"))["sender"]["options"]] == [NUMBER]


def test_who_may_text_from_no_number_is_told_why(running: Stage) -> None:
    """The form names the role instead of opening empty."""
    Person(running).asks(f"relay link {NUMBER} #telecom")
    sam = Person(running, AGENT, SUPPORT)
    sam.says("sms send")
    sam.form(showing="*texter*")


def test_a_picture_from_the_form_goes_out_as_mms(linked: Person) -> None:
    """The same way as a file in a thread, with or without words."""
    picture = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    linked.says("206 555 0142", command="/sms")
    linked.form(showing="Pictures and files")
    linked.submits(files=[Upload("tea.png", "image/png", picture.getvalue())])
    linked.form(showing="picture message")
    linked.stage.workspace.wait_for(lambda: linked.stage.carrier.handset_messages(MARIA))
    sent = linked.stage.carrier.handset_messages(MARIA)[-1]
    assert [media.mime_type for media in sent.media] == ["image/png"]


def test_files_are_not_lost_when_the_form_asks_again(linked: Person) -> None:
    """Slack cannot show them a second time, so the form says that they are there."""
    linked.says("206 555 0142", command="/sms")
    linked.form(showing="Pictures and files")
    picture = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    linked.submits(text="the password: hunter2", files=[Upload("tea.png", "image/png", picture.getvalue())])
    linked.form(showing="1 file attached already")
    linked.submits()
    linked.form(showing="on its way")
    linked.stage.workspace.wait_for(lambda: linked.stage.carrier.handset_messages(MARIA))
    assert len(linked.stage.carrier.handset_messages(MARIA)[-1].media) == 1


# Where it opens


def test_reply_on_the_card_goes_on_with_the_conversation(linked: Person) -> None:
    """Nothing to choose but the words; the text shows in the thread with who sent it."""
    card = in_thread_with_maria(linked)
    linked.asks("relay name 206 555 0142 Maria L.")
    sam = Person(linked.stage, AGENT, SUPPORT)
    sam.presses(card, "Reply")
    form = sam.form(showing="To *Maria L. · (206) 555-0142*")
    assert list(inputs(form)) == ["text", "files"]
    sam.submits(text="we are")
    sam.form(showing="on its way")
    arrived(sam.stage, MARIA, "we are")
    said = "<@U0AGENT> texted: we are"
    sam.stage.workspace.wait_for(lambda: said in sam.stage.texts_in(SUPPORT))


def test_guests_cannot_reply_with_the_button(linked: Person) -> None:
    """They see the card, and are told in the window that it is not for them."""
    card = in_thread_with_maria(linked)
    gil = Person(linked.stage, GUEST, SUPPORT)
    gil.presses(card, "Reply")
    gil.form(showing="full members")


def test_any_number_in_a_message_can_be_texted(linked: Person) -> None:
    """The message shortcut offers what it finds, our own numbers aside."""
    sam = Person(linked.stage, AGENT, SUPPORT)
    ts = sam.member.post(SUPPORT, "call (206) 555-0142 or 425-555-0177 about (206) 555-0100")
    sam.member.message_shortcut("text_number", SUPPORT, ts)
    form = sam.form(showing="(206) 555-0142")
    assert [o["value"] for o in inputs(form)["to"]["options"]] == [MARIA, JONAS]
    sam.submits(to=JONAS, text="hello Jonas")
    sam.form(showing="on its way")
    arrived(sam.stage, JONAS, "hello Jonas")


def test_a_message_without_a_number_says_so(linked: Person) -> None:
    """And the form can be filled in by hand."""
    sam = Person(linked.stage, AGENT, SUPPORT)
    ts = sam.member.post(SUPPORT, "order 1234567 of 2026-11-21")
    sam.member.message_shortcut("text_number", SUPPORT, ts)
    sam.form(showing="no phone number in that message")
    sam.submits(to="206 555 0142", text="hello")
    sam.form(showing="on its way")


def test_the_shortcut_texts_somebody_from_anywhere(linked: Person) -> None:
    """With no channel around it."""
    linked.member.shortcut("text_somebody")
    linked.form(showing="What it takes")
    linked.submits(to="206 555 0142", text="hello")
    linked.form(showing="on its way")
    arrived(linked.stage, MARIA, "hello")


def test_with_several_numbers_one_is_chosen_before_a_text_goes_out(linked: Person) -> None:
    """A complete command that leaves the number open opens the form with everything in it."""
    linked.asks(f"relay link {SECOND_NUMBER} #support")
    linked.says("206 555 0142 hello", command="/sms")
    form = linked.form(showing="(206) 555-0142")
    assert inputs(form)["text"]["initial_value"] == "hello"
    linked.submits(sender=SECOND_NUMBER)
    linked.form(showing="on its way from (206) 555-0101")
    arrived(linked.stage, MARIA, "hello")


def test_who_opted_out_is_not_texted_and_the_writer_learns_it_at_once(linked: Person) -> None:
    """With who said so and when, before the window is closed."""
    in_thread_with_maria(linked)
    linked.stage.carrier.handset_send(MARIA, NUMBER, "STOP")
    linked.stage.workspace.wait_for(lambda: "stopped" in shown(linked.asks("relay optouts")))
    assert "They opted out of texts" in linked.asks("206 555 0142 are you sure?", command="/sms")["text"]


def test_files_without_a_public_address_are_refused_with_the_reason(stage: Stage) -> None:
    """Flowroute could not fetch them; the words can still be sent."""
    with stage.bot(PUBLIC_URL=""):
        ada = Person(stage)
        ada.asks(f"relay link {NUMBER} #support")
        ada.says("206 555 0142", command="/sms")
        ada.form(showing="Pictures and files")
        ada.submits(files=[Upload("note.txt", "text/plain", b"hello")])
        ada.form(showing="PUBLIC_URL")


def test_a_number_that_one_may_not_text_from_is_said_to_be_so(linked: Person) -> None:
    """Instead of another one being chosen in silence."""
    linked.says(f"206 555 0142 from={SECOND_NUMBER}", command="/sms")
    linked.form(showing="You cannot text from (206) 555-0101")
