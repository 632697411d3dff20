"""Pictures and files that phones send: fetched at once, kept, then shared in the thread exactly once.

Flowroute's links die, so the bytes are kept here until Slack has them. Slack names a file before it is
shared, and that name tells after a crash whether it was (docs.slack.dev, "Working with files"). Sharing goes
on inside Slack after its answer, so that for a while neither the file nor the thread tells.
"""

import logging
from datetime import datetime, timedelta

from bot.cards import escape
from bot.clock import utc_now
from bot.files import Files
from bot.lanes import Lane, Wake
from bot.logs import about
from bot.media.errors import MediaError
from bot.media.fetch import Fetcher
from bot.slack import ABOUT_THE_CHANNEL, Refused, Slack, TooFast, Unsure, oldest
from bot.store import conversations, media, notices, posts, texts
from bot.store.engine import Store
from bot.store.media import MediaState, Part
from bot.store.texts import TEXT

log = logging.getLogger(__name__)

NOT_YET_S = 1.0
LATER_S = 5.0
STUCK_CHANNEL_S = 60.0
SHARES_SHOW = timedelta(minutes=1)
"""How long a share may take to show."""
BACKOFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
"""Pauses before each new attempt; Flowroute's links live for days."""


class PicturesIn:
    """Works the files of one text at a time."""

    def __init__(self, store: Store, slack: Slack, files: Files, fetcher: Fetcher, wake: Wake) -> None:
        self._store = store
        self._slack = slack
        self._files = files
        self._fetcher = fetcher
        self._wake = wake

    def due(self) -> list[str]:
        with self._store.read() as db:
            return [str(text_id) for text_id in media.texts_with_open_parts(db)]

    def work(self, lane: str) -> float | None:
        """Bring every file of a text into its thread."""
        with self._store.read() as db:
            parts = media.open_parts(db, int(lane))
        with about(TEXT, int(lane)):
            waits = [wait_s for wait_s in map(self._advance, parts) if wait_s is not None]
        return min(waits) if waits else None

    def _advance(self, part: Part) -> float | None:
        if part.state is MediaState.WAITING:
            return self._fetch(part)
        return self._share(part)

    def _fetch(self, part: Part) -> float | None:
        now = utc_now()
        if part.try_after is not None and part.try_after > now:
            return (part.try_after - now).total_seconds()
        try:
            file = self._fetcher.fetch(part.url, part.file_name)
        except MediaError as error:
            return self._failed(part, error)
        with self._store.write() as db:
            media.change(
                db,
                part.id,
                state=MediaState.FETCHED,
                content=file.content,
                file_name=file.file_name,
                mime_type=file.mime_type,
            )
        return 0.0  # come back at once, with the bytes

    def _failed(self, part: Part, error: MediaError) -> float | None:
        name = part.file_name or "a file"
        log.warning("a file could not be fetched", extra={"part": part.id, "reason": type(error).__name__})
        if not error.can_retry or part.attempts >= len(BACKOFF):
            self._say(part, f":paperclip: {escape(name)} did not arrive. {error.user_message}")
            self._change(part, state=MediaState.FAILED, problem=error.user_message)
            return None
        if part.attempts == 0:
            self._say(
                part,
                f":paperclip: {escape(name)} is tried again later. {error.user_message}",
            )
        pause = BACKOFF[part.attempts]
        self._change(part, attempts=part.attempts + 1, try_after=utc_now() + pause)
        return pause.total_seconds()

    def _share(self, part: Part) -> float | None:
        thread = self._thread_of(part)
        if thread is None:
            return NOT_YET_S  # the text itself goes first
        try:
            wait_s = self._share_in(thread, part)
        except TooFast as error:
            return error.retry_after_s
        except Unsure:
            return LATER_S
        except Refused as error:
            return self._refused(part, error)
        if wait_s is None:
            self._change(part, state=MediaState.SHARED, content=None)
        return wait_s

    def _share_in(self, thread: tuple[str, str], part: Part) -> float | None:
        """Seconds to look again in; None once the file stands in the thread."""
        if part.state is MediaState.FETCHED:
            file_id = self._files.upload(part.file_name, part.content or b"")
        else:
            file_id = part.slack_file_id or ""
            is_shared = self._is_shared(file_id, thread, part)
            if is_shared is not False:
                return None if is_shared else LATER_S
        patience = utc_now() + SHARES_SHOW
        self._change(part, state=MediaState.UPLOADING, slack_file_id=file_id, try_after=patience)
        self._files.share(file_id, part.file_name, channel_id=thread[0], thread_ts=thread[1])
        return None

    def _refused(self, part: Part, error: Refused) -> float | None:
        log.warning("Slack refused a file", extra={"part": part.id, "code": error.code})
        if error.code in ABOUT_THE_CHANNEL:
            return STUCK_CHANNEL_S
        self._say(part, f":paperclip: Slack did not take {escape(part.file_name)} ({error.code}).")
        self._change(part, state=MediaState.FAILED, problem=error.code)
        return None

    def _is_shared(self, file_id: str, thread: tuple[str, str], part: Part) -> bool | None:
        """Whether the file stands in a conversation; None while that may still come.

        One that was never completed is unknown to Slack.
        """
        try:
            file = self._slack.call("files.info", file=file_id)["file"]
        except Refused as error:
            if error.code == "file_not_found":
                return False
            raise
        if any(file.get(kind) for kind in ("channels", "groups", "ims", "shares")):
            return True
        begun = utc_now() if part.try_after is None else part.try_after - SHARES_SHOW
        if self._stands_in(thread, file_id, begun):
            return True
        return None if utc_now() < begun + SHARES_SHOW else False

    def _stands_in(self, thread: tuple[str, str], file_id: str, begun: datetime) -> bool:
        channel_id, ts = thread
        messages = self._slack.each(
            "conversations.replies",
            "messages",
            channel=channel_id,
            ts=ts,
            oldest=oldest(begun),
        )
        return any(file.get("id") == file_id for message in messages for file in message.get("files") or ())

    def _thread_of(self, part: Part) -> tuple[str, str] | None:
        """(channel id, thread ts) once the text is in Slack."""
        with self._store.read() as db:
            text = texts.get(db, part.text_id)
            if text.conversation_id is None or posts.ts_of(db, TEXT, text.id) is None:
                return None
            conversation = conversations.get(db, text.conversation_id)
        return None if conversation.thread_ts is None else (conversation.channel_id, conversation.thread_ts)

    def _change(self, part: Part, **values: object) -> None:
        with self._store.write() as db:
            media.change(db, part.id, **values)

    def _say(self, part: Part, said: str) -> None:
        with self._store.write() as db:
            text = texts.get(db, part.text_id)
            if text.conversation_id is None:
                return
            conversation = conversations.get(db, text.conversation_id)
            notices.post(
                db,
                said,
                channel_id=conversation.channel_id,
                conversation_id=conversation.id,
                now=utc_now(),
            )
        self._wake(Lane.POSTS, conversation.channel_id)
