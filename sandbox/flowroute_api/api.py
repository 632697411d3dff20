"""One call from the wire to a resource and back: faults, credentials, routing, lock, errors, record."""

import json
import socket
from dataclasses import dataclass, field
from functools import cache
from hmac import compare_digest

from flask import Request, Response
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from sandbox.slow_world import out_of_step

from .errors import (
    ApiError,
    invalid_fields,
    method_not_allowed,
    not_found,
    not_permitted,
    server_fault,
    too_many_requests,
    unauthorized,
)
from .faults import Delay, Drop, EmptyBody, Fault, HtmlPage, Refuse
from .wire import ApiRequest, Reply, View
from .world import World

_Route = tuple[str, str]
"""A method and a rule for paths."""
HTML_PAGE = "<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


@dataclass(frozen=True)
class ApiCall:
    """A call as it came in; `status` is None when the connection was cut instead of answered."""

    method: str
    path: str
    status: int | None


@dataclass(frozen=True)
class _Endpoint:
    view: View
    locked: bool
    public: bool


@dataclass
class Api:
    """The table of calls, and what happens around each of them."""

    world: World
    access_key: str
    secret_key: str
    calls: list[ApiCall] = field(default_factory=list)
    _endpoints: dict[_Route, _Endpoint] = field(default_factory=dict)

    def add(self, method: str, rule: str, view: View, *, locked: bool = True, public: bool = False) -> None:
        """Answer `method` on `rule` with `view`.

        Views run with the world's lock held, unless they do network I/O of their own and take it themselves
        (`locked=False`). `public` needs no credentials: signed links.
        """
        self._endpoints[method, rule] = _Endpoint(view, locked, public)

    def answer(self, path: str, request: Request) -> Response:
        request.get_data()  # a body left unread would be taken for the connection's next request
        faults = self.world.faults.take(request.method, path)
        for delay in (fault for fault in faults if isinstance(fault, Delay)):
            delay.pass_by()
        fault = next((fault for fault in faults if not isinstance(fault, Delay)), None)
        response = _without_effect(fault)
        if response is None:
            with out_of_step():
                response = self._effect(path, request)
        if isinstance(fault, EmptyBody):
            response = Response(status=response.status_code)
        cut = isinstance(fault, Drop)
        self.calls.append(ApiCall(request.method, path, None if cut else response.status_code))
        if cut:
            _cut_connection(request)
        return response

    def _effect(self, path: str, request: Request) -> Response:
        self.world.schedule.run_due()
        try:
            return _response(self._reply(path, request))
        except ApiError as error:
            return _response(Reply(error.status, error.document()))

    def _reply(self, path: str, request: Request) -> Reply:
        try:
            route, arguments = _map(tuple(self._endpoints)).bind("carrier").match(path, request.method)
        except (NotFound, MethodNotAllowed) as error:
            self._check_credentials(request)
            raise not_found() if isinstance(error, NotFound) else method_not_allowed() from error
        endpoint = self._endpoints[route]
        if not endpoint.public:
            self._check_credentials(request)
        call = ApiRequest(
            path=path,
            query=request.args,
            content_type=request.mimetype,
            raw=request.get_data(),
            has_credentials=request.authorization is not None,
        )
        if not endpoint.locked:
            return endpoint.view(call, **arguments)
        if request.method in ("GET", "HEAD"):
            with self.world.lock:
                return endpoint.view(call, **arguments)
        with self.world.change():
            return endpoint.view(call, **arguments)

    def _check_credentials(self, request: Request) -> None:
        given = request.authorization
        if given is None or given.type != "basic":
            raise unauthorized()
        ours = f"{self.access_key}:{self.secret_key}"
        if not compare_digest(f"{given.username}:{given.password}".encode(), ours.encode()):
            raise unauthorized()


@cache
def _map(routes: tuple[_Route, ...]) -> Map:
    """Made once for all carriers of a process: Werkzeug takes a millisecond for each rule."""
    rules = [Rule(rule, methods=[method], endpoint=(method, rule)) for method, rule in routes]
    return Map(rules, strict_slashes=False, merge_slashes=False, redirect_defaults=False)


def _without_effect(fault: Fault | None) -> Response | None:
    match fault:
        case Refuse():
            response = _response(Reply(fault.status, _refusal(fault).document()))
            if fault.retry_after_s is not None:
                response.headers["Retry-After"] = str(fault.retry_after_s)
            return response
        case HtmlPage(status=status):
            return Response(HTML_PAGE, status=status, mimetype="text/html")
        case Drop(when="before effect"):
            return Response()
        case _:
            return None


def _refusal(fault: Refuse) -> ApiError:
    match fault.status:
        case 401:
            return unauthorized()
        case 403:
            return not_permitted()
        case 404:
            return not_found()
        case 422:
            return invalid_fields(fault.fields)
        case 429:
            return too_many_requests()
        case status:
            return server_fault(status)


def _response(reply: Reply) -> Response:
    if reply.document is not None:
        return Response(json.dumps(reply.document), status=reply.status, mimetype=reply.mime_type)
    if reply.file is not None:
        return Response(reply.file, status=reply.status, mimetype=reply.mime_type)
    return Response(status=reply.status)


def _cut_connection(request: Request) -> None:
    """Hang up before a byte of the answer is out; works on Werkzeug's server, which passes the socket on."""
    connection = request.environ.get("werkzeug.socket")
    if not isinstance(connection, socket.socket):
        raise TypeError("connections can be dropped only when Werkzeug's own server serves the stand-in")
    connection.shutdown(socket.SHUT_RDWR)
