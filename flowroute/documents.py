"""The JSON:API documents that all resources share, and how their members become Python values.

Models are frozen, slotted dataclasses whose fields point into the document, so that one pass makes them of
JSON. Unknown members are skipped, missing ones are None, numbers pass for strings and strings for numbers:
Flowroute adds members without notice and changes JSON types between endpoints.
"""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AliasChoices, AliasPath, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

T = TypeVar("T")

WIRE = ConfigDict(coerce_numbers_to_str=True, validate_by_name=True, validate_by_alias=True)
"""By name too, so that a test or a store can make a model from plain keyword arguments."""


def attribute(*names: str, default: Any = None) -> Any:  # noqa: ANN401 - the field it stands for is typed
    """The member of `attributes` called by the first of `names` that is there."""
    paths = [AliasPath("attributes", name) for name in names]
    return Field(default=default, validation_alias=AliasChoices(*paths))


def required_attribute(name: str) -> Any:  # noqa: ANN401 - the field it stands for is typed
    return Field(validation_alias=AliasPath("attributes", name))


def instant(text: str) -> datetime:
    """The date-times of all endpoints as aware UTC; without an offset they are UTC.

    ISO 8601 with `T` or a space and any number of fraction digits, or the HTTP form of CNAM assignments.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = parsedate_to_datetime(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _instant_or_as_is(value: object) -> object:
    """Only text is ours to read; pydantic judges the rest."""
    if not isinstance(value, str):
        return value
    try:
        return instant(value) if value else None
    except OverflowError as error:
        raise ValueError("a date-time out of range") from error


Instant = Annotated[datetime | None, BeforeValidator(_instant_or_as_is)]
"""An aware UTC date-time; `""` is None."""


@dataclass(frozen=True, slots=True, config=WIRE)
class Reference:
    """A pointer to another resource."""

    id: str
    type: str = ""


def objects(value: object) -> list[dict[str, Any]]:
    """The JSON objects of a list; whatever else stands there is left out."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list | tuple) else []


Included = Annotated[tuple[dict[str, Any], ...], BeforeValidator(objects)]
"""Related resources that come along; each is read by whoever knows its type."""


@dataclass(frozen=True, slots=True, config=WIRE)
class One(Generic[T]):
    """`{"data": {…}, "included": […]}`."""

    data: T
    included: Included = ()


@dataclass(frozen=True, slots=True, config=WIRE)
class Page(Generic[T]):
    """One page of a list.

    Only the presence of `next` counts, it is never followed: its host, path and filters have been wrong.
    """

    data: tuple[T, ...]
    included: Included = ()
    next: str | None = Field(default=None, validation_alias=AliasPath("links", "next"))


def find_included(included: Included, reference: Reference | None, shape: TypeAdapter[T]) -> T | None:
    """The included resource that `reference` points to, if Flowroute sent it along and it can be read.

    It only illustrates what the reference already says, so one that is not as documented is left out rather
    than making a purchase look failed.
    """
    if reference is None:
        return None
    of_its_type = of_type(included, reference.type, shape)
    return next((found for name, found in of_its_type if name == reference.id), None)


def of_type(included: Included, kind: str, shape: TypeAdapter[T]) -> Iterator[tuple[str, T]]:
    """The readable included resources of type `kind`, each with its id."""
    for entry in included:
        if entry.get("type") == kind:
            with contextlib.suppress(ValidationError):
                yield str(entry.get("id")), shape.validate_python(entry)


def body_of(kind: str, attributes: Mapping[str, object]) -> dict[str, object]:
    """The JSON:API body that creates or changes a resource of type `kind`."""
    return {"data": {"type": kind, "attributes": dict(attributes)}}


def given(**attributes: object) -> dict[str, object]:
    """Only those that are not None: what the caller wants said."""
    return {name: value for name, value in attributes.items() if value is not None}
