"""Links of numbers to channels, as messages and as a modal."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict
from slackblocks import (
    Block,
    Button,
    ConversationFilter,
    ConversationSelectMenu,
    InputBlock,
    ModalView,
    NumberInput,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
)

from bot.cards import escape, shorten
from bot.store.links import Link, Mode
from flowroute import PhoneNumber, format_phone_number

from .answers import Answer, run_button
from .ids import Button as ButtonId
from .ids import Field, View
from .limits import Cell, Channel, Member, section
from .lists import listing
from .modals import alert

TITLE = "Link a number"
MAX_HOLD_S = 60
MODES: dict[Mode, str] = {
    "thread": "Every reply in the thread is texted",
    "mention": "Only replies that mention me are texted",
}


class Wish(BaseModel):
    """A link that somebody asks for."""

    model_config = ConfigDict(frozen=True)

    number: PhoneNumber
    channel_id: str
    mode: Mode = "thread"
    hold_s: int = 0


def form(
    *,
    number: PhoneNumber | None = None,
    channel_id: str | None = None,
    mode: Mode = "thread",
    hold_s: int = 0,
    refusal: str | None = None,
) -> ModalView:
    """What is known is filled in; the channel is the current one unless another is given."""
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    blocks += [
        InputBlock(
            label="Our number",
            element=PlainTextInput(
                action_id=Field.NUMBER,
                initial_value=format_phone_number(number) if number else None,
                placeholder="(206) 555-0100",
            ),
            block_id=Field.NUMBER,
        ),
        InputBlock(
            label="Channel",
            element=ConversationSelectMenu(
                action_id=Field.CHANNEL,
                initial_conversation=channel_id,
                default_to_current_conversation=channel_id is None,
                filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
            ),
            block_id=Field.CHANNEL,
            hint="I join a public channel by myself; a private one has to invite me.",
        ),
        InputBlock(
            label="What is sent",
            element=RadioButtonGroup(
                action_id=Field.MODE, options=[_mode(each) for each in MODES], initial_option=_mode(mode)
            ),
            block_id=Field.MODE,
        ),
        InputBlock(
            label="Seconds in which a reply can be cancelled",
            element=NumberInput(
                is_decimal_allowed=False,
                action_id=Field.HOLD,
                initial_value=str(hold_s),
                min_value=0,
                max_value=MAX_HOLD_S,
            ),
            block_id=Field.HOLD,
            optional=True,
        ),
    ]
    return ModalView(title=TITLE, blocks=blocks, submit="Link", close="Cancel", callback_id=View.LINK)


def linked(wish: Wish, notes: Sequence[str]) -> Answer:
    text = f"Texts to {format_phone_number(wish.number)} appear in <#{wish.channel_id}> from now on."
    return Answer("\n".join([text, *(escape(note) for note in notes)]))


def linked_view(wish: Wish, notes: Sequence[str]) -> ModalView:
    return ModalView(title="Linked", blocks=[section(linked(wish, notes).text)], close="Done")


def take_over(wish: Wish, foreign_callback: str) -> Answer:
    """Ask before the number's texts are taken away from another system."""
    text = _elsewhere(foreign_callback)
    button = Button(
        PlainText("Bring them here"),
        action_id=ButtonId.TAKE_OVER,
        value=wish.model_dump_json(),
        style="danger",
    )
    return Answer(text, buttons=(button,))


def take_over_view(wish: Wish, foreign_callback: str) -> ModalView:
    return ModalView(
        title=TITLE,
        blocks=[section(_elsewhere(foreign_callback))],
        submit="Bring them here",
        close="Leave it",
        callback_id=View.LINK_TAKE_OVER,
        private_metadata=wish.model_dump_json(),
    )


def every_link(links: Sequence[Link]) -> Answer:
    """All links as a table."""
    every = listing(
        "linked number",
        ["Number", "Channel", "Sent", "Linked by"],
        [_row(link) for link in links],
        empty="No number is linked to a channel yet.",
    )
    return every if links else replace(every, buttons=(run_button("Link a number", "relay link"),))


def _row(link: Link) -> list[Cell]:
    sent = "replies" if link.mode == "thread" else "mentions"
    if link.hold_s:
        sent += f", after {link.hold_s} s"
    return [format_phone_number(link.number), Channel(link.channel_id), sent, Member(link.linked_by)]


def _mode(mode: Mode) -> Option:
    return Option(PlainText(MODES[mode]), value=mode)


def _elsewhere(url: str) -> str:
    host = urlsplit(url).hostname or url
    return (
        f"Nothing is changed yet: this account's texts go to `{escape(shorten(host, 80))}`. Linking brings "
        "the texts of this one number here; that system will no longer get them."
    )
