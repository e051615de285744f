"""Accreditation: what a partner must be, send and sign, by category."""

from __future__ import annotations

import pytest

from rulebooks import Catalogue, Rulebook, UnknownBenefit, UnknownCategory

CLUB = {"partner_kind": "association", "partner_region": "28", "activity": "sport"}


def test_every_reason_has_a_code_a_sentence_and_a_source(culture: Rulebook) -> None:
    (region, choice, recognised) = culture.category("pratique").review(CLUB)
    assert (region.met, choice.met, recognised.met) == (True, True, False)
    assert recognised.code == "sport_recognised"
    assert "affilié" in recognised.sentence
    assert recognised.source == "§4.1"


def test_conditions_of_another_activity_do_not_concern_a_partner(culture: Rulebook) -> None:
    codes = [reason.code for reason in culture.category("pratique").review(CLUB)]
    assert not any(code.startswith("art_") for code in codes)


def test_an_agreed_club_without_federation_sends_the_prefects_order(culture: Rulebook) -> None:
    category = culture.category("pratique")
    agreed = {**CLUB, "sport_agreement": True, "offers_sport": True}
    assert category.accepts(agreed)
    assert "prefect_order" in {document.id for document in category.documents_for(agreed)}
    affiliated = {**CLUB, "federation_affiliated": True}
    assert "prefect_order" not in {document.id for document in category.documents_for(affiliated)}


def test_a_kbis_may_be_three_months_old(books: Rulebook) -> None:
    kbis = books.category("livres").documents["company"][0]
    assert (kbis.id, kbis.max_age_months) == ("kbis", 3)


def test_who_takes_vouchers_differs_by_benefit(books: Rulebook, culture: Rulebook) -> None:
    assert books.benefit("livres").voucher_partner_kinds == {"school", "parents_association"}
    assert books.benefit("equipement").voucher_partner_kinds == {"school"}
    assert culture.benefit("cinema").voucher_partner_kinds == frozenset()
    assert culture.benefit("cinema").channels == {"qr", "number", "till"}


def test_only_the_scheme_with_schools_knows_the_establishment_role(books: Rulebook, culture: Rulebook) -> None:
    assert books.partner_roles == {"service", "establishment", "relay"}
    assert culture.partner_roles == {"service", "relay"}


def test_the_charter_has_a_version_and_a_sworn_statement(books: Rulebook, culture: Rulebook) -> None:
    for rulebook in (books, culture):
        assert rulebook.charter.version == "2025-07-01"
        assert "certifie sur l'honneur" in rulebook.charter.text


def test_unknown_benefits_and_categories_are_refused(culture: Rulebook) -> None:
    with pytest.raises(UnknownCategory, match="museum"):
        culture.category("museum")
    with pytest.raises(UnknownBenefit, match="museum"):
        culture.benefit("museum")


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({}, []),
        ({"league_listed": False}, ["league_listed"]),
        ({"sport_agreement": False}, ["state_agreed"]),
        ({"activity": "art"}, ["sport_activity"]),
        ({"partner_region": "53"}, ["in_region"]),
    ],
)
def test_a_club_of_the_launch_is_listed_by_its_ligue_and_agreed_by_the_state(
    catalogue: Catalogue, changes: dict[str, object], refusals: list[str]
) -> None:
    """A club must be on a partner ligue's yearly list and State-approved, both."""
    category = catalogue.get("normandie", "atouts-loisirs", "2017-2018").category("pratique-sportive")
    reasons = category.review({**CLUB, "league_listed": True, "sport_agreement": True, **changes})
    assert [reason.code for reason in reasons if not reason.met] == refusals


def test_a_transfer_s_operator_is_the_one_association_of_its_currency(culture: Rulebook) -> None:
    """The accreditation of a transfer is for the association that issues the currency."""
    association = {"partner_kind": "association", "partner_region": "28", "activity": "local_currency"}
    category = culture.category(culture.benefit("rollon").category)
    assert category.accepts(association)
    assert not category.accepts({**association, "partner_kind": "company"})


def test_a_missing_iban_holds_every_category(books: Rulebook, culture: Rulebook) -> None:
    """Without a verified IBAN no category is paid, and the sentence says what to send."""
    for rulebook in (books, culture):
        for category in rulebook.categories:
            (hold,) = rulebook.holds_on(category.id)
            assert (hold.lifted_by, hold.renewed) == ("iban", "never")
            assert "IBAN" in hold.sentence
