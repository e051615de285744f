"""Checks of ID cards."""

from __future__ import annotations

from atouts.identity.v1 import cards_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Flag, Instant, Part, Shown, Strict, Text, Word
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


class CardCheckAnswer(Shown):
    check = Part(CardCheck)


class CardCheckReview(Shown):
    check = Part(CardCheck)
    read = fields.Dict(fields.String(), fields.String())
    declared = fields.Dict(fields.String(), fields.String())


class CardChecksQuery(Page):
    state = Word(pb.CardCheckState)


class CardImageQuery(Strict):
    """Whole where nothing is said."""

    size = Word(pb.CardImageSize)


class CardCheckReviews(Paged):
    reviews = fields.List(Part(CardCheckReview))


class CardDecision(Strict):
    accept = Flag(required=True)
    reason = Text(500, least=0)
