"""The doors are complete: each RPC, refusal and subscribed event has its line."""

from __future__ import annotations

import inspect
from datetime import date

import pytest
from atouts.payout.v1 import messages_pb2, service_pb2

from chassis.errors import Malformed
from chassis.events import subscriptions_of
from chassis.grpc_answers import to_status
from services.payout.domain import errors
from services.payout.domain.run import RunState
from services.payout.entrypoints.answers import ANSWERS
from services.payout.entrypoints.doors.messages import state_of
from services.payout.entrypoints.doors.parsing import idempotency_key_of, text_of, uuid_of
from services.payout.entrypoints.handlers import event_reactions
from services.payout.entrypoints.policy import POLICY

_REFUSALS = {
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, errors.PayoutRefused) and each is not errors.PayoutRefused
}
_EXAMPLES: list[Exception] = [
    errors.UnknownRun("r"),
    errors.RunNotPrepared("issued"),
    errors.RunNotProposed("issued"),
    errors.SecondPersonNeeded("r"),
    errors.RunChanged(123450),
    errors.NothingToPay("r"),
    errors.RunNotIssued("r"),
    errors.NotInRun("r", "p"),
    errors.StatementTooLong(3_001, 3_000),
    errors.AlreadyHeld("p"),
    errors.UnknownHold("h"),
    errors.HoldAlreadyLifted("h", date(2025, 10, 1)),
    errors.HoldLiftsItself("h"),
    errors.UnknownMovement("d"),
    errors.ClawbackOfUnpaidBenefit("d"),
    errors.ClawbackOfCancelledDebit("d"),
    errors.ClawbackAboveDebit(1_200),
    errors.UnknownClawback("c"),
    errors.ClawbackDecided("c"),
    errors.OwnClawback("c"),
    errors.IdempotencyKeyReused("k"),
]


def test_every_refusal_has_one_answer_with_its_own_reason() -> None:
    """The table is total over the domain's classes, and no two share a code."""
    assert set(ANSWERS) == _REFUSALS
    assert len({answer.reason for answer in ANSWERS.values()}) == len(ANSWERS)


def test_every_answer_can_be_told() -> None:
    """Its sentences name only attributes that the refusal has."""
    assert {type(example) for example in _EXAMPLES} == _REFUSALS
    for example in _EXAMPLES:
        answer = ANSWERS[type(example)]
        assert to_status(example, answer).details == answer.reason


def test_every_rpc_has_one_line_in_the_policy() -> None:
    """Nothing is allowed by default."""
    descriptor = service_pb2.DESCRIPTOR.services_by_name["PayoutService"]
    assert set(POLICY) == {rpc.name for rpc in descriptor.methods}


def test_every_subscribed_event_has_a_reaction() -> None:
    """And no other."""
    reactions = event_reactions(None)  # type: ignore[arg-type]  # parts are used when an event comes
    assert set(reactions) == {contract.type for contract in subscriptions_of("payout")}


def test_every_state_of_a_run_can_be_told_and_asked_for() -> None:
    """The contract and the domain know the same states."""
    values = messages_pb2.RunState.values()
    assert {state_of(value) for value in values} == {None, *RunState}


@pytest.mark.parametrize("key", ["", "x" * 129, "a\nb", "a\0b"])
def test_malformed_keys_are_refused(key: str) -> None:
    """One to 128 printable characters."""
    with pytest.raises(Malformed):
        idempotency_key_of(key)


def test_malformed_ids_and_reasons_are_refused() -> None:
    """The field at fault is named."""
    with pytest.raises(Malformed) as refused:
        uuid_of("1; DROP TABLE runs", "run_id")
    assert refused.value.field == "run_id"
    with pytest.raises(Malformed):
        text_of("  \n ", "reason", 300)
    with pytest.raises(Malformed):
        text_of("a\u202eb", "reason", 300)
    assert text_of(" Contrôle\n en cours. ", "reason", 300) == "Contrôle en cours."
