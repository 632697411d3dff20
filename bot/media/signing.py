"""Addresses under `/media/` that cannot be guessed or altered, and that end."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

PURPOSE: Final = "flowroute-slack-bot: media link"


class Signer:
    """Signs file ids with a key derived from `secret` (WEBHOOK_TOKEN) for this one purpose.

    Every process with the same WEBHOOK_TOKEN reads what another one signed. A changed token ends all links.
    """

    def __init__(self, secret: str) -> None:
        # The salt and "hmac" make the signing key HMAC-SHA256(secret, PURPOSE), so that no link tells
        # anything that would help against the webhook addresses.
        self._serializer = URLSafeSerializer(
            secret,
            salt=PURPOSE,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def path(self, file_id: int, expires: datetime) -> str:
        """One path segment (letters, digits, `-`, `_`, `.`), valid until just before `expires` (aware)."""
        return str(self._serializer.dumps([file_id, int(expires.timestamp())]))

    def read(self, path_part: str, now: datetime) -> int | None:
        """The file's id; None for a link that was altered, made up, or has ended."""
        try:
            file_id, expires = self._serializer.loads(path_part)
        except BadData:
            return None
        return int(file_id) if now < datetime.fromtimestamp(expires, UTC) else None
