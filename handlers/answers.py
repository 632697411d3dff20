"""What a command says back: private at first, with a button that shows it to the channel."""

import logging
from dataclasses import dataclass, replace
from typing import Literal

from slack_bolt import Respond
from slack_sdk import WebClient
from slackblocks import (
    ActionsBlock,
    Block,
    ConfirmationDialogue,
    ContextBlock,
    Element,
    Markdown,
    Message,
    WebhookMessage,
)
from slackblocks import Button as ButtonElement

from bot.cards import escape, shorten

from .ids import Button
from .limits import MAX_BUTTON_VALUE, MAX_TEXT, button_text, section
from .responding import respond_once
from .typed import without_markup

log = logging.getLogger(__name__)

MAX_LINE_SHOWN = 100


@dataclass(frozen=True)
class Answer:
    """`text` is mrkdwn; when there are `blocks` it is for notifications and screen readers.

    `buttons` are for the one who asked and left out when the answer is shown to the channel.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    buttons: tuple[ButtonElement, ...] = ()
    shareable: bool = False
    then: tuple[Block, ...] = ()
    """A second message, where Slack's limits do not let one hold all; the buttons are below it."""


def run_button(
    text: str,
    line: str,
    *,
    key: object = "",
    confirm: ConfirmationDialogue | None = None,
    style: Literal["danger"] | None = None,
) -> ButtonElement:
    """A button that runs a command line; `key` tells apart several in one block."""
    action_id = f"{Button.RUN}:{key}" if key else Button.RUN
    return ButtonElement(button_text(text), action_id=action_id, value=line, confirm=confirm, style=style)


def send(respond: Respond, answer: Answer, line: str, *, shared_by: str | None = None) -> None:
    """Answer the command `line` privately, or to the whole channel when somebody shares what may be shared.

    Goes to the request's `response_url`, which works where the bot is no member, five times in 30 minutes
    (docs.slack.dev, "Handling user interaction").

    Raises:
        PerhapsShown: nobody knows whether the channel saw it.
    """
    is_public = shared_by is not None and answer.shareable
    if answer.then:
        _respond(respond, answer.text, list(answer.blocks), is_public=is_public)
        answer = replace(answer, blocks=answer.then, then=())
    blocks = list(answer.blocks)
    buttons: list[Element] = [*answer.buttons]
    if answer.shareable and len(line) <= MAX_BUTTON_VALUE:
        buttons.append(ButtonElement("Share to channel", action_id=Button.SHARE, value=line))
    if is_public:
        blocks.append(ContextBlock([Markdown(f"<@{shared_by}> shared: {_harmless(line)}")]))
    elif buttons:
        blocks = blocks or [section(answer.text)]
        blocks.append(ActionsBlock(buttons))
    _respond(respond, answer.text, blocks, is_public=is_public)


def _respond(respond: Respond, text: str, blocks: list[Block], *, is_public: bool) -> None:
    message = WebhookMessage(
        text=shorten(text, MAX_TEXT),
        blocks=blocks or None,
        response_type="in_channel" if is_public else "ephemeral",
        replace_original=False,
        unfurl_links=False,
        unfurl_media=False,
    )
    if is_public:
        respond_once(respond, message.to_dict())
        return
    response = respond(message.to_dict())
    if response.status_code >= 400:  # noqa: PLR2004 - an HTTP error of any kind
        log.warning("slack did not take an answer", extra={"status": response.status_code})


def send_directly(client: WebClient, answer: Answer, user_id: str) -> None:
    """Answer in somebody's direct messages, for what was asked where no answer can be shown."""
    blocks = list(answer.blocks) or [section(answer.text)]
    if answer.buttons:
        blocks.append(ActionsBlock(list(answer.buttons)))
    message = Message(channel=user_id, text=shorten(answer.text, MAX_TEXT), blocks=blocks)
    client.chat_postMessage(**message.to_dict(), unfurl_links=False, unfurl_media=False)


def _harmless(line: str) -> str:
    """A line as it was typed, pinging nobody: Slack made `<!channel>` of a typed @channel."""
    return escape(shorten(without_markup(line), MAX_LINE_SHOWN))
