"""Erasures: a person's own request, and those that staff make for a letter."""

from __future__ import annotations

from datetime import datetime

from atouts.identity.v1 import erasures_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.clock import machine_now
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import erasures as use
from services.identity.bootstrap import Parts
from services.identity.domain.accounts import normal_password
from services.identity.domain.erasures import Erasure, ErasureState
from services.identity.entrypoints.parsing import an_id
from services.identity.entrypoints.transactions import in_transaction

_STATES = {
    ErasureState.REQUESTED: pb.ERASURE_STATE_REQUESTED,
    ErasureState.WAITING: pb.ERASURE_STATE_WAITING,
    ErasureState.ERASING: pb.ERASURE_STATE_ERASING,
    ErasureState.DONE: pb.ERASURE_STATE_DONE,
    ErasureState.DROPPED: pb.ERASURE_STATE_DROPPED,
}


class ErasureDoor:
    """Asked for, confirmed, dropped, listed. The rest is jobs."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @direct
    def request_erasure(self, call: Call, request: pb.RequestErasureRequest) -> pb.RequestErasureResponse:
        parts, platform, at = self._parts.erasing, self._parts.platform, machine_now()
        account = in_transaction(
            platform, call.context, lambda work: parts.accounts.find(work, work.context.account_id)
        )
        password_hash = account.password_hash if account else ""
        matches = self._parts.passwords.matches(password_hash, normal_password(request.password))
        begun = in_transaction(platform, call.context, lambda work: use.request_own(work, parts, matches, at))
        return pb.RequestErasureResponse(erasure=_message(begun))

    def ask_erasure(self, work: Work, request: pb.AskErasureRequest) -> pb.AskErasureResponse:
        person_id = an_id(request.person_id, "person_id") if request.person_id else ""
        email = self._parts.emails.as_typed(request.email)
        return pb.AskErasureResponse(erasure=_message(use.ask_by_staff(work, self._parts.erasing, person_id, email)))

    def confirm_erasure(self, work: Work, request: pb.ConfirmErasureRequest) -> pb.ConfirmErasureResponse:
        begun = use.confirm(work, self._parts.erasing, an_id(request.erasure_id, "erasure_id"))
        return pb.ConfirmErasureResponse(erasure=_message(begun))

    def drop_erasure(self, work: Work, request: pb.DropErasureRequest) -> pb.DropErasureResponse:
        dropped = use.drop(work, self._parts.erasing, an_id(request.erasure_id, "erasure_id"))
        return pb.DropErasureResponse(erasure=_message(dropped))

    def list_erasures(self, work: Work, request: pb.ListErasuresRequest) -> pb.ListErasuresResponse:
        found, next_token = self._parts.erasing.erasures.page(work, request.page_token)
        return pb.ListErasuresResponse(erasures=[_message(each) for each in found], next_page_token=next_token)


def _message(erasure: Erasure) -> pb.Erasure:
    return pb.Erasure(
        erasure_id=erasure.erasure_id,
        person_id=erasure.person_id,
        state=_STATES[erasure.state],
        asked_by=erasure.asked_by,
        confirmed_by=erasure.confirmed_by,
        requested_at=_timestamp(erasure.requested_at),
        holds=[pb.ErasureHold(code=code, count=count) for code, count in sorted(erasure.holds.items())],
        answers=[pb.ErasureAnswer(service=name, rows=rows) for name, rows in erasure.answers.items()],
        done_at=_timestamp(erasure.done_at) if erasure.done_at else None,
    )


def _timestamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp
