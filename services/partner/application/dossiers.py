"""Accreditations beside what their rulebooks ask for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from chassis.work import Work
from rulebooks import Rulebook
from rulebooks.errors import UnknownAuthority, UnknownRulebook
from services.partner.application.ports import Ports
from services.partner.domain import accreditation as rules
from services.partner.domain.accreditation import Accreditation, Dossier
from services.partner.domain.errors import SchemeUnknown


def rulebook_of(work: Work, ports: Ports, scheme: str, season: str) -> Rulebook:
    """The version in force today. Raises SchemeUnknown."""
    try:
        return ports.catalogue.in_force(work.authority_id, scheme, season, work.today)
    except (UnknownRulebook, UnknownAuthority):
        raise SchemeUnknown from None


def rulebooks_of(work: Work, ports: Ports, scheme: str) -> tuple[Rulebook, ...]:
    """Every season of a scheme, as it is in force today."""
    return tuple(each for each in ports.catalogue.of_authority(work.authority_id, work.today) if each.scheme == scheme)


def dossier_of(work: Work, ports: Ports, accreditation: Accreditation) -> Dossier:
    return dossiers_of(work, ports, [accreditation])[0]


def dossiers_of(work: Work, ports: Ports, accreditations: Collection[Accreditation]) -> Sequence[Dossier]:
    """One each, in the order given; a fixed number of queries however many there are."""
    partner_ids = {accreditation.partner_id for accreditation in accreditations}
    partners = ports.partners.many(work, partner_ids)
    documents = ports.documents.of_partners(work, partner_ids)
    charters = ports.charters.of_partners(work, partner_ids)
    return [
        rules.dossier(
            accreditation,
            partners[accreditation.partner_id],
            rulebook_of(work, ports, accreditation.scheme, accreditation.season),
            {document.kind for document in documents[accreditation.partner_id]},
            {version for scheme, version in charters[accreditation.partner_id] if scheme == accreditation.scheme},
        )
        for accreditation in accreditations
    ]
