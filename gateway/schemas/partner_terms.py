"""What rulebooks ask of partners."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2
from marshmallow import fields

from gateway.schemas.fields import Part, Shown, Word


class AskedDocument(Shown):
    kind = fields.String()
    title = fields.String()
    max_age_months = fields.Integer(metadata={"description": "0 : de tout âge"})
    conditional = fields.Boolean(metadata={"description": "Selon les déclarations : la demande dit ce qui manque"})


class DocumentsOfKind(Shown):
    partner_kind = Word(organisations_pb2.PartnerKind)
    documents = fields.List(Part(AskedDocument))


class PartnerCategory(Shown):
    category = fields.String()
    title = fields.String()
    role = fields.String(metadata={"description": "service, establishment ou relay"})
    declarations = fields.List(fields.String())
    documents = fields.List(Part(DocumentsOfKind))


class PartnerCharter(Shown):
    version = fields.String(metadata={"description": "À renvoyer en signant"})
    title = fields.String()
    text = fields.String()
    agreement_until = fields.String(metadata={"description": "Dernier jour de la convention, vide sans terme"})


class AskedProof(Shown):
    hold_code = fields.String()
    document_kind = fields.String()
    title = fields.String()
    declaration = fields.String()
    categories = fields.List(fields.String())


class PartnerTerms(Shown):
    scheme = fields.String()
    season = fields.String()
    title = fields.String()
    starts_on = fields.String()
    ends_on = fields.String()
    categories = fields.List(Part(PartnerCategory))
    charter = Part(PartnerCharter)
    proofs = fields.List(Part(AskedProof))


class TermsList(Shown):
    terms = fields.List(Part(PartnerTerms))
