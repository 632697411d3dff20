"""Pictures and files attached to a reply: fetched from Slack, made to fit, served for Flowroute to fetch.

Slack's own links are private, so Flowroute gets signed, expiring ones of ours; the bytes lie in the database,
because whichever process answers must have them.
"""

from datetime import timedelta

from bot.clock import utc_now
from bot.errors import BotError
from bot.media.attached import Attached
from bot.media.shrink import MMS_LIMIT_BYTES, fit_for_mms
from bot.media.signing import Signer
from bot.store import media, notices
from bot.store.engine import Store
from bot.store.media import OutgoingFile
from bot.store.replies import Reply

LINKS_LIVE = timedelta(hours=24)
ROOM_FOR_TEXT = 10_000  # bytes of the message that are not files


class NoPublicUrl(BotError):
    """Flowroute has nowhere to fetch a file from."""

    def __init__(self) -> None:
        super().__init__(
            "Files cannot be sent, because Flowroute could not fetch them: the bot has no public address "
            "(PUBLIC_URL). Nothing was sent."
        )


class PicturesOut:
    """Prepares the files of replies; `public_url` None: none can be sent."""

    def __init__(
        self,
        store: Store,
        attached: Attached,
        signer: Signer | None,
        public_url: str | None,
    ) -> None:
        self._store = store
        self._attached = attached
        self._signer = signer
        self._public_url = public_url

    def require_address(self) -> None:
        """Return when files can be sent at all; raises NoPublicUrl."""
        if self._signer is None or self._public_url is None:
            raise NoPublicUrl

    def prepare(self, reply: Reply) -> list[str]:
        """Addresses from which Flowroute can fetch the files of a reply, valid for a day. Safe to repeat.

        Raises:
            NoPublicUrl: there is no address to give.
            MediaError: a file cannot be fetched or made to fit; its `can_retry` says whether later may help.
            SlackError: Slack did not say what the file is.
        """
        if not reply.file_ids:
            return []
        if self._signer is None or self._public_url is None:
            raise NoPublicUrl
        limit = (MMS_LIMIT_BYTES - ROOM_FOR_TEXT) // len(reply.file_ids)
        now = utc_now()
        with self._store.read() as db:
            kept = media.outgoing_ids(db, reply.id)
        for slack_file_id in reply.file_ids:
            if slack_file_id not in kept:
                self._keep(reply, slack_file_id, limit)
        with self._store.write() as db:
            media.forget_outgoing(db, before=now - 2 * LINKS_LIVE)
            kept = media.outgoing_ids(db, reply.id)
        expires = now + LINKS_LIVE
        return [f"{self._public_url}/media/{self._signer.path(kept[i], expires)}" for i in reply.file_ids]

    def served(self, path_part: str) -> OutgoingFile | None:
        """The file behind one of our links; None for one that ended or was never ours."""
        file_id = None if self._signer is None else self._signer.read(path_part, utc_now())
        if file_id is None:
            return None
        with self._store.read() as db:
            return media.outgoing(db, file_id)

    def _keep(self, reply: Reply, slack_file_id: str, limit_bytes: int) -> None:
        fitted = fit_for_mms(self._attached.fetch(slack_file_id), limit_bytes)
        with self._store.write() as db:
            if fitted.note:
                notices.post(
                    db,
                    f":paperclip: {fitted.note}",
                    channel_id=reply.channel_id,
                    conversation_id=reply.conversation_id,
                    now=utc_now(),
                )
            media.keep_outgoing(
                db,
                reply_id=reply.id,
                slack_file_id=slack_file_id,
                file_name=fitted.file.file_name,
                mime_type=fitted.file.mime_type,
                content=fitted.file.content,
                now=utc_now(),
            )
