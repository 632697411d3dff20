"""Refusals in the provider's words: `{"errors": [{detail, id, status, title}]}`.

The documented bodies differ on purpose: a 404 for a number has no title, the 403 sample has no id and
an empty detail, and field rules answer with a nested object as detail.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from werkzeug.http import HTTP_STATUS_CODES


class ApiError(Exception):
    """A refusal; `document` is the body that goes out with `status`."""

    def __init__(self, status: int, detail: Any, *, title: str | None = None, with_id: bool = True) -> None:
        super().__init__(f"{status} {detail}")
        self.status = status
        self._detail = detail
        self._title = title
        self._with_id = with_id

    def document(self) -> dict[str, Any]:
        entry: dict[str, Any] = {"detail": self._detail, "status": self.status}
        if self._with_id:
            entry["id"] = str(uuid4())
        if self._title is not None:
            entry["title"] = self._title
        return {"errors": [entry]}


def unauthorized() -> ApiError:
    return ApiError(401, "Authentication failed.", title="Unauthorized")


def not_permitted() -> ApiError:
    return ApiError(403, "", title="ActionNotAuthorizedError", with_id=False)


def not_found() -> ApiError:
    return ApiError(404, "Could not find that resource on your account.")


def method_not_allowed() -> ApiError:
    return ApiError(405, "The method is not allowed for the requested URL.", title="Method Not Allowed")


def unsupported_payload(detail: str) -> ApiError:
    return ApiError(415, detail, title="Unsupported Media Type")


def invalid_parameter(name: str, rule: str) -> ApiError:
    """A query parameter that cannot be right."""
    return ApiError(422, f"{name}: {rule}", title="Unprocessable Entity")


def invalid_fields(problems: Mapping[str, list[str]]) -> ApiError:
    """Attributes that break their rules: field name -> what is wrong with it."""
    return ApiError(422, {"data": {"attributes": problems}})


def too_many_requests() -> ApiError:
    return ApiError(429, "Too many requests.", title="Too Many Requests")


def server_fault(status: int) -> ApiError:
    return ApiError(status, "Please try again later.", title=HTTP_STATUS_CODES[status])
