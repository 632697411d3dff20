"""Small checks that combine into the description of a JSON object.

A check takes a value and the JSON pointer to it, and yields what is wrong as (pointer, message).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Flaw = tuple[str, str]
"""A JSON pointer, and what is wrong there."""
Check = Callable[[Any, str], Iterator[Flaw]]


def text(longest: int | None = None, shortest: int = 0) -> Check:
    def check(value: Any, at: str) -> Iterator[Flaw]:
        if not isinstance(value, str):
            yield at, "must be a string"
        elif longest is not None and len(value) > longest:
            yield at, f"must be less than {longest + 1} characters"
        elif len(value) < shortest:
            yield at, f"must be more than {shortest - 1} characters"

    return check


def flag(value: Any, at: str) -> Iterator[Flaw]:
    if not isinstance(value, bool):
        yield at, "must be a boolean"


def number(lowest: float | None = None, highest: float | None = None) -> Check:
    def check(value: Any, at: str) -> Iterator[Flaw]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield at, "must be a number"
        elif lowest is not None and value < lowest:
            yield at, f"must be at least {lowest}"
        elif highest is not None and value > highest:
            yield at, f"must be at most {highest}"

    return check


def one_of(*allowed: object) -> Check:
    def check(value: Any, at: str) -> Iterator[Flaw]:
        if value not in allowed:
            yield at, f"must be one of {', '.join(map(str, allowed))}"

    return check


def web_address(*schemes: str) -> Check:
    """An address of at most 3,000 characters."""

    def check(value: Any, at: str) -> Iterator[Flaw]:
        yield from text(3000, 1)(value, at)
        if isinstance(value, str) and not value.startswith(tuple(f"{scheme}:" for scheme in schemes)):
            yield at, f"must be an address that begins with {' or '.join(schemes)}"

    return check


def items(of: Check, most: int | None = None, least: int = 0) -> Check:
    def check(value: Any, at: str) -> Iterator[Flaw]:
        if not isinstance(value, list):
            yield at, "must be an array"
            return
        if most is not None and len(value) > most:
            yield at, f"no more than {most} items allowed"
        if len(value) < least:
            yield at, f"must have at least {least} items"
        for index, item in enumerate(value):
            yield from of(item, f"{at}/{index}")

    return check


def fields(required: Mapping[str, Check] | None = None, optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others; an optional one may also be null."""
    must, may = required or {}, optional or {}

    def check(value: Any, at: str) -> Iterator[Flaw]:
        if not isinstance(value, dict):
            yield at, "must be an object"
            return
        for name in must:
            if value.get(name) is None:
                yield at, f"missing required field: {name}"
        for name, given in value.items():
            known = must.get(name) or may.get(name)
            if known is None:
                yield f"{at}/{name}", f"invalid additional property: {name}"
            elif given is not None:
                yield from known(given, f"{at}/{name}")

    return check


def by_type(kinds: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` names one of `kinds`; each of those describes the fields beside `type`."""

    def check(value: Any, at: str) -> Iterator[Flaw]:
        kind = value.get("type") if isinstance(value, dict) else None
        described = kinds.get(kind) if isinstance(kind, str) else None
        if described is None:
            yield at, f"unsupported type: {kind}" if kind else f"must be {what} with a type"
        else:
            yield from described({key: given for key, given in value.items() if key != "type"}, at)

    return check


def either(*checks: Check) -> Check:
    """At least one of `checks` must find nothing; else what the mildest of them found."""

    def check(value: Any, at: str) -> Iterator[Flaw]:
        found = [list(one(value, at)) for one in checks]
        yield from min(found, key=len)

    return check


def both(*checks: Check) -> Check:
    def check(value: Any, at: str) -> Iterator[Flaw]:
        for one in checks:
            yield from one(value, at)

    return check
