"""Files of picture messages: fetched from the sender's public links, served under signed ones."""

import mimetypes
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import requests
from urllib3.exceptions import HTTPError

from .api import Api
from .errors import ApiError, not_found
from .schedule import Clock
from .state import Media
from .wire import ApiRequest, Reply
from .world import World

LIMIT_BYTES = 767_840
"""All media of an outbound MMS with its text, as the error text of "Send an MMS" names it."""
FETCH_TIMEOUT_S = 10.0
CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class MediaFiles:
    """The signed links behind `included[].attributes.url`."""

    world: World

    def register(self, api: Api) -> None:
        api.add("GET", "/media/<media_id>", self.download, public=True)

    def download(self, request: ApiRequest, media_id: str) -> Reply:
        refusal = self.world.links.refusal(
            request.path, request.query, has_credentials=request.has_credentials
        )
        if refusal is not None:
            return refusal
        media = self.world.account.media.get(media_id)
        if media is None:
            raise not_found()
        return Reply(200, file=media.data, mime_type=media.mime_type)


def new_media(file_name: str, mime_type: str, data: bytes, clock: Clock) -> Media:
    extension = PurePosixPath(file_name).suffix
    media_id = f"{secrets.randbelow(9 * 10**18) + 10**18}-{str(uuid4()).upper()}{extension}"
    return Media(media_id, file_name, mime_type, data, clock.now())


def fetch_media(urls: Sequence[str], body: str | None, clock: Clock) -> list[Media]:
    """Download what an MMS points to, anonymously, as the carrier does.

    Raises `ApiError` 422 when a link gives no file, or when text and files together pass the limit.
    """
    left = LIMIT_BYTES - len((body or "").encode())
    fetched = []
    for url in urls:
        media = _fetch(url, left, clock)
        left -= len(media.data)
        fetched.append(media)
    return fetched


def _fetch(url: str, limit: int, clock: Clock) -> Media:
    try:
        with requests.get(url, stream=True, timeout=FETCH_TIMEOUT_S) as answer:
            if not answer.ok:
                raise _unfetchable(url, f"answered {answer.status_code}")
            data = bytearray()
            for chunk in answer.iter_content(CHUNK_BYTES):
                data += chunk
                if len(data) > limit:
                    raise _unfetchable(url, f"is over {LIMIT_BYTES} byte limit")
            mime_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise _unfetchable(url, "cannot be fetched") from error
    file_name = PurePosixPath(unquote(urlsplit(url).path)).name or "file"
    guessed = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
    return new_media(file_name, mime_type or guessed, bytes(data), clock)


def _unfetchable(url: str, why: str) -> ApiError:
    return ApiError(422, f'Error fetching media: File at "{url}" {why}.')
