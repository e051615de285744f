"""Telling another authority of one's memberships: a code by the person, an id for the subscriber, and the end of it."""

from __future__ import annotations

from atouts.notification.v1 import subscriptions_pb2 as pb

from gateway.answers import Json, NoContent
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import DELETE, GET, POST, operation
from gateway.schemas import subscribers as schemas

_TAG = "Autres collectivités"
_SUBSCRIBER = "Autres collectivités (abonnés)"


@operation(
    POST,
    "/v1/membership-codes",
    rpc("notification", "IssueMembershipCode"),
    "Créer le code à remettre à une autre collectivité : il sert une fois, dix minutes",
    tag=_TAG,
    answers=Json(schemas.MembershipCode, 201),
)
def issue_membership_code(_fields: Fields) -> pb.IssueMembershipCodeRequest:
    return pb.IssueMembershipCodeRequest()


@operation(
    GET,
    "/v1/links",
    rpc("notification", "ListMyLinks"),
    "Voir qui est averti de ses adhésions",
    tag=_TAG,
    answers=Json(schemas.Links),
)
def list_my_links(_fields: Fields) -> pb.ListMyLinksRequest:
    return pb.ListMyLinksRequest()


@operation(
    DELETE,
    "/v1/links/{subscriber_id}",
    rpc("notification", "EndLink"),
    "Ne plus avertir une collectivité de ses adhésions",
    tag=_TAG,
    answers=NoContent(),
)
def end_link(fields: Fields) -> pb.EndLinkRequest:
    return pb.EndLinkRequest(**fields)


@operation(
    POST,
    "/v1/subscribers/{subscriber_id}/links",
    rpc("notification", "LinkPerson"),
    "Échanger un code d'adhésion contre l'identifiant de la personne",
    tag=_SUBSCRIBER,
    takes=JsonBody(schemas.LinkPerson),
    answers=Json(schemas.LinkedPerson, 201),
    for_subscriber=True,
)
def link_person(fields: Fields) -> pb.LinkPersonRequest:
    return pb.LinkPersonRequest(**fields)


@operation(
    GET,
    "/v1/subscribers/{subscriber_id}/persons/{pairwise_id}",
    rpc("notification", "GetLinkedPerson"),
    "Voir les adhésions d'une personne liée",
    tag=_SUBSCRIBER,
    answers=Json(schemas.LinkedMemberships),
    for_subscriber=True,
)
def get_linked_person(fields: Fields) -> pb.GetLinkedPersonRequest:
    return pb.GetLinkedPersonRequest(**fields)


@operation(
    DELETE,
    "/v1/subscribers/{subscriber_id}/persons/{pairwise_id}",
    rpc("notification", "UnlinkPerson"),
    "Oublier une personne liée",
    tag=_SUBSCRIBER,
    answers=NoContent(),
    for_subscriber=True,
)
def unlink_person(fields: Fields) -> pb.UnlinkPersonRequest:
    return pb.UnlinkPersonRequest(**fields)
