"""Modals and Home tabs: the whole view objects, and for each person the stack of what is open.

Source: docs.slack.dev, "Modals", "views.open", "views.update", "views.push", "views.publish".
"""

import json
import secrets
from dataclasses import dataclass, field

from sandbox.slack.blocks import with_ids
from sandbox.slack.inputs import initial_state
from sandbox.slack.wire import JSON, SlackError

STACK_LIMIT = 3
TOO_LARGE_BYTES = 250_000


@dataclass(frozen=True)
class Owner:
    """Whose views these are; copied into each."""

    team_id: str
    app_id: str
    bot_id: str


@dataclass
class Views:
    """What every person has open; the caller holds the workspace's lock."""

    owner: Owner
    stacks: dict[str, list[JSON]] = field(default_factory=dict)
    """Modals by user id, the top one last."""
    homes: dict[str, JSON] = field(default_factory=dict)

    def open(self, user_id: str, payload: JSON) -> JSON:
        view = self._made(payload)
        self.stacks[user_id] = [view]
        return view

    def push(self, user_id: str, payload: JSON) -> JSON:
        stack = self.stacks.setdefault(user_id, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        view = self._made(payload)
        view.update(root_view_id=stack[0]["id"], previous_view_id=stack[-1]["id"])
        stack.append(view)
        return view

    def update(self, view: JSON, payload: JSON, expected_hash: str | None = None) -> JSON:
        """Redraw `view` in place; what was typed stays wherever block_id and action_id do."""
        if expected_hash and expected_hash != view["hash"]:
            raise SlackError("hash_conflict")
        self._check(payload, except_view=view)
        fresh = self._whole(payload, before=view["state"]["values"])
        kept = {key: view[key] for key in ("id", "root_view_id", "previous_view_id")}
        view.clear()
        view.update(fresh, **kept)
        return view

    def publish(self, user_id: str, payload: JSON, expected_hash: str | None = None) -> JSON:
        home = self.homes.get(user_id)
        if home is None:
            self.homes[user_id] = self._made(payload)
            return self.homes[user_id]
        return self.update(home, payload, expected_hash)

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> JSON | None:
        everything = [view for stack in self.stacks.values() for view in stack] + list(self.homes.values())
        if view_id:
            return next((v for v in everything if v["id"] == view_id), None)
        return next((v for v in everything if external_id and v["external_id"] == external_id), None)

    def of_person(self, user_id: str, view_id: str) -> JSON | None:
        """An open modal of theirs, or their Home tab."""
        home = self.homes.get(user_id)
        views = [*self.stacks.get(user_id, []), *([home] if home else [])]
        return next((v for v in views if v["id"] == view_id), None)

    def is_open(self, user_id: str, view: JSON) -> bool:
        return any(one is view for one in self.stacks.get(user_id, []))

    def close(self, user_id: str, view: JSON, *, everything: bool) -> list[JSON]:
        """Take `view` (or the whole stack) away; returns what closed, the top first."""
        stack = self.stacks.get(user_id, [])
        if everything:
            closed = stack[::-1]
            stack.clear()
            return closed
        stack.remove(view)
        return [view]

    def _made(self, payload: JSON) -> JSON:
        self._check(payload)
        view = self._whole(payload, before=None)
        return {**view, "root_view_id": view["id"]}

    def _check(self, payload: JSON, except_view: JSON | None = None) -> None:
        if len(json.dumps(payload, ensure_ascii=False).encode()) > TOO_LARGE_BYTES:
            raise SlackError("view_too_large")
        taken = self.find(external_id=payload.get("external_id"))
        if taken is not None and taken is not except_view:
            raise SlackError("duplicate_external_id")

    def _whole(self, payload: JSON, before: JSON | None) -> JSON:
        """The view as Slack answers and delivers it, every default spelled out."""
        blocks = with_ids(payload["blocks"])
        return {
            "id": f"V{secrets.token_hex(5).upper()}",
            "team_id": self.owner.team_id,
            "type": payload["type"],
            "blocks": blocks,
            "private_metadata": payload.get("private_metadata") or "",
            "callback_id": payload.get("callback_id") or "",
            "state": {"values": initial_state(blocks, before)},
            "hash": f"{secrets.randbelow(10**9) + 10**9}.{secrets.token_urlsafe(6)}",
            "title": _text(payload.get("title"))
            or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": bool(payload.get("clear_on_close")),
            "notify_on_close": bool(payload.get("notify_on_close")),
            "close": _text(payload.get("close")),
            "submit": _text(payload.get("submit")),
            "previous_view_id": None,
            "root_view_id": None,
            "app_id": self.owner.app_id,
            "external_id": payload.get("external_id") or "",
            "app_installed_team_id": self.owner.team_id,
            "bot_id": self.owner.bot_id,
        }


def _text(given: JSON | None) -> JSON | None:
    return {"emoji": True, **given} if given else None
