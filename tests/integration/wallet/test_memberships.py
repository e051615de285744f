"""Memberships through the real door: decided by the rulebook, completed by facts and fees."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from atouts.wallet.v1 import memberships_pb2 as pb
from atouts.wallet.v1 import seasons_pb2

from chassis.context import Account
from chassis.errors import Operational
from services.wallet.domain.facts import EnrolmentState
from tests.integration.wallet.provider import provider_event
from tests.integration.wallet.stage import BOOKS, CULTURE, SEASON, Stage, account, enrolment

ASK = pb.RequestMembershipRequest(scheme=CULTURE, season=SEASON)


@pytest.mark.parametrize(
    ("reason", "facts"),
    [
        ("age_maximum", {"born": date(1999, 10, 4)}),
        ("age_minimum", {"born": date(2010, 10, 5)}),
        ("lives_or_studies_in_region", {"residence_region": "53"}),
    ],
)
def test_an_ineligible_person_is_refused_in_the_rulebooks_words(
    stage: Stage, reason: str, facts: dict[str, Any]
) -> None:
    """The first unmet condition is the reason; nothing is kept."""
    stage.open_season()
    person = account()
    stage.knows(person, **facts)
    refused = stage.refusal("RequestMembership", ASK, person)
    assert refused.reason == reason
    assert refused.sentence_fr.endswith(".")
    assert stage.rows("memberships") == []


def test_the_eve_of_the_26th_birthday_is_in_time(stage: Stage) -> None:
    """25 inclusive ends on the eve of the 26th birthday."""
    stage.open_season()
    person = account()
    stage.knows(person, born=date(1999, 10, 5))
    assert stage.ask(person).state == pb.MEMBERSHIP_STATE_AWAITING_PAYMENT


def test_a_pupil_under_15_joins_by_the_schools_validation(stage: Stage) -> None:
    """The derogation holds for anyone whose Livres enrolment of the season is validated."""
    stage.open_season()
    person = account()
    stage.knows(person, date(2011, 1, 1), (enrolment(EnrolmentState.VALIDATED),))
    assert stage.ask(person).state == pb.MEMBERSHIP_STATE_AWAITING_PAYMENT


def test_one_membership_a_season(stage: Stage) -> None:
    """Asking again is refused; a season that is not open, or unknown, says so."""
    person = account()
    stage.knows(person)
    assert stage.refusal("RequestMembership", ASK, person).reason == "season_not_open"
    stage.open_season()
    stage.ask(person)
    assert stage.refusal("RequestMembership", ASK, person).reason == "already_member"
    unknown = pb.RequestMembershipRequest(scheme=CULTURE, season="1999-2000")
    assert stage.refusal("RequestMembership", unknown, person).reason == "unknown_season"


def test_after_31_may_nobody_joins(stage: Stage) -> None:
    """The joining window is the rulebook's, in Paris days."""
    stage.open_season()
    person = account()
    stage.knows(person)
    stage.clock.instant = datetime(2026, 5, 31, 22, 0, tzinfo=UTC)
    refused = stage.refusal("RequestMembership", ASK, person)
    assert refused.reason == "join_closed"
    assert "31 mai 2026" in refused.sentence_fr


def test_without_a_profile_or_without_identity_nothing_is_guessed(stage: Stage) -> None:
    """No facts: complete your profile. Identity away: an outage, not a refusal."""
    stage.open_season()
    person = account()
    assert stage.refusal("RequestMembership", ASK, person).reason == "profile_missing"
    stage.identity.is_away = True
    with pytest.raises(Operational):
        stage.call("RequestMembership", ASK, person)


def test_a_membership_waits_for_identity_then_for_payment(stage: Stage) -> None:
    """Facts that change move a waiting membership on; an older version of them changes nothing."""
    stage.open_season()
    person = account()
    stage.knows(person, identity_checked=False)
    assert stage.ask(person).state == pb.MEMBERSHIP_STATE_AWAITING_IDENTITY
    older = dict(stage.identity.persons)
    stage.knows(person)
    stage.facts_changed(person)
    assert _own(stage, person).state == pb.MEMBERSHIP_STATE_AWAITING_PAYMENT
    stage.identity.persons.update(older)
    stage.facts_changed(person)
    assert _own(stage, person).state == pb.MEMBERSHIP_STATE_AWAITING_PAYMENT


def test_a_school_validates_and_the_wallets_are_credited(stage: Stage) -> None:
    """Livres is free: the school's word alone makes it active; 50 € and, in a first vocational year, 100 €."""
    stage.open_season(BOOKS)
    general, vocational = account(), account()
    for person, track in ((general, "general"), (vocational, "vocational")):
        stage.knows(person, enrolments=(enrolment(EnrolmentState.REQUESTED, study_track=track),))
        assert stage.ask(person, BOOKS).state == pb.MEMBERSHIP_STATE_AWAITING_SCHOOL
        stage.knows(person, enrolments=(enrolment(EnrolmentState.VALIDATED, study_track=track),))
        data = {
            "enrolment_id": str(uuid4()),
            "person_id": person.account_id,
            "scheme": BOOKS,
            "season": SEASON,
        }
        stage.handle("identity", "enrolment_validated", data)
    assert {b: w.balance_cents for b, w in stage.wallets(general).items()} == {"livres": 5000}
    assert {b: w.balance_cents for b, w in stage.wallets(vocational).items()} == {
        "livres": 4000,
        "equipement": 10000,
    }


def test_a_school_that_rejects_refuses_and_the_pupil_may_ask_again(stage: Stage) -> None:
    """The stored refusal says that the school did not validate; a new enrolment opens a new request."""
    stage.open_season(BOOKS)
    person = account()
    stage.knows(person, enrolments=(enrolment(EnrolmentState.REQUESTED),))
    stage.ask(person, BOOKS)
    stage.knows(person, enrolments=(enrolment(EnrolmentState.REJECTED),))
    stage.facts_changed(person)
    refused = _own(stage, person)
    assert refused.state == pb.MEMBERSHIP_STATE_REFUSED
    assert refused.reasons[0].code == "enrolment_rejected"
    stage.knows(person, enrolments=(enrolment(EnrolmentState.VALIDATED),))
    assert stage.ask(person, BOOKS).state == pb.MEMBERSHIP_STATE_ACTIVE


def test_an_active_membership_is_never_decided_again(stage: Stage) -> None:
    """A member who moves away keeps the season."""
    stage.open_season()
    person = stage.member()
    stage.knows(person, residence_region="53")
    stage.facts_changed(person)
    assert _own(stage, person).state == pb.MEMBERSHIP_STATE_ACTIVE


# --- Budget


def test_a_spent_envelope_credits_nobody_and_says_so(stage: Stage) -> None:
    """The budget bears five cinema wallets and a cent: the sixth member gets what is left of the others.

    Three envelopes pass 80 % of their vote; the others do not. Who asks once an envelope is spent is refused: the
    scheme is closed, as its rulebook says.
    """
    chief = stage.open_season(vote_cents=10_000)
    stage.vote(chief, "cinema", 1)
    for benefit in ("pratique", "spectacle"):
        stage.vote(chief, benefit, 6_000)
    last, late = account(), account()
    stage.knows(last)
    asked = stage.ask(last)
    for _ in range(5):
        stage.member()
    cashed = stage.cash(asked)
    stage.knows(late)
    request = pb.RequestMembershipRequest(scheme=CULTURE, season=SEASON)
    assert stage.refusal("RequestMembership", request, late).reason == "budget_spent"
    credited = {e.benefit: e.credited for e in cashed.entitlements}
    given = {"dispositif-local": True, "rollon": True}
    assert credited == given | {"cinema": False, "pratique": False, "spectacle": False}
    answer = stage.call("ListEnvelopes", seasons_pb2.ListEnvelopesRequest(), chief)
    cinema = next(e for e in answer.envelopes if e.benefit == "cinema")
    assert (cinema.voted_cents, cinema.credited_cents, cinema.unallocated_cents) == (10_001, 10_000, 1)
    assert stage.event_types().count("budget_threshold_reached") == 3


def test_a_vote_is_made_once_a_key(stage: Stage) -> None:
    """The same vote sent twice adds once; another amount under its key is refused."""
    chief = stage.staff("administration")
    stage.call("OpenSeason", seasons_pb2.OpenSeasonRequest(scheme=CULTURE, season=SEASON), chief)
    request = seasons_pb2.VoteBudgetRequest(
        idempotency_key="vote", scheme=CULTURE, season=SEASON, benefit="cinema", amount_cents=5_000
    )
    for _ in range(2):
        assert stage.call("VoteBudget", request, chief).envelope.voted_cents == 5_000
    request.amount_cents = 6_000
    assert stage.refusal("VoteBudget", request, chief).reason == "idempotency_key_reused"
    request.idempotency_key, request.benefit = "other", "piscine"
    assert stage.refusal("VoteBudget", request, chief).reason == "unknown_benefit"
    assert stage.refusal("VoteBudget", request, chief).reason == "unknown_benefit"


def test_equipment_is_credited_once_in_a_schooling(stage: Stage) -> None:
    """A unique key holds it, whatever was decided: credited counts, all seasons."""
    stage.open_season(BOOKS)
    person = account()
    first_year = (enrolment(EnrolmentState.VALIDATED, study_level="cap1", study_track="cap"),)
    stage.knows(person, enrolments=first_year)
    membership = stage.ask(person, BOOKS)
    assert {e.benefit for e in membership.entitlements} == {"livres", "equipement"}
    (row,) = stage.rows("once_credits")
    assert (str(row.person_id), row.benefit, row.by_exception) == (person.account_id, "equipement", False)


# --- Fees


def test_a_fee_paid_by_card_activates_once(stage: Stage) -> None:
    """The provider's signed word activates; the same word again changes nothing."""
    stage.open_season()
    person = account()
    stage.knows(person)
    payment_id = _start_payment(stage, person)
    assert _own(stage, person).fee_state == pb.FEE_STATE_CARD_STARTED
    event = provider_event(payment_id)
    for _ in range(2):
        stage.call("RecordProviderEvent", event)
    assert _own(stage, person).state == pb.MEMBERSHIP_STATE_ACTIVE
    assert stage.event_types().count("membership_activated") == 1
    assert stage.balance(person) == 2000


def test_a_payment_that_failed_can_be_made_again(stage: Stage) -> None:
    """A declined card activates nothing; a second checkout does."""
    stage.open_season()
    person = account()
    stage.knows(person)
    stage.call("RecordProviderEvent", provider_event(_start_payment(stage, person), kind="payment.failed"))
    assert _own(stage, person).state == pb.MEMBERSHIP_STATE_AWAITING_PAYMENT
    membership_id = _own(stage, person).membership_id
    again = stage.call("StartCardPayment", pb.StartCardPaymentRequest(membership_id=membership_id), person)
    stage.call("RecordProviderEvent", provider_event(again.payment_id))
    assert _own(stage, person).state == pb.MEMBERSHIP_STATE_ACTIVE


def test_money_that_comes_twice_is_kept_apart(stage: Stage) -> None:
    """Two checkouts paid for one membership: the second is a surplus to be given back."""
    stage.open_season()
    person = account()
    stage.knows(person)
    first = _start_payment(stage, person)
    membership_id = _own(stage, person).membership_id
    second = stage.call("StartCardPayment", pb.StartCardPaymentRequest(membership_id=membership_id), person)
    for payment_id in (first, second.payment_id):
        stage.call("RecordProviderEvent", provider_event(payment_id))
    assert sorted(row.state for row in stage.rows("fee_payments")) == ["cashed", "surplus"]


@pytest.mark.parametrize(
    "change",
    [
        {"amount_cents": 999},
        {"authority_id": "hauts-de-france"},
        {"reference": str(uuid4())},
        {"checkout_id": "another"},
        {"type": "payment.unheard_of"},
        {"stale_s": 301},
        {"key": bytes(32)},
    ],
)
def test_a_word_that_is_not_the_providers_is_refused(stage: Stage, change: dict[str, Any]) -> None:
    """Wrong amount, authority, payment, age or signature: nothing is activated."""
    stage.open_season()
    person = account()
    stage.knows(person)
    event = provider_event(_start_payment(stage, person), **change)
    assert stage.refusal("RecordProviderEvent", event).reason == "provider_event_refused"
    assert _own(stage, person).state == pb.MEMBERSHIP_STATE_AWAITING_PAYMENT


def test_a_cheque_is_announced_then_cashed_by_staff(stage: Stage) -> None:
    """Announced is not cashed; cashing is for the payments staff and happens once."""
    stage.open_season()
    person = account()
    stage.knows(person)
    membership_id = stage.ask(person).membership_id
    announce = pb.AnnounceChequeRequest(membership_id=membership_id)
    announced = stage.call("AnnounceCheque", announce, person).membership
    assert announced.fee_state == pb.FEE_STATE_CHEQUE_ANNOUNCED
    assert announced.state == pb.MEMBERSHIP_STATE_AWAITING_PAYMENT
    found = stage.call(
        "SearchMemberships",
        pb.SearchMembershipsRequest(fee_state=pb.FEE_STATE_CHEQUE_ANNOUNCED),
        stage.staff("support"),
    )
    assert [m.membership_id for m in found.memberships] == [membership_id]
    cash = pb.CashChequeRequest(idempotency_key="c1", membership_id=membership_id, reference="123")
    cashier = stage.staff("payments")
    for _ in range(2):
        assert stage.call("CashCheque", cash, cashier).membership.state == pb.MEMBERSHIP_STATE_ACTIVE
    cash.idempotency_key = "c2"
    assert stage.refusal("CashCheque", cash, cashier).reason == "fee_not_due"
    assert stage.refusal("AnnounceCheque", announce, account()).reason == "unknown_membership"


def test_staff_find_a_membership_by_its_number_or_its_person_s(stage: Stage) -> None:
    """Whoever may open a membership may find it; moderation may not."""
    stage.open_season()
    person = account()
    for each in (person, account()):
        stage.knows(each)
        stage.ask(each)
    mine = _own(stage, person).membership_id
    for role in ("support", "payments", "instruction", "administration", "audit"):
        by_person = pb.SearchMembershipsRequest(person_id=person.account_id)
        by_number = pb.SearchMembershipsRequest(membership_id=mine)
        for request in (by_person, by_number):
            found = stage.call("SearchMemberships", request, stage.staff(role)).memberships
            assert [each.membership_id for each in found] == [mine]
    assert stage.refusal("SearchMemberships", by_person, stage.staff("moderation")).reason == "not_allowed"
    malformed = pb.SearchMembershipsRequest(person_id="pas un numéro")
    assert stage.refusal("SearchMemberships", malformed, stage.staff("support")).reason == "malformed"


def test_a_complete_request_may_be_cashed_until_30_june(stage: Stage) -> None:
    """Asked by 31 May, cashed on 30 June: active. A day later it is too late."""
    stage.open_season()
    early, late = account(), account()
    memberships = []
    for person in (early, late):
        stage.knows(person)
        memberships.append(stage.ask(person))
    stage.clock.instant = datetime(2026, 6, 30, 10, 0, tzinfo=UTC)
    assert stage.cash(memberships[0]).state == pb.MEMBERSHIP_STATE_ACTIVE
    stage.clock.forward(days=1)
    cash = pb.CashChequeRequest(idempotency_key="late", membership_id=memberships[1].membership_id, reference="123")
    assert stage.refusal("CashCheque", cash, stage.staff("payments")).reason == "settlement_closed"


def _own(stage: Stage, person: Account) -> Any:
    """The person's membership that was asked for last."""
    found = stage.call("ListMemberships", pb.ListMembershipsRequest(), person).memberships
    return found[-1]


def _start_payment(stage: Stage, person: Account) -> str:
    membership = stage.ask(person)
    request = pb.StartCardPaymentRequest(membership_id=membership.membership_id)
    return str(stage.call("StartCardPayment", request, person).payment_id)
