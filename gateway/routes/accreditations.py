"""Accreditations: partners apply and sign the charter, staff decide; the directory shows who is accepted."""

from __future__ import annotations

from atouts.partner.v1 import accreditations_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import SLOW_S, rpc
from gateway.operations import GET, POST, operation
from gateway.schemas import accreditations as schemas

_TAG = "Habilitations"
_STAFF = "Habilitations (agents)"


@operation(
    POST,
    "/v1/partners/{partner_id}/accreditations",
    rpc("partner", "ApplyForAccreditation"),
    "Commencer une demande d'habilitation",
    tag=_TAG,
    takes=JsonBody(schemas.ApplyForAccreditation),
    answers=Json(schemas.AccreditationAnswer, 201),
)
def apply_for_accreditation(fields: Fields) -> pb.ApplyForAccreditationRequest:
    return pb.ApplyForAccreditationRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/charters",
    rpc("partner", "SignCharter"),
    "Signer la charte du dispositif",
    tag=_TAG,
    takes=JsonBody(schemas.SignCharter),
    answers=Json(schemas.Nothing, 201),
)
def sign_charter(fields: Fields) -> pb.SignCharterRequest:
    return pb.SignCharterRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/accreditations/{accreditation_id}/submission",
    rpc("partner", "SubmitApplication"),
    "Déposer sa demande d'habilitation",
    tag=_TAG,
    answers=Json(schemas.AccreditationAnswer),
)
def submit_application(fields: Fields) -> pb.SubmitApplicationRequest:
    return pb.SubmitApplicationRequest(**fields)


@operation(
    GET,
    "/v1/staff/applications",
    rpc("partner", "ListApplications"),
    "Lister les demandes d'habilitation",
    tag=_STAFF,
    query=schemas.ApplicationsQuery,
    answers=Json(schemas.Applications),
)
def list_applications(fields: Fields) -> pb.ListApplicationsRequest:
    return pb.ListApplicationsRequest(**fields)


@operation(
    POST,
    "/v1/staff/accreditations/{accreditation_id}/decision",
    rpc("partner", "DecideAccreditation"),
    "Accorder ou refuser une habilitation",
    tag=_STAFF,
    takes=JsonBody(schemas.AccreditationDecision),
    answers=Json(schemas.AccreditationAnswer),
)
def decide_accreditation(fields: Fields) -> pb.DecideAccreditationRequest:
    return pb.DecideAccreditationRequest(**fields)


@operation(
    POST,
    "/v1/staff/accreditations/{accreditation_id}/withdrawal",
    rpc("partner", "WithdrawAccreditation", SLOW_S),
    "Retirer une habilitation ; effective dès que la caisse l'a enregistrée",
    tag=_STAFF,
    takes=JsonBody(schemas.Withdrawal),
    answers=Json(schemas.WithdrawalAnswer),
)
def withdraw_accreditation(fields: Fields) -> pb.WithdrawAccreditationRequest:
    return pb.WithdrawAccreditationRequest(**fields)


@operation(
    GET,
    "/v1/directory",
    rpc("partner", "SearchDirectory"),
    "Chercher un partenaire",
    tag="Annuaire",
    query=schemas.DirectoryQuery,
    answers=Json(schemas.Directory),
    signed_in=False,
)
def search_directory(fields: Fields) -> pb.SearchDirectoryRequest:
    return pb.SearchDirectoryRequest(**fields)
