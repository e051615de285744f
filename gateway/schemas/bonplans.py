"""Bons plans: offers, registrations, draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atouts.bonplan.v1 import offers_pb2, registrations_pb2
from marshmallow import fields

from gateway.schemas.fields import Amount, Flag, Instant, Moment, Part, Shown, Strict, Text, Whole, Word
from gateway.schemas.paging import Page, Paged

_GREATEST_CENTS = 10**13


class Paragraphs(Text):
    """A text with line breaks."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        if not isinstance(value, str):
            return super()._deserialize(value, attr, data, **rest)
        text = value.replace("\r\n", "\n")
        super()._deserialize(text.replace("\n", " "), attr, data, **rest)
        return text


class OfferTextWritten(Strict):
    title = Text(120, required=True)
    description = Paragraphs(4_000, required=True)
    prize = Text(200, required=True, metadata={"description": "Ce qui est gagné, en toutes lettres"})


class SubmitOffer(Strict):
    kind = Word(offers_pb2.OfferKind, required=True)
    text = Part(OfferTextWritten, required=True)
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    places = Whole(1, 10_000, required=True)
    value_cents = Whole(0, _GREATEST_CENTS, required=True, metadata={"description": "Valeur d'une place, en centimes"})
    opens_at = Moment(required=True)
    closes_at = Moment(required=True)
    type = Word(offers_pb2.OfferType)
    theme = Text(80, least=0)


class OfferText(Shown):
    title = fields.String()
    description = fields.String()
    prize = fields.String()


class Offer(Shown):
    offer_id = fields.String()
    partner_id = fields.String()
    kind = Word(offers_pb2.OfferKind)
    state = Word(offers_pb2.OfferState)
    text = Part(OfferText)
    scheme = fields.String()
    season = fields.String()
    places = fields.Integer()
    places_left = fields.Integer()
    value_cents = Amount()
    opens_at = Instant()
    closes_at = Instant()
    reason = fields.String()
    seed_commitment = fields.String(metadata={"description": "sha256 de la graine du tirage, publié avec l'offre"})
    version = fields.Integer()
    type = Word(offers_pb2.OfferType)
    theme = fields.String()


class OfferAnswer(Shown):
    offer = Part(Offer)


class OffersQuery(Page):
    partner_id = Text(64)


class Offers(Paged):
    offers = fields.List(Part(Offer))


class Moderation(Strict):
    accept = Flag(required=True)
    reason = Text(1_000, least=0, metadata={"description": "Obligatoire pour un refus ; montré à l'auteur"})


class Registration(Shown):
    registration_id = fields.String()
    offer = Part(Offer)
    state = Word(registrations_pb2.RegistrationState)
    registered_at = Instant()
    attendance_code = fields.String()
    warning = fields.String(metadata={"description": "Ce que des absences peuvent coûter"})


class RegistrationAnswer(Shown):
    registration = Part(Registration)


class Registrations(Paged):
    registrations = fields.List(Part(Registration))


class Registrant(Shown):
    registration_id = fields.String()
    state = Word(registrations_pb2.RegistrationState)
    attendance_code = fields.String()
    name = fields.String(metadata={"description": "Vide avant la clôture des inscriptions"})
    attendance = Word(registrations_pb2.Attendance)


class RecordAttendance(Strict):
    attendance = Word(registrations_pb2.Attendance, required=True)


class RegistrantAnswer(Shown):
    registrant = Part(Registrant)


class Registrants(Paged):
    registrants = fields.List(Part(Registrant))


class Draw(Shown):
    offer_id = fields.String()
    seed_commitment = fields.String()
    seed = fields.String()
    registrations_hash = fields.String()
    registration_ids = fields.List(fields.String())
    winner_ids = fields.List(fields.String())
    drawn_at = Instant()
    method = fields.String()


class DrawAnswer(Shown):
    draw = Part(Draw)
