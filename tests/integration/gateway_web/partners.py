"""A made-up partner before the pages of its space, and what a made-up rulebook asks of it."""

from __future__ import annotations

from atouts.partner.v1 import accreditations_pb2, organisations_pb2, terms_pb2

from tests.integration.gateway_web.conftest import PERSON

SCHEME, SEASON = "dispositif", "2025-2026"
_COMPANY = organisations_pb2.PARTNER_KIND_COMPANY
_KBIS = terms_pb2.AskedDocument(kind="kbis", title="Extrait Kbis de moins de 3 mois", max_age_months=3)
_RIB = terms_pb2.AskedDocument(kind="rib", title="RIB au nom de l'entreprise")
LOGO = terms_pb2.AskedProof(
    hold_code="logo", document_kind="logo_proof", title="Photo du logo posé", declaration="Je ne vends rien."
)
TERMS = terms_pb2.ListPartnerTermsResponse(
    terms=[
        terms_pb2.PartnerTerms(
            scheme=SCHEME, season=SEASON, title="Dispositif Imaginaire", starts_on="2025-07-01", ends_on="2099-06-30",
            categories=[
                terms_pb2.PartnerCategory(
                    category="salles", title="Salles imaginaires", role="service",
                    declarations=["activity", "has_show_licence", "trainings", "years_existing"],
                    documents=[terms_pb2.DocumentsOfKind(partner_kind=_COMPANY, documents=[_KBIS, _RIB])],
                ),
                terms_pb2.PartnerCategory(category="relay", title="Relais imaginaires", role="relay"),
            ],
            charter=terms_pb2.PartnerCharter(
                version="v7", text="Le partenaire s'engage.\n\nIl accueille < les jeunes >."
            ),
        )
    ]
)  # fmt: skip


def accreditation(
    state: accreditations_pb2.AccreditationState = accreditations_pb2.ACCREDITATION_STATE_DRAFT,
    *,
    missing: tuple[str, ...] = (),
    signed: bool = True,
    **more: object,
) -> accreditations_pb2.Accreditation:
    return accreditations_pb2.Accreditation(
        accreditation_id="a1", partner_id="p1", scheme=SCHEME, season=SEASON, category="salles", state=state,
        documents_missing=missing, charter_signed=signed, version=1, **more,
    )  # type: ignore[arg-type]  # fmt: skip  # as said


def partner(
    *accreditations: accreditations_pb2.Accreditation, roles: tuple[str, ...] = ("principal",), **more: object
) -> organisations_pb2.Partner:
    """A company for which the visitor acts in these roles."""
    fields = {
        "partner_id": "p1", "public_name": "Salle Imaginaire", "legal_name": "SARL Imaginaire", "kind": _COMPANY,
        "siret": "00000000000000", "roles": ["service"], "iban_state": organisations_pb2.IBAN_STATE_VERIFIED,
        "iban_tail": "0185", "delegates": [organisations_pb2.Delegate(account_id=PERSON, roles=roles)],
        "accreditations": accreditations, **more,
    }  # fmt: skip
    return organisations_pb2.Partner(**fields)  # type: ignore[arg-type]  # as said


def mine(*partners: organisations_pb2.Partner) -> organisations_pb2.ListMyPartnersResponse:
    return organisations_pb2.ListMyPartnersResponse(partners=partners)
