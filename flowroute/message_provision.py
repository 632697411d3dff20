"""Switching texting on and off for one number or many, as jobs that finish later."""

from collections.abc import Iterable
from typing import Final

from pydantic import AliasPath, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from flowroute.arguments import checked_url
from flowroute.documents import WIRE, One, attribute, given
from flowroute.errors import InvalidArgument
from flowroute.phone import PhoneNumber, checked
from flowroute.transport import Transport, at


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class ProvisionJob:
    """`status` is `processing`, `successful`, `failed`, or a word that came later."""

    id: str
    status: str | None = attribute("status")
    message: str | None = attribute("message")
    number: PhoneNumber | None = attribute("tn")
    """For a job of one number; the tuples are for a job of several."""
    successful: tuple[PhoneNumber, ...] = Field(
        default=(), validation_alias=AliasPath("attributes", "numbers", "successful")
    )
    processing: tuple[PhoneNumber, ...] = Field(
        default=(), validation_alias=AliasPath("attributes", "numbers", "processing")
    )
    failed: tuple[PhoneNumber, ...] = Field(
        default=(), validation_alias=AliasPath("attributes", "numbers", "failed")
    )


PROVISION_JOB: Final = TypeAdapter(ProvisionJob)
_ONE: Final = TypeAdapter(One[ProvisionJob])


class MessageProvision:
    """Source: developer.flowroute.com, Message Provision v2.0."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def enable(
        self, numbers: Iterable[str], *, callback_url: str | None = None, email: bool | None = None
    ) -> ProvisionJob:
        """Start switching texting on; tells `callback_url` or sends an e-mail when it is done."""
        return self._start("enable", numbers, callback_url, email)

    def disable(
        self, numbers: Iterable[str], *, callback_url: str | None = None, email: bool | None = None
    ) -> ProvisionJob:
        """Start switching texting off."""
        return self._start("disable", numbers, callback_url, email)

    def status(self, job_id: str) -> ProvisionJob:
        """How far a job is. Raises `NotFound`."""
        endpoint = at("/v2/message-provision/status/{job}", job=job_id)
        return self._transport.request("GET", endpoint).read(_ONE).data

    def _start(
        self, action: str, numbers: Iterable[str], callback_url: str | None, email: bool | None
    ) -> ProvisionJob:
        values = [checked(number) for number in numbers]
        if not values:
            raise InvalidArgument(
                "No number was given. Example: 12065550100", fields={"numbers": "one or more"}
            )
        url = None if callback_url is None else checked_url("callback_url", callback_url)
        body = {"numbers": values, "action": action, **given(callback_url=url, email=email)}
        return self._transport.request("POST", at("/v2/message-provision"), json=body).read(_ONE).data
