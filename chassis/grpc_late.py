"""A unary call whose answer comes after its handler has returned, from whatever thread has it.

grpcio's thread-pool server holds a thread for each call that waits; with a hundred calls waiting for one commit the
wake-ups cost more than the work. Its servicers' context can be answered later all the same: the server has a path
for handlers that do not block (`experimental_non_blocking`, on `experimental_thread_pool`), made for streams, and a
unary answer is, on the wire, a stream of one message. Public functions of that path wait for each message to be sent;
`_server._status`, with which grpcio itself ends every unary call, sends the message and the status together and waits
for nothing.

These names are grpcio's own and not promised: this is the one module that uses them, the lock file holds the version,
and `tests/unit/chassis/test_late_answers.py` fails if they change. See docs/decisions/0131.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import grpc
from grpc import _server

_CALM_S = 1.0


class Room(int):
    """How many calls a server holds: `Room(most, overloaded)`, given to grpcio as `maximum_concurrent_rpcs`.

    A burst fills it to `most`. A call that finds it full is refused, and from then on, until no call was refused for
    `_CALM_S`, it holds `overloaded` calls only: who comes faster than answers go out gains nothing by waiting, and
    those that are taken stay quick. grpcio asks `count >= room` for each call, under its own lock.
    """

    def __new__(cls, most: int, _overloaded: int, _now: Callable[[], float] = time.monotonic) -> Self:
        return super().__new__(cls, most)

    def __init__(self, _most: int, overloaded: int, now: Callable[[], float] = time.monotonic) -> None:
        self._overloaded = overloaded
        self._now = now
        self._calm_from = 0.0

    def __le__(self, held: int) -> bool:
        """Whether one more than `held` is too many."""
        now = self._now()
        most = int(self) if now >= self._calm_from else self._overloaded
        if held < most:
            return False
        self._calm_from = now + _CALM_S
        return True


class _Owed:
    """Stands where grpcio expects the future of a call's thread, and is done when the call is answered.

    So grpcio's own bound, which its accepting thread asks before it does anything for a call, counts each call from
    that moment until its answer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_answered = False
        self._tell: Callable[[Any], object] | None = None

    def add_done_callback(self, tell: Callable[[Any], object]) -> None:
        with self._lock:
            self._tell = tell
            is_answered = self._is_answered
        if is_answered:
            tell(self)

    def answered(self) -> None:
        with self._lock:
            self._is_answered, tell = True, self._tell
        if tell:
            tell(self)


class LateThread(ThreadPoolExecutor):
    """What late calls begin on: nothing waits there, and a second thread would only change places with the first."""

    def __init__(self) -> None:
        super().__init__(1, thread_name_prefix="late")
        self._beginning: _Owed | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Begin a call; done when it is answered."""
        owed = _Owed()
        super().submit(self._begin, owed, fn, args, kwargs)
        return owed

    def take(self) -> _Owed:
        """What the call that begins here is to answer. Raises RuntimeError when none begins, or it was taken."""
        owed, self._beginning = self._beginning, None
        if owed is None:
            raise RuntimeError("a late call begins once, on the thread that was made for it")
        return owed

    def _begin(self, owed: _Owed, fn: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self._beginning = owed
        try:
            fn(*args, **kwargs)
        finally:
            if self._beginning is not None:  # its request could not be read: grpcio has answered
                self.take().answered()


class LateAnswer:
    """Answers one call, once, from any thread. A caller that has gone is no error."""

    def __init__(self, context: Any, owed: _Owed) -> None:
        self._context = context
        self._owed = owed

    def send(self, message: bytes) -> None:
        """The serialized response, with status OK."""
        self._owed.answered()  # first: who is told may send the next call before this thread goes on
        _server._status(self._context._rpc_event, self._context._state, message)

    def refuse(self, status: grpc.Status) -> None:
        """No response; the status with its details."""
        self._owed.answered()
        self._context.set_code(status.code)
        self._context.set_details(status.details)
        self._context.set_trailing_metadata(status.trailing_metadata)
        _server._status(self._context._rpc_event, self._context._state, None)


def handler(
    begin: Callable[[Any, grpc.ServicerContext, LateAnswer], None],
    request_deserializer: Callable[[bytes], Any],
    on: LateThread,
) -> grpc.RpcMethodHandler[Any, Any]:
    """The handler of a unary call: `begin(request, context, answer)` returns at once and never raises."""

    def behavior(request: Any, context: grpc.ServicerContext, _send: Callable[[Any], None]) -> None:
        begin(request, context, LateAnswer(context, on.take()))

    behavior.experimental_non_blocking = True  # type: ignore[attr-defined]
    behavior.experimental_thread_pool = on  # type: ignore[attr-defined]
    return grpc.unary_stream_rpc_method_handler(behavior, request_deserializer=request_deserializer)
