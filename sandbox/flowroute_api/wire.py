"""Requests and answers as the resources see them, free of any web framework."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from .errors import ApiError, invalid_fields, unsupported_payload
from .state import Json

JSON_TYPES = {"", "application/json", "application/vnd.api+json"}
FORM_TYPE = "application/x-www-form-urlencoded"
NORTH_AMERICAN = re.compile(r"1[2-9][0-9]{2}[2-9][0-9]{6}")


@dataclass(frozen=True)
class Reply:
    """An answer: a document, or (for a file) bytes with their type."""

    status: int
    document: Json | None = None
    file: bytes | None = None
    mime_type: str = "application/vnd.api+json"


@dataclass(frozen=True)
class ApiRequest:
    path: str
    query: Mapping[str, str]
    content_type: str
    raw: bytes
    has_credentials: bool = False

    def body(self) -> Json:
        """The JSON object that was sent, `{}` for no body at all.

        A missing Content-Type is taken for JSON, because the Python SDK sends its PATCH calls that way.
        """
        if not self.raw:
            return {}
        if self.content_type not in JSON_TYPES:
            raise unsupported_payload(f"Content-Type {self.content_type} is not supported.")
        return self._parsed_json()

    def body_or_form(self) -> Json:
        """As `body`, but also form-encoded, as the Python SDK sends a few calls; there, lists stay lists."""
        if self.content_type == FORM_TYPE:
            return dict(parse_qs(self.raw.decode(errors="replace")))
        return self.body()

    def attributes(self, resource_type: str) -> Json:
        """The attributes of a JSON:API body of that type."""
        data = self.body().get("data")
        if not isinstance(data, dict) or data.get("type") != resource_type:
            raise ApiError(
                422, f'The body must be {{"data": {{"type": "{resource_type}", "attributes": ...}}}}.'
            )
        return _object(data.get("attributes", {}))

    def attributes_or_compact(self) -> Json:
        """The attributes of either documented form: under `data.attributes`, or the body itself."""
        body = self.body()
        if "data" not in body:
            return body
        return _object(_object(body["data"]).get("attributes", {}))

    def _parsed_json(self) -> Json:
        try:
            return _object(json.loads(self.raw))
        except ValueError as error:  # also covers bytes that are no UTF-8
            raise unsupported_payload("The body is not valid JSON.") from error


View = Callable[..., Reply]
"""Takes an `ApiRequest` and, by name, the variable parts of the path."""


def _object(value: Any) -> Json:
    if not isinstance(value, dict):
        raise unsupported_payload("The body is not a JSON object.")
    return value


def number_digits(value: object) -> str | None:
    """The 11 digits of a number in an attribute, string or integer, with or without a plus; else None."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    digits = str(value).removeprefix("+")
    return digits if NORTH_AMERICAN.fullmatch(digits) else None


def flag(attributes: Mapping[str, Any], name: str, *, default: bool | None = None) -> bool | None:
    """A boolean attribute; the strings "true" and "false" count too, as the documented samples send them."""
    value = attributes.get(name, default)
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if value is None or isinstance(value, bool):
        return value
    raise invalid_fields({name: ["Not a valid boolean."]})


def callback_url(attributes: Mapping[str, Any], name: str = "callback_url") -> str | None:
    """An http or https URL, or None when it is not given."""
    value = attributes.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not re.match(r"https?://[^/\s]+", value):
        raise invalid_fields({name: ["Not a valid URL."]})
    return value
