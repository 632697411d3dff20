"""The form for a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from slackblocks import Block, InputBlock, ModalView, Option, PlainTextInput, StaticSelectMenu

from flowroute import PhoneNumber, format_phone_number

from .ids import Field, View
from .limits import MAX_OPTIONS, option_text
from .modals import alert

TITLE = "Send a text"
MAX_TEXT = 1600
"""Characters; ten segments of plain text."""


@dataclass(frozen=True)
class Draft:
    """A text as far as it is known."""

    to: str | None = None
    sender: PhoneNumber | None = None
    text: str | None = None


def form(draft: Draft, numbers: Sequence[PhoneNumber], refusal: str | None = None) -> ModalView:
    """`numbers` are those to text from, at least one."""
    options = [_option(number) for number in numbers[:MAX_OPTIONS]]
    chosen = _option(draft.sender) if draft.sender in numbers[:MAX_OPTIONS] and draft.sender else options[0]
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    blocks += [
        InputBlock(
            label="To",
            element=PlainTextInput(action_id=Field.TO, initial_value=draft.to, placeholder="(206) 555-0142"),
            block_id=Field.TO,
        ),
        InputBlock(
            label="From",
            element=StaticSelectMenu(action_id=Field.SENDER, options=options, initial_option=chosen),
            block_id=Field.SENDER,
        ),
        InputBlock(
            label="Text",
            element=PlainTextInput(
                action_id=Field.TEXT, initial_value=draft.text, multiline=True, max_length=MAX_TEXT
            ),
            block_id=Field.TEXT,
        ),
    ]
    return ModalView(title=TITLE, blocks=blocks, submit="Send", close="Cancel", callback_id=View.SMS)


def _option(number: PhoneNumber) -> Option:
    return Option(option_text(format_phone_number(number)), value=number)
