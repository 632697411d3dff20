"""The Home tab: what waits for the person who looks, and for admins how the account stands.

A tab is drawn at once from what is known and drawn again while more is being found out. Each person's tab is
a lane of its own, so that an older picture never replaces a newer one.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from bot.access.roles import Access, Role
from bot.cards import caller, known_as
from bot.lanes import Lane, Wake
from bot.overview.health import Health, Vitals
from bot.overview.survey import Survey, Surveyor
from bot.slack import Refused, Slack, SlackError, TooFast
from bot.store import contacts, figures
from bot.store.engine import Store
from bot.store.figures import Unanswered
from flowroute import Flowroute, FlowrouteError
from flowroute.cnam import CnamStatus

log = logging.getLogger(__name__)

SHOWN = 15
"""Conversations that wait for an answer; there may be more."""
FOLLOWED_S = 180.0
"""How long a tab is drawn again after somebody opened it."""
LINKS_KEPT = 2000
SOON_S = 1.0
LATER_S = 8.0
AFTER_UNSURE_S = 5.0


@dataclass(frozen=True)
class Waiting:
    """A person who waits for an answer: who, at which number, since when, and where that is."""

    who: str
    number: str
    channel_id: str
    heard_at: datetime
    link: str | None


@dataclass(frozen=True)
class Account:
    """For admins. `names_pending` are caller names under review, None when that is not known (yet)."""

    survey: Survey
    vitals: Vitals
    names_pending: tuple[str, ...] | None


@dataclass(frozen=True)
class Home:
    """What a full member sees: how many wait for an answer and the newest of them."""

    waiting: int
    first: tuple[Waiting, ...]
    account: Account | None


@dataclass
class _Wish:
    """Somebody wants to see their tab."""

    until: float
    anew: bool
    drawn: dict[str, Any] | None = None
    times: int = 0


Draw = Callable[[Home | None], dict[str, Any]]
"""Makes Slack's view of what is to be seen; of None for guests."""


class Homes:
    """Publishes the Home tabs of those who look at them."""

    def __init__(
        self,
        store: Store,
        slack: Slack,
        flowroute: Flowroute,
        access: Access,
        health: Health,
        surveyor: Surveyor,
        wake: Wake,
        draw: Draw,
    ) -> None:
        self._store = store
        self._slack = slack
        self._flowroute = flowroute
        self._access = access
        self._health = health
        self._surveyor = surveyor
        self._wake = wake
        self._draw = draw
        self._wishes: dict[str, _Wish] = {}
        self._permalink = lru_cache(LINKS_KEPT)(self._ask_permalink)
        self._lock = threading.Lock()

    def show(self, user_id: str, *, anew: bool = False) -> None:
        """Draw somebody's tab; with `anew` what is known of the numbers is read again, however new."""
        with self._lock:
            self._wishes[user_id] = _Wish(time.monotonic() + FOLLOWED_S, anew)
        self._wake(Lane.HOMES, user_id)

    def due(self) -> list[str]:
        with self._lock:
            return list(self._wishes)

    def work(self, user_id: str) -> float | None:
        """Draw one tab, and come back while there is more to be known."""
        with self._lock:
            wish = self._wishes.get(user_id)
        if wish is None:
            return None
        if time.monotonic() > wish.until:
            self._fulfil(user_id, wish)
            return None
        try:
            return self._publish(user_id, wish)
        except TooFast as error:
            return error.retry_after_s
        except Refused as error:
            log.warning("a Home tab cannot be shown", extra={"user": user_id, "code": error.code})
            self._fulfil(user_id, wish)
            return None
        except SlackError:
            return AFTER_UNSURE_S

    def _publish(self, user_id: str, wish: _Wish) -> float | None:
        is_member = self._access.has(user_id, Role.VIEWER)
        is_admin = is_member and self._access.has(user_id, Role.ADMIN)
        if is_admin and wish.times == 0:
            self._surveyor.want(anew=wish.anew)
        home = self._home(user_id, wish, is_admin=is_admin) if is_member else None
        view = self._draw(home)
        if view != wish.drawn:
            self._slack.call("views.publish", user_id=user_id, view=view)
        wish.drawn = view
        wish.times += 1
        first_of_two = is_admin and wish.times == 1
        under_way = home is not None and home.account is not None and home.account.survey.is_under_way
        if first_of_two or under_way:
            return SOON_S if wish.times < 3 else LATER_S  # noqa: PLR2004 - most accounts are read by then
        self._fulfil(user_id, wish)
        return None

    def _fulfil(self, user_id: str, wish: _Wish) -> None:
        """Forget a wish, unless a newer one has taken its place."""
        with self._lock:
            if self._wishes.get(user_id) is wish:
                del self._wishes[user_id]

    def _home(self, user_id: str, wish: _Wish, *, is_admin: bool) -> Home:
        with self._store.read() as db:
            channels = figures.channels_with_threads(db)
        mine = [channel_id for channel_id in channels if self._is_in(user_id, channel_id)]
        with self._store.read() as db:
            count, newest = figures.unanswered(db, mine, SHOWN)
            names = contacts.named(db)
        first = tuple(self._waiting(one, names.get(one.person)) for one in newest)
        return Home(count, first, self._account(wish) if is_admin else None)

    def _account(self, wish: _Wish) -> Account:
        # The first picture is not to wait for Flowroute.
        names = None if wish.times == 0 else self._names_pending()
        return Account(self._surveyor.known(), self._health.vitals(), names)

    def _names_pending(self) -> tuple[str, ...] | None:
        try:
            records = list(self._flowroute.cnam.list(is_approved=False))
        except FlowrouteError as error:
            log.warning("caller names cannot be read", extra={"reason": type(error).__name__})
            return None
        return tuple(record.value or "" for record in records if record.status is CnamStatus.PENDING)

    def _is_in(self, user_id: str, channel_id: str) -> bool:
        """Not in a channel that Slack does not show us any more."""
        try:
            return self._access.is_in_channel(user_id, channel_id)
        except TooFast:
            raise
        except Refused:
            return False

    def _waiting(self, one: Unanswered, name: str | None) -> Waiting:
        link = self._link(one.channel_id, one.thread_ts)
        return Waiting(known_as(one.person, name), caller(one.number), one.channel_id, one.heard_at, link)

    def _link(self, channel_id: str, ts: str) -> str | None:
        """The address of a thread; None when Slack does not tell it."""
        try:
            return self._permalink(channel_id, ts)
        except TooFast:
            raise
        except Refused:
            return None

    def _ask_permalink(self, channel_id: str, ts: str) -> str:
        return str(self._slack.call("chat.getPermalink", channel=channel_id, message_ts=ts)["permalink"])
