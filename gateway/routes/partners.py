"""Partner organisations, their documents, bank account and delegates."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2 as pb
from atouts.partner.v1 import proofs_pb2

from chassis.sizes import DOCUMENT_MB
from gateway.answers import File, Json, NoContent
from gateway.bodies import Fields, JsonBody, RawBody
from gateway.contracts import SLOW_S, rpc
from gateway.operations import DELETE, GET, POST, PUT, operation
from gateway.rate_limits import UPLOAD
from gateway.schemas import partners as schemas
from gateway.schemas.paging import Page

_TAG = "Partenaires"
_STAFF_TAG = "Partenaires (agents)"


@operation(
    POST,
    "/v1/partners",
    rpc("partner", "RegisterPartner"),
    "Inscrire son organisme",
    tag=_TAG,
    takes=JsonBody(schemas.RegisterPartner),
    answers=Json(schemas.PartnerAnswer, 201),
)
def register_partner(fields: Fields) -> pb.RegisterPartnerRequest:
    return pb.RegisterPartnerRequest(**fields)


@operation(
    GET,
    "/v1/partners",
    rpc("partner", "ListMyPartners"),
    "Lister les organismes pour lesquels on agit",
    tag=_TAG,
    answers=Json(schemas.Partners),
)
def list_my_partners(_fields: Fields) -> pb.ListMyPartnersRequest:
    return pb.ListMyPartnersRequest()


@operation(
    GET,
    "/v1/partners/{partner_id}",
    rpc("partner", "GetPartner"),
    "Voir un organisme",
    tag=_TAG,
    answers=Json(schemas.PartnerAnswer),
)
def get_partner(fields: Fields) -> pb.GetPartnerRequest:
    return pb.GetPartnerRequest(**fields)


@operation(
    PUT,
    "/v1/partners/{partner_id}/declarations",
    rpc("partner", "ChangeDeclarations"),
    "Changer ce que l'organisme déclare ; ce dont dépend une demande déposée ou acceptée reste",
    tag=_TAG,
    takes=JsonBody(schemas.ChangeDeclarations),
    answers=Json(schemas.PartnerAnswer),
)
def change_declarations(fields: Fields) -> pb.ChangeDeclarationsRequest:
    return pb.ChangeDeclarationsRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/documents",
    rpc("partner", "UploadDocument", SLOW_S),
    "Envoyer une pièce justificative",
    tag=_TAG,
    takes=RawBody("content", ("application/pdf", "image/jpeg", "image/png"), limit_mb=DOCUMENT_MB),
    query=schemas.DocumentQuery,
    answers=Json(schemas.DocumentAnswer, 201),
    limit=UPLOAD,
)
def upload_document(fields: Fields) -> pb.UploadDocumentRequest:
    return pb.UploadDocumentRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/documents/{document_id}",
    rpc("partner", "GetDocument", SLOW_S),
    "Télécharger une pièce justificative",
    tag=_TAG,
    answers=File("content", ".media_type", ".document.filename"),
)
def get_document(fields: Fields) -> pb.GetDocumentRequest:
    return pb.GetDocumentRequest(**fields)


@operation(
    PUT,
    "/v1/partners/{partner_id}/bank-account",
    rpc("partner", "SubmitIban"),
    "Donner l'IBAN sur lequel être payé",
    tag=_TAG,
    takes=JsonBody(schemas.BankAccount),
    answers=Json(schemas.BankAccountAnswer),
)
def submit_iban(fields: Fields) -> pb.SubmitIbanRequest:
    return pb.SubmitIbanRequest(**fields)


@operation(
    GET,
    "/v1/staff/bank-accounts",
    rpc("partner", "ListWaitingIbans"),
    "Lister les IBAN à vérifier",
    tag=_STAFF_TAG,
    query=Page,
    answers=Json(schemas.WaitingIbans),
)
def list_waiting_ibans(fields: Fields) -> pb.ListWaitingIbansRequest:
    return pb.ListWaitingIbansRequest(**fields)


@operation(
    POST,
    "/v1/staff/partners/{partner_id}/bank-account/verification",
    rpc("partner", "VerifyIban"),
    "Accepter ou refuser l'IBAN d'un partenaire",
    tag=_STAFF_TAG,
    takes=JsonBody(schemas.BankAccountVerification),
    answers=Json(schemas.BankAccountVerified),
)
def verify_iban(fields: Fields) -> pb.VerifyIbanRequest:
    return pb.VerifyIbanRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/delegates",
    rpc("partner", "AddDelegate"),
    "Donner à un compte le droit d'agir pour l'organisme",
    tag=_TAG,
    takes=JsonBody(schemas.AddDelegate),
    answers=Json(schemas.DelegateAnswer, 201),
)
def add_delegate(fields: Fields) -> pb.AddDelegateRequest:
    return pb.AddDelegateRequest(**fields)


@operation(
    DELETE,
    "/v1/partners/{partner_id}/delegates/{account_id}",
    rpc("partner", "RemoveDelegate"),
    "Retirer à un compte le droit d'agir pour l'organisme",
    tag=_TAG,
    answers=NoContent(),
)
def remove_delegate(fields: Fields) -> pb.RemoveDelegateRequest:
    return pb.RemoveDelegateRequest(**fields)


@operation(
    POST,
    "/v1/staff/partners/{partner_id}/facts",
    rpc("partner", "RecordStaffFact"),
    "Noter ce que seul un agent peut dire d'un partenaire",
    tag=_STAFF_TAG,
    takes=JsonBody(schemas.StaffFact),
    answers=Json(schemas.PartnerAnswer),
)
def record_staff_fact(fields: Fields) -> pb.RecordStaffFactRequest:
    fact = pb.Declaration(name=fields["name"], **fields["value"])
    return pb.RecordStaffFactRequest(partner_id=fields["partner_id"], fact=fact, reason=fields["reason"])


@operation(
    POST,
    "/v1/partners/{partner_id}/payout-proofs",
    rpc("partner", "SubmitPayoutProof"),
    "Envoyer le justificatif qu'un versement attend, ou déclarer qu'on n'est pas concerné",
    tag=_TAG,
    takes=JsonBody(schemas.SendPayoutProof),
    answers=Json(schemas.PayoutProofAnswer),
)
def send_payout_proof(fields: Fields) -> proofs_pb2.SubmitPayoutProofRequest:
    return proofs_pb2.SubmitPayoutProofRequest(**fields)


@operation(
    GET,
    "/v1/staff/payout-proofs",
    rpc("partner", "ListPayoutProofs"),
    "Lister les justificatifs que des versements attendent",
    tag=_STAFF_TAG,
    query=schemas.PayoutProofsQuery,
    answers=Json(schemas.PayoutProofs),
)
def list_payout_proofs(fields: Fields) -> proofs_pb2.ListPayoutProofsRequest:
    return proofs_pb2.ListPayoutProofsRequest(**fields)


@operation(
    POST,
    "/v1/staff/partners/{partner_id}/payout-proofs/decision",
    rpc("partner", "DecidePayoutProof"),
    "Accepter ou refuser un justificatif qu'un versement attend",
    tag=_STAFF_TAG,
    takes=JsonBody(schemas.DecidePayoutProof),
    answers=Json(schemas.PayoutProofAnswer),
)
def decide_payout_proof(fields: Fields) -> proofs_pb2.DecidePayoutProofRequest:
    return proofs_pb2.DecidePayoutProofRequest(**fields)
