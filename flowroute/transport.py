"""The one module that opens connections: sessions, timeouts, repeats, pacing, and a hook to watch them."""

import base64
import logging
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Final, NamedTuple, cast
from urllib.parse import quote, urlencode, urlsplit
from weakref import WeakSet

import requests
from pydantic_core import to_json
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from flowroute.answers import Answer, check, http_date
from flowroute.errors import FlowrouteError, InvalidArgument, NoAnswer, ProviderDown, RateLimited
from flowroute.pacing import Pacer
from flowroute.version import __version__

log = logging.getLogger("flowroute")

USER_AGENT: Final = f"flowroute-python/{__version__} requests/{requests.__version__}"
MEDIA_TYPE: Final = "application/vnd.api+json"

MAX_IN_FLIGHT: Final = 12
"""Pages of one account's lists that are fetched at the same time."""

FIRST_BACKOFF_S: Final = 0.25
AFTER_RATE_LIMIT_S: Final = 1.0
"""Flowroute counts attempts per second, refused ones too, so anything sooner is refused again."""
LONGEST_WAIT_S: Final = 30.0
"""A `Retry-After` beyond this is handed to the caller instead of blocking a thread."""


class Endpoint(NamedTuple):
    """A path with its values filled in, and the template that may be logged: it holds no phone number."""

    template: str
    path: str


def at(template: str, **values: str) -> Endpoint:
    """`at("/v2/numbers/{number}", number="12065550100")`; values are quoted for use in a path."""
    if not all(values.values()):
        raise InvalidArgument(f"An id is missing in {template}.")
    return Endpoint(
        template, template.format(**{name: quote(value, safe="") for name, value in values.items()})
    )


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt, as `on_call` sees it: no credentials, no phone numbers, no bodies."""

    method: str
    endpoint: str
    """The path's template, such as `/v2/numbers/{number}`; few enough to be a metric's label."""
    attempt: int
    """1 for the first."""
    seconds: float
    waited_s: float
    """Seconds spent before it in pacing; not part of `seconds`."""
    status: int | None
    """None when no answer came."""
    error: FlowrouteError | None


Hook = Callable[[Call], None]


def may_repeat(method: str, error: FlowrouteError) -> bool:
    """Whether sending the same request again can neither buy nor text twice."""
    if isinstance(error, RateLimited):
        return True
    if isinstance(error, NoAnswer):
        return not error.may_have_happened
    return method == "GET" and isinstance(error, ProviderDown)


def pause_s(error: FlowrouteError, attempt: int, dice: float) -> float:
    """Seconds to wait after failed `attempt` (from 1); `dice` in [0, 1) spreads callers apart."""
    if isinstance(error, RateLimited):
        return max(error.retry_after_s or 0.0, AFTER_RATE_LIMIT_S) + dice * FIRST_BACKOFF_S
    doublings: int = 2 ** (attempt - 1)
    return FIRST_BACKOFF_S * doublings * (1 + dice)


class Transport:
    """Sends requests for one account; safe to share among threads, each of which gets its own session."""

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        base_url: str,
        *,
        timeout_s: tuple[float, float],
        max_attempts: int,
        on_call: Hook | None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InvalidArgument(
                f"“{base_url}” is no address of an API. Example: https://api.flowroute.com",
                fields={"base_url": "an http:// or https:// address, such as https://api.flowroute.com"},
            )
        self._base_url = base_url.rstrip("/")
        login = base64.b64encode(f"{access_key}:{secret_key}".encode()).decode("ascii")
        self._headers = {
            "Authorization": f"Basic {login}",
            "User-Agent": USER_AGENT,
            "Accept": f"{MEDIA_TYPE}, application/json",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "keep-alive",
        }
        self._timeout_s = timeout_s
        self._max_attempts = max_attempts
        self._on_call = on_call
        self._sleep = sleep
        self._mine = threading.local()
        self._lock = threading.Lock()
        # Weakly, so that a thread that ends takes its connections with it.
        self._adapters: WeakSet[BaseAdapter] = WeakSet()
        self._executor: ThreadPoolExecutor | None = None
        self.clock_ahead = timedelta(0)
        """How far Flowroute's clock is ahead of ours, by the last answer, to the second."""

    @property
    def executor(self) -> ThreadPoolExecutor:
        """Threads that fetch pages ahead: at most `MAX_IN_FLIGHT` requests at a time, for all lists."""
        with self._lock:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(MAX_IN_FLIGHT, thread_name_prefix="flowroute-pages")
            return self._executor

    def request(
        self,
        method: str,
        endpoint: Endpoint,
        *,
        query: Mapping[str, str | int | float | bool | None] | None = None,
        json: object = None,
        pacer: Pacer | None = None,
    ) -> Answer:
        """Send, repeating only what cannot happen twice, and return a 2xx answer.

        `query` members that are None are left out; `json` None sends no body; `pacer` is asked before every
        attempt, since Flowroute counts refused ones too.

        Raises:
            NoAnswer: nothing came back.
            ApiError: Flowroute answered 4xx or 5xx.
        """
        url = self._base_url + endpoint.path
        if query:
            pairs = {name: _written(value) for name, value in query.items() if value is not None}
            url = f"{url}?{urlencode(pairs)}" if pairs else url
        body = None if json is None else to_json(json)
        attempt = 0
        while True:
            attempt += 1
            waited_s = pacer.wait() if pacer else 0.0
            try:
                return self._attempt(method, endpoint, url, body, attempt, waited_s)
            except FlowrouteError as error:
                pause = pause_s(error, attempt, random.random())  # noqa: S311 - jitter, not secrecy
                last = attempt >= self._max_attempts
                if last or pause > LONGEST_WAIT_S or not may_repeat(method, error):
                    raise
            self._sleep(pause)

    @contextmanager
    def download(self, url: str) -> Iterator[BinaryIO]:
        """The bytes behind a signed URL as they come in; our credentials stay at home.

        Raises:
            ApiError: the link has died, or nothing is there.
            NoAnswer: it cannot be reached, or breaks off while being read.
        """
        try:
            with requests.get(
                url, stream=True, timeout=self._timeout_s, headers={"User-Agent": USER_AGENT}
            ) as response:
                if not response.ok:
                    answer = Answer("GET", response.status_code, {}, b"")
                    check(answer, now=datetime.now(UTC))
                yield cast("BinaryIO", response.raw)
        except (requests.RequestException, HTTPError) as error:
            raise NoAnswer(f"download: {type(error).__name__}") from error

    def close(self) -> None:
        """Close every connection; the transport can still be used and then opens new ones."""
        with self._lock:
            executor, self._executor = self._executor, None
            adapters, self._adapters = set(self._adapters), WeakSet()
            self._mine = threading.local()
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)
        for adapter in adapters:
            adapter.close()

    def _attempt(
        self, method: str, endpoint: Endpoint, url: str, body: bytes | None, attempt: int, waited_s: float
    ) -> Answer:
        started = time.perf_counter()
        status: int | None = None
        failed: FlowrouteError | None = None
        try:
            answer = self._send(method, url, body)
            status = answer.status
            check(answer, now=datetime.now(UTC))
        except FlowrouteError as error:
            failed = error
            raise
        else:
            return answer
        finally:
            seconds = time.perf_counter() - started
            self._report(Call(method, endpoint.template, attempt, seconds, waited_s, status, failed))

    def _report(self, call: Call) -> None:
        if self._on_call is None:
            return
        try:
            self._on_call(call)
        except Exception:
            # A purchase must not look failed because a metric could not be counted.
            log.exception("on_call hook failed", extra={"endpoint": call.endpoint})

    def _send(self, method: str, url: str, body: bytes | None) -> Answer:
        adapter, settings = self._connections()
        # `Session.request` looks up proxies, certificates and netrc, parses the URL and merges cookies for
        # every call, which is most of its cost. What Flowroute needs of that is settled once per session.
        request = requests.PreparedRequest()
        request.method = method
        request.url = url
        request.headers = CaseInsensitiveDict(self._headers)
        request.body = body
        if body is not None:
            request.headers["Content-Type"] = MEDIA_TYPE
        if body is not None or method != "GET":
            request.headers["Content-Length"] = str(len(body or b""))
        try:
            response = adapter.send(request, timeout=self._timeout_s, **settings)
        except requests.RequestException as error:
            reason = _reason(error)
            harmless = method == "GET" or _before_sending(reason)
            raise NoAnswer(f"{method}: {type(error).__name__}", may_have_happened=not harmless) from reason
        headers = {name.lower(): value for name, value in response.headers.items()}
        now = datetime.now(UTC)
        self.clock_ahead = (http_date(headers.get("date")) or now) - now
        return Answer(method, response.status_code, headers, response.content)

    def _connections(self) -> tuple[BaseAdapter, dict[str, Any]]:
        """This thread's own session: the adapter it sends through, and the settings it would look up."""
        mine = self._mine
        if not hasattr(mine, "adapter"):
            session = requests.Session()
            session.mount(self._base_url, HTTPAdapter(pool_connections=1, pool_maxsize=1))
            mine.settings = dict(session.merge_environment_settings(self._base_url, {}, False, None, None))
            mine.adapter = session.get_adapter(self._base_url)
            with self._lock:
                self._adapters.add(mine.adapter)
        return mine.adapter, mine.settings


def _written(value: str | float | bool) -> str:
    """As query strings hold it: booleans as `true` and `false`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _reason(error: requests.RequestException) -> BaseException:
    """The innermost account of what failed; the outer ones quote the URL, and with it phone numbers."""
    inner = error.args[0] if error.args else None
    if isinstance(inner, MaxRetryError):
        inner = inner.reason
    return inner if isinstance(inner, BaseException) else error


def _before_sending(reason: BaseException) -> bool:
    """Whether it failed before the request was on its way: DNS, certificate, no connection (in time)."""
    if isinstance(reason, SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError | ProxyError)
