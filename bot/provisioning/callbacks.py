"""Where Flowroute posts texts: whether that is here, and bringing here what goes nowhere or where we were."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.errors import BotError
from bot.provisioning.changing import Changed, ChangeFailed, Changing, Facts, Thing
from bot.relay.links import Links
from bot.relay.own_address import CALLBACKS, OwnAddress
from bot.store.links import Link
from flowroute import CallbackKind, Flowroute, FlowrouteError
from flowroute.callbacks import Callback

SUBJECTS = {CallbackKind.SMS: "texts (SMS)", CallbackKind.MMS: "picture messages (MMS)"}
"""Each kind as the audit and people call it."""


class NoAddress(BotError):
    """Without PUBLIC_URL there is nothing that Flowroute could call."""


@dataclass(frozen=True)
class Destination:
    """Where one kind of text goes; `elsewhere` is the host of another system."""

    kind: CallbackKind
    is_here: bool
    is_old: bool
    """It leads to an address that this bot had once: nothing answers there any more."""
    elsewhere: str | None

    @property
    def is_unset(self) -> bool:
        return not self.is_here and not self.is_old and self.elsewhere is None


@dataclass(frozen=True)
class Outdated:
    """What still leads to an old address of this bot, or may do so."""

    account: tuple[CallbackKind, ...]
    links: tuple[Link, ...]

    def __bool__(self) -> bool:
        return bool(self.account or self.links)


@dataclass(frozen=True)
class Renewed:
    """What came of giving out today's address."""

    account: int
    """Kinds of text of the account's own setting."""
    numbers: int
    failed: tuple[tuple[str, str], ...]
    """What was not changed, and why; in the words of `SUBJECTS` or as E.164 digits."""
    not_tried: int
    """Numbers that were left after Flowroute had given no clear answer."""


class Callbacks:
    """The account's own setting; each linked number has one of its own, which comes before it."""

    def __init__(
        self, flowroute: Flowroute, access: Access, changing: Changing, address: OwnAddress, links: Links
    ) -> None:
        self._flowroute = flowroute
        self._access = access
        self._changing = changing
        self._address = address
        self._links = links

    @property
    def has_address(self) -> bool:
        """Whether Flowroute could call us at all."""
        return self._address.exists

    def destinations(self) -> Sequence[Destination]:
        """Where SMS and MMS go; raises FlowrouteError."""
        return [self._destination(kind, self._flowroute.messages.callback(kind)) for kind in CALLBACKS]

    def outdated(self, destinations: Sequence[Destination]) -> Outdated:
        """What `renew` would change, the account's setting being as in `destinations`."""
        account = tuple(one.kind for one in destinations if one.is_old and self.has_address)
        return Outdated(account, tuple(self._links.without_todays_address()))

    def point_here(self, actor: Actor) -> Sequence[Changed[Callback]]:
        """Bring what is set nowhere here; what leads anywhere stays as it is.

        Raises:
            NoAddress: there is no public address.
            NotAllowed: `actor` is no admin.
            NotChanged, OutcomeUnknown: see `Changing.make`.
        """
        return [self._bring_here(actor, kind, lambda found: found.is_unset) for kind in CALLBACKS]

    def renew(self, actor: Actor) -> Renewed:
        """Give today's address to all linked numbers that lack it, and to the account if it has an old one.

        What another system has is left alone. Each change is one of its own: what failed or was not
        reached is found again, and trying it again is harmless. Ends at the first answer that is unclear.

        Raises:
            NoAddress: there is no public address.
            NotAllowed: `actor` is no admin.
            FlowrouteError: the account could not be read, and nothing was changed.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        outdated = self.outdated(self.destinations())
        failed: list[tuple[str, str]] = []
        for kind in outdated.account:  # first, while links still know its old address
            try:
                self._bring_here(actor, kind, lambda found: found.is_old)
            except ChangeFailed as error:
                failed.append((SUBJECTS[kind], error.user_message))
        account = len(outdated.account) - len(failed)
        numbers = 0
        waiting = deque(outdated.links)
        while waiting:
            link = waiting.popleft()
            try:
                self._links.give_address(actor, link)
                numbers += 1
            except FlowrouteError as error:
                failed.append((link.number, error.user_message))
                if error.may_have_happened:
                    break
        return Renewed(account, numbers, tuple(failed), not_tried=len(waiting))

    def _bring_here(
        self, actor: Actor, kind: CallbackKind, is_to_change: Callable[[Destination], bool]
    ) -> Changed[Callback]:
        url = self._address.of(kind)
        if url is None:
            raise NoAddress("The bot has no public address (PUBLIC_URL) that Flowroute could call.")
        messages = self._flowroute.messages
        return self._changing.make(
            actor,
            "account.callback",
            Thing(
                subject=SUBJECTS[kind],
                read=lambda: messages.callback(kind),
                facts=lambda found: self._facts(kind, found),
                look="relay callbacks",
            ),
            lambda: messages.set_callback(kind, url),
            is_done=lambda found: not is_to_change(self._destination(kind, found)),
        )

    def _facts(self, kind: CallbackKind, found: Callback) -> Facts:
        where = self._destination(kind, found)
        old = "an old address of this bot" if where.is_old else where.elsewhere
        return {"goes to": "here" if where.is_here else old}

    def _destination(self, kind: CallbackKind, found: Callback | None) -> Destination:
        """Our address holds a secret and others' may: only the host is ever told."""
        url = None if found is None else found.callback_url
        is_here = bool(url) and url == self._address.of(kind)
        is_old = bool(url) and not is_here and self._address.was(url or "", self._links.marks())
        elsewhere = None
        if url and not is_here and not is_old:
            elsewhere = urlsplit(url).hostname or "another address"
        return Destination(kind, is_here, is_old, elsewhere)
