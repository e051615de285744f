"""From a failed gRPC call to the problem that the client sees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import grpc
from google.rpc import code_pb2, error_details_pb2, status_pb2

from chassis import logs
from chassis.errors import BUG, CHASSIS_ANSWERS, UNAVAILABLE, Overloaded
from gateway.problems import HTTP_STATUS, REASON_STATUS, Problem, from_answer

_DETAILS = "grpc-status-details-bin"
_log = logs.get(__name__)


class Refused(Exception):
    """One call of many that came in one message was refused; the message was not."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status

    @property
    def code(self) -> str:
        return str(code_pb2.Code.Name(self.status.code))


def problem_of(error: grpc.aio.AioRpcError, service: str, rpc: str) -> Problem:
    """What the service said, or, when the answer is not one of ours, what its status means."""
    return _problem(error.code().name, _status_of(error), error.details() or "", service, rpc)


def problem_of_refused(refused: Refused, service: str, rpc: str) -> Problem:
    """The same for one call of many."""
    return _problem(refused.code, refused.status, refused.status.message, service, rpc)


def _problem(code: str, status: status_pb2.Status | None, details: str, service: str, rpc: str) -> Problem:
    problem = _refusal(code, status) if status else None
    if problem is None:
        problem = _without_reason(code)
        _log.warning("service failed", peer=service, rpc=rpc, status=code, reason=details[:200])
    return problem


def _status_of(error: grpc.aio.AioRpcError) -> status_pb2.Status | None:
    metadata = cast(Iterable[tuple[str, str | bytes]], error.trailing_metadata())  # the stubs say less
    details = dict(metadata).get(_DETAILS)
    return status_pb2.Status.FromString(details) if isinstance(details, bytes) else None


def _refusal(code: str, status: status_pb2.Status) -> Problem | None:
    info = error_details_pb2.ErrorInfo()
    sentences: dict[str, str] = {}
    for detail in status.details:
        sentence = error_details_pb2.LocalizedMessage()
        if detail.Unpack(sentence):
            sentences[sentence.locale] = sentence.message
        else:
            detail.Unpack(info)
    if not info.reason:
        return None
    return Problem(
        REASON_STATUS.get(info.reason) or HTTP_STATUS.get(code, 500),
        info.reason,
        sentences.get("fr", ""),
        sentences.get("en", ""),
        info.metadata.get("field", ""),
    )


def _without_reason(code: str) -> Problem:
    if code == "RESOURCE_EXHAUSTED":  # gRPC's own shedding says nothing more
        return from_answer(CHASSIS_ANSWERS[Overloaded])
    return from_answer(UNAVAILABLE if HTTP_STATUS.get(code) == 503 else BUG)
