"""Files: uploaded by the bot in three steps or attached by people, downloaded with the bot's token only.

Source: docs.slack.dev, "files.getUploadURLExternal", "files.completeUploadExternal", "File object".
"""

import mimetypes
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.slack.wire import JSON, SlackError

PRETTY = {
    "png": "PNG",
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "gif": "GIF",
    "pdf": "PDF",
    "csv": "CSV",
    "txt": "Plain Text",
}


@dataclass(frozen=True)
class Upload:
    """A file as a person attaches it."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass
class StoredFile:
    id: str
    name: str
    mime_type: str
    user_id: str
    length: int
    created: int
    content: bytes | None = field(default=None, repr=False)
    """None until the bytes have arrived."""
    title: str = ""
    is_complete: bool = False
    channels: list[str] = field(default_factory=list)
    direct: list[str] = field(default_factory=list)
    private: list[str] = field(default_factory=list)


class Files:
    """Every file by id; the caller holds the workspace's lock."""

    def __init__(self, base_url: str, clock: Callable[[], float], team_id: str) -> None:
        self._base_url = base_url
        self._clock = clock
        self._team_id = team_id
        self._files: dict[str, StoredFile] = {}
        self._uploads: dict[str, str] = {}

    def announce(self, name: str, length: int, user_id: str) -> tuple[str, str]:
        """Step one: an address to send `length` bytes to, and the id the file will have."""
        mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        stored = self._new(name, mime_type, length, user_id)
        ticket = secrets.token_hex(12)
        self._uploads[ticket] = stored.id
        return f"{self._base_url}/files/upload/{ticket}", stored.id

    def receive(self, ticket: str, content: bytes) -> int:
        """Step two: the bytes. Returns their number; raises `SlackError` for a wrong address or length."""
        stored = self._files.get(self._uploads.get(ticket, ""))
        if stored is None or stored.is_complete:
            raise SlackError("invalid_upload_url")
        if len(content) != stored.length:
            raise SlackError("file_length_mismatch")
        stored.content = content
        return len(content)

    def complete(self, file_id: str, title: str | None) -> StoredFile:
        """Step three, once; a file whose bytes never came is not found."""
        stored = self._files.get(file_id)
        if stored is None or stored.content is None or stored.is_complete:
            raise SlackError("file_not_found")
        stored.is_complete = True
        stored.title = title or stored.name
        return stored

    def attach(self, upload: Upload, user_id: str) -> StoredFile:
        """A file that a person puts into a message or a form."""
        stored = self._new(upload.name, upload.mime_type, len(upload.content), user_id)
        stored.content, stored.title, stored.is_complete = upload.content, upload.name, True
        return stored

    def get(self, file_id: str) -> StoredFile:
        stored = self._files.get(file_id)
        if stored is None or not stored.is_complete:
            raise SlackError("file_not_found")
        return stored

    def delete(self, file_id: str) -> None:
        self.get(file_id)
        del self._files[file_id]

    def _new(self, name: str, mime_type: str, length: int, user_id: str) -> StoredFile:
        file_id = f"F{secrets.token_hex(5).upper()}"
        stored = StoredFile(file_id, name, mime_type, user_id, length, int(self._clock()))
        self._files[file_id] = stored
        return stored

    def as_api(self, stored: StoredFile) -> JSON:
        """The file object, as messages and `files.info` carry it."""
        extension = stored.name.rpartition(".")[2].lower() if "." in stored.name else "binary"
        address = f"{self._base_url}/files/private/{stored.id}"
        shown: JSON = {
            "id": stored.id,
            "created": stored.created,
            "timestamp": stored.created,
            "name": stored.name,
            "title": stored.title,
            "mimetype": stored.mime_type,
            "filetype": extension,
            "pretty_type": PRETTY.get(extension, extension.upper()),
            "user": stored.user_id,
            "user_team": self._team_id,
            "editable": False,
            "size": stored.length,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": bool(stored.channels),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{address}/{stored.name}",
            "url_private_download": f"{address}/download/{stored.name}",
            "media_display_type": "unknown",
            "permalink": f"{address}/{stored.name}",
            "permalink_public": f"{address}/{stored.name}",
            "is_starred": False,
            "has_rich_preview": False,
            "file_access": "visible",
            "channels": list(stored.channels),
            "groups": list(stored.private),
            "ims": list(stored.direct),
        }
        if stored.mime_type.startswith("image/"):
            shown["thumb_360"] = f"{address}/thumb/{stored.name}"
        return shown
