"""Linking a number to a channel: channel joined, texting switched on, Flowroute's callbacks checked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.access.audit import Audit, refusal
from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Wake
from bot.relay.inbound import Inbound
from bot.relay.own_address import CALLBACKS, OwnAddress
from bot.relay.places import Places
from bot.slack import Refused, Slack, SlackError
from bot.store import conversations, links, notices, posts
from bot.store.engine import Store
from bot.store.links import Link, Mode
from flowroute import Flowroute, FlowrouteError, PhoneNumber, format_phone_number

T = TypeVar("T")

SENT: Mapping[Mode, str] = {"thread": "every reply", "mention": "replies that mention the bot"}
SENDS: Mapping[Mode, str] = {
    "thread": "Replies in their threads are sent as texts.",
    "mention": "In their threads only replies that mention me are sent as texts.",
}
STAYS = "What is written in its threads here stays in Slack."
TODAYS = "this bot's address"
CARDS_AT_ONCE = 100
"""Threads of a number whose cards say at once that it moved: Slack takes 42 a minute, and others wait."""


class CannotLink(BotError):
    """The number or the channel does not allow it."""


@dataclass(frozen=True)
class LinkOutcome:
    """What came of linking; with a `foreign_callback` nothing was changed and a person is to be asked."""

    link: Link | None
    notes: tuple[str, ...] = ()
    foreign_callback: str | None = None


class Links:
    """Says which channel shows a number's texts."""

    def __init__(
        self,
        store: Store,
        flowroute: Flowroute,
        slack: Slack,
        access: Access,
        audit: Audit,
        address: OwnAddress,
        inbound: Inbound,
        places: Places,
        wake: Wake,
    ) -> None:
        self._store = store
        self._flowroute = flowroute
        self._slack = slack
        self._access = access
        self._audit = audit
        self._address = address
        self._inbound = inbound
        self._places = places
        self._wake = wake

    def of(self, number: str) -> Link | None:
        with self._store.read() as db:
            return links.of(db, number)

    def every(self) -> list[Link]:
        with self._store.read() as db:
            return links.every(db)

    def marks(self) -> frozenset[str]:
        """Of every address that a linked number was given."""
        return frozenset(link.address_mark for link in self.every() if link.address_mark is not None)

    def link(
        self,
        actor: Actor,
        number: PhoneNumber,
        channel_id: str,
        mode: Mode = "thread",
        hold_s: int = 0,
        *,
        take_over: bool = False,
    ) -> LinkOutcome:
        """Show the texts of `number` in `channel_id` from now on.

        `take_over` points the number's callbacks here although the account's point elsewhere.

        Raises:
            NotAllowed: `actor` is no admin.
            CannotLink: the number is not on the account, or the channel cannot be joined.
            FlowrouteError: Flowroute could not say or do it.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        owned = self._flowroute.numbers.find(number)
        if owned is None:
            raise CannotLink(f"{format_phone_number(number)} is not on this Flowroute account.")
        foreign = self._foreign_callback()
        if foreign is not None and not take_over:
            return LinkOutcome(link=None, foreign_callback=foreign)
        self._join(channel_id)
        begun_id, notes = self._begin(
            actor,
            "relay.link",
            number,
            lambda: (*self._enable_texting(number, owned.messaging_enabled), *self._call_us(number, foreign)),
        )
        new = Link(
            number,
            channel_id,
            mode,
            hold_s,
            linked_by=actor.user_id,
            linked_at=utc_now(),
            address_mark=self._address.mark,
        )
        with self._store.write() as db:
            old = links.of(db, number)
            channels = {channel_id} if old is None else {channel_id, old.channel_id}
            for each in sorted(channels):  # so that two who move numbers do not wait for each other
                posts.hold_order(db, each)
            links.put(db, new)
            linked = f":link: <@{actor.user_id}> linked {format_phone_number(number)}"
            if old is not None and old.channel_id != channel_id:
                self._inbound.move_waiting(db, number, old.channel_id, channel_id)
                _announce(db, f"{linked} to <#{channel_id}>. {STAYS}", old.channel_id)
            _announce(db, f"{linked}: its texts appear here. {SENDS[mode]}", channel_id)
            threads = _renew_cards(db, number)
            self._audit.record(
                db, actor, "relay.link", number, before=_told(old), after=_told(new), begun_id=begun_id
            )
        self._wake_all(channels, threads)
        return LinkOutcome(link=new, notes=notes)

    def unlink(self, actor: Actor, number: PhoneNumber) -> bool:
        """Stop showing a number's texts in its channel; False when it was not linked.

        Raises:
            NotAllowed: `actor` is no admin.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        linked = self.of(number)
        if linked is None:
            return False
        stays_here = linked.channel_id == self._places.default_channel()
        with self._store.write() as db:
            old = links.of(db, number)
            if old is None:
                return False
            links.remove(db, number)
            self._audit.record(db, actor, "relay.unlink", number, before=_told(old))
            what = (
                f"as to any number that is linked nowhere, its texts still come here. {SENDS['thread']}"
                if stays_here
                else f"its texts appear here no more. {STAYS}"
            )
            unlinked = f":link: <@{actor.user_id}> unlinked {format_phone_number(number)}: {what}"
            _announce(db, unlinked, old.channel_id)
            threads = _renew_cards(db, number)
        self._wake_all([old.channel_id], threads)
        return True

    def without_todays_address(self) -> list[Link]:
        """Links whose number was given an old address of ours, or nobody knows which."""
        if not self._address.exists:
            return []
        return [link for link in self.every() if link.address_mark != self._address.mark]

    def give_address(self, actor: Actor, link: Link) -> None:
        """Have Flowroute deliver the texts of a linked number to today's address; harmless to repeat.

        Raises:
            NotAllowed: `actor` is no admin.
            FlowrouteError: refused, or nobody knows; the number still counts as having what it had.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        number = PhoneNumber(link.number)
        before = {"texts go to": self.what_was_given(link)}
        begun_id, _ = self._begin(
            actor, "relay.callback", number, lambda: self._address.give(self._flowroute, number), before
        )
        after = {"texts go to": TODAYS}
        with self._store.write() as db:
            links.mark_address(db, number, self._address.mark)
            self._audit.record(
                db, actor, "relay.callback", number, before=before, after=after, begun_id=begun_id
            )

    def what_was_given(self, link: Link) -> str:
        """In words. Flowroute documents no way to ask for a number's own setting."""
        if link.address_mark is None:
            return "nobody knows where" if self._address.exists else "nothing; its texts are fetched"
        return TODAYS if link.address_mark == self._address.mark else "an old address of this bot"

    def may_read_texts(self, user_id: str, number: PhoneNumber | None) -> bool:
        """Who is in the channel of a number sees its texts anyway; all others are for admins.

        False also when Slack could not say.
        """
        link = None if number is None else self.of(number)
        try:
            is_texter = link is not None and self._access.may_text_in(user_id, link.channel_id)
        except SlackError:
            return False
        return is_texter or self._access.allows(user_id, Role.ADMIN)

    def _begin(
        self,
        actor: Actor,
        action: str,
        number: PhoneNumber,
        change: Callable[[], T],
        before: dict[str, Any] | None = None,
    ) -> tuple[int, T]:
        """Have Flowroute make a `change`; the id to record its end with, and what `change` answers.

        Written down before the request leaves. Flowroute shows nobody a number's own setting, so that it
        cannot be read back: a failure is recorded as it is told.
        """
        begun_id = self._audit.begin(actor, action, number, before)
        try:
            return begun_id, change()
        except FlowrouteError as error:
            result = refusal(error)
            if error.may_have_happened:
                result = "nobody knows: Flowroute gave no clear answer"
            with self._store.write() as db:
                self._audit.record(
                    db,
                    actor,
                    action,
                    number,
                    before=before,
                    after=before,
                    result=result,
                    begun_id=begun_id,
                )
            raise

    def _wake_all(self, channel_ids: Iterable[str], conversation_ids: Iterable[int]) -> None:
        for channel_id in channel_ids:
            self._wake(Lane.POSTS, channel_id)
        for conversation_id in conversation_ids:
            self._wake(Lane.CARDS, str(conversation_id))

    def _join(self, channel_id: str) -> None:
        try:
            self._slack.call("conversations.join", channel=channel_id)
        except Refused as error:
            if error.code == "method_not_supported_for_channel_type" and self._is_member(channel_id):
                return
            if error.code in ("channel_not_found", "method_not_supported_for_channel_type"):
                raise CannotLink(
                    "I cannot join that channel by myself. If it is private, type `/invite` there, "
                    "choose me, and link it again."
                ) from error
            if error.code == "is_archived":
                raise CannotLink(
                    "That channel is archived. Choose another, or unarchive it first."
                ) from error
            raise

    def _is_member(self, channel_id: str) -> bool:
        try:
            channel = self._slack.call("conversations.info", channel=channel_id)["channel"]
        except Refused:
            return False
        return bool(channel.get("is_member") or channel.get("is_im"))

    def _enable_texting(self, number: PhoneNumber, enabled: bool | None) -> list[str]:
        if enabled is not False:  # older answers of Flowroute do not say
            return []
        self._flowroute.numbers.set_messaging(number, enabled=True)
        return ["Texting was off for this number and is being switched on; that can take a few minutes."]

    def _foreign_callback(self) -> str | None:
        """Where the account's texts go if neither to us, also by an old address, nor nowhere."""
        if not self._address.exists:
            return None
        for kind in CALLBACKS:
            callback = self._flowroute.messages.callback(kind)
            url = None if callback is None else callback.callback_url
            if url and not self._address.was(url, self.marks()):
                return url
        return None

    def _call_us(self, number: PhoneNumber, foreign: str | None) -> list[str]:
        """Point the number's own callbacks here; the account's setting is never touched."""
        if not self._address.exists:
            return ["No PUBLIC_URL is set, so texts are fetched from Flowroute's message list."]
        self._address.give(self._flowroute, number)
        if foreign is None:
            return []
        return ["This number's texts now come here; the account's other numbers still go where they went."]


def _announce(db: Connection, said: str, channel_id: str) -> None:
    notices.post(db, said, channel_id=channel_id, conversation_id=None, now=utc_now())


def _renew_cards(db: Connection, number: str) -> list[int]:
    """Let the latest threads of a number say at their heads how things are now; answers which those are."""
    threads = conversations.latest_threads(db, number, CARDS_AT_ONCE)
    if threads:
        conversations.card_changed(db, *threads)
    return threads


def _told(link: Link | None) -> dict[str, str | int | None] | None:
    """A link as the audit keeps it."""
    if link is None:
        return None
    return {"channel": link.channel_id, "sent": SENT[link.mode], "seconds to cancel": link.hold_s or None}
