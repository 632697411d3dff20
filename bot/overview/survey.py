"""Which of the account's numbers lack a route or an emergency address, found out in the background.

Flowroute tells these for one number a call only, so a large account takes minutes: what is known is kept with
its age, and a survey goes on where it was after a restart.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import utc_now
from bot.lanes import Lane, Wake
from bot.store import bookmarks, survey
from bot.store.engine import Store
from bot.store.survey import Findings
from flowroute import Flowroute, FlowrouteError, NotFound, PhoneNumber, RateLimited

log = logging.getLogger(__name__)

ACCOUNT = "account"
FRESH = timedelta(minutes=15)
"""How old facts may be before somebody who looks has them read again."""
CALLS_AT_ONCE = 60
CALLS_A_MINUTE = 300
"""Of ours: Flowroute documents no limit for these calls, and texts must not wait behind them."""
AFTER_AN_ERROR_S = 60.0
NAMED = 5

WANTED = "survey wanted"
"""Since then facts must be at least as new; there while a survey is under way."""
LISTED = "survey listed"
DONE = "survey done"


@dataclass(frozen=True)
class Survey:
    """What is known; `is_under_way` while it is being made newer."""

    findings: Findings
    listed_at: datetime | None
    """When Flowroute last said which numbers there are; None for never."""
    is_under_way: bool


class Surveyor:
    """Looks at every number once whenever somebody wants to know and what is known is old."""

    def __init__(self, store: Store, flowroute: Flowroute, wake: Wake) -> None:
        self._store = store
        self._flowroute = flowroute
        self._wake = wake

    def known(self) -> Survey:
        with self._store.read() as db:
            return Survey(
                findings=survey.findings(db, NAMED),
                listed_at=bookmarks.get(db, LISTED),
                is_under_way=bookmarks.get(db, WANTED) is not None,
            )

    def want(self, *, anew: bool) -> None:
        """Begin a survey if what is known is old, or in any case when it is wanted `anew`.

        One that is under way goes on; it is not begun again.
        """
        now = utc_now()
        with self._store.write() as db:
            done = bookmarks.get(db, DONE)
            is_fresh = done is not None and now - done < FRESH
            if bookmarks.get(db, WANTED) is None and (anew or not is_fresh):
                bookmarks.put(db, WANTED, now)
        self._wake(Lane.SURVEY, ACCOUNT)

    def due(self) -> list[str]:
        with self._store.read() as db:
            return [ACCOUNT] if bookmarks.get(db, WANTED) is not None else []

    def work(self, _lane: str) -> float | None:
        """Go on for `CALLS_AT_ONCE` numbers."""
        with self._store.read() as db:
            wanted, listed = bookmarks.get(db, WANTED), bookmarks.get(db, LISTED)
        if wanted is None:
            return None
        began = time.monotonic()
        try:
            if listed is None or listed < wanted:
                self._list()
            is_done = self._look(wanted)
        except RateLimited as error:
            return error.retry_after_s or AFTER_AN_ERROR_S
        except FlowrouteError as error:
            log.warning("the numbers cannot be surveyed", extra={"reason": type(error).__name__})
            return AFTER_AN_ERROR_S
        if not is_done:
            pause_s = CALLS_AT_ONCE * 60 / CALLS_A_MINUTE
            return max(0.0, pause_s - (time.monotonic() - began))
        with self._store.write() as db:
            bookmarks.remove(db, WANTED)
            bookmarks.put(db, DONE, utc_now())
        return None

    def _list(self) -> None:
        began = utc_now()
        numbers = [number.value for number in self._flowroute.numbers.list()]
        with self._store.write() as db:
            survey.keep(db, numbers)
            bookmarks.put(db, LISTED, began)

    def _look(self, wanted: datetime) -> bool:
        """Look at the next numbers; whether these were the last."""
        with self._store.read() as db:
            numbers = survey.to_look_at(db, wanted, CALLS_AT_ONCE)
        for number in numbers:
            try:
                owned = self._flowroute.numbers.get(PhoneNumber(number))
            except NotFound:
                with self._store.write() as db:
                    survey.forget(db, number)
                continue
            with self._store.write() as db:
                survey.looked(
                    db,
                    number,
                    has_route=owned.primary_route is not None,
                    has_e911=owned.e911 is not None,
                    now=utc_now(),
                )
        return len(numbers) < CALLS_AT_ONCE
