"""The form for a caller name: the rules, what the callee will see, and who reviews it."""

from pydantic import BaseModel, ConfigDict
from slackblocks import (
    Block,
    ContextBlock,
    DispatchActionConfiguration,
    InputBlock,
    Markdown,
    ModalView,
    PlainTextInput,
    SectionBlock,
)

from bot.cards import escape
from flowroute import InvalidArgument
from flowroute.cnam import LONGEST_NAME, checked_name

from .ids import Field, View
from .modals import alert

NEW = "New caller name"
RULES = (
    f"Up to {LONGEST_NAME} characters, at least one a letter: letters, digits, spaces and "
    "- _ . , @ + & ' / \". Reviewers refuse what misleads, famous names, and words such as TEST."
)
REVIEW = "People at Flowroute review it, within two business days. The channel hears how they decided."
MAX_TYPED = 60
"""More than a name may have, so that a longer one can be typed and told."""


class Wizard(BaseModel):
    """What the form carries: where it was asked for."""

    model_config = ConfigDict(frozen=True)

    channel_id: str | None = None


def form(wizard: Wizard, value: str | None, refusal: str | None = None) -> ModalView:
    """Every character typed refreshes what the callee will see."""
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    blocks += [
        InputBlock(
            label="Name",
            element=PlainTextInput(
                action_id=Field.VALUE,
                initial_value=value,
                max_length=MAX_TYPED,
                placeholder="MAIN ST BAKERY",
                dispatch_action_config=DispatchActionConfiguration("on_character_entered"),
            ),
            block_id=Field.VALUE,
            hint=RULES,
            dispatch_action=True,
        ),
        SectionBlock(Markdown(_preview(value)), block_id="preview"),
        ContextBlock([Markdown(REVIEW)], block_id="review"),
    ]
    return ModalView(
        title=NEW,
        blocks=blocks,
        submit="Ask for it",
        close="Cancel",
        callback_id=View.CALLER_NAME,
        private_metadata=wizard.model_dump_json(exclude_none=True),
    )


def _preview(value: str | None) -> str:
    """What a phone will show, or what stands in the way."""
    if not value:
        return "*The callee sees*\n(206) 555-0100"
    try:
        return f"*The callee sees*\n`{escape(checked_name(value))}`\n(206) 555-0100"
    except InvalidArgument as error:
        return f":warning: {escape(error.user_message)}"
