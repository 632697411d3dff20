"""What can go wrong with Flowroute, as one tree.

FlowrouteError
├── InvalidArgument       refused here, before any request (also a ValueError)
│   └── InvalidNumber     what was typed is no phone number
├── NotAMessage           a webhook body that is neither a message nor a receipt
├── NoAnswer              DNS, TLS, timeout or a lost connection
├── UnexpectedAnswer      an answer, but not of the documented shape
└── ApiError              Flowroute answered 4xx or 5xx
    ├── Unauthorized      401
    ├── Forbidden         403
    ├── NotFound          404
    ├── Refused           400, 422
    │   └── OptedOut      code 1110: the recipient texted STOP
    ├── RateLimited       429
    └── ProviderDown      5xx

Every error says whether the effect of its call may have happened all the same.
"""

from collections.abc import Mapping


class FlowrouteError(Exception):
    """Root of the tree; `user_message` may be shown to a person, `str()` is for the log."""

    def __init__(
        self, message: str = "", *, user_message: str | None = None, may_have_happened: bool = False
    ) -> None:
        # Everything but the message has a default and lives in __dict__, so that errors can be pickled.
        super().__init__(message)
        self.may_have_happened = may_have_happened
        """Whether the call may have taken effect: a text sent, a number bought. Always False for reading."""
        self._user_message = user_message

    @property
    def user_message(self) -> str:
        return self._user_message or "The phone provider cannot be reached right now."

    @property
    def request_id(self) -> str | None:
        """The id by which Flowroute's support finds the request, when the answer named one."""
        return None

    @property
    def fields(self) -> dict[str, str]:
        """Field name -> what is wrong with it, for showing beside the inputs of a form."""
        return {}


class InvalidArgument(FlowrouteError, ValueError):
    """An argument that cannot be right, refused before any request.

    The message holds the rule and an example, and is fit to be shown.
    """

    def __init__(self, message: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message, user_message=message)
        self._fields = dict(fields or {})

    @property
    def fields(self) -> dict[str, str]:
        return dict(self._fields)


class InvalidNumber(InvalidArgument):
    """What was typed is no phone number."""


class NotAMessage(FlowrouteError):
    """A webhook body that is neither an inbound message nor a delivery receipt."""

    @property
    def user_message(self) -> str:
        return f"This is not a message from Flowroute: {self}."


class NoAnswer(FlowrouteError):
    """No answer came; `may_have_happened` is False when the request certainly never left."""

    @property
    def user_message(self) -> str:
        if self.may_have_happened:
            return "The phone provider did not answer. Nobody knows yet whether this happened."
        return "The phone provider cannot be reached right now. Nothing was changed. Try again in a minute."


class UnexpectedAnswer(FlowrouteError):
    """An answer that is not of the documented shape, such as a gateway's HTML page with status 200."""

    @property
    def user_message(self) -> str:
        if self.may_have_happened:
            return "The phone provider's answer makes no sense. Nobody knows yet whether this happened."
        return "The phone provider's answer makes no sense. Try again in a minute."


class ApiError(FlowrouteError):
    """Flowroute answered 4xx or 5xx.

    `status` is the HTTP status, `detail` Flowroute's own words (may be empty), `fields` the same per field
    of the request when Flowroute says which one it means, `said` is all of it but ids, in no fixed form.
    """

    advice = "The phone provider refused this."
    remedy = ""
    """What to do, where `advice` and Flowroute's own words do not say so."""

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        detail: str = "",
        request_id: str | None = None,
        fields: Mapping[str, str] | None = None,
        said: str = "",
        may_have_happened: bool = False,
    ) -> None:
        super().__init__(message, may_have_happened=may_have_happened)
        self.status = status
        self.detail = detail
        self.said = said
        self._request_id = request_id
        self._fields = dict(fields or {})

    @property
    def request_id(self) -> str | None:
        return self._request_id

    @property
    def fields(self) -> dict[str, str]:
        return dict(self._fields)

    @property
    def user_message(self) -> str:
        said = f"It said: {self.detail.rstrip('.')}." if self.detail else ""
        return " ".join(filter(None, (self.advice, said, self.remedy)))


class Unauthorized(ApiError):
    """401: wrong access key or secret key."""

    advice = "The phone provider does not accept our credentials. Whoever runs this has to check the keys."

    @property
    def user_message(self) -> str:
        return self.advice  # "Authentication failed." would only make the reader doubt their own login


class Forbidden(ApiError):
    """403: not permitted; also a route that is still in use or exists already."""

    advice = "The phone provider does not permit this."
    remedy = "If it should be permitted, Flowroute's support can say why it is not."


class NotFound(ApiError):
    """404: no such thing, or it is not on this account; for a purchase, no longer for sale."""

    advice = "The phone provider does not have this on our account."

    @property
    def user_message(self) -> str:
        return self.advice


class Refused(ApiError):
    """400 or 422: something in the request is wrong; `fields` says what, when Flowroute does."""

    remedy = "Correct it and try again."


class OptedOut(Refused):
    """The recipient texted STOP to this number; only their UNSTOP allows texts again."""

    advice = "This person has texted STOP to this number. Only they can undo that, by texting UNSTOP."

    @property
    def user_message(self) -> str:
        return self.advice


class RateLimited(ApiError):
    """429: too many requests; the call certainly had no effect."""

    advice = "The phone provider is being asked too often. Try again in a minute."

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 429,
        detail: str = "",
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, status=status, detail=detail, request_id=request_id)
        self.retry_after_s = retry_after_s
        """Seconds that Flowroute asked to wait, if it did."""

    @property
    def user_message(self) -> str:
        return self.advice


class ProviderDown(ApiError):
    """5xx: a fault or maintenance at Flowroute; a change may have happened before the fault."""

    @property
    def user_message(self) -> str:
        if self.may_have_happened:
            return "The phone provider has a fault. Nobody knows yet whether this happened."
        return "The phone provider has a fault. Try again in a few minutes."
