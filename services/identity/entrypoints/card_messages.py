"""Card checks as the contract carries them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from atouts.identity.v1 import cards_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from services.identity.application.card_reviews import CardReview, declared_of
from services.identity.domain.card_checks import CardCheck, CheckState, Place, Ruling, sentence_of
from services.identity.domain.card_decisions import Act, Decision, last_ruling, open_proposal
from services.identity.domain.card_reviews import FieldComparison, compared
from services.identity.domain.documents import Seal, SealStatus
from services.identity.domain.documents.comparison import Likeness
from services.identity.domain.profiles import Person
from services.identity.domain.reading_records import FIELDS, reading_from

STATES_ON_WIRE = {
    CheckState.PENDING: pb.CARD_CHECK_STATE_PENDING,
    CheckState.ACCEPTED: pb.CARD_CHECK_STATE_ACCEPTED,
    CheckState.REFUSED: pb.CARD_CHECK_STATE_REFUSED,
    CheckState.PERSON: pb.CARD_CHECK_STATE_PERSON,
}
_ACTS = {
    Act.DECIDED: pb.CARD_DECISION_ACT_DECIDED,
    Act.PROPOSED: pb.CARD_DECISION_ACT_PROPOSED,
    Act.CONFIRMED: pb.CARD_DECISION_ACT_CONFIRMED,
    Act.DECLINED: pb.CARD_DECISION_ACT_DECLINED,
}
_LIKENESSES = {
    None: pb.CARD_FIELD_LIKENESS_UNSPECIFIED,
    Likeness.SAME: pb.CARD_FIELD_LIKENESS_SAME,
    Likeness.NEAR: pb.CARD_FIELD_LIKENESS_NEAR,
    Likeness.DIFFERENT: pb.CARD_FIELD_LIKENESS_DIFFERENT,
}
_SEALS = {
    SealStatus.VERIFIED: pb.CARD_SEAL_STATUS_VERIFIED,
    SealStatus.NOT_VERIFIED: pb.CARD_SEAL_STATUS_NOT_VERIFIED,
    SealStatus.INVALID: pb.CARD_SEAL_STATUS_INVALID,
}


def check_message(check: CardCheck, decisions: Sequence[Decision], place: Place | None) -> pb.CardCheck:
    """`place` is None once a reader has read it."""
    message = pb.CardCheck(
        check_id=check.check_id,
        person_id=check.person_id,
        state=STATES_ON_WIRE[check.state],
        reasons=_reasons(last_ruling(decisions)),
        submitted_at=timestamp(check.submitted_at),
        decided_at=timestamp(check.decided_at) if check.decided_at else None,
    )
    if place:
        message.position, message.being_read = place.before, place.is_being_read
        if place.expected_s is not None:
            message.expected_seconds = place.expected_s
    return message


def review_message(check: CardCheck, person: Person, decisions: Sequence[Decision]) -> pb.CardCheckReview:
    """A line of the list."""
    declared = declared_of(person.profile)
    proposal = open_proposal(decisions)
    return pb.CardCheckReview(
        check=check_message(check, decisions, None),
        read={name: check.read[name] for name in FIELDS if name in check.read},
        declared={
            "surname": declared.surname,
            "given_names": declared.given_names,
            "birth_date": declared.birth_date.isoformat(),
        },
        proposal=_decision(proposal) if proposal else None,
        person_version=person.version,
    )


def whole_review(seen: CardReview) -> pb.GetCardCheckReviewResponse:
    """All that staff have at hand."""
    reading = reading_from(seen.check.read)
    return pb.GetCardCheckReviewResponse(
        review=review_message(seen.check, seen.person, seen.decisions),
        compared=[_field(each) for each in compared(declared_of(seen.person.profile), reading)],
        seals=[_seal(seal) for seal in reading.seals] if reading else (),
        pictures=[
            pb.CardPicture(picture_id=each.picture_id, side=each.side, label=each.label) for each in seen.pictures
        ],
        standing=_coded((code, sentence_of(code)) for code in seen.standing),
        accepting_takes_two=seen.takes_two(accept=True),
        refusing_takes_two=seen.takes_two(accept=False),
        may_accept=seen.may_decide(accept=True),
        may_refuse=seen.may_decide(accept=False),
        decisions=[_decision(decision) for decision in seen.decisions],
    )


def timestamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


def _decision(decision: Decision) -> pb.CardDecision:
    return pb.CardDecision(
        act=_ACTS[decision.word.act],
        state=STATES_ON_WIRE[decision.ruling.state],
        reasons=_reasons(decision.ruling),
        decided_by=decision.word.by,
        occurred_at=timestamp(decision.at),
    )


def _field(compared_field: FieldComparison) -> pb.CardField:
    return pb.CardField(
        name=compared_field.name,
        declared=compared_field.declared,
        read=compared_field.read,
        printed=compared_field.printed,
        likeness=_LIKENESSES[compared_field.likeness],
        printed_likeness=_LIKENESSES[compared_field.printed_likeness],
    )


def _seal(seal: Seal) -> pb.CardSeal:
    return pb.CardSeal(
        kind=seal.kind.value,
        status=_SEALS[seal.status],
        says=seal.says,
        finding=seal.finding.value,
        sentence=seal.finding.sentence,
    )


def _reasons(ruling: Ruling | None) -> list[pb.CardCheckReason]:
    return _coded(ruling.reasons) if ruling else []


def _coded(reasons: Iterable[tuple[str, str]]) -> list[pb.CardCheckReason]:
    return [pb.CardCheckReason(code=code, sentence=sentence) for code, sentence in reasons]
