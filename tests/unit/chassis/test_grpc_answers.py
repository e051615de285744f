"""A refusal reaches the caller with its stable reason, its sentence and the field at fault."""

from __future__ import annotations

import sqlalchemy.exc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from chassis.errors import BUG, CHASSIS_ANSWERS, UNAVAILABLE, Answer, Malformed, Operational, Status
from chassis.grpc_answers import answer_for, to_status


class Refused(Exception):
    """The root of a made-up service's refusals."""


class BalanceTooLow(Refused):
    def __init__(self, balance: str) -> None:
        super().__init__(balance)
        self.balance = balance


TABLE = {
    Refused: Answer(Status.FAILED_PRECONDITION, "too_low", "Il reste {balance}.", "{balance} left.", "amount_cents")
}


def test_a_refusal_is_answered_by_the_line_of_its_nearest_ancestor() -> None:
    assert answer_for(BalanceTooLow("1 €"), TABLE) is TABLE[Refused]


def test_what_is_away_is_unavailable_and_what_is_unknown_is_a_bug() -> None:
    assert answer_for(Operational("broker"), TABLE) is UNAVAILABLE
    assert answer_for(sqlalchemy.exc.OperationalError("", {}, Exception()), TABLE) is UNAVAILABLE
    assert answer_for(KeyError("x"), TABLE) is BUG


def test_the_status_carries_reason_sentences_and_field() -> None:
    error = BalanceTooLow("1 €")
    details = to_status(error, TABLE[Refused]).trailing_metadata
    assert details is not None
    info, sentence = _unpack(to_status(error, TABLE[Refused]))
    assert (info.reason, info.metadata["field"], sentence) == ("too_low", "amount_cents", "Il reste 1 €.")


def test_a_malformed_request_names_its_field() -> None:
    error = Malformed("amount_cents", "Écrivez un montant en centimes.")
    info, sentence = _unpack(to_status(error, CHASSIS_ANSWERS[Malformed]))
    assert (info.metadata["field"], sentence) == ("amount_cents", "Écrivez un montant en centimes.")


def _unpack(status: object) -> tuple[error_details_pb2.ErrorInfo, str]:
    class Answered:
        def code(self) -> object:
            return status.code  # type: ignore[attr-defined]

        def details(self) -> object:
            return status.details  # type: ignore[attr-defined]

        def trailing_metadata(self) -> object:
            return status.trailing_metadata  # type: ignore[attr-defined]

    rich = rpc_status.from_call(Answered())
    info, sentence = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
    rich.details[0].Unpack(info)
    rich.details[1].Unpack(sentence)
    return info, sentence.message
