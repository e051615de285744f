"""What rulebooks ask of partners: categories, documents, the charter; read before anybody signs up."""

from __future__ import annotations

from atouts.partner.v1 import terms_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.operations import GET, operation
from gateway.schemas import partner_terms as schemas


@operation(
    GET,
    "/v1/partner-terms",
    rpc("partner", "ListPartnerTerms"),
    "Lire ce que chaque dispositif et saison demande aux partenaires : catégories, pièces, charte",
    tag="Habilitations",
    answers=Json(schemas.TermsList),
    signed_in=False,
)
def list_partner_terms(_fields: Fields) -> pb.ListPartnerTermsRequest:
    return pb.ListPartnerTermsRequest()
