"""Changing many numbers by a list: the form, and what the list would change."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    FileInput,
    InputBlock,
    Markdown,
    ModalView,
    PlainTextInput,
)

from bot.cards import counted
from bot.order_cards import differences
from bot.provisioning.bulk import COLUMNS, MOST_ROWS, NOTHING
from bot.store.orders import Order

from .ids import Button as ButtonId
from .ids import Field, View
from .limits import MAX_INPUT, MAX_SECTION, button_text, header, section
from .modals import alert

TITLE = "Change many numbers"
MOST_PARTS = 10
"""Sections of differences; 30,000 characters are more than anybody reads."""
FILE_TYPES = ["csv", "tsv", "txt"]
HOW = (
    f"A list (CSV) with a line of column names: {', '.join(f'`{column}`' for column in COLUMNS)}. "
    f"Only `number` is needed. An empty cell leaves things as they are, `{NOTHING}` takes them away. "
    f"Up to {MOST_ROWS} numbers. Nothing changes before you have seen what would."
)
EXAMPLE = "number,alias,route\n2065550100,Front desk,Seattle PBX"


class Draft(BaseModel):
    """What the modals carry: where it was begun, and the order that was drafted."""

    model_config = ConfigDict(frozen=True)

    channel_id: str | None = None
    order_id: int | None = None


def form(draft: Draft, pasted: str | None = None, refusal: str | None = None) -> ModalView:
    """A place to paste a list, and one for a file."""
    blocks: list[Block] = []
    if refusal:
        blocks += [
            *alert("Nothing was changed. Mend the list and send it again.", "warning"),
            section(refusal),
        ]
    current = Button(button_text("Get the current state as CSV"), action_id=ButtonId.BULK_CURRENT)
    blocks += [
        section(HOW),
        ActionsBlock([current], block_id="current"),
        InputBlock(
            label="Paste a list",
            element=PlainTextInput(
                action_id=Field.ROWS,
                initial_value=pasted,
                multiline=True,
                max_length=MAX_INPUT,
                placeholder=EXAMPLE,
            ),
            block_id=Field.ROWS,
            optional=True,
        ),
        InputBlock(
            label="Or choose a file",
            element=FileInput(action_id=Field.FILES, filetypes=FILE_TYPES, max_files=1),
            block_id=Field.FILES,
            hint="A file can also be dropped into your messages with me.",
            optional=True,
        ),
    ]
    return ModalView(
        title=TITLE,
        blocks=blocks,
        submit="Show what changes",
        close="Cancel",
        callback_id=View.BULK,
        private_metadata=draft.model_dump_json(exclude_none=True),
    )


def dry_run(draft: Draft, order: Order, refusal: str | None = None) -> ModalView:
    """What the list would change; Submit changes it."""
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    blocks += _changes(order)
    if not differences(order):
        return ModalView(title=TITLE, blocks=blocks, close="Close")
    return ModalView(
        title=TITLE,
        blocks=blocks,
        submit="Apply",
        close="Leave it",
        callback_id=View.BULK_APPLY,
        private_metadata=draft.model_copy(update={"order_id": order.id}).model_dump_json(exclude_none=True),
    )


def dry_run_message(order: Order) -> list[Block]:
    """The same as a message, with buttons."""
    blocks = _changes(order)
    if differences(order):
        value = str(order.id)
        blocks.append(
            ActionsBlock(
                [
                    Button(button_text("Apply"), action_id=ButtonId.BULK_APPLY, value=value, style="primary"),
                    Button(button_text("Leave it"), action_id=ButtonId.BULK_LEAVE, value=value),
                ],
                block_id="decide",
            )
        )
    return blocks


def title(order: Order) -> str:
    """`2 numbers would change, 1 is like that already`."""
    changing = len(differences(order))
    same = len(order.lines) - changing
    if not changing:
        return "Nothing to change: everything is like that already"
    said = f"{counted(changing, 'number')} would change"
    return f"{said}, {same} {'is' if same == 1 else 'are'} like that already" if same else said


def _changes(order: Order) -> list[Block]:
    parts = _packed(differences(order))
    blocks: list[Block] = [header(title(order)), *(section(part) for part in parts[:MOST_PARTS])]
    if len(parts) > MOST_PARTS:
        blocks.append(ContextBlock([Markdown("and more numbers, which do not fit here")]))
    return blocks


def _packed(paragraphs: Sequence[str]) -> list[str]:
    """As few sections as hold all paragraphs whole."""
    parts: list[str] = []
    for paragraph in paragraphs:
        if parts and len(parts[-1]) + len(paragraph) < MAX_SECTION:
            parts[-1] += f"\n{paragraph}"
        else:
            parts.append(paragraph)
    return parts
