"""Deciding what an answer of Flowroute means, without I/O."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from flowroute.errors import (
    ApiError,
    Forbidden,
    NotFound,
    ProviderDown,
    RateLimited,
    Refused,
    Unauthorized,
    UnexpectedAnswer,
)
from flowroute.lenient import well_formed

T = TypeVar("T")


class Answer(NamedTuple):
    """What came back for `method`: status and body as received, header names in lower case."""

    method: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def read(self, shape: TypeAdapter[T]) -> T:
        """The body as `shape`, or `UnexpectedAnswer`; call it on successes only."""
        try:
            try:
                return shape.validate_json(self.body)
            except ValidationError:
                return shape.validate_json(mended(self.body))
        except ValidationError as error:
            raise UnexpectedAnswer(
                f"status {self.status}, but the body is not as documented: {_first_fault(error)}",
                may_have_happened=self.method != "GET",
            ) from error


@dataclass(frozen=True, slots=True, config=ConfigDict(coerce_numbers_to_str=True))
class ErrorEntry:
    """One of `errors`; each member is missing somewhere in what Flowroute documents."""

    detail: Any = None
    id: str | None = None
    title: str | None = None
    code: Any = None


@dataclass(frozen=True, slots=True)
class ErrorDocument:
    errors: tuple[ErrorEntry, ...] = ()


_ERRORS = TypeAdapter(ErrorDocument)

_BRANCHES: Mapping[int, type[ApiError]] = {
    HTTPStatus.BAD_REQUEST: Refused,
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.UNPROCESSABLE_ENTITY: Refused,
}


def check(answer: Answer, *, now: datetime) -> None:
    """Raise what the status of `answer` means; a 2xx passes.

    `now` turns a `Retry-After` that is a date into seconds.
    """
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if answer.status < HTTPStatus.BAD_REQUEST:
        raise UnexpectedAnswer(
            f"status {answer.status}: Flowroute does not redirect, so something stands between us",
            may_have_happened=False,
        )
    raise error_for(answer, now=now)


def error_for(answer: Answer, *, now: datetime) -> ApiError:
    """The error that a 4xx or 5xx answer stands for; a body that is absent or not JSON is no obstacle."""
    try:
        entries = _ERRORS.validate_json(answer.body).errors
    except ValidationError:
        entries = ()  # a gateway's HTML page, or nothing at all: the status is all we have
    fields: dict[str, str] = {}
    details: list[str] = []
    for entry in entries:
        per_field = flattened(entry.detail) if isinstance(entry.detail, dict | list) else {}
        fields |= per_field
        said = str(entry.detail) if isinstance(entry.detail, str) and entry.detail else entry.title
        details += [f"{name}: {text}" for name, text in per_field.items()] or ([said] if said else [])
    detail = "; ".join(details)
    request_id = next((entry.id for entry in entries if entry.id), None)
    message = f"{answer.method} answered {answer.status}: {detail or 'no detail'}"

    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = retry_after_s(answer.headers.get("retry-after"), now=now)
        return RateLimited(message, detail=detail, request_id=request_id, retry_after_s=wait)
    kind: type[ApiError] = _BRANCHES.get(answer.status, ApiError)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = ProviderDown
    return kind(
        message,
        status=answer.status,
        detail=detail,
        request_id=request_id,
        fields=fields,
        said=json.dumps([(entry.detail, entry.title, entry.code) for entry in entries]),
        may_have_happened=kind is ProviderDown and answer.method != "GET",
    )


def flattened(detail: object) -> dict[str, str]:
    """`{"data": {"attributes": {"zip": ["Too short."]}}}` -> `{"zip": "Too short."}`.

    Deeper names are joined with dots; several messages for one field with a space.
    """
    found: dict[str, list[str]] = {}
    # A stack, not recursion: how deep an answer goes is not for the sender to decide.
    pending: list[tuple[tuple[str, ...], object]] = [((), detail)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, dict):
            pending += [((*path, str(key)), value) for key, value in reversed(node.items())]
        elif isinstance(node, list):
            pending += [(path, value) for value in reversed(node)]
        elif node is not None:
            name = ".".join(part for part in path if part not in {"data", "attributes"})
            found.setdefault(name or "request", []).append(str(node))
    return {name: " ".join(texts) for name, texts in found.items()}


def mended(body: bytes) -> bytes:
    """JSON without the lone surrogates that somebody's text may hold; what is no JSON stays as it is."""
    try:
        written = json.dumps(json.loads(body), ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
    return well_formed(written).encode()


def retry_after_s(value: str | None, *, now: datetime) -> float | None:
    """Seconds from a `Retry-After` header, which is a number or an HTTP date; None when it is neither."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    until = http_date(value)
    return None if until is None else max(0.0, (until - now).total_seconds())


def http_date(value: str | None) -> datetime | None:
    """The moment (UTC) in a header such as `Date`; None when there is none."""
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _first_fault(error: ValidationError) -> str:
    """Where and what, without the value: bodies hold texts and numbers, and this goes into logs."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the whole body"
    return f"{where}: {first['type']}"
