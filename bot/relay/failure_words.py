"""Why a text did not arrive, in a sentence or two for the person who wrote it, with what to do next.

Codes: support.flowroute.com, "Delivery Receipt Response Codes". Flowroute only names them; what most likely
lies behind one, and what helps, is our reading.
"""

import re
from typing import Final, NamedTuple

from bot.cards import shorten
from flowroute import (
    ApiError,
    FlowrouteError,
    Forbidden,
    InvalidArgument,
    NoAnswer,
    NotFound,
    OptedOut,
    ProviderDown,
    RateLimited,
    Refused,
    Unauthorized,
    UnexpectedAnswer,
)
from flowroute.receipts import OPTED_OUT

LONGEST_QUOTE: Final = 200
"""Characters of Flowroute's own words that are worth repeating."""


def explain(status_code: int | None, description: str) -> str:
    """What a failed receipt means, as plain text; an unknown code comes with Flowroute's `description`."""
    for codes, advice in _BY_CODE:
        if status_code in codes:
            return str(advice).format(code=status_code)
    code = "no code" if status_code is None else f"code {status_code}"
    said = _quoted(description)
    return f"The carrier did not deliver this: {said} ({code}). Try again later, or call instead."


def explain_refusal(error: FlowrouteError) -> str:
    """What a failed request to send a text means, as plain text; it may quote Flowroute's detail."""
    if isinstance(error, OptedOut):
        return explain(OPTED_OUT, error.detail)
    if isinstance(error, Refused):
        return _explain_refused(error)
    if error.may_have_happened:
        return "Flowroute did not say whether it took this text. It is not sent again by itself."
    if isinstance(error, InvalidArgument):
        return error.user_message
    return next((str(advice) for kind, advice in _BY_ERROR if isinstance(error, kind)), _other(error))


def _explain_refused(error: Refused) -> str:
    """400 and 422 have many reasons; Flowroute's detail tells which."""
    code = _LEADING_CODE.match(error.detail)
    if code:
        return explain(int(code[1]), error.detail[code.end() :])
    for sign, advice in _BY_DETAIL:
        if sign in error.detail.casefold():
            return str(advice)
    return f"Something is wrong with this text: {_quoted(error.detail)}. Correct it and send it again."


def _other(error: FlowrouteError) -> str:
    said = (
        f"{_quoted(error.detail)} (HTTP {error.status})" if isinstance(error, ApiError) else "unknown fault"
    )
    return f"Flowroute did not take this text: {said}. Ask an admin to look into it."


def _quoted(words: str) -> str:
    """Flowroute's own words on one line, without the full stop, cut at `LONGEST_QUOTE`."""
    return shorten(" ".join(words.split()).rstrip(".") or "no reason given", LONGEST_QUOTE)


class _Advice(NamedTuple):
    """What happened, and what to do next."""

    happened: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.happened} {self.next_step}"


_LEADING_CODE: Final = re.compile(r"\s*(1[0-9]{3}):", re.ASCII)

_BY_CODE: Final = (
    (
        {OPTED_OUT},
        _Advice(
            "The person texted STOP to this number, so carriers block it.",
            "They can text UNSTOP to allow texts again.",
        ),
    ),
    (
        {1116},
        _Advice(
            "That number cannot receive texts; it is probably a landline.",
            "Call instead, or ask for a mobile number.",
        ),
    ),
    (
        {1150, 1152},
        _Advice(
            "A carrier took this for spam.",
            "Reword it without links, and have an admin check that our number is registered "
            "(10DLC, or toll-free verification).",
        ),
    ),
    (
        {1006},
        _Advice(
            "The text expired before it reached the phone, which is probably off or out of range.",
            "Send it again later, or call.",
        ),
    ),
    (
        {1005},
        _Advice(
            "The carrier rejected this text and gave no reason.",
            "Reword it and try once more, or call instead.",
        ),
    ),
    (
        {1007, 1100, 1200},
        _Advice(
            "The carrier failed to deliver this and does not say why.",
            "Send it again in a few minutes.",
        ),
    ),
    (
        {1008},
        _Advice(
            "The carrier says that texts to this number will never arrive.",
            "Check the number, or call instead.",
        ),
    ),
    (
        {1009},
        _Advice(
            "Only a part of this text arrived.",
            "Ask what they got, and send the rest as shorter texts.",
        ),
    ),
    (
        {1101, 1104},
        _Advice(
            "The carrier of our number does not send texts for it right now.",
            "Use another of our numbers, and tell an admin.",
        ),
    ),
    (
        {1103},
        _Advice(
            "Our number may not send texts.",
            "An admin should check that messaging is on for it and that it is registered with Flowroute.",
        ),
    ),
    (
        {1102, 1105},
        _Advice(
            "The person's carrier does not accept our texts.",
            "Call instead, or ask for another number.",
        ),
    ),
    (
        {1106, 1109, 1115},
        _Advice(
            "Flowroute has no way to bring texts to that number, as with many abroad.",
            "Check its country code, or call instead.",
        ),
    ),
    (
        {1111},
        _Advice(
            "The carrier of that number could not be looked up just now.",
            "Send it again in a few minutes.",
        ),
    ),
    (
        {1112},
        _Advice(
            "No carrier is known for that number, so it is probably not in service.",
            "Check the digits.",
        ),
    ),
    (
        {1107, 1205, 1219, 1220},
        _Advice(
            "Our number was not accepted as a sender.",
            "Use another of our numbers, and tell an admin (code {code}).",
        ),
    ),
    (
        {1108, 1206, 1221, 1222},
        _Advice(
            "That is not a number that can be texted.",
            "Check its digits and its country code.",
        ),
    ),
    (
        {1201},
        _Advice(
            "The text is too long for the carrier.",
            "Shorten it, or send it in parts.",
        ),
    ),
    (
        {1210},
        _Advice(
            "Too many texts are waiting at the carrier.",
            "Send it again in some minutes.",
        ),
    ),
    (
        {1204, 1218},
        _Advice(
            "The carrier's system has a fault.",
            "Send it again later; if it goes on, give Flowroute's support the code {code}.",
        ),
    ),
    (
        {1202, 1203, 1207, 1208, 1209, 1211, 1212, 1213, 1214, 1215, 1216, 1217},
        _Advice(
            "Flowroute and the carrier misunderstood each other; the text is not to blame.",
            "Send it once more, and if that fails, give Flowroute's support the code {code}.",
        ),
    ),
)

_BY_DETAIL: Final = (
    (
        "byte limit",
        _Advice(
            "The pictures or files are too large: an MMS may have 750 kB with its text.",
            "Send smaller ones or fewer.",
        ),
    ),
    (
        "fetching media",
        _Advice(
            "Flowroute could not fetch the pictures or files from us.",
            "An admin should check that PUBLIC_URL can be reached from the internet.",
        ),
    ),
)
"""A part of Flowroute's detail in lower case -> what it means; the first that fits counts."""

_BY_ERROR: Final = (
    (
        Unauthorized,
        _Advice(
            "Flowroute does not accept our keys, so no text can be sent.",
            "Whoever runs this bot has to check FR_ACCESS_KEY and FR_SECRET_KEY.",
        ),
    ),
    (
        Forbidden,
        _Advice(
            "Flowroute does not let our number send this.",
            "An admin should check that it is ours and that messaging is on for it.",
        ),
    ),
    (
        NotFound,
        _Advice(
            "Flowroute does not find our number on our account.",
            "An admin should check whether it was released.",
        ),
    ),
    (
        RateLimited,
        _Advice(
            "Texts are going out too fast for Flowroute.",
            "Send this one again in a minute.",
        ),
    ),
    (
        ProviderDown,
        _Advice(
            "Flowroute has a fault and did not take this text.",
            "Send it again in a few minutes.",
        ),
    ),
    (
        NoAnswer,
        _Advice(
            "Flowroute could not be reached, so this text was not sent.",
            "Send it again in a few minutes.",
        ),
    ),
    (
        UnexpectedAnswer,
        _Advice(
            "Something other than Flowroute answered, so this text was not sent.",
            "An admin should check FLOWROUTE_API_URL and any proxy.",
        ),
    ),
)
