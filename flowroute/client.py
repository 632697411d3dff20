"""The client: one object per account, with one attribute per resource."""

import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

from flowroute.cdrs import Cdrs
from flowroute.cnam import Cnams
from flowroute.e911 import E911
from flowroute.errors import InvalidArgument
from flowroute.message_provision import MessageProvision
from flowroute.messages import Messages, MessagesVersion
from flowroute.numbers import Numbers
from flowroute.pacing import Pacer
from flowroute.porting import Porting
from flowroute.routes import Routes
from flowroute.transport import Hook, Transport

DEFAULT_TIMEOUT_S = (5.0, 30.0)
"""Seconds to connect, and of silence while reading."""


class Flowroute:
    """One account at Flowroute. Two accounts are two objects; one object may be used by many threads.

    `base_url` may have a path of its own in front of the API's. `timeout_s` is (connect, read) in seconds,
    where read is the longest silence. `max_attempts` bounds repeats, which happen only where they do no harm.
    `sms_per_second` and `mms_per_second` are what Flowroute allows the account. `on_call` is told about every
    attempt, on the thread that made it. `sleep` and `clock` (monotonic seconds) are how it waits.
    """

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        base_url: str = "https://api.flowroute.com",
        *,
        messages_version: MessagesVersion = "v2.1",
        sms_per_second: float = 5.0,
        mms_per_second: float = 1.0,
        timeout_s: tuple[float, float] = DEFAULT_TIMEOUT_S,
        max_attempts: int = 3,
        on_call: Hook | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if sms_per_second <= 0 or mms_per_second <= 0:
            raise InvalidArgument("A sending rate is above 0 messages per second, such as 5.")
        self._transport = transport = Transport(
            access_key,
            secret_key,
            base_url,
            timeout_s=timeout_s,
            max_attempts=max_attempts,
            on_call=on_call,
            sleep=sleep,
        )
        self.numbers = Numbers(transport)
        self.routes = Routes(transport)
        self.messages = Messages(
            transport,
            version=messages_version,
            sms=Pacer(sms_per_second, clock=clock, sleep=sleep),
            mms=Pacer(mms_per_second, clock=clock, sleep=sleep),
        )
        self.message_provision = MessageProvision(transport)
        self.e911 = E911(transport)
        self.cnam = Cnams(transport)
        self.cdrs = Cdrs(transport, sleep=sleep, clock=clock)
        self.porting = Porting(transport)

    @property
    def clock_ahead(self) -> timedelta:
        """How far Flowroute's clock is ahead of this host's, by its last answer; zero before the first.

        To the second: it comes from the header `Date`. Whoever compares times of records with times of this
        host allows for it.
        """
        return self._transport.clock_ahead

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
