"""Decisions of one authority's packaged rulebooks, at the edges of each rule."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from rulebooks import Catalogue, Decision, InvalidFacts, Rulebook, age_on

Decide = Callable[..., Decision]
NORMAN = {"residence_region": "28"}
LAUNCH, LAUNCH_DAY = "2017-2018", date(2017, 9, 11)
APPRENTICE = {"study_status": "apprenti", "study_region": "28"}


@pytest.fixture
def training(catalogue: Catalogue) -> Rulebook:
    return catalogue.get("normandie", "atouts-formation", LAUNCH)


@pytest.fixture
def leisure(catalogue: Catalogue) -> Rulebook:
    return catalogue.get("normandie", "atouts-loisirs", LAUNCH)


def amounts(decision: Decision) -> dict[str, int]:
    return {granted.benefit_id: granted.amount_cents for granted in decision.entitlements}


def unmet(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.unmet]


@pytest.mark.parametrize(
    ("asked_on", "refusals"),
    [(date(2025, 8, 31), ["age_minimum"]), (date(2025, 9, 1), [])],
)
def test_joining_opens_on_the_15th_birthday(culture: Rulebook, asked_on: date, refusals: list[str]) -> None:
    decision = culture.decide({**NORMAN, "age": age_on(date(2010, 9, 1), asked_on)}, asked_on)
    assert unmet(decision) == refusals
    assert decision.eligible is not bool(refusals)


@pytest.mark.parametrize(
    ("asked_on", "refusals"),
    [
        (date(2026, 2, 28), []),
        (date(2026, 3, 1), ["age_maximum"]),
    ],
)
def test_born_on_29_february_joins_until_28_february_of_the_26th_year(
    culture: Rulebook, asked_on: date, refusals: list[str]
) -> None:
    decision = culture.decide({**NORMAN, "age": age_on(date(2000, 2, 29), asked_on)}, asked_on)
    assert unmet(decision) == refusals


def test_joining_stops_on_the_26th_birthday(culture: Rulebook) -> None:
    born_on = date(1999, 10, 10)
    eve, birthday = date(2025, 10, 9), date(2025, 10, 10)
    assert culture.decide({**NORMAN, "age": age_on(born_on, eve)}, eve).eligible
    assert unmet(culture.decide({**NORMAN, "age": age_on(born_on, birthday)}, birthday)) == ["age_maximum"]


def test_under_15_joins_once_the_school_has_validated_the_enrolment(culture: Rulebook) -> None:
    on = date(2025, 10, 1)
    assert unmet(culture.decide({**NORMAN, "age": 14}, on)) == ["age_minimum"]
    assert culture.decide({**NORMAN, "age": 14, "enrolment_validated": True}, on).eligible


def test_a_member_gets_each_wallet_and_owes_the_fee(culture: Rulebook) -> None:
    decision = culture.decide({"age": 17, "study_region": "28", "identity_checked": True}, date(2025, 9, 1))
    assert amounts(decision) == {
        "spectacle": 3000,
        "cinema": 2000,
        "pratique": 3000,
        "dispositif-local": 500,
        "rollon": 1000,
    }
    assert decision.requires == ("fee",)
    assert culture.fee is not None
    assert culture.fee.amount_cents == 1000
    assert culture.fee.means == {"card", "cheque"}


def test_who_is_refused_is_granted_nothing_and_told_what_to_do(culture: Rulebook) -> None:
    decision = culture.decide({"age": 27, "residence_region": "53"}, date(2026, 6, 1))
    assert not decision.eligible
    assert decision.entitlements == ()
    assert unmet(decision) == ["join_window", "age_maximum", "lives_or_studies_in_region"]
    assert all(reason.sentence.endswith(".") and reason.source for reason in decision.reasons)


def test_a_request_of_31_may_may_be_settled_until_30_june(culture: Rulebook) -> None:
    assert culture.may_settle(requested_on=date(2026, 5, 31), on=date(2026, 6, 30))
    assert not culture.may_settle(requested_on=date(2026, 5, 31), on=date(2026, 7, 1))
    assert not culture.may_settle(requested_on=date(2026, 6, 1), on=date(2026, 6, 1))


def test_general_track_has_50_euros_of_books_and_no_equipment(pupil_decision: Decide) -> None:
    decision = pupil_decision()
    assert amounts(decision) == {"livres": 5000}
    assert [denial.benefit_id for denial in decision.denials] == ["equipement"]
    assert [reason.code for reason in decision.denials[0].reasons] == ["equipment_first_year"]


def test_first_year_of_vocational_track_has_40_euros_of_books_and_100_of_equipment(
    pupil_decision: Decide,
) -> None:
    assert amounts(pupil_decision(study_track="vocational")) == {"livres": 4000, "equipement": 10000}
    assert amounts(pupil_decision(study_level="cap1", study_track="cap")) == {
        "livres": 4000,
        "equipement": 10000,
    }


def test_equipment_comes_once_in_the_schooling_unless_staff_grant_an_exception(
    pupil_decision: Decide,
) -> None:
    again = {"study_track": "vocational", "benefits_had": ("equipement",)}
    assert amounts(pupil_decision(**again)) == {"livres": 4000}
    assert amounts(pupil_decision(**again, exceptions_granted=["equipement"]))["equipement"] == 10000


def test_passerelle_opens_equipment_in_premiere(pupil_decision: Decide) -> None:
    facts = {"study_level": "premiere", "study_track": "vocational"}
    assert "equipement" not in amounts(pupil_decision(**facts))
    assert amounts(pupil_decision(**facts, passerelle=True))["equipement"] == 10000


def test_an_apprentice_is_refused_with_one_sentence_about_status(pupil_decision: Decide) -> None:
    decision = pupil_decision(study_status="apprenti")
    assert unmet(decision) == ["not_apprentice"]
    assert "CFA" in decision.unmet[0].sentence


def test_distance_pupils_are_judged_by_residence_and_have_no_equipment(pupil_decision: Decide) -> None:
    distance = {"study_establishment_kind": "cned", "study_region": "", "study_track": "vocational"}
    assert amounts(pupil_decision(**distance, residence_region="28")) == {"livres": 4000}
    assert unmet(pupil_decision(**distance, residence_region="53")) == ["lives_in_region"]


def test_the_place_of_schooling_decides_not_the_residence(pupil_decision: Decide) -> None:
    assert pupil_decision(residence_region="52").eligible
    assert unmet(pupil_decision(study_region="52", residence_region="28")) == ["school_in_region"]


def test_prepa_metiers_have_equipment_and_no_books(pupil_decision: Decide) -> None:
    decision = pupil_decision(age=13, study_level="troisieme_prepa_metiers", study_track="prepa_metiers")
    assert amounts(decision) == {"equipement": 10000}


def test_whom_no_benefit_is_for_is_refused_with_the_benefits_reasons(pupil_decision: Decide) -> None:
    decision = pupil_decision(study_level="quatrieme_prepa_metiers", study_track="prepa_metiers")
    assert not decision.eligible
    assert unmet(decision) == ["books_track", "equipment_first_year"]


def test_steps_still_to_take_are_named_in_order(pupil_decision: Decide) -> None:
    assert pupil_decision().requires == ("identity_check", "school_validation")
    assert pupil_decision(identity_checked=True).requires == ("school_validation",)
    assert pupil_decision(identity_checked=True, enrolment_validated=True).requires == ()


def test_a_decision_names_the_content_it_was_taken_with(books: Rulebook, pupil_decision: Decide) -> None:
    assert pupil_decision().rulebook_hash == books.hash


def test_facts_outside_the_vocabulary_are_refused(pupil_decision: Decide) -> None:
    with pytest.raises(InvalidFacts, match="shoe_size"):
        pupil_decision(shoe_size=42)


def test_a_rulebook_cannot_be_changed(books: Rulebook) -> None:
    with pytest.raises(FrozenInstanceError):
        books.title = "…"  # type: ignore[misc]  # the point of the test


def test_threads_share_a_rulebook_and_decide_alike(pupil_decision: Decide) -> None:
    with ThreadPoolExecutor(8) as pool:
        tracks = ["general", "vocational"] * 200
        decisions = list(pool.map(lambda track: pupil_decision(study_track=track), tracks))
    assert [amounts(decision)["livres"] for decision in decisions] == [5000, 4000] * 200


@pytest.mark.parametrize(
    ("age", "given", "missing"),
    [
        (15, [], ["rollon_guardian"]),
        (17, [], ["rollon_guardian"]),
        (17, ["rollon_guardian"], []),
        (17, ["another"], ["rollon_guardian"]),
        (18, [], []),
    ],
)
def test_guardians_are_asked_for_those_whom_the_consent_s_bracket_holds(
    culture: Rulebook, age: int, given: list[str], missing: list[str]
) -> None:
    """Nobody is asked of who has come of age, nor again of who has the consent."""
    asked = culture.consents_missing({**NORMAN, "age": age, "guardian_consents": given})
    assert [consent.code for consent in asked] == missing


def test_a_rulebook_without_consents_asks_no_guardian(books: Rulebook) -> None:
    """Where the file states none, none is missing at any age."""
    assert books.consents_missing({"age": 11}) == ()


@pytest.mark.parametrize(
    ("age", "consents", "granted", "waits"),
    [
        (15, ["rollon_guardian"], False, ()),
        (16, [], True, ("rollon_guardian",)),
        (17, [], True, ("rollon_guardian",)),
        (16, ["rollon_guardian"], True, ()),
        (18, [], True, ()),
    ],
)
def test_a_minor_s_transfer_waits_for_one_guardian_and_is_for_nobody_under_16(
    culture: Rulebook, age: int, consents: list[str], granted: bool, waits: tuple[str, ...]
) -> None:
    """A transfer is granted from 16, and waits for a guardian's consent until the eve of 18."""
    decision = culture.decide({**NORMAN, "age": age, "guardian_consents": consents}, date(2025, 11, 3))
    found = {each.benefit_id: each.waits for each in decision.entitlements}
    assert ("rollon" in found) is granted
    assert found.get("rollon", ()) == waits
    assert decision.requires == ("identity_check", "fee")


@pytest.mark.parametrize(("age", "cents"), [(17, 50000), (18, 30000), (20, 30000), (21, 20000)])
def test_an_apprentice_s_daily_life_is_paid_by_age(training: Rulebook, age: int, cents: int) -> None:
    """The amount for transport, housing and meals falls on the 18th and on the 21st birthday."""
    decision = training.decide({**APPRENTICE, "age": age}, LAUNCH_DAY)
    assert amounts(decision) == {"livres": 3000, "equipement": 10000, "transport-hebergement-restauration": cents}


def test_an_amount_by_age_is_not_granted_without_an_age(training: Rulebook) -> None:
    """An unknown age is below every bound, and must not open the amount of the youngest."""
    decision = training.decide(APPRENTICE, LAUNCH_DAY)
    assert "transport-hebergement-restauration" not in amounts(decision)
    assert [reason.code for denial in decision.denials for reason in denial.reasons] == ["age_known"]


def test_the_two_parts_of_one_launch_have_their_own_door(training: Rulebook, leisure: Rulebook) -> None:
    """The free part goes by status, the other by age and a fee."""
    student = {"age": 20, "study_status": "etudiant", "study_region": "28"}
    assert unmet(training.decide(student, LAUNCH_DAY)) == ["pupil_or_apprentice"]
    member = leisure.decide(student, LAUNCH_DAY)
    assert member.eligible
    assert member.requires == ("fee",)
    assert training.decide({**APPRENTICE, "age": 14}, LAUNCH_DAY).requires == ()


def test_vouchers_are_counted_and_worth_their_sum(leisure: Rulebook) -> None:
    """Two vouchers of 15 € are a wallet of 30 € in two uses, one of 40 € a wallet of one use."""
    decision = leisure.decide({**NORMAN, "age": 20}, LAUNCH_DAY)
    found = {each.benefit_id: (each.amount_cents, each.uses) for each in decision.entitlements}
    assert found["pratique-sportive"] == (3000, 2)
    assert found["engagement"] == (4000, 1)
    assert found["cinema"] == (1600, None)


def test_a_grant_has_a_ceiling_and_no_till(leisure: Rulebook) -> None:
    """A grant is granted up to its ceiling, on application, and no channel spends it."""
    decision = leisure.decide({**NORMAN, "age": 20}, LAUNCH_DAY)
    assert amounts(decision)["projet-collectif"] == 300000
    assert amounts(decision)["pass-monde"] == 50000
    grant = leisure.benefit("pass-monde").grant
    assert grant is not None
    assert [document.id for document in grant.documents] == ["stay", "rib"]
    assert not leisure.benefit("pass-monde").may_spend(LAUNCH_DAY, "qr")


def test_equipment_of_the_earlier_scheme_counts_in_the_schooling(training: Rulebook, pupil_decision: Decide) -> None:
    """What was credited under the earlier scheme bears the same name in a person's facts."""
    had = [benefit.id for benefit in training.benefits]
    assert "equipement" not in amounts(pupil_decision(study_track="vocational", benefits_had=had))
