"""Every message ever posted, channel by channel, with the bookkeeping of threads and reactions."""

from collections.abc import Callable
from typing import Any

from sandbox.slack.wire import JSON

THREAD_FIELDS = ("reply_count", "reply_users_count", "latest_reply", "reply_users")


class MessageLog:
    """Messages in the order of their `ts`; the caller holds the workspace's lock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_us = 0
        self._channels: dict[str, list[JSON]] = {}

    def next_ts(self) -> str:
        """A time stamp like `1700000000.000100`, later than every one before it."""
        self._last_us = max(int(self._clock() * 1_000_000), self._last_us + 1)
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"

    def add(self, channel_id: str, message: JSON) -> JSON:
        """Keep `message`, whose `ts` comes from `next_ts`, and count it in its thread."""
        self._channels.setdefault(channel_id, []).append(message)
        self._recount(channel_id, message.get("thread_ts"))
        return message

    def in_channel(self, channel_id: str) -> list[JSON]:
        return self._channels.get(channel_id, [])

    def find(self, channel_id: str, ts: str) -> JSON | None:
        return next((m for m in reversed(self.in_channel(channel_id)) if m["ts"] == ts), None)

    def top_level(self, channel_id: str) -> list[JSON]:
        """What the channel itself shows: no replies."""
        return [message for message in self.in_channel(channel_id) if not is_reply(message)]

    def thread(self, channel_id: str, parent_ts: str) -> list[JSON]:
        """The parent and its replies, oldest first."""
        return [m for m in self.in_channel(channel_id) if parent_ts in (m["ts"], m.get("thread_ts"))]

    def remove(self, channel_id: str, message: JSON) -> None:
        """Delete `message`; where replies hang on it a tombstone stays in its place."""
        if message.get("reply_count"):
            kept = {key: message[key] for key in ("type", "ts", "thread_ts", *THREAD_FIELDS)}
            message.clear()
            message.update(
                kept, subtype="tombstone", user="USLACKBOT", hidden=True, text="This message was deleted."
            )
            return
        self.in_channel(channel_id).remove(message)
        self._recount(channel_id, message.get("thread_ts"))

    def _recount(self, channel_id: str, parent_ts: str | None) -> None:
        parent = self.find(channel_id, parent_ts) if parent_ts else None
        if parent is None:
            return
        replies = [m for m in self.thread(channel_id, parent["ts"]) if m is not parent]
        authors = list(dict.fromkeys(author_of(m) for m in replies))
        if replies:
            parent.update(
                thread_ts=parent["ts"],
                reply_count=len(replies),
                reply_users=authors[:5],
                reply_users_count=len(authors),
                latest_reply=replies[-1]["ts"],
            )
        else:
            for field in ("thread_ts", *THREAD_FIELDS):
                parent.pop(field, None)


def is_reply(message: JSON) -> bool:
    return bool(message.get("thread_ts", message["ts"]) != message["ts"])


def author_of(message: JSON) -> str:
    """The user id, or the bot id of a message that carries another name."""
    return str(message.get("user") or message.get("bot_id"))


def snapshot(message: JSON) -> JSON:
    """`message` as it is now, safe to hand out while the original changes."""
    return {key: _copied(value) for key, value in message.items()}


def _copied(value: Any) -> Any:
    """JSON is a tree, which `copy.deepcopy` cannot know: it takes more than twice as long."""
    if isinstance(value, dict):
        return snapshot(value)
    return [_copied(part) for part in value] if isinstance(value, list) else value


def add_reaction(message: JSON, name: str, user_id: str) -> bool:
    """False when that person already reacted so."""
    reactions: list[JSON] = message.setdefault("reactions", [])
    entry = next((r for r in reactions if r["name"] == name), None)
    if entry is None:
        entry = {"name": name, "users": [], "count": 0}
        reactions.append(entry)
    if user_id in entry["users"]:
        return False
    entry["users"].append(user_id)
    entry["count"] = len(entry["users"])
    return True


def remove_reaction(message: JSON, name: str, user_id: str) -> bool:
    """False when there was no such reaction of that person."""
    reactions: list[JSON] = message.get("reactions", [])
    entry = next((r for r in reactions if r["name"] == name and user_id in r["users"]), None)
    if entry is None:
        return False
    entry["users"].remove(user_id)
    entry["count"] = len(entry["users"])
    message["reactions"] = [r for r in reactions if r["users"]]
    if not message["reactions"]:
        del message["reactions"]
    return True
