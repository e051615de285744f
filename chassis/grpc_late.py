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

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from grpc import _server


class LateAnswer:
    """Answers one call, once, from any thread. A caller that has gone is no error."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def send(self, message: bytes) -> None:
        """The serialized response, with status OK."""
        _server._status(self._context._rpc_event, self._context._state, message)

    def refuse(self, status: grpc.Status) -> None:
        """No response; the status with its details."""
        self._context.set_code(status.code)
        self._context.set_details(status.details)
        self._context.set_trailing_metadata(status.trailing_metadata)
        _server._status(self._context._rpc_event, self._context._state, None)


def threads() -> ThreadPoolExecutor:
    """What late calls begin on: nothing waits there, and a second thread would only change places with the first."""
    return ThreadPoolExecutor(1, thread_name_prefix="late")


def handler(
    begin: Callable[[Any, grpc.ServicerContext, LateAnswer], None],
    request_deserializer: Callable[[bytes], Any],
    on: ThreadPoolExecutor,
) -> grpc.RpcMethodHandler[Any, Any]:
    """The handler of a unary call: `begin(request, context, answer)` returns at once and never raises."""

    def behavior(request: Any, context: grpc.ServicerContext, _send: Callable[[Any], None]) -> None:
        begin(request, context, LateAnswer(context))

    behavior.experimental_non_blocking = True  # type: ignore[attr-defined]
    behavior.experimental_thread_pool = on  # type: ignore[attr-defined]
    return grpc.unary_stream_rpc_method_handler(behavior, request_deserializer=request_deserializer)
