"""Seasons, the versions of their rulebooks, and the budgets voted for them."""

from __future__ import annotations

from atouts.wallet.v1 import seasons_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, POST, operation
from gateway.schemas import seasons as schemas

_TAG = "Saisons et budgets"


@operation(
    GET,
    "/v1/seasons",
    rpc("wallet", "ListSeasons"),
    "Lister les saisons ouvertes",
    tag=_TAG,
    answers=Json(schemas.Seasons),
    signed_in=False,
)
def list_seasons(_fields: Fields) -> pb.ListSeasonsRequest:
    return pb.ListSeasonsRequest()


@operation(
    POST,
    "/v1/staff/seasons",
    rpc("wallet", "OpenSeason"),
    "Ouvrir une saison d'un dispositif",
    tag=_TAG,
    takes=JsonBody(schemas.OpenSeason),
    answers=Json(schemas.SeasonAnswer, 201),
)
def open_season(fields: Fields) -> pb.OpenSeasonRequest:
    return pb.OpenSeasonRequest(**fields)


@operation(
    POST,
    "/v1/staff/seasons/{scheme}/{season}/versions",
    rpc("wallet", "AdoptVersion"),
    "Adopter une version du règlement d'une saison : elle compte à partir de son jour",
    tag=_TAG,
    takes=JsonBody(schemas.AdoptVersion),
    answers=Json(schemas.SeasonAnswer, 201),
)
def adopt_version(fields: Fields) -> pb.AdoptVersionRequest:
    return pb.AdoptVersionRequest(**fields)


@operation(
    POST,
    "/v1/staff/budgets",
    rpc("wallet", "VoteBudget"),
    "Voter un budget, ajouté à celui déjà voté",
    tag=_TAG,
    takes=JsonBody(schemas.VoteBudget),
    answers=Json(schemas.EnvelopeAnswer, 201),
    keyed=True,
)
def vote_budget(fields: Fields) -> pb.VoteBudgetRequest:
    return pb.VoteBudgetRequest(**fields)


@operation(
    GET,
    "/v1/staff/budgets",
    rpc("wallet", "ListEnvelopes"),
    "Voir les budgets : voté, disponible, crédité, dépensé, expiré",
    tag=_TAG,
    query=schemas.BudgetsQuery,
    answers=Json(schemas.Envelopes),
)
def list_envelopes(fields: Fields) -> pb.ListEnvelopesRequest:
    return pb.ListEnvelopesRequest(**fields)


@operation(
    GET,
    "/v1/staff/budgets/waiting",
    rpc("wallet", "ListWaitingMembers"),
    "Voir qui attend une enveloppe, la demande complète la première d'abord",
    tag=_TAG,
    query=schemas.WaitingQuery,
    answers=Json(schemas.WaitingMembers),
)
def list_waiting_members(fields: Fields) -> pb.ListWaitingMembersRequest:
    return pb.ListWaitingMembersRequest(**fields)
