"""Memberships on the pure domain: what is decided, what is waited for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from embedded.rundir import ROOT
from rulebooks import Catalogue, Rulebook
from services.wallet.domain.errors import (
    CharterNotAccepted,
    FeeNotDue,
    JoinClosed,
    MeansNotAccepted,
    NotEligible,
    SettlementClosed,
)
from services.wallet.domain.facts import Enrolment, EnrolmentState, PersonFacts
from services.wallet.domain.membership import (
    FeeState,
    Grant,
    Membership,
    MembershipState,
    accepted_charter,
    check_may_join,
    decide,
)

CATALOGUE = Catalogue.load()
CULTURE = CATALOGUE.get("normandie", "culture-sport", "2025-2026")
BOOKS = CATALOGUE.get("normandie", "livres-equipement", "2025-2026")
PERSON, TODAY = uuid.UUID(int=1), date(2025, 10, 4)
NORMAN = {"identity_checked": True, "residence_region": "28", "study_status": "lyceen"}
SCHOOLING = {
    "study_establishment_kind": "lycee_public",
    "study_region": "28",
    "study_level": "cap1",
    "study_track": "cap",
}


def _facts(
    *enrolments: Enrolment, born: date | None = date(2007, 5, 1), facts: Mapping[str, object] = NORMAN
) -> PersonFacts:
    return PersonFacts(PERSON, 1, born, facts, enrolments)


def _enrolment(state: EnrolmentState, rulebook: Rulebook = BOOKS, **facts: object) -> Enrolment:
    return Enrolment(rulebook.scheme, rulebook.season, state, SCHOOLING | facts)


def _asked(rulebook: Rulebook, facts: PersonFacts, *had: str) -> Membership:
    decision = decide(rulebook, facts, TODAY, had)
    check_may_join(rulebook, decision, TODAY)
    return Membership.asked(uuid.UUID(int=2), PERSON, rulebook, decision, TODAY)


@pytest.mark.parametrize(
    ("rulebook", "facts", "state"),
    [
        (CULTURE, _facts(), MembershipState.AWAITING_PAYMENT),
        (CULTURE, _facts(facts=NORMAN | {"identity_checked": False}), MembershipState.AWAITING_IDENTITY),
        (BOOKS, _facts(_enrolment(EnrolmentState.REQUESTED)), MembershipState.AWAITING_SCHOOL),
        (BOOKS, _facts(_enrolment(EnrolmentState.VALIDATED)), MembershipState.ACTIVE),
    ],
)
def test_a_request_waits_for_its_first_step(rulebook: Rulebook, facts: PersonFacts, state: MembershipState) -> None:
    """Identity, then school, then fee; nothing left: active at once."""
    assert _asked(rulebook, facts).state is state


def test_the_schooling_decides_amounts() -> None:
    """A first year of CAP gets 40 € of books and 100 € of equipment; without a birth date too."""
    membership = _asked(BOOKS, _facts(_enrolment(EnrolmentState.VALIDATED), born=None))
    assert {g.benefit: g.amount_cents for g in membership.grants} == {"livres": 4000, "equipement": 10000}


def test_equipment_once_in_the_schooling() -> None:
    """What was had in an earlier season is not given again."""
    membership = _asked(BOOKS, _facts(_enrolment(EnrolmentState.VALIDATED)), "equipement")
    assert [g.benefit for g in membership.grants] == ["livres"]


def test_a_validated_enrolment_outweighs_a_requested_one() -> None:
    """Of several schoolings in a season the validated one is believed."""
    facts = _facts(
        _enrolment(EnrolmentState.REQUESTED, study_track="general", study_level="seconde"),
        _enrolment(EnrolmentState.VALIDATED),
    )
    assert facts.flat(BOOKS, TODAY, ())["study_track"] == "cap"


def test_a_requested_enrolment_says_nothing_where_schools_do_not_validate() -> None:
    """Culture & Sport believes a school's word, not a pupil's request for it."""
    facts = _facts(_enrolment(EnrolmentState.REQUESTED), facts={"identity_checked": True})
    with pytest.raises(NotEligible) as refused:
        _asked(CULTURE, facts)
    assert refused.value.code == "lives_or_studies_in_region"


def test_another_seasons_enrolment_counts_for_nothing() -> None:
    """Last year's validation opens no derogation this year."""
    last_year = Enrolment(BOOKS.scheme, "2024-2025", EnrolmentState.VALIDATED, SCHOOLING)
    with pytest.raises(NotEligible) as refused:
        _asked(CULTURE, _facts(last_year, born=date(2011, 1, 1)))
    assert refused.value.code == "age_minimum"


def test_a_rejection_is_told_as_such() -> None:
    """The school said no: that is the reason, before any other."""
    with pytest.raises(NotEligible) as refused:
        _asked(BOOKS, _facts(_enrolment(EnrolmentState.REJECTED)))
    assert refused.value.code == "enrolment_rejected"


def test_outside_the_window_the_rulebook_says_when() -> None:
    """The window is asked before eligibility."""
    decision = decide(CULTURE, _facts(), date(2026, 6, 1), ())
    with pytest.raises(JoinClosed, match="31 mai 2026"):
        check_may_join(CULTURE, decision, date(2026, 6, 1))


def test_a_fee_goes_from_due_to_cashed() -> None:
    """Announced is not cashed; cashed is active; nothing is due after that."""
    membership = _asked(CULTURE, _facts())
    announced = membership.paying("cheque", CULTURE, TODAY)
    assert (announced.fee_state, announced.state) == (
        FeeState.CHEQUE_ANNOUNCED,
        MembershipState.AWAITING_PAYMENT,
    )
    cashed = announced.cashed()
    assert (cashed.fee_state, cashed.state) == (FeeState.CASHED, MembershipState.ACTIVE)
    for again in (cashed.cashed, lambda: cashed.paying("card", CULTURE, TODAY)):
        with pytest.raises(FeeNotDue):
            again()


@pytest.mark.parametrize(
    ("means", "on", "refusal"),
    [("cash", TODAY, MeansNotAccepted), ("card", date(2026, 7, 1), SettlementClosed)],
)
def test_a_fee_is_paid_by_the_rulebooks_means_and_in_time(means: str, on: date, refusal: Any) -> None:
    """Card and cheque, until 30 June for a request made in time."""
    with pytest.raises(refusal):
        _asked(CULTURE, _facts()).paying(means, CULTURE, on)


def test_a_free_membership_has_no_fee() -> None:
    """Nothing is due where the rulebook asks for nothing."""
    membership = _asked(BOOKS, _facts(_enrolment(EnrolmentState.REQUESTED)))
    assert (membership.fee_state, membership.fee_cents) == (FeeState.NONE, 0)
    with pytest.raises(FeeNotDue):
        membership.cashed()


# --- Charters, consents, what loads later, versions: a small scheme with one of each

ESSAI, LATER = Catalogue.load(ROOT / "rulebooks", ROOT / "tests" / "integration" / "wallet" / "rulebooks").versions(
    "normandie", "essai", "2025-2026"
)
ACCEPTED_AT = datetime(2025, 10, 4, 9, tzinfo=UTC)


def _essai(
    *, born: date = date(2008, 5, 1), rulebook: Rulebook = ESSAI, had: tuple[str, ...] = (), **facts: object
) -> Any:
    known = PersonFacts(PERSON, 1, born, {"residence_region": "28"} | facts, ())
    return decide(rulebook, known, TODAY, had, charter_accepted=True)


def _member(**facts: Any) -> Membership:
    """An active one whose grants of the request are all credited."""
    charter = accepted_charter(ESSAI, "2025-07-01", ACCEPTED_AT)
    asked = Membership.asked(uuid.UUID(int=2), PERSON, ESSAI, _essai(**facts), TODAY, charter)
    return asked.credited(replace(grant, credited=not grant.waits) for grant in asked.grants)


def _grants(membership: Membership) -> dict[str, Grant]:
    return {grant.benefit: grant for grant in membership.grants}


@pytest.mark.parametrize("version", ["", "2024-07-01"])
def test_a_charter_is_accepted_in_its_version_before_a_request(version: str) -> None:
    """None, or last year's: refused with the version to accept; where there is none, nothing is kept."""
    with pytest.raises(CharterNotAccepted) as refused:
        accepted_charter(ESSAI, version, ACCEPTED_AT)
    assert refused.value.version == "2025-07-01"
    assert accepted_charter(CULTURE, version, ACCEPTED_AT) is None


def test_a_request_waits_for_the_guardian_who_must_authorise_it() -> None:
    """Under 15 in this scheme; with the consent it is active at once."""
    young = date(2011, 1, 1)
    assert _member(born=young).state is MembershipState.AWAITING_CONSENT
    assert _member(born=young, guardian_consents=["membre_guardian"]).state is MembershipState.ACTIVE


def test_entitlements_say_uses_instalment_and_what_they_wait_for() -> None:
    """Five tickets, the first instalment, a consent; access and grants hold no cents of a wallet."""
    grants = _grants(_member(study_level="seconde"))
    assert grants["cine"] == Grant("cine", 2500, credited=True, uses=5)
    assert grants["atelier"] == Grant("atelier", 10000, credited=True, instalment="first")
    assert grants["voyage"] == Grant("voyage", 5000, waits=("voyage_guardian",))
    assert grants["musees"].amount_cents == 0
    assert "permis" not in grants


def test_what_was_had_of_another_instalment_does_not_count() -> None:
    """Once in a schooling counts each instalment by its own key."""
    second = _essai(study_level="premiere", had=("atelier.first",))
    assert "atelier" in {each.benefit_id for each in second.entitlements}
    again = _essai(study_level="premiere", had=("atelier.second",))
    assert "atelier" not in {each.benefit_id for each in again.entitlements}


def test_a_consent_that_comes_frees_what_waited_for_it() -> None:
    """The grant keeps its amount and waits for nothing any more."""
    after = _grants(_member().fallen_due(ESSAI, _essai(guardian_consents=["voyage_guardian"])))
    assert after["voyage"] == Grant("voyage", 5000)
    assert after["voyage"].is_due


def test_what_loads_later_is_granted_when_facts_say_so_and_once() -> None:
    """A proof brings the aid; a greater one afterwards changes nothing."""
    member = _member().fallen_due(ESSAI, _essai(validated_proofs=["mission_35h"]))
    assert _grants(member)["permis"] == Grant("permis", 20000)
    assert member.fallen_due(ESSAI, _essai(validated_proofs=["mission_80h"])).grants == member.grants


def test_facts_that_change_otherwise_give_and_take_nothing() -> None:
    """Only what loads later falls due: another year of study, or another region, leaves a member as they are."""
    member = _member()
    for facts in ({"study_level": "seconde"}, {"residence_region": "53", "validated_proofs": ["mission_80h"]}):
        assert member.fallen_due(ESSAI, _essai(**facts)).grants == member.grants


def test_a_later_version_brings_what_is_new_and_takes_nothing_back() -> None:
    """Credited grants are left to be raised, those that wait take the new amount, new benefits are to be credited."""
    after = _member().under(_essai(rulebook=LATER))
    assert after.rulebook_hash == LATER.hash
    grants = _grants(after)
    assert grants["lecture"] == Grant("lecture", 3000, credited=True)
    assert grants["voyage"] == Grant("voyage", 4000, waits=("voyage_guardian",))
    assert grants["sport"] == Grant("sport", 2000)
    moved = _member().under(_essai(rulebook=LATER, residence_region="53"))
    assert (moved.rulebook_hash, moved.grants) == (LATER.hash, _member().grants)


# --- Who says the schooling


def test_where_no_school_is_asked_the_person_says_their_schooling() -> None:
    """Declared, it counts where the rulebook asks no school, and not where the school has its word."""
    declared = _facts(facts=NORMAN | {"study_track": "vocational", "trade_family": True})
    assert declared.flat(CULTURE, TODAY, ())["study_track"] == "vocational"
    assert not {"study_track", "trade_family"} & set(declared.flat(BOOKS, TODAY, ()))


def test_a_schools_word_outweighs_the_persons() -> None:
    """A schooling that was validated for another scheme of the season is believed before what the person says."""
    facts = _facts(_enrolment(EnrolmentState.VALIDATED), facts=NORMAN | {"study_track": "general"})
    assert facts.flat(CULTURE, TODAY, ())["study_track"] == "cap"
