"""Guardians' consents: asked, answered by link, revoked."""

from __future__ import annotations

from atouts.identity.v1 import guardians_pb2
from marshmallow import fields

from gateway.schemas.fields import Flag, Instant, Part, Shown, Strict, Text, Word


class AskGuardian(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    email = Text(254, required=True)


class GuardianToken(Strict):
    token = Text(100, required=True)


class GuardianAnswer(Strict):
    token = Text(100, required=True)
    consent = Flag(required=True)
    guardian_name = Text(100, required=True)
    quality = Word(guardians_pb2.GuardianQuality, required=True)


class Revocation(Strict):
    reason = Text(200, least=3, required=True)


class ConsentText(Shown):
    code = fields.String()
    sentence = fields.String()


class ConsentRequest(Shown):
    request_id = fields.String()
    person_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    texts = fields.List(Part(ConsentText))
    rulebook_hash = fields.String()
    state = Word(guardians_pb2.ConsentState)
    asked_at = Instant()
    link_until = Instant()
    answered_at = Instant()
    ends_on = fields.String()
    guardian_name = fields.String()
    quality = Word(guardians_pb2.GuardianQuality)


class ConsentRequestAnswer(Shown):
    request = Part(ConsentRequest)


class ConsentRequests(Shown):
    requests = fields.List(Part(ConsentRequest))


class OpenedLink(Shown):
    request = Part(ConsentRequest)
    given_names = fields.String()
    surname = fields.String()
