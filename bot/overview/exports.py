"""Exports of call records, followed until the file is with the one who asked.

Flowroute takes minutes for one. How far it is stands in the store and in one message of the asker's direct
messages, so that a restart only pauses it.
"""

import csv
import gzip
import io
import logging
import zlib
from datetime import datetime, timedelta

from bot import cards
from bot.actor import Actor
from bot.cards import Card
from bot.clock import utc_now
from bot.errors import BotError
from bot.files import Files, harmless_csv
from bot.lanes import Lane, Wake
from bot.slack import Refused, Slack, SlackError, TooFast
from bot.store import exports
from bot.store.engine import Store
from bot.store.exports import Export, ExportState
from flowroute import Flowroute, FlowrouteError, NotFound
from flowroute.cdrs import CdrExport

log = logging.getLogger(__name__)

QUICK = timedelta(seconds=30)
QUICK_S = 2.0
SLOW_S = 15.0
"""How often Flowroute is asked at first, and after `QUICK`."""
GIVE_UP = timedelta(minutes=30)
"""Flowroute is usually done within five."""
AFTER_UNSURE_S = 5.0
MOST_BYTES = 50 * 1024 * 1024
"""Of a file that is handed over. A larger one is given as it comes, compressed, up to the same size."""


class ExportUnknown(BotError):
    """Flowroute did not say whether it began an export."""

    def __init__(self) -> None:
        super().__init__(
            "Flowroute did not say whether it began the export. `/flowroute cdr list` shows it in a minute "
            "if it did; otherwise ask again."
        )


class Exports:
    """Begins exports and follows them, each in a lane of its own."""

    def __init__(self, store: Store, slack: Slack, flowroute: Flowroute, files: Files, wake: Wake) -> None:
        self._store = store
        self._slack = slack
        self._flowroute = flowroute
        self._files = files
        self._wake = wake

    def begin(self, actor: Actor, start: datetime, end: datetime) -> None:
        """Have the calls from `start` up to, not including, `end` written, and follow it.

        Raises:
            ExportUnknown: Flowroute did not say whether it began.
            FlowrouteError: it did not.
        """
        try:
            begun = self._flowroute.cdrs.create(start, end)
        except FlowrouteError as error:
            if error.may_have_happened:
                raise ExportUnknown from error
            raise
        with self._store.write() as db:
            export = exports.add(
                db,
                export_id=begun.id,
                user_id=actor.user_id,
                starts_at=start,
                ends_at=end,
                now=utc_now(),
            )
        self._wake(Lane.EXPORTS, str(export.id))

    def follow_again(self, row_id: int) -> bool:
        """Take up an export that was given up; False when it was not."""
        with self._store.write() as db:
            taken_up = exports.follow_again(db, row_id, utc_now())
        self._wake(Lane.EXPORTS, str(row_id))
        return taken_up

    def due(self) -> list[str]:
        with self._store.read() as db:
            return [str(row_id) for row_id in exports.due(db)]

    def work(self, lane: str) -> float | None:
        """Look how far one export is. Running it twice gives the file twice, which is harmless."""
        with self._store.read() as db:
            export = exports.get(db, int(lane))
        if export is None or export.state is not ExportState.FOLLOWING:
            return None
        try:
            return self._advance(export)
        except TooFast as error:
            return error.retry_after_s
        except Refused as error:
            log.warning("Slack refused an export", extra={"export": export.id, "code": error.code})
            self._change(export, state=ExportState.FAILED)
            return None
        except SlackError:
            return AFTER_UNSURE_S

    def _advance(self, export: Export) -> float | None:
        if export.ts is None:
            return self._announce(export)
        try:
            job = self._flowroute.cdrs.get(export.export_id)
            if not job.is_done:
                return self._later(export)
            compressed = b"" if job.status == "failed" else self._download(job)
        except NotFound:
            self._fail(export, "Flowroute does not have it any more. Ask again.")
        except FlowrouteError as error:
            log.warning("an export cannot be read", extra={"reason": type(error).__name__})
            return self._later(export)
        else:
            self._hand_over(export, job, compressed)
        return None

    def _announce(self, export: Export) -> float:
        card = _card(export, ":hourglass_flowing_sand: Flowroute is writing it, which takes a few minutes.")
        answer = self._slack.call(
            "chat.postMessage", channel=export.user_id, text=card.text, blocks=card.blocks
        )
        self._change(export, channel_id=str(answer["channel"]), ts=str(answer["ts"]))
        return 0.0

    def _download(self, job: CdrExport) -> bytes:
        with self._flowroute.cdrs.file(job) as incoming:
            return incoming.read(MOST_BYTES + 1)

    def _hand_over(self, export: Export, job: CdrExport, compressed: bytes) -> None:
        if job.status == "failed":
            self._fail(export, "Flowroute could not write it. Ask again, perhaps for fewer days.")
            return
        if len(compressed) > MOST_BYTES:
            self._fail(export, "The file is larger than 50 MB. Ask for fewer days.")
            return
        name = f"calls-{export.starts_at:%Y-%m-%d}-to-{export.ends_at:%Y-%m-%d}.csv"
        try:
            content = unpacked(compressed)
            # The names that callers give themselves stand in it.
            content = None if content is None else harmless_csv(content)
        except (OSError, EOFError, zlib.error, csv.Error):  # gzip's own errors are of the first three kinds
            self._fail(export, "Flowroute's file is damaged. Ask again.")
            return
        if content is None:
            name, content = f"{name}.gz", compressed
        self._files.give(export.user_id, name, content)
        self._change(export, state=ExportState.DONE)
        calls = "The calls" if job.num_calls is None else f"{job.num_calls:,} calls"
        cost = "" if job.total_cost is None else f", {cards.usd(job.total_cost)}"
        self._show(_card(export, f":white_check_mark: {calls}{cost}. The file is below."), export)

    def _later(self, export: Export) -> float | None:
        followed = utc_now() - export.followed_since
        if followed < GIVE_UP:
            return QUICK_S if followed < QUICK else SLOW_S
        said = (
            ":warning: Flowroute was not done within half an hour, so I stopped looking. Nothing is lost: "
            "`/flowroute cdr list` shows when it is, and *Look again* brings the file then, for 3 days."
        )
        self._show(_card(export, said, can_follow=True), export)
        self._change(export, state=ExportState.GIVEN_UP)
        return None

    def _fail(self, export: Export, said: str) -> None:
        self._show(_card(export, f":x: {said}"), export)
        self._change(export, state=ExportState.FAILED)

    def _show(self, card: Card, export: Export) -> None:
        self._slack.call(
            "chat.update", channel=export.channel_id, ts=export.ts, text=card.text, blocks=card.blocks
        )

    def _change(self, export: Export, **values: object) -> None:
        with self._store.write() as db:
            exports.change(db, export.id, **values)


def unpacked(compressed: bytes, most: int = MOST_BYTES) -> bytes | None:
    """The CSV inside, None when it has more than `most` bytes; never more of it is in memory."""
    with gzip.open(io.BytesIO(compressed)) as file:
        content = file.read(most + 1)
    return content if len(content) <= most else None


def _card(export: Export, said: str, *, can_follow: bool = False) -> Card:
    days = f"{export.starts_at:%Y-%m-%d %H:%M} to {export.ends_at:%Y-%m-%d %H:%M} UTC"
    return cards.export(export.id, f"*Call records*, {days}\n{said}", can_follow=can_follow)
