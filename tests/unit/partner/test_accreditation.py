"""Accreditation: what may happen to an application, in which order, for which reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rulebooks import Rulebook
from services.partner.domain.accreditation import (
    Accreditation,
    Dossier,
    State,
    check_category,
    check_signature,
    dossier,
)
from services.partner.domain.errors import (
    CategoryUnknown,
    CharterOutdated,
    CharterUnsigned,
    ConditionUnmet,
    DocumentsMissing,
    NotADraft,
    NotGranted,
    NotSubmitted,
    ReasonNeeded,
    RoleNeeded,
    StatementNotSworn,
)
from services.partner.domain.organisation import Partner, PartnerKind, Role

DAY = date(2025, 9, 1)
ALL_DOCUMENTS = frozenset({"kbis", "rib", "identity"})
DRAFT = Accreditation(
    accreditation_id="a",
    partner_id="p",
    scheme="culture-sport",
    season="2025-2026",
    category="cinema",
    state=State.DRAFT,
    version=1,
    applied_at=datetime(2025, 7, 2, tzinfo=UTC),
)


def of(rulebook: Rulebook, partner: Partner, accreditation: Accreditation = DRAFT) -> Dossier:
    """A complete dossier in the accreditation's state."""
    return dossier(accreditation, partner, rulebook, ALL_DOCUMENTS, {rulebook.charter.version})


def test_a_complete_draft_is_submitted_whatever_its_conditions(culture: Rulebook, cinema: Partner) -> None:
    unfit = replace(cinema, declarations={})
    assert of(culture, unfit).unmet
    assert of(culture, unfit).submitted().state is State.SUBMITTED


def test_missing_documents_are_named_by_title(culture: Rulebook, cinema: Partner) -> None:
    partial = dossier(DRAFT, cinema, culture, {"kbis", "identity"}, {culture.charter.version})
    with pytest.raises(DocumentsMissing) as refusal:
        partial.submitted()
    assert refusal.value.titles == "RIB au nom de l'entreprise"


def test_another_version_of_the_charter_does_not_count(culture: Rulebook, cinema: Partner) -> None:
    with pytest.raises(CharterUnsigned):
        dossier(DRAFT, cinema, culture, ALL_DOCUMENTS, {"2017-07-01"}).submitted()


@pytest.mark.parametrize("state", sorted(set(State) - {State.DRAFT}))
def test_only_a_draft_is_submitted(culture: Rulebook, cinema: Partner, state: State) -> None:
    with pytest.raises(NotADraft):
        of(culture, cinema, replace(DRAFT, state=state)).submitted()


@pytest.mark.parametrize("state", sorted(set(State) - {State.SUBMITTED}))
def test_only_a_submitted_application_is_decided(culture: Rulebook, cinema: Partner, state: State) -> None:
    with pytest.raises(NotSubmitted):
        of(culture, cinema, replace(DRAFT, state=state)).decided(accept=True, reason="", on=DAY)


def test_a_decision_keeps_the_rulebook_it_was_made_by(culture: Rulebook, cinema: Partner) -> None:
    submitted = replace(DRAFT, state=State.SUBMITTED, version=2)
    granted = of(culture, cinema, submitted).decided(accept=True, reason="", on=DAY)
    assert (granted.state, granted.version, granted.rulebook_hash) == (State.GRANTED, 3, culture.hash)


def test_consent_against_a_condition_needs_a_written_reason(culture: Rulebook, cinema: Partner) -> None:
    club = replace(cinema, declarations={"projection_main_activity": True, "film_club": True})
    unfit = of(culture, club, replace(DRAFT, state=State.SUBMITTED))
    with pytest.raises(ConditionUnmet) as refusal:
        unfit.decided(accept=True, reason="", on=DAY)
    assert "ciné-clubs" in refusal.value.sentence
    assert unfit.decided(accept=True, reason="Commission du 4 juillet.", on=DAY).state is State.GRANTED


def test_a_refusal_takes_the_sentences_of_unmet_conditions_or_its_own(culture: Rulebook, cinema: Partner) -> None:
    submitted = replace(DRAFT, state=State.SUBMITTED)
    unfit = of(culture, replace(cinema, declarations={}), submitted)
    assert "activité principale" in unfit.decided(accept=False, reason="", on=DAY).reason
    assert unfit.decided(accept=False, reason="Doublon.", on=DAY).reason == "Doublon."
    with pytest.raises(ReasonNeeded):
        of(culture, cinema, submitted).decided(accept=False, reason="", on=DAY)


def test_a_withdrawal_is_pending_until_the_wallet_has_it_and_keeps_its_version() -> None:
    granted = replace(DRAFT, state=State.GRANTED, version=3)
    withdrawn = granted.withdrawn("Fausse déclaration.")
    assert withdrawn.withdrawal_pending
    assert not withdrawn.stopped().withdrawal_pending
    assert (withdrawn.version, withdrawn.stopped().version) == (4, 4)


@pytest.mark.parametrize("state", sorted(set(State) - {State.GRANTED}))
def test_only_a_granted_accreditation_is_withdrawn(state: State) -> None:
    with pytest.raises(NotGranted):
        replace(DRAFT, state=state).withdrawn("Fausse déclaration.")


def test_a_role_is_accredited_where_the_rulebook_knows_it(culture: Rulebook, books: Rulebook, cinema: Partner) -> None:
    school = replace(cinema, roles=frozenset({Role.ESTABLISHMENT}))
    check_category(books, "establishment", school)
    with pytest.raises(CategoryUnknown):
        check_category(culture, "establishment", school)
    with pytest.raises(RoleNeeded):
        check_category(books, "establishment", cinema)
    with pytest.raises(RoleNeeded):
        check_category(books, "livres", school)


def test_a_role_asks_for_the_documents_of_all_and_for_no_category_s_own(culture: Rulebook, cinema: Partner) -> None:
    relay = replace(
        cinema,
        kind=PartnerKind.ASSOCIATION,
        roles=frozenset({Role.RELAY}),
        declarations={"activity": "sport"},
    )
    asked = dossier(replace(DRAFT, category="relay"), relay, culture, (), ())
    assert [document.id for document in asked.documents_missing] == ["statutes", "minutes", "rib", "identity"]
    assert asked.reasons == ()


def test_the_charter_is_signed_in_its_current_version_with_the_sworn_statement(culture: Rulebook) -> None:
    check_signature(culture, culture.charter.version, sworn=True)
    with pytest.raises(CharterOutdated):
        check_signature(culture, "2017-07-01", sworn=True)
    with pytest.raises(StatementNotSworn):
        check_signature(culture, culture.charter.version, sworn=False)
