"""File names that are safe to show, to upload and to put into a header."""

import re
import unicodedata
from typing import Final

from bot.media.kinds import EXTENSIONS, extension_for

MAX_STEM: Final = 60  # characters: with four bytes each and an extension still below the usual 255 bytes
_RESERVED: Final = re.compile(r'[<>:"|?*`&]')
_EXTENSION: Final = re.compile(r"(?P<stem>.*)\.(?P<extension>[A-Za-z0-9]{1,5})", re.DOTALL)
# Device names that Windows takes for the device whatever follows the dot.
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe_file_name(name: str, mime_type: str) -> str:
    """The last part of `name`, harmless, with an extension that fits `mime_type`.

    `../../etc/passwd` with image/png becomes `passwd.png`, `invoice.exe` becomes `invoice.png`, an empty
    name becomes `file.png`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Category C: control characters, and the invisible ones that turn the reading direction around.
    visible = "".join(character for character in last if unicodedata.category(character)[0] != "C")
    stem, extension = _split(_RESERVED.sub("_", " ".join(visible.split())), mime_type)
    stem = stem[:MAX_STEM].strip(". ") or "file"
    if _DEVICE.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem}.{extension}"


def _split(name: str, mime_type: str) -> tuple[str, str]:
    usual = extension_for(mime_type)
    match = _EXTENSION.fullmatch(name)
    if match is None:
        return name, usual
    extension = match["extension"].lower()
    fits = extension in EXTENSIONS.get(mime_type, (usual,))
    return match["stem"], extension if fits else usual
