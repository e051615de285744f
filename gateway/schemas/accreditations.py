"""Accreditations, charters and the directory."""

from __future__ import annotations

from atouts.partner.v1 import accreditations_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Flag, Part, Shown, Strict, Text, Word
from gateway.schemas.paging import Page, Paged


class ApplyForAccreditation(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    category = Text(80, required=True)


class SignCharter(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    charter_version = Text(80, required=True)
    sworn = Flag(required=True)


class Condition(Shown):
    code = fields.String()
    sentence = fields.String()
    source = fields.String()
    met = fields.Boolean()


class Accreditation(Shown):
    accreditation_id = fields.String()
    partner_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    category = fields.String()
    state = Word(pb.AccreditationState)
    conditions = fields.List(Part(Condition))
    documents_missing = fields.List(fields.String())
    charter_signed = fields.Boolean()
    reason = fields.String()
    version = fields.Integer()
    withdrawal_pending = fields.Boolean()
    activity = fields.String()
    tags = fields.List(fields.String())
    agreement_until = fields.String()


class AccreditationAnswer(Shown):
    accreditation = Part(Accreditation)


class ApplicationsQuery(Page):
    state = Word(pb.AccreditationState)


class Application(Shown):
    accreditation = Part(Accreditation)
    public_name = fields.String()
    siret = fields.String()


class Applications(Paged):
    applications = fields.List(Part(Application))


class AccreditationDecision(Strict):
    accept = Flag(required=True)
    reason = Text(500, least=0)


class Withdrawal(Strict):
    reason = Text(500, required=True)


class WithdrawalAnswer(Shown):
    accreditation = Part(Accreditation)
    effective = fields.Boolean()


class DirectoryQuery(Page):
    category = Text(80)
    city = Text(100)


class DirectoryEntry(Shown):
    partner_id = fields.String()
    public_name = fields.String()
    street = fields.String()
    postal_code = fields.String()
    city = fields.String()
    categories = fields.List(fields.String())


class Directory(Paged):
    entries = fields.List(Part(DirectoryEntry))


class Nothing(Shown):
    """Done; there is no more to say."""
