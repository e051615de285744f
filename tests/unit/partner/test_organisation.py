"""Registration: what an organisation may say of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebooks.vocabulary import PARTNER
from services.partner.domain import declarations
from services.partner.domain.errors import (
    AddressRefused,
    DeclarationRefused,
    EstablishmentKindMissing,
    FormulaInText,
    MarkupInText,
    RolesRefused,
    TextRefused,
    UaiInvalid,
)
from services.partner.domain.organisation import Partner, Role, is_uai, registered, roles_named
from services.partner.domain.texts import folded, is_same_name, public_name, public_text


@pytest.mark.parametrize("uai", ["0750655E", "0760090K", "0140013N"])
def test_a_uai_ends_with_the_letter_that_its_digits_give(uai: str) -> None:
    assert is_uai(uai)
    assert not is_uai(uai[:7] + ("A" if uai[7] != "A" else "B"))


@pytest.mark.parametrize("uai", ["", "0750655", "0750655e", "075065E", "0750655EE", "٠٧٥٠٦٥٥E"])
def test_what_has_not_the_form_of_a_uai_is_none(uai: str) -> None:
    assert not is_uai(uai)


@pytest.mark.parametrize(
    "text", ["", "  ", "…!", "a\x00b", "a\tb", "gnp\u202e.exe", "zero\u200bwidth", "a\u2028b", "x" * 151, "\ud800a"]
)
def test_a_public_text_says_something_and_hides_nothing(text: str) -> None:
    with pytest.raises(TextRefused):
        public_text(text, "public_name")


def test_a_public_text_is_trimmed_composed_and_otherwise_kept() -> None:
    assert public_text("  Cine\u0301ma <b>d'Été</b> & Cie ", "public_name") == "Cinéma <b>d'Été</b> & Cie"


@pytest.mark.parametrize(
    "name", ["<b>Omnia</b>", "Omnia <", "I <3 livres", "Omnia>", "＜script＞", "Omnia &lt; <!-- x"]
)
def test_a_name_holds_no_tag_whatever_the_width_of_its_signs(name: str) -> None:
    with pytest.raises(MarkupInText) as refused:
        public_name(name, "public_name")
    assert refused.value.field == "public_name"


@pytest.mark.parametrize("name", ["=1+1", " =HYPERLINK(1)", "+33 Ciné", "-Omnia", "@SUM(A1)", "＝1+1", "﹣1 a"])
def test_a_name_does_not_start_as_a_formula_does(name: str) -> None:
    with pytest.raises(FormulaInText) as refused:
        public_name(name, "legal_name")
    assert refused.value.field == "legal_name"
    assert refused.value.sign in "=+-@"


@pytest.mark.parametrize("name", ["L'Œuvre-d'Été", "Ciné + Théâtre", "a@b", "Café & Livres = joie", "№ 5", "«Rideau»"])
def test_a_name_that_only_contains_such_signs_is_kept(name: str) -> None:
    assert public_name(name, "public_name") == name


def test_names_are_the_same_without_case_accents_and_punctuation() -> None:
    assert is_same_name("SARL L'Œuvre-d'Été", "sarl loeuvre d ete")
    assert folded("Straße № 5") == "strasseno5"
    assert not is_same_name("SARL Omnia", "SARL Omnium")


@pytest.mark.parametrize(
    "declared",
    [
        {"partner_region": "28"},
        {"partner_department": "76"},
        {"region_exception": True},
        {"league_listed": True},
        {"sports": "combat"},
        {"sports": ["Combat !"]},
        {"sports": ["combat"] * 51 + [f"sport{n}" for n in range(51)]},
        {"trainings": ["swimming"]},
        {"activity": ["sport"]},
        {"unheard_of": True},
        {"projection_main_activity": "yes"},
        {"years_existing": True},
        {"years_existing": -1},
        {"activity": ""},
        {"activity": "banking"},
        {"establishment_kind": "kindergarten"},
    ],
)
def test_declarations_keep_to_the_vocabulary_and_to_what_is_the_partner_s_to_say(
    declared: dict[str, declarations.Value],
) -> None:
    with pytest.raises(DeclarationRefused):
        declarations.checked(declared)


def test_facts_are_what_was_declared_and_what_follows_from_the_registration(cinema: Partner) -> None:
    school = replace(cinema, declarations={"sells_books": True, "establishment_kind": "mfr"})
    facts = school.facts()
    assert facts == {
        "sells_books": True,
        "partner_kind": "company",
        "partner_roles": ["service"],
        "partner_region": "28",
        "partner_department": "76",
    }
    assert PARTNER.complete(facts)["partner_region"] == "28"


def test_lists_are_declared_and_told_as_tags() -> None:
    """Each value once, in order: what is said twice says nothing more."""
    declared = declarations.checked({"sports": ["judo", "combat", "judo"], "trainings": ["psc1"], "film_club": True})
    assert declared == {"sports": ["combat", "judo"], "trainings": ["psc1"], "film_club": True}
    assert declarations.tags(declared) == ("sports/combat", "sports/judo", "trainings/psc1")


def test_every_fact_of_a_partner_has_one_who_may_say_it() -> None:
    """The platform derives its own from the registration; the partner and staff share the others."""
    assert {fact.told_by for fact in PARTNER.values()} == {"platform", "person", "staff"}
    derived = {name for name, fact in PARTNER.items() if fact.told_by == "platform"}
    assert derived == {"partner_kind", "partner_roles", "partner_region", "partner_department"}


def test_staff_say_only_what_is_theirs_to_say(cinema: Partner) -> None:
    """And it counts among the partner's facts."""
    assert cinema.recorded("league_listed", True).facts()["league_listed"] is True
    for name, value in (("film_club", True), ("partner_region", "28"), ("league_listed", "yes"), ("unheard_of", True)):
        with pytest.raises(DeclarationRefused):
            cinema.recorded(name, value)


def test_an_establishment_needs_its_uai_and_its_kind(cinema: Partner) -> None:
    school = replace(
        cinema, roles=frozenset({Role.ESTABLISHMENT}), uai="0760090K", declarations={"establishment_kind": "mfr"}
    )
    assert registered(school).establishment_kind == "mfr"
    with pytest.raises(UaiInvalid):
        registered(replace(school, uai=""))
    with pytest.raises(EstablishmentKindMissing):
        registered(replace(school, declarations={}))


def test_an_address_has_a_postal_code_and_a_commune_of_a_region(cinema: Partner) -> None:
    for wrong in (replace(cinema.address, postal_code="76"), replace(cinema.address, commune="00000")):
        with pytest.raises(AddressRefused):
            registered(replace(cinema, address=wrong))


@pytest.mark.parametrize("names", [[], ["service", "owner"]])
def test_roles_are_some_of_those_that_exist(names: list[str]) -> None:
    with pytest.raises(RolesRefused):
        roles_named(names)
