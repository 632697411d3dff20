"""The form for a text, with what the text will cost as it is written."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from slackblocks import (
    Block,
    Button,
    ContextBlock,
    DispatchActionConfiguration,
    FileInput,
    InputBlock,
    Markdown,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
)

from bot.cards import caller, counted, escape, known_as, usd
from bot.relay.sending import LONGEST_TEXT
from bot.store.conversations import Conversation
from flowroute import PhoneNumber, format_phone_number
from flowroute.segments import Analysis, Encoding, analyse

from .ids import Button as ButtonId
from .ids import Field, View
from .limits import MAX_INPUT, MAX_OPTIONS, option_text, section
from .modals import alert

TITLE = "Send a text"
SHAPE = "shape"
"""The block that says what the text will take."""
MAX_CULPRITS = 4
MAX_FILES = 10


class Letter(BaseModel):
    """A text being written: what the form carries along beside its inputs."""

    model_config = ConfigDict(frozen=True)

    channel_id: str | None = None
    """Where it was begun."""
    conversation_id: int | None = None
    """The conversation it goes on with; then there is nothing to choose but the words."""
    people: tuple[PhoneNumber, ...] = ()
    """Whom it can go to, where they were found in a message."""
    file_ids: tuple[str, ...] = ()
    """Files of an earlier try: Slack's form cannot show them again."""
    mentioned: tuple[str, ...] = ()
    """The user ids that stood for names in what a command began with."""
    accepted: tuple[str, ...] = ()
    """The doubts that are shown above the form, so that sending it again accepts them."""
    rewritten: int = 0
    """How often we replaced what was typed; Slack keeps it as typed while the input has the same id."""

    @property
    def text_block(self) -> str:
        return f"{Field.TEXT}.{self.rewritten}" if self.rewritten else Field.TEXT


@dataclass(frozen=True)
class Filled:
    """What stands in the inputs, as it was typed."""

    to: str | None = None
    sender: PhoneNumber | None = None
    text: str | None = None


@dataclass(frozen=True)
class Thread:
    """The conversation that a text goes on with, and the name of the person if there is one."""

    conversation: Conversation
    name: str | None


def form(
    letter: Letter, filled: Filled, place: Thread | Sequence[PhoneNumber], refusal: str | None = None
) -> ModalView:
    """`place` is the thread to go on with, or the numbers to text from, at least one."""
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    if letter.accepted:
        blocks += alert(f"Not sent yet. {escape(' '.join(letter.accepted))}", "warning")
    blocks += [_parties(place)] if isinstance(place, Thread) else [_to(letter, filled), _from(filled, place)]
    blocks += [
        InputBlock(
            label="Text",
            element=PlainTextInput(
                action_id=Field.TEXT,
                initial_value=filled.text,
                multiline=True,
                max_length=MAX_INPUT,  # who pastes more than fits keeps it, and reads what to do
                dispatch_action_config=DispatchActionConfiguration("on_character_entered"),
            ),
            dispatch_action=True,
            block_id=letter.text_block,
            optional=True,
        ),
        _shape(filled.text or ""),
        InputBlock(
            label="Pictures and files",
            element=FileInput(action_id=Field.FILES, max_files=MAX_FILES),
            block_id=Field.FILES,
            optional=True,
        ),
    ]
    if letter.file_ids:
        attached = f"{counted(len(letter.file_ids), 'file')} attached already."
        blocks.append(ContextBlock([Markdown(attached)]))
    return ModalView(
        title=TITLE,
        blocks=blocks,
        submit="Send anyway" if letter.accepted else "Send",
        close="Cancel",
        callback_id=View.SMS,
        private_metadata=letter.model_dump_json(exclude_defaults=True),
    )


def said_of(text: str) -> str:
    """What the text takes, why, and what a plain version would take; in mrkdwn."""
    analysis = analyse(text)
    if not analysis.segments:
        return "What it takes and costs is shown here."
    said = f"{takes(analysis)}{_why_so_many(analysis)}"
    if len(text) > LONGEST_TEXT:
        said = f"It has {len(text):,} characters; a text holds at most {LONGEST_TEXT:,}. {said}"
    plain = _cheaper(analysis)
    return f"{said}\nWith plain characters instead: {takes(plain)}" if plain else said


def takes(analysis: Analysis) -> str:
    """A text's size and price: `2 segments, about $0.008.`, the dot included."""
    return f"{counted(analysis.segments, 'segment')}, about {usd(analysis.cost)}."


def on_its_way(conversation: Conversation, name: str | None, text: str, *, has_files: bool) -> str:
    """A text that was taken in hand, with what it costs; in mrkdwn."""
    person, number = escape(known_as(conversation.person, name)), format_phone_number(conversation.number)
    cost = "It goes as a picture message (MMS)." if has_files else takes(analyse(text))
    return f"The text to {person} is on its way from {number}; see <#{conversation.channel_id}>. {cost}"


def _shape(text: str) -> Block:
    button = Button(PlainText("Use the plain version"), action_id=ButtonId.USE_PLAIN)
    return SectionBlock(
        Markdown(said_of(text)), block_id=SHAPE, accessory=button if _cheaper(analyse(text)) else None
    )


def _cheaper(analysis: Analysis) -> Analysis | None:
    """The text with plain twins of its typography, if that takes fewer segments."""
    plain = analyse(analysis.repaired or "")
    return plain if plain.segments and plain.segments < analysis.segments else None


def _why_so_many(analysis: Analysis) -> str:
    if analysis.encoding is Encoding.PLAIN:
        return " Plain characters."
    named = [_named(culprit) for culprit in analysis.culprits[:MAX_CULPRITS]]
    if len(analysis.culprits) > MAX_CULPRITS:
        named.append("others")
    return f" Only 70 characters fit into a segment (UCS-2) because of {escape(', '.join(named))}."


def _named(character: str) -> str:
    """`’ (right single quotation mark)`: what looks like its plain twin is hard to find."""
    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    return f"{character} ({name})"


def _parties(thread: Thread) -> Block:
    person = escape(known_as(thread.conversation.person, thread.name))
    return section(f"To *{person}*\nFrom {escape(caller(thread.conversation.number))}")


def _to(letter: Letter, filled: Filled) -> InputBlock:
    if not letter.people:
        element = PlainTextInput(
            action_id=Field.TO, initial_value=filled.to, placeholder="(206) 555-0142, or a short code"
        )
        return InputBlock(label="To", element=element, block_id=Field.TO)
    return InputBlock(label="To", element=_choice(Field.TO, letter.people, filled.to), block_id=Field.TO)


def _from(filled: Filled, numbers: Sequence[PhoneNumber]) -> InputBlock:
    element = _choice(Field.SENDER, numbers, filled.sender)
    return InputBlock(label="From", element=element, block_id=Field.SENDER)


def _choice(field: Field, numbers: Sequence[PhoneNumber], chosen: str | None) -> StaticSelectMenu:
    offered = numbers[:MAX_OPTIONS]
    first = next((number for number in offered if number == chosen), offered[0])
    return StaticSelectMenu(
        action_id=field, options=[_option(number) for number in offered], initial_option=_option(first)
    )


def _option(number: PhoneNumber) -> Option:
    return Option(option_text(format_phone_number(number)), value=number)
