"""Which events Flowroute can post to an address of ours."""

from enum import StrEnum

from pydantic.dataclasses import dataclass

from flowroute.documents import WIRE, attribute


class CallbackKind(StrEnum):
    """Source: developer.flowroute.com, Messages v2.1, "Set an account-level callback"."""

    SMS = "sms_callback"
    MMS = "mms_callback"
    SMS_DLR = "sms_dlr_callback"
    MMS_DLR = "mms_dlr_callback"


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class Callback:
    """Where one kind of event of the account goes."""

    callback_url: str | None = attribute("callback_url")
    product: str | None = attribute("product")
    api_version: str | None = attribute("api_version")
    """Which message API the account uses; with "2.1" inbound texts come as JSON:API, before that flat."""


def callback_body(url: str) -> dict[str, object]:
    return {"data": {"attributes": {"callback_url": url}}}
