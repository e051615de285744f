"""Checks of ID cards: the person sends a picture, a reader reads it, staff decide when it cannot."""

from __future__ import annotations

from atouts.identity.v1 import cards_pb2 as pb

from chassis.sizes import PICTURE_MB
from gateway.answers import File, Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import SLOW_S, rpc
from gateway.file_bodies import FilesBody
from gateway.operations import GET, POST, operation
from gateway.rate_limits import UPLOAD
from gateway.schemas import cards as schemas

_PICTURES = ("image/jpeg", "image/png", "image/heic", "image/heif", "application/pdf")
_TAG = "Pièce d'identité"
_STAFF = "Pièces d'identité (agents)"


@operation(
    POST,
    "/v1/card-checks",
    rpc("identity", "SubmitCard", SLOW_S),
    "Envoyer sa pièce d'identité : un côté, ou les deux (`image` et `back`) dans un formulaire",
    tag=_TAG,
    takes=FilesBody(("image", "back"), _PICTURES, limit_mb=PICTURE_MB),
    answers=Json(schemas.CardCheckAnswer, 202),
    limit=UPLOAD,
)
def submit_card(fields: Fields) -> pb.SubmitCardRequest:
    return pb.SubmitCardRequest(**fields)


@operation(
    GET,
    "/v1/card-checks/latest",
    rpc("identity", "GetCardCheck"),
    "Voir où en est sa pièce d'identité",
    tag=_TAG,
    answers=Json(schemas.OwnCardCheck),
)
def latest_card_check(_fields: Fields) -> pb.GetCardCheckRequest:
    return pb.GetCardCheckRequest()


@operation(
    GET,
    "/v1/staff/card-checks",
    rpc("identity", "ListCardChecks"),
    "Lister les pièces d'identité à regarder",
    tag=_STAFF,
    query=schemas.CardChecksQuery,
    answers=Json(schemas.CardCheckReviews),
)
def list_card_checks(fields: Fields) -> pb.ListCardChecksRequest:
    fields["proposed"] = fields.get("proposed") == "true"
    return pb.ListCardChecksRequest(**fields)


@operation(
    GET,
    "/v1/staff/card-checks/{check_id}/image",
    rpc("identity", "GetCardImage", SLOW_S),
    "Voir la photo d'une pièce d'identité",
    tag=_STAFF,
    query=schemas.CardImageQuery,
    answers=File("image", ".media_type", "piece-identite"),
)
def get_card_image(fields: Fields) -> pb.GetCardImageRequest:
    return pb.GetCardImageRequest(**fields)


@operation(
    POST,
    "/v1/staff/card-checks/{check_id}/decision",
    rpc("identity", "DecideCardCheck"),
    "Accepter ou refuser une pièce d'identité ; contre ce qui est clair, le proposer à un deuxième agent",
    tag=_STAFF,
    takes=JsonBody(schemas.CardDecision),
    answers=Json(schemas.CardDecided),
)
def decide_card_check(fields: Fields) -> pb.DecideCardCheckRequest:
    return pb.DecideCardCheckRequest(**fields)


@operation(
    GET,
    "/v1/staff/card-checks/{check_id}",
    rpc("identity", "GetCardCheckReview"),
    "Voir tout ce qui est lu sur une pièce d'identité, et ce qui en a été dit",
    tag=_STAFF,
    answers=Json(schemas.CardCheckReviewAnswer),
)
def get_card_check_review(fields: Fields) -> pb.GetCardCheckReviewRequest:
    return pb.GetCardCheckReviewRequest(**fields)


@operation(
    POST,
    "/v1/staff/card-checks/{check_id}/decision/confirmation",
    rpc("identity", "ConfirmCardDecision"),
    "Confirmer une décision proposée par un autre agent",
    tag=_STAFF,
    takes=JsonBody(schemas.CardConfirmation, required=False),
    answers=Json(schemas.CardCheckAnswer),
)
def confirm_card_decision(fields: Fields) -> pb.ConfirmCardDecisionRequest:
    return pb.ConfirmCardDecisionRequest(**fields)


@operation(
    POST,
    "/v1/staff/card-checks/{check_id}/decision/declining",
    rpc("identity", "DeclineCardDecision"),
    "Écarter une décision proposée",
    tag=_STAFF,
    answers=Json(schemas.CardCheckAnswer),
)
def decline_card_decision(fields: Fields) -> pb.DeclineCardDecisionRequest:
    return pb.DeclineCardDecisionRequest(**fields)
