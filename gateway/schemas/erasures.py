"""Deleted accounts: ids, states and numbers."""

from __future__ import annotations

from atouts.identity.v1 import erasures_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Instant, Part, Shown, Strict, Text, Word
from gateway.schemas.paging import Paged


class RequestErasure(Strict):
    """The password, typed again."""

    password = Text(128, required=True, metadata={"format": "password"})


class AskErasure(Strict):
    """By the account's id or by its address."""

    person_id = Text(64)
    email = Text(254)


class ErasureHold(Shown):
    code = fields.String()
    count = fields.Integer()


class ServiceAnswer(Shown):
    service = fields.String()
    rows = fields.Integer()


class Erasure(Shown):
    erasure_id = fields.String()
    person_id = fields.String()
    state = Word(pb.ErasureState)
    asked_by = fields.String()
    confirmed_by = fields.String()
    requested_at = Instant()
    holds = fields.List(Part(ErasureHold))
    answers = fields.List(Part(ServiceAnswer))
    done_at = Instant()


class ErasureAnswer(Shown):
    erasure = Part(Erasure)


class Erasures(Paged):
    erasures = fields.List(Part(Erasure))
