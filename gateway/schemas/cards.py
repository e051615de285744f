"""Checks of ID cards."""

from __future__ import annotations

from atouts.identity.v1 import cards_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Counted, Flag, Instant, OneOf, Part, PartIfAny, Shown, Strict, Text, Whole, Word
from gateway.schemas.paging import Page, Paged


class CardCheckReason(Shown):
    code = fields.String()
    sentence = fields.String()


class CardCheck(Shown):
    check_id = fields.String()
    person_id = fields.String()
    state = Word(pb.CardCheckState)
    reasons = fields.List(Part(CardCheckReason))
    submitted_at = Instant()
    decided_at = Instant()
    position = fields.Integer()
    expected_seconds = Counted()
    being_read = fields.Boolean()


class CardCheckAnswer(Shown):
    check = Part(CardCheck)


class OwnCardCheck(CardCheckAnswer):
    may_submit = fields.Boolean()


class CardDecided(CardCheckAnswer):
    """`proposed`: nothing moved yet, a second member of staff confirms."""

    proposed = fields.Boolean()


class CardDecisionRow(Shown):
    act = Word(pb.CardDecisionAct)
    state = Word(pb.CardCheckState)
    reasons = fields.List(Part(CardCheckReason))
    decided_by = fields.String()
    occurred_at = Instant()


class CardCheckReview(Shown):
    check = Part(CardCheck)
    read = fields.Dict(fields.String(), fields.String())
    declared = fields.Dict(fields.String(), fields.String())
    proposal = PartIfAny(CardDecisionRow)
    person_version = fields.Integer()


class CardField(Shown):
    name = fields.String()
    declared = fields.String()
    read = fields.String()
    printed = fields.String()
    likeness = Word(pb.CardFieldLikeness)
    printed_likeness = Word(pb.CardFieldLikeness)


class CardSeal(Shown):
    kind = fields.String()
    status = Word(pb.CardSealStatus)
    says = fields.Dict(fields.String(), fields.String())
    finding = fields.String()
    sentence = fields.String()


class CardPicture(Shown):
    picture_id = fields.String()
    side = fields.Integer()
    label = fields.String()


class CardCheckReviewAnswer(Shown):
    review = Part(CardCheckReview)
    compared = fields.List(Part(CardField))
    seals = fields.List(Part(CardSeal))
    pictures = fields.List(Part(CardPicture))
    standing = fields.List(Part(CardCheckReason))
    accepting_takes_two = fields.Boolean()
    refusing_takes_two = fields.Boolean()
    may_accept = fields.Boolean()
    may_refuse = fields.Boolean()
    decisions = fields.List(Part(CardDecisionRow))


class CardChecksQuery(Page):
    """`proposed`: those, in whatever state, with a decision that waits for a second member of staff."""

    state = Word(pb.CardCheckState)
    proposed = OneOf("true", "false")


class CardImageQuery(Strict):
    """The first side, whole, where nothing is said."""

    size = Word(pb.CardImageSize)
    picture_id = Text(64)


class CardCheckReviews(Paged):
    reviews = fields.List(Part(CardCheckReview))


class CardDecision(Strict):
    """`person_version`: of the review that was read; a profile that changed since is refused."""

    accept = Flag(required=True)
    reason = Text(500, least=0)
    person_version = Whole(1)


class CardConfirmation(Strict):
    person_version = Whole(1)
