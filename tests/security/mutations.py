"""Documents as they should be, with a few things in them that should not."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

MAX_CHANGES = 3
ODD_TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        [
            "",
            "\x00",
            "\r\nX-Evil: 1",
            "../../etc/passwd",
            "=cmd|' /C calc'!A0",
            "<!channel>",
            "<https://evil.example|your bank>",
            "' OR 1=1 --",
            "{{7*7}}",
            "%s%n",
            "+12065550100",
            "9" * 400,
            "\u202egnp.exe",
            "👩‍👩‍👧‍👦" * 40,
            "x" * 5000,
            "2026-13-45",
            "-1",
            "1e309",
        ]
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ODD_TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD_TEXTS, inner, max_size=4),
    max_leaves=12,
)
"""Any JSON, odd texts in it more often than chance would have it."""


@st.composite
def mutated(draw: st.DrawFn, documents: st.SearchStrategy[Any]) -> Any:
    """One of `documents` with some of its members replaced, left out, or none of that."""
    document = copy.deepcopy(draw(documents))
    for _ in range(draw(st.integers(0, MAX_CHANGES))):
        places = list(_places(document))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            holder[key] = draw(JSON)
        else:
            del holder[key]
    return document


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every member of every object and list in a document: what holds it, and its key."""
    members: list[tuple[Any, Any]] = []
    if isinstance(document, dict):
        members = list(document.items())
    elif isinstance(document, list):
        members = list(enumerate(document))
    for key, value in members:
        yield document, key
        yield from _places(value)
