"""Messages in channels: a reply in a thread is kept before Slack gets its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import App

from bot.relay.replies import Replies, SlackReply

from .plain_text import emoji_in, plain_text

_WRITTEN_BY_PEOPLE = {None, "file_share", "thread_broadcast"}
"""Subtypes of messages that somebody wrote; edits, deletions, joins and bots have others."""


@dataclass(frozen=True)
class ReplyHandlers:
    replies: Replies

    def register(self, app: App) -> None:
        app.event("message", middleware=[self.keep])(self.nothing_more)

    def keep(self, event: dict[str, Any], next: Callable[[], None]) -> None:  # noqa: A002 - Bolt's name for it
        """Runs before Bolt answers Slack, as no listener does; an error makes Slack send it again."""
        reply = _reply(event)
        if reply is not None:
            self.replies.accept(reply)
        next()

    def nothing_more(self) -> None:
        """Bolt answers Slack with 200 when a listener exists."""


def _reply(event: Mapping[str, Any]) -> SlackReply | None:
    """The event as a reply; None when it is none."""
    thread_ts = event.get("thread_ts")
    if (
        event.get("subtype") not in _WRITTEN_BY_PEOPLE
        or event.get("bot_id")
        or not event.get("user")
        or thread_ts in {None, event.get("ts")}
    ):
        return None
    return SlackReply(
        channel_id=event["channel"],
        ts=event["ts"],
        thread_ts=str(thread_ts),
        user_id=event["user"],
        team_id=event.get("user_team") or event.get("team") or "",
        text=plain_text(event.get("text") or "", emoji_in(event.get("blocks") or [])),
        file_ids=tuple(file["id"] for file in event.get("files") or []),
        parent_user_id=event.get("parent_user_id"),
    )
