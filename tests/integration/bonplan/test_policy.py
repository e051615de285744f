"""Who may do what: the whole table walked through the real doors, each line by each kind of caller."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from atouts.bonplan.v1 import offers_pb2, registrations_pb2

from chassis.context import AccountKind
from chassis.grants import AUTHORITY_SCOPE
from chassis.grpc_client import PeerRefused
from services.bonplan.entrypoints.policy import POLICY
from tests.integration.bonplan.stage import DESCRIPTOR, OTHER_AUTHORITY, Person, Stage, offer_request

# Refused before any rule of the domain is asked.
_BY_POLICY = {"not_signed_in", "not_allowed", "second_factor_needed", "session_expired"}
_CALLERS = (
    "nobody", "member", "manager", "principal", "cashier", "delegate of another", "moderator", "payments",
    "moderator without second factor",
)  # fmt: skip
_EVERYBODY = set(_CALLERS)
_ALLOWED = {
    "SubmitOffer": {"manager", "principal"},
    "SubmitOffer of the authority": {"moderator"},
    "ListPartnerOffers": {"manager", "principal", "moderator"},
    "ListOffersToModerate": {"moderator"},
    "ModerateOffer": {"moderator"},
    "ListOffers": _EVERYBODY,
    "GetOffer": _EVERYBODY,
    "GetDraw": _EVERYBODY,
    "Register": {"member"},
    "Withdraw": {"member"},
    "ListMyRegistrations": {"member"},
    "ListRegistrants": {"manager", "principal", "moderator"},
    "ListRegistrants of any": {"moderator"},
    "RecordAttendance": {"manager", "principal"},
    "RecordAttendance of any": {"moderator"},
    "RunDraw": {"moderator"},
    "RunDraw of a partner": {"manager", "principal"},
}


def _caller(stage: Stage, name: str) -> Person | None:
    match name:
        case "nobody":
            return None
        case "member":
            return stage.member()
        case "delegate of another":
            return stage.delegate_of(str(uuid.uuid4()), "principal", "manager")
        case "moderator" | "payments":
            return stage.staff(name.replace("moderator", "moderation"))
        case "moderator without second factor":
            person = Person(AccountKind.STAFF, second_factor=False)
            stage.grant("identity", person, AUTHORITY_SCOPE, "moderation")
            return person
    return stage.delegate_of(stage.cinema, name)


def _request(stage: Stage, line: str, offer_id: str) -> Any:
    match line:
        case "SubmitOffer":
            return offer_request(partner_id=stage.cinema)
        case "SubmitOffer of the authority":
            return offer_request(partner_id="")
        case "ListPartnerOffers":
            return offers_pb2.ListPartnerOffersRequest(partner_id=stage.cinema)
        case "RecordAttendance":
            return registrations_pb2.RecordAttendanceRequest(
                offer_id=offer_id, partner_id=stage.cinema, registration_id=str(uuid.uuid4())
            )
        case "RecordAttendance of any":
            return registrations_pb2.RecordAttendanceRequest(offer_id=offer_id, registration_id=str(uuid.uuid4()))
        case "RunDraw of a partner":
            return registrations_pb2.RunDrawRequest(offer_id=offer_id, partner_id=stage.cinema)
        case "ListRegistrants":
            return registrations_pb2.ListRegistrantsRequest(offer_id=offer_id, partner_id=stage.cinema)
    rpc = line.partition(" ")[0]
    messages = offers_pb2 if hasattr(offers_pb2, f"{rpc}Request") else registrations_pb2
    request = getattr(messages, f"{rpc}Request")()
    if "offer_id" in request.DESCRIPTOR.fields_by_name:
        request.offer_id = offer_id
    return request


def _answer(stage: Stage, line: str, request: Any, by: Person | None, authority: str = "normandie") -> str:
    try:
        stage.call(line.partition(" ")[0], request, by, authority=authority)
    except PeerRefused as refusal:
        return refusal.reason
    return "done"


def test_the_table_below_speaks_of_every_rpc() -> None:
    assert {line.partition(" ")[0] for line in _ALLOWED} == set(POLICY) == {rpc.name for rpc in DESCRIPTOR.methods}


@pytest.mark.parametrize("line", sorted(_ALLOWED))
def test_each_line_lets_through_whom_it_names_and_nobody_else(stage: Stage, line: str) -> None:
    """Staff write in no partner's name, delegates in no other partner's nor the authority's."""
    offer_id = stage.published()
    let_through = set()
    for name in _CALLERS:
        answer = _answer(stage, line, _request(stage, line, offer_id), _caller(stage, name))
        if answer not in _BY_POLICY:
            let_through.add(name)
    assert let_through == _ALLOWED[line]


@pytest.mark.parametrize("line", sorted(_ALLOWED))
def test_the_same_role_of_another_authority_reaches_nothing_of_ours(stage: Stage, line: str) -> None:
    """Its roles were told for its own authority only; what everybody sees is its own authority's, too."""
    offer_id = stage.published()
    for name in ("member", "manager", "moderator"):
        answer = _answer(stage, line, _request(stage, line, offer_id), _caller(stage, name), OTHER_AUTHORITY)
        expected = {*_BY_POLICY, "unknown_offer"}
        assert answer in expected or line in ("ListOffers", "ListMyRegistrations")
    assert not stage.call("ListOffers", offers_pb2.ListOffersRequest(), authority=OTHER_AUTHORITY).offers
    assert stage.see(offer_id).places_left == 3


def test_a_delegate_sees_registrants_of_the_own_partners_offers_only(stage: Stage) -> None:
    """Naming the own partner with another's offer finds nothing."""
    offer_id, other = stage.published(), str(uuid.uuid4())
    stranger = stage.delegate_of(other, "principal")
    with pytest.raises(PeerRefused, match="unknown_offer"):
        stage.registrants(offer_id, other, stranger)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.registrants(offer_id, stage.cinema, stranger)


def test_a_role_that_was_taken_away_counts_no_more(stage: Stage) -> None:
    """As soon as its event is here; an older event changes nothing."""
    stage.grant("identity", stage.moderator, AUTHORITY_SCOPE, version=3)
    stage.grant("identity", stage.moderator, AUTHORITY_SCOPE, "moderation", version=2)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.moderate(stage.submit().offer_id)


def test_one_persons_registrations_do_not_show_to_another(stage: Stage) -> None:
    offer_id = stage.published()
    stage.register(offer_id, stage.member())
    assert stage.mine(stage.member()) == []


def test_a_delegate_reaches_no_registration_and_no_draw_of_another_partner(stage: Stage) -> None:
    """Naming the own partner with another's offer finds nothing: RecordAttendance, RunDraw."""
    offer_id, other = stage.published(), str(uuid.uuid4())
    registration = stage.register(offer_id, stage.member())
    stranger = stage.delegate_of(other, "principal")
    attendance = registrations_pb2.RecordAttendanceRequest(
        offer_id=offer_id, partner_id=other, registration_id=registration.registration_id
    )
    for rpc, request in (
        ("RecordAttendance", attendance),
        ("RunDraw", registrations_pb2.RunDrawRequest(offer_id=offer_id, partner_id=other)),
    ):
        with pytest.raises(PeerRefused, match="unknown_offer"):
            stage.call(rpc, request, stranger)
