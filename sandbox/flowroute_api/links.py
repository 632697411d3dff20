"""Links that carry their own permission, as the provider's storage hands them out for media and exports."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from .schedule import Clock
from .wire import Reply

MEDIA_LIFETIME = timedelta(days=30)
EXPORT_LIFETIME = timedelta(days=3)


class SignedLinks:
    """Makes and checks links below `public_url`."""

    def __init__(self, public_url: str, clock: Clock) -> None:
        self._base = public_url.rstrip("/")
        self._clock = clock
        self._key = secrets.token_bytes(16)

    def sign(self, path: str, *, since: datetime, lifetime: timedelta) -> str:
        expires = str(int((since + lifetime).timestamp()))
        return f"{self._base}{quote(path)}?Expires={expires}&Signature={self._signature(path, expires)}"

    def refusal(self, path: str, query: Mapping[str, str], *, has_credentials: bool) -> Reply | None:
        """Why the file behind `path` may not be had, in the storage's XML; None when it may.

        Credentials beside a signature are refused, as S3 does: such links need none and must get none.
        """
        if has_credentials:
            return _xml(400, "InvalidArgument", "Only one auth mechanism allowed")
        expires = query.get("Expires", "")
        if not hmac.compare_digest(
            query.get("Signature", "").encode(), self._signature(path, expires).encode()
        ):
            return _xml(403, "SignatureDoesNotMatch", "The request signature does not match")
        if self._clock.now().timestamp() >= int(expires):
            return _xml(403, "AccessDenied", "Request has expired")
        return None

    def _signature(self, path: str, expires: str) -> str:
        return hmac.new(self._key, f"{path} {expires}".encode(), hashlib.sha256).hexdigest()


def _xml(status: int, code: str, message: str) -> Reply:
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Reply(status, file=text.encode(), mime_type="application/xml")
