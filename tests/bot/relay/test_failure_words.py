"""A text that did not arrive is explained in words that say what to do next."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.relay.failure_words import explain, explain_refusal
from flowroute import (
    ApiError,
    Fate,
    FlowrouteError,
    Forbidden,
    InvalidNumber,
    NoAnswer,
    NotFound,
    OptedOut,
    ProviderDown,
    RateLimited,
    Refused,
    Unauthorized,
    UnexpectedAnswer,
)
from flowroute.receipts import CODES

FAILURES = [code for code, (fate, _) in CODES.items() if fate in {Fate.FAILED, Fate.EXPIRED}]
FAMILIES = (
    (1005,),
    (1006,),
    (1007, 1100, 1200),
    (1008,),
    (1009,),
    (1101, 1104),
    (1102, 1105),
    (1103,),
    (1106, 1109, 1115),
    (1107, 1205, 1219, 1220),
    (1108, 1206, 1221, 1222),
    (1110,),
    (1111,),
    (1112,),
    (1116,),
    (1150, 1152),
    (1201,),
    (1202, 1203, 1207, 1208, 1209, 1211, 1212, 1213, 1214, 1215, 1216, 1217),
    (1204, 1218),
    (1210,),
)


@pytest.mark.parametrize("code", FAILURES)
def test_every_documented_failure_has_words_of_its_own(code: int) -> None:
    """One to three short sentences, with no jargon of the carrier left over."""
    said = explain(code, "CARRIER JARGON")

    assert "JARGON" not in said
    assert "{" not in said
    assert 2 <= len(re.findall(r"\.(?: |$)", said)) <= 3
    assert len(said) < 200


def test_failures_that_need_different_steps_read_differently() -> None:
    """Each family of codes has one explanation, and no two families share it."""
    words = [{explain(code, "").replace(str(code), "") for code in family} for family in FAMILIES]

    assert sorted(code for family in FAMILIES for code in family) == sorted(FAILURES)
    assert [len(same) for same in words] == [1] * len(FAMILIES)
    assert len(set.union(*words)) == len(FAMILIES)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1110, "UNSTOP"),
        (1116, "landline"),
        (1116, "Call instead"),
        (1150, "10DLC"),
        (1006, "off or out of range"),
        (1103, "registered"),
        (1201, "Shorten"),
        (1204, "code 1204"),
        (1219, "code 1219"),
    ],
)
def test_the_next_step_is_named(code: int, words: str) -> None:
    """What a colleague would say when asked what to do now."""
    assert words in explain(code, "")


@pytest.mark.parametrize(
    ("code", "description", "words"),
    [
        (1999, "Handset is\nfull.", "Handset is full (code 1999)."),
        (None, "undeliverable", "undeliverable (no code)."),
        (1999, "", "no reason given (code 1999)."),
        (None, "x" * 999, "x… (no code)."),
    ],
)
def test_an_unknown_failure_shows_what_flowroute_said(code: int | None, description: str, words: str) -> None:
    """Better the carrier's jargon than nothing, on one line and not endless."""
    said = explain(code, description)

    assert words in said
    assert len(said) < 320


REFUSALS: list[tuple[FlowrouteError, str]] = [
    (OptedOut(status=400, detail="1110: the phone rejected the message"), "UNSTOP"),
    (Refused(status=400, detail="1116: not enabled"), "landline"),
    (Refused(status=422, detail='Error fetching media: File at "…" is over 767840 byte limit.'), "750 kB"),
    (Refused(status=422, detail='Error fetching media: File at "…" is gone'), "PUBLIC_URL"),
    (Refused(status=422, detail="body: may not be blank."), "body: may not be blank. Correct it"),
    (Refused(status=422, detail="1600 characters at most"), "1600 characters at most"),
    (Refused(status=400), "no reason given"),
    (Unauthorized(status=401), "FR_SECRET_KEY"),
    (Forbidden(status=403), "messaging is on"),
    (NotFound(status=404), "released"),
    (RateLimited(), "in a minute"),
    (ProviderDown(status=503), "did not take"),
    (ProviderDown(status=503, may_have_happened=True), "not sent again by itself"),
    (NoAnswer(), "was not sent"),
    (NoAnswer(may_have_happened=True), "not sent again by itself"),
    (UnexpectedAnswer(), "FLOWROUTE_API_URL"),
    (UnexpectedAnswer(may_have_happened=True), "not sent again by itself"),
    (InvalidNumber("“12” has 2 digits; a number has 10."), "“12” has 2 digits"),
    (ApiError(status=415, detail="Unsupported"), "Unsupported (HTTP 415)"),
    (FlowrouteError("anything"), "Ask an admin"),
]


@pytest.mark.parametrize(("error", "words"), REFUSALS)
def test_a_refused_request_is_explained_as_well(error: FlowrouteError, words: str) -> None:
    """Whatever keeps Flowroute from taking a text, its writer learns what to do."""
    assert words in explain_refusal(error)


def test_an_opt_out_reads_the_same_at_sending_and_by_receipt() -> None:
    """The same thing has one explanation, whichever way we hear of it."""
    assert explain_refusal(OptedOut(status=400)) == explain(1110, "User Opted Out (STOP)")


@given(st.none() | st.integers(), st.text())
def test_any_receipt_is_explained_on_one_line(code: int | None, description: str) -> None:
    """Nothing that a carrier writes breaks the line in the thread."""
    said = explain(code, description)
    assert said
    assert len(said.splitlines()) == 1
    assert len(said) < 400


@given(st.text())
def test_any_refusal_is_explained_on_one_line(detail: str) -> None:
    """Nor what Flowroute writes when it refuses."""
    assert len(explain_refusal(Refused(status=422, detail=detail)).splitlines()) == 1
