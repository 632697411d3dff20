"""What a message or a view may hold: checks what the bot sends before anything is done with it."""

from sandbox.slack.block_rules import check_blocks, check_view
from sandbox.slack.shapes import Flaw
from sandbox.slack.wire import JSON, SlackError, invalid_arguments

LONGEST_POST = 40_000
LONGEST_UPDATE = 4_000
MOST_ATTACHMENTS = 100
LONGEST_BLOCKS = 12_000
"""Characters of text in all blocks of a message that is posted or updated; tables have limits of their own.
Documented nowhere: what Slack's maintainers say to those who met `msg_blocks_too_long`."""
TABLES = ("table", "data_table", "data_visualization")


def checked_message(given: JSON, *, text_limit: int = LONGEST_POST) -> JSON:
    """The parts of a message in `given` (text, blocks, attachments, metadata, name, icon).

    Raises `SlackError`: `no_text`, `invalid_blocks`, `msg_too_long`, `too_many_attachments`,
    `invalid_metadata_format`.
    """
    blocks, attachments, text = given.get("blocks"), given.get("attachments"), given.get("text")
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    check_parts(given, text_limit=text_limit)
    return {
        "text": text or "",
        "blocks": blocks,
        "attachments": attachments,
        "metadata": given.get("metadata"),
        "username": given.get("username"),
        "icon_emoji": given.get("icon_emoji"),
    }


def check_parts(given: JSON, *, text_limit: int) -> None:
    """The same, part by part, for an update in which any may be missing."""
    if len(given.get("text") or "") > text_limit:
        raise SlackError("msg_too_long")
    blocks, attachments = given.get("blocks"), given.get("attachments")
    if blocks is not None:
        if not isinstance(blocks, list):
            raise SlackError("invalid_blocks_format")
        refuse(check_blocks(blocks, "message"), "invalid_blocks")
    if attachments is not None and (not isinstance(attachments, list) or len(attachments) > MOST_ATTACHMENTS):
        raise SlackError("too_many_attachments" if isinstance(attachments, list) else "invalid_attachments")
    metadata = given.get("metadata")
    if metadata and not (
        isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")


def check_length(blocks: list[JSON] | None) -> None:
    """Raise `SlackError` `msg_blocks_too_long`; a response URL takes more."""
    if sum(_length(block) for block in blocks or () if block["type"] not in TABLES) > LONGEST_BLOCKS:
        raise SlackError("msg_blocks_too_long")


def _length(node: object) -> int:
    if isinstance(node, list):
        return sum(map(_length, node))
    if not isinstance(node, dict):
        return 0
    own = len(node["text"]) if isinstance(node.get("text"), str) else 0
    return own + sum(map(_length, node.values()))


def checked_given_view(view: object, *kinds: str) -> JSON:
    """A view as the bot gave it, of one of these `kinds` (modal, home).

    Raises `SlackError` `invalid_arguments`.
    """
    if not isinstance(view, dict):
        raise invalid_arguments("missing required field: view [json-pointer:/view]")
    if view.get("type") not in kinds:
        raise invalid_arguments(f"type must be {' or '.join(kinds)} [json-pointer:/view/type]")
    refuse(check_view(view), "invalid_arguments", under="/view")
    return view


def refuse(flaws: list[Flaw], code: str, under: str = "") -> None:
    """Raise `code` with one message for each flaw, the way Slack points at them."""
    if flaws:
        texts = [f"[ERROR] {message} [json-pointer:{under}{pointer}]" for pointer, message in flaws]
        raise SlackError(code, response_metadata={"messages": texts})
