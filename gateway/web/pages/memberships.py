"""Asking for a scheme, the school's word on it, and paying its fee."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from atouts.identity.v1 import schools_pb2
from atouts.wallet.v1 import memberships_pb2, seasons_pb2
from starlette.responses import RedirectResponse, Response

from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.problems import Problem
from gateway.schemas.fields import Text, Uai
from gateway.web import questions, words
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import YOUNG, page
from gateway.web.visit import View, Visit
from rulebooks import Rulebook

_SCHOOLING = ("uai", "level", "track", "sector")
_DONE = {
    "demandee": "Ta demande est enregistrée.",
    "cheque": "Ton chèque est annoncé : envoie-le, il sera encaissé à son arrivée.",
    "paye": "Merci ! Ton paiement arrive : l’adhésion devient active dès qu’il est confirmé.",
    "etablissement": "Ta demande est partie à ton établissement.",
}


class SeasonForm(FormSchema):
    scheme = Text(60, required=True)
    season = Text(20, required=True)
    charter_version = Text(100)


class SchoolForm(SeasonForm, questions.FactAnswers):  # type: ignore[misc, valid-type]  # made from the vocabulary
    uai = Uai(required=True)
    level = Text(40, required=True)
    track = Text(40, required=True)
    sector = Text(40)


@page("/mon-espace/adhesions", YOUNG, done=_DONE)
async def memberships(visit: Visit) -> View:
    """Each open season with what the person has of it, and the next step."""
    seasons = (await visit.ask(rpc("wallet", "ListSeasons"), seasons_pb2.ListSeasonsRequest())).seasons
    mine = (await visit.ask(rpc("wallet", "ListMemberships"), memberships_pb2.ListMembershipsRequest())).memberships
    enrolments = (await visit.ask(rpc("identity", "ListEnrolments"), schools_pb2.ListEnrolmentsRequest())).enrolments
    values = {
        "seasons": [_described(visit, season, mine, enrolments) for season in seasons],
        "levels": words.STUDY_LEVELS,
        "tracks": words.STUDY_TRACKS,
    }
    return View("jeune/adhesions.html", values)


def _described(visit: Visit, season: Any, mine: Any, enrolments: Any) -> dict[str, Any]:
    key = (season.scheme, season.season)
    membership = next((one for one in mine if (one.scheme, one.season) == key), None)
    enrolment = next((one for one in enrolments if (one.scheme, one.season) == key), None)
    rulebook = questions.rulebook_of(visit, season)
    return {
        "scheme": season.scheme,
        "season": season.season,
        "title": season.title,
        "open": season.open,
        "membership": membership,
        "enrolment": words.ENROLMENT_STATES[enrolment.state] if enrolment else "",
        "enrolment_reason": enrolment.reason if enrolment else "",
        "asks_school": bool(rulebook and rulebook.school_validation),
        "charter": rulebook.beneficiary_charter if rulebook else None,
        "questions": questions.of_schooling(rulebook) if rulebook else [],
        "waits": _waits(membership, rulebook),
        "means": rulebook.fee.means if rulebook and rulebook.fee else frozenset(),
        **_state(membership),
    }


def _waits(membership: Any, rulebook: Rulebook | None) -> list[str]:
    """What guardians still have to authorise, in the rulebook's sentences."""
    if membership is None or rulebook is None:
        return []
    codes = {code for each in membership.entitlements for code in each.waits}
    is_waited_for = membership.state == memberships_pb2.MEMBERSHIP_STATE_AWAITING_CONSENT
    return [
        consent.sentence
        for consent in rulebook.consents
        if consent.code in codes or (is_waited_for and not consent.benefits)
    ]


def _state(membership: Any) -> dict[str, Any]:
    if membership is None:
        return {"state": "", "to_pay": False, "needs_card": False, "paying": False}
    pb = memberships_pb2
    awaits_payment = membership.state == pb.MEMBERSHIP_STATE_AWAITING_PAYMENT
    return {
        "state": words.MEMBERSHIP_STATES[membership.state],
        "to_pay": awaits_payment and membership.fee_state in (pb.FEE_STATE_DUE, pb.FEE_STATE_CARD_STARTED),
        "paying": awaits_payment and membership.fee_state == pb.FEE_STATE_CHEQUE_ANNOUNCED,
        "needs_card": membership.state == pb.MEMBERSHIP_STATE_AWAITING_IDENTITY,
    }


@memberships.act(SeasonForm, "/mon-espace/adhesions/demande")
async def ask_membership(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("wallet", "RequestMembership", SLOW_S), memberships_pb2.RequestMembershipRequest(**fields))
    return visit.go(memberships.path, done="demandee")


@memberships.act(SchoolForm, "/mon-espace/adhesions/etablissement")
async def ask_school(visit: Visit, fields: Fields) -> Response:
    """The request to the school and the request to the authority; whoever was stopped between them starts again."""
    season = {name: fields[name] for name in SeasonForm().fields if name in fields}
    schooling = {name: fields[name] for name in ("scheme", "season", *_SCHOOLING) if name in fields}
    said = questions.answered(fields)
    with _done_before("already_requested"):
        request = schools_pb2.RequestEnrolmentRequest(**schooling, facts=said)
        await visit.ask(rpc("identity", "RequestEnrolment"), request)
    with _done_before("already_member"):
        await visit.ask(rpc("wallet", "RequestMembership", SLOW_S), memberships_pb2.RequestMembershipRequest(**season))
    return visit.go(memberships.path, done="etablissement")


@contextmanager
def _done_before(code: str) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        if problem.code != code:
            raise


@memberships.act(NoFields, "/mon-espace/adhesions/{membership_id}/carte")
async def pay_by_card(visit: Visit, _fields: Fields) -> Response:
    """On to the provider's page: the one place outside that a form of ours may lead to."""
    request = memberships_pb2.StartCardPaymentRequest(membership_id=visit.id("membership_id"))
    answer = await visit.ask(rpc("wallet", "StartCardPayment", SLOW_S), request)
    return RedirectResponse(answer.checkout_url, 303)


@memberships.act(NoFields, "/mon-espace/adhesions/{membership_id}/cheque")
async def announce_cheque(visit: Visit, _fields: Fields) -> Response:
    request = memberships_pb2.AnnounceChequeRequest(membership_id=visit.id("membership_id"))
    await visit.ask(rpc("wallet", "AnnounceCheque"), request)
    return visit.go(memberships.path, done="cheque")
