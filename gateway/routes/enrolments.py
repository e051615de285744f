"""Enrolments: pupils ask, their establishment validates, with or without a class list."""

from __future__ import annotations

from atouts.identity.v1 import schools_pb2 as pb

from chassis.sizes import CLASS_LIST_MB
from gateway.answers import File, Json
from gateway.bodies import Fields, JsonBody, RawBody
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.operations import GET, POST, operation
from gateway.rate_limits import UPLOAD
from gateway.schemas import enrolments as schemas

_TAG = "Scolarité"
_SCHOOL = "Établissements"


@operation(
    POST,
    "/v1/enrolments",
    rpc("identity", "RequestEnrolment"),
    "Déclarer sa scolarité, à valider par l'établissement",
    tag=_TAG,
    takes=JsonBody(schemas.RequestEnrolment),
    answers=Json(schemas.EnrolmentAnswer, 201),
)
def request_enrolment(fields: Fields) -> pb.RequestEnrolmentRequest:
    return pb.RequestEnrolmentRequest(**fields)


@operation(
    GET,
    "/v1/enrolments",
    rpc("identity", "ListEnrolments"),
    "Voir ses scolarités déclarées",
    tag=_TAG,
    answers=Json(schemas.Enrolments),
)
def list_enrolments(_fields: Fields) -> pb.ListEnrolmentsRequest:
    return pb.ListEnrolmentsRequest()


@operation(
    GET,
    "/v1/partners/{partner_id}/enrolments",
    rpc("identity", "ListSchoolEnrolments"),
    "Lister les élèves à valider",
    tag=_SCHOOL,
    query=schemas.SchoolEnrolmentsQuery,
    answers=Json(schemas.SchoolEnrolments),
)
def list_school_enrolments(fields: Fields) -> pb.ListSchoolEnrolmentsRequest:
    return pb.ListSchoolEnrolmentsRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/enrolments/{enrolment_id}/decision",
    rpc("identity", "DecideEnrolment"),
    "Valider ou rejeter la scolarité d'un élève",
    tag=_SCHOOL,
    takes=JsonBody(schemas.EnrolmentDecision),
    answers=Json(schemas.EnrolmentAnswer),
)
def decide_enrolment(fields: Fields) -> pb.DecideEnrolmentRequest:
    return pb.DecideEnrolmentRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/enrolments/validation",
    rpc("identity", "ValidateListedEnrolments", BULK_S),
    "Valider d'un coup les élèves qui concordent avec la liste de classe, mille par appel",
    tag=_SCHOOL,
    takes=JsonBody(schemas.ValidateListed),
    answers=Json(schemas.ListedValidated),
)
def validate_listed_enrolments(fields: Fields) -> pb.ValidateListedEnrolmentsRequest:
    return pb.ValidateListedEnrolmentsRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/class-lists",
    rpc("identity", "ImportClassList", BULK_S),
    "Envoyer une liste de classe (CSV), chargée ensuite : chaque ligne fautive est nommée",
    tag=_SCHOOL,
    takes=RawBody("content", ("text/csv", "application/octet-stream"), limit_mb=CLASS_LIST_MB),
    query=schemas.ClassListQuery,
    answers=Json(schemas.ClassListAnswer, 201),
    limit=UPLOAD,
)
def import_class_list(fields: Fields) -> pb.ImportClassListRequest:
    return pb.ImportClassListRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/class-lists/{import_id}",
    rpc("identity", "GetClassListImport"),
    "Revoir le compte rendu d'une liste de classe",
    tag=_SCHOOL,
    answers=Json(schemas.ClassListAnswer),
)
def get_class_list_import(fields: Fields) -> pb.GetClassListImportRequest:
    return pb.GetClassListImportRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/class-lists",
    rpc("identity", "ListClassListImports"),
    "Voir les vingt dernières listes de classe et leur avancement",
    tag=_SCHOOL,
    answers=Json(schemas.ClassLists),
)
def list_class_list_imports(fields: Fields) -> pb.ListClassListImportsRequest:
    return pb.ListClassListImportsRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/class-lists/{import_id}/report.csv",
    rpc("identity", "GetClassListReport"),
    "Télécharger les lignes fautives d'une liste de classe (CSV)",
    tag=_SCHOOL,
    answers=File("content", ".media_type", ".filename"),
)
def get_class_list_report(fields: Fields) -> pb.GetClassListReportRequest:
    return pb.GetClassListReportRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/enrolments/queue",
    rpc("identity", "GetSchoolQueue", SLOW_S),
    "Compter ce qui attend la réponse de l'établissement",
    tag=_SCHOOL,
    answers=Json(schemas.SchoolQueues),
)
def get_school_queue(fields: Fields) -> pb.GetSchoolQueueRequest:
    return pb.GetSchoolQueueRequest(**fields)


@operation(
    GET,
    "/v1/staff/enrolments/queues",
    rpc("identity", "ListSchoolQueues", SLOW_S),
    "Compter ce qui attend la réponse des établissements, par académie et par établissement",
    tag="Instruction (agents)",
    query=schemas.SchoolQueuesQuery,
    answers=Json(schemas.AllSchoolQueues),
)
def list_school_queues(fields: Fields) -> pb.ListSchoolQueuesRequest:
    return pb.ListSchoolQueuesRequest(**fields)
