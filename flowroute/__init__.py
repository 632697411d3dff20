"""A client for Flowroute: numbers, routes, texts, E911, caller names, CDRs, porting, and webhooks."""

from flowroute.callbacks import Callback, CallbackKind
from flowroute.client import DEFAULT_TIMEOUT_S, Flowroute
from flowroute.errors import (
    ApiError,
    FlowrouteError,
    Forbidden,
    InvalidArgument,
    InvalidNumber,
    NoAnswer,
    NotAMessage,
    NotFound,
    OptedOut,
    ProviderDown,
    RateLimited,
    Refused,
    Unauthorized,
    UnexpectedAnswer,
)
from flowroute.phone import TOLL_FREE_NPAS, PhoneNumber, format_phone_number, parse_phone_number
from flowroute.receipts import Fate
from flowroute.transport import Call
from flowroute.version import __version__

__all__ = [
    "DEFAULT_TIMEOUT_S",
    "TOLL_FREE_NPAS",
    "ApiError",
    "Call",
    "Callback",
    "CallbackKind",
    "Fate",
    "Flowroute",
    "FlowrouteError",
    "Forbidden",
    "InvalidArgument",
    "InvalidNumber",
    "NoAnswer",
    "NotAMessage",
    "NotFound",
    "OptedOut",
    "PhoneNumber",
    "ProviderDown",
    "RateLimited",
    "Refused",
    "Unauthorized",
    "UnexpectedAnswer",
    "__version__",
    "format_phone_number",
    "parse_phone_number",
]
