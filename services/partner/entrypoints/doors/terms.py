"""What rulebooks ask of partners, for anybody who thinks of becoming one."""

from __future__ import annotations

from collections.abc import Iterator

from atouts.partner.v1 import terms_pb2 as pb

from chassis.work import Work
from rulebooks import Rulebook
from rulebooks.conditions import ALWAYS
from rulebooks.partners import RequiredDocument
from services.partner.bootstrap import Parts
from services.partner.domain.organisation import PartnerKind
from services.partner.domain.terms import Asked, asked_by


class TermsDoor:
    """The versions that count today."""

    def __init__(self, parts: Parts) -> None:
        self._ports = parts.ports

    def list_partner_terms(self, work: Work, _request: pb.ListPartnerTermsRequest) -> pb.ListPartnerTermsResponse:
        in_force = self._ports.catalogue.of_authority(work.authority_id, work.today)
        return pb.ListPartnerTermsResponse(terms=map(_terms, in_force))


def _terms(rulebook: Rulebook) -> pb.PartnerTerms:
    return pb.PartnerTerms(
        scheme=rulebook.scheme,
        season=rulebook.season,
        title=rulebook.title,
        starts_on=rulebook.starts_on.isoformat(),
        ends_on=rulebook.ends_on.isoformat(),
        categories=map(_category, asked_by(rulebook)),
        charter=_charter(rulebook),
        proofs=_proofs(rulebook),
    )


def _category(asked: Asked) -> pb.PartnerCategory:
    return pb.PartnerCategory(
        category=asked.category,
        title=asked.title,
        role=asked.role,
        declarations=asked.declarations,
        documents=[_documents(kind, documents) for kind, documents in asked.documents.items()],
    )


def _documents(kind: PartnerKind, documents: tuple[RequiredDocument, ...]) -> pb.DocumentsOfKind:
    return pb.DocumentsOfKind(
        partner_kind=f"PARTNER_KIND_{kind.name}",
        documents=[
            pb.AskedDocument(
                kind=document.id,
                title=document.title,
                max_age_months=document.max_age_months or 0,
                conditional=document.applies != ALWAYS,
            )
            for document in documents
        ],
    )


def _charter(rulebook: Rulebook) -> pb.PartnerCharter:
    agreement = rulebook.agreement
    until = agreement.until.isoformat() if agreement and agreement.until else ""
    charter = rulebook.charter
    return pb.PartnerCharter(version=charter.version, title=charter.title, text=charter.text, agreement_until=until)


def _proofs(rulebook: Rulebook) -> Iterator[pb.AskedProof]:
    for hold in rulebook.holds:
        if hold.document_id:
            yield pb.AskedProof(
                hold_code=hold.code,
                document_kind=hold.document_id,
                title=hold.document_title,
                declaration=hold.declaration,
                categories=sorted(hold.categories),
            )
