"""The doors are complete: each RPC, refusal and subscribed event has its line."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest
from atouts.bonplan.v1 import offers_pb2, registrations_pb2, service_pb2

from chassis.errors import Malformed
from chassis.events import subscriptions_of
from chassis.grpc_answers import to_status
from services.bonplan.domain import errors
from services.bonplan.domain.offer import OfferKind, OfferState, OfferType
from services.bonplan.domain.registration import RegistrationState
from services.bonplan.entrypoints.answers import ANSWERS
from services.bonplan.entrypoints.doors.parsing import idempotency_key_of, partner_or_none, terms_of, uuid_of
from services.bonplan.entrypoints.handlers import event_reactions
from services.bonplan.entrypoints.policy import POLICY

_NOW = datetime(2025, 10, 1, tzinfo=UTC)
_REFUSALS = {
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, errors.BonplanRefused) and each is not errors.BonplanRefused
}
_EXAMPLES: list[Exception] = [
    errors.TextRefused("text.title", 120),
    errors.TextWithMarkup("text.title"),
    errors.TextLikeFormula("text.title"),
    errors.PlacesRefused(10_000),
    errors.ValueRefused(),
    errors.DatesOutOfOrder(),
    errors.ClosesInThePast(),
    errors.UnknownScheme("s"),
    errors.UnknownSeason("s"),
    errors.DrawNotForPartners(),
    errors.NoBonsPlans("s"),
    errors.AuthorRefused(),
    errors.WinnersRefused(),
    errors.TypeRefused("gift"),
    errors.ThemeRefused("Sport"),
    errors.ThemeNotOpen("Réservé."),
    errors.LimitedForAbsences("Une à la fois."),
    errors.ExcludedForAbsences("Fini."),
    errors.AttendanceTooEarly(_NOW),
    errors.NoPlaceToAttend(),
    errors.UnknownOffer("o"),
    errors.AlreadyModerated("closed"),
    errors.SecondPersonNeeded(),
    errors.ReasonNeeded(),
    errors.MembershipNeeded("s", "2025-2026"),
    errors.RegistrationNotOpen(_NOW),
    errors.RegistrationClosed(_NOW),
    errors.OfferFull("o"),
    errors.AlreadyRegistered("o"),
    errors.NotRegistered("o"),
    errors.NotADraw("o"),
    errors.DrawTooEarly(_NOW),
    errors.DrawNotRun("o"),
    errors.IdempotencyKeyReused("k"),
]


def test_every_refusal_has_one_answer_and_its_own_sentence() -> None:
    """The table is total over the domain's classes; texts share a code, no two share a sentence."""
    assert set(ANSWERS) == _REFUSALS
    assert len({answer.fr for answer in ANSWERS.values()}) == len(ANSWERS)
    assert len({answer.reason for answer in ANSWERS.values()}) == len(ANSWERS) - 2


def test_every_answer_can_be_told() -> None:
    """Its sentences name only attributes that the refusal has."""
    assert {type(example) for example in _EXAMPLES} == _REFUSALS
    for example in _EXAMPLES:
        answer = ANSWERS[type(example)]
        assert to_status(example, answer).details == answer.reason


def test_every_rpc_has_one_line_in_the_policy() -> None:
    """Nothing is allowed by default."""
    descriptor = service_pb2.DESCRIPTOR.services_by_name["BonplanService"]
    assert set(POLICY) == {rpc.name for rpc in descriptor.methods}


def test_every_subscribed_event_has_a_reaction() -> None:
    """And no other."""
    assert set(event_reactions()) == {contract.type for contract in subscriptions_of("bonplan")}


def test_every_kind_and_state_can_be_told() -> None:
    """The contract and the domain know the same ones."""
    assert {f"OFFER_KIND_{kind.name}" for kind in OfferKind} == set(offers_pb2.OfferKind.keys()[1:])
    assert {f"OFFER_STATE_{state.name}" for state in OfferState} == set(offers_pb2.OfferState.keys()[1:])
    assert {f"OFFER_TYPE_{each.name}" for each in OfferType} == set(offers_pb2.OfferType.keys())
    states = {f"REGISTRATION_STATE_{state.name}" for state in RegistrationState}
    assert states == set(registrations_pb2.RegistrationState.keys()[1:])


@pytest.mark.parametrize("key", ["", "x" * 129, "a\nb", "a\0b"])
def test_malformed_keys_are_refused(key: str) -> None:
    """One to 128 printable characters."""
    with pytest.raises(Malformed):
        idempotency_key_of(key)


def test_malformed_ids_are_refused_by_their_field() -> None:
    """No partner at all is allowed where staff write."""
    with pytest.raises(Malformed) as refused:
        uuid_of("1; DROP TABLE offers", "offer_id")
    assert refused.value.field == "offer_id"
    assert partner_or_none("") == ""
    with pytest.raises(Malformed):
        partner_or_none("cinema")


def test_a_request_without_kind_or_dates_is_malformed() -> None:
    """An instant out of every calendar too."""
    request = offers_pb2.SubmitOfferRequest(opens_at=_NOW, closes_at=_NOW)
    with pytest.raises(Malformed) as refused:
        terms_of(request)
    assert refused.value.field == "kind"
    request.kind = offers_pb2.OFFER_KIND_DRAW
    request.closes_at.seconds = 2**62
    with pytest.raises(Malformed) as refused:
        terms_of(request)
    assert refused.value.field == "closes_at"
    request.ClearField("opens_at")
    with pytest.raises(Malformed) as refused:
        terms_of(request)
    assert refused.value.field == "opens_at"
