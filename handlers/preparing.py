"""What every request is given before it reaches a handler, and how handlers are run."""

import threading
from collections.abc import Callable, MutableSequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.kwargs_injection import build_required_kwargs
from slack_bolt.listener import Listener
from slack_bolt.listener.thread_runner import ThreadListenerRunner
from slack_bolt.middleware import Middleware
from slack_bolt.util.utils import get_arg_names_of_callable
from slack_sdk import WebClient

from bot.precedence import Precedence

from .responding import PatientRespond

THREADS_BEHIND = 32
"""Answers that wait for Flowroute side by side; their commands are acknowledged however long that takes."""


class PromptAck(Ack):
    """An acknowledgement that whoever waits for it is told of."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # slack_bolt 1.30 has no annotation there
        self.is_decided = threading.Event()

    def __call__(self, *args: Any, **kwargs: Any) -> BoltResponse:  # noqa: ANN401 - Bolt's signature
        response = super().__call__(*args, **kwargs)
        self.is_decided.set()
        return response


class PromptRunner(ThreadListenerRunner):
    """Answers Slack as soon as a listener acknowledges.

    Bolt's own runner looks every 10 ms, and forgets an acknowledgement when the listener fails before the
    next look (slack_bolt 1.30, `ThreadListenerRunner.run`). Its lazy functions get a copy of the request, and
    only a line in the log when they fail; here they are explained like others, and come after requests.
    """

    def __init__(self, like: ThreadListenerRunner, behind: Executor, precedence: Precedence) -> None:
        super().__init__(
            logger=like.logger,
            process_before_response=like.process_before_response,
            listener_error_handler=like.listener_error_handler,
            listener_start_handler=like.listener_start_handler,
            listener_completion_handler=like.listener_completion_handler,
            listener_executor=like.listener_executor,
            lazy_listener_runner=like.lazy_listener_runner,
        )
        self._behind = behind
        self._precedence = precedence

    def run(
        self,
        request: BoltRequest,
        response: BoltResponse,
        listener_name: str,  # noqa: ARG002 - Bolt's signature
        listener: Listener,
        starting_time: float | None = None,  # noqa: ARG002 - Bolt's signature
    ) -> BoltResponse | None:
        ack = _ack_of(request)
        if listener.lazy_functions:
            listener.run_ack_function(request=request, response=response)
            for function in listener.lazy_functions:
                self._behind.submit(self._follow, function, request)
            return ack.response
        if listener.auto_acknowledgement:
            ack()
        self.listener_executor.submit(self._listen, listener, request, response)
        ack.is_decided.wait(listener.ack_timeout)
        return ack.response

    def _listen(self, listener: Listener, request: BoltRequest, response: BoltResponse) -> None:
        ack = _ack_of(request)
        try:
            listener.run_ack_function(request=request, response=response)
        except Exception as error:  # noqa: BLE001 - the handler for errors tells the person and the log
            answer = None if ack.is_decided.is_set() else BoltResponse(status=500)
            self.listener_error_handler.handle(error=error, request=request, response=answer)
            if answer is not None:
                ack.response = answer
        finally:
            ack.is_decided.set()

    def _follow(self, function: Callable[..., None], request: BoltRequest) -> None:
        try:
            with self._precedence.background():
                with self._precedence.turn():
                    arguments = build_required_kwargs(
                        logger=self.logger,
                        required_arg_names=_arguments_of(function),
                        request=request,
                        response=None,
                        this_func=function,
                    )
                function(**arguments)
        except Exception as error:  # noqa: BLE001 - as above
            self.listener_error_handler.handle(error=error, request=request, response=None)


@cache
def _arguments_of(function: Callable[..., None]) -> MutableSequence[str]:
    return get_arg_names_of_callable(function)


def _ack_of(request: BoltRequest) -> PromptAck:
    ack = request.context.ack
    assert isinstance(ack, PromptAck)  # noqa: S101 - `Preparation` gave it
    return ack


@dataclass(frozen=True)
class Preparation(Middleware):
    """Has listeners run promptly and answer patiently, with the bot's own client.

    Bolt's client of each request adds a `team_id` to every call, which most methods do not know.
    """

    client: WebClient
    precedence: Precedence

    def register(self, app: App) -> None:
        app.use(self)
        behind = ThreadPoolExecutor(THREADS_BEHIND, thread_name_prefix="behind")
        app._listener_runner = PromptRunner(app.listener_runner, behind, self.precedence)  # noqa: SLF001 - Bolt lets nobody choose it

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], object]) -> BoltResponse:  # noqa: A002 - Bolt's name for it
        """Before any listener looks at the request."""
        req.context["ack"] = PromptAck()
        req.context["client"] = self.client
        url = req.context.response_url
        if url:
            req.context["respond"] = PatientRespond(
                response_url=url, proxy=self.client.proxy, ssl=self.client.ssl
            )
        next()
        return resp
