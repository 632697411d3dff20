"""Messages in channels: a reply in a thread is kept before Slack gets its answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import App, BoltContext

from bot.relay.replies import Replies, SlackReply

from .plain_text import emoji_in, mentioned_in, plain_text

_WRITTEN_BY_PEOPLE = {None, "file_share", "thread_broadcast"}
"""Subtypes of messages that somebody wrote; edits, deletions, joins and bots have others."""


@dataclass(frozen=True)
class ReplyHandlers:
    replies: Replies

    def register(self, app: App) -> None:
        app.event("message", middleware=[self.keep])(self.nothing_more)

    def keep(self, event: dict[str, Any], context: BoltContext, next: Callable[[], None]) -> None:  # noqa: A002 - Bolt's name for it
        """Runs before Bolt answers Slack, as no listener does; an error makes Slack send it again."""
        subtype = event.get("subtype")
        if subtype in _WRITTEN_BY_PEOPLE and _is_reply(event):
            self.replies.accept(_reply(event, context.bot_user_id or ""))
        elif subtype == "message_changed" and _is_new_text(event):
            self.replies.edited(event["channel"], event["message"]["ts"], deleted=False)
        elif subtype == "message_deleted":
            self.replies.edited(event["channel"], event["deleted_ts"], deleted=True)
        next()

    def nothing_more(self) -> None:
        """Bolt answers Slack with 200 when a listener exists."""


def _is_reply(event: Mapping[str, Any]) -> bool:
    """Whether a person wrote it into a thread."""
    in_thread = event.get("thread_ts") not in {None, event.get("ts")}
    return in_thread and bool(event.get("user")) and not event.get("bot_id")


def _is_new_text(event: Mapping[str, Any]) -> bool:
    """Slack also calls it a change when it unfurls a link or deletes the parent of a thread."""
    before, after = event.get("previous_message") or {}, event.get("message") or {}
    return bool(after.get("edited")) and before.get("text") != after.get("text")


def _reply(event: Mapping[str, Any], bot_user_id: str) -> SlackReply:
    written = event.get("text") or ""
    bot = rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>"
    # "@flowroute: hello" addresses the bot; further on, punctuation belongs to the sentence.
    text = re.sub(rf"^\s*{bot}\s*[:,](?=\s|$)|{bot}\s*", "", written)
    return SlackReply(
        channel_id=event["channel"],
        ts=event["ts"],
        thread_ts=event["thread_ts"],
        user_id=event["user"],
        team_id=event.get("user_team") or event.get("team") or "",
        text=plain_text(text, emoji_in(event.get("blocks") or [])),
        slack_text=text,
        mentions_bot=text != written,
        mentioned=mentioned_in(text),
        file_ids=tuple(file["id"] for file in event.get("files") or []),
    )
