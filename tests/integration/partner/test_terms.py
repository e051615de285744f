"""What rulebooks ask of partners, told to anybody before they apply."""

from __future__ import annotations

import pytest
from atouts.partner.v1 import accreditations_pb2 as acc_pb
from atouts.partner.v1 import organisations_pb2 as org_pb
from atouts.partner.v1 import terms_pb2 as pb

from rulebooks import Catalogue
from tests.integration.partner.stage import AUTHORITY, BOOKS, CHARTER, CULTURE, SEASON, Stage


@pytest.fixture
def terms(stage: Stage) -> dict[tuple[str, str], pb.PartnerTerms]:
    """As somebody reads them who is not signed in."""
    answer = stage.call("ListPartnerTerms", pb.ListPartnerTermsRequest())
    return {(each.scheme, each.season): each for each in answer.terms}


def _category(terms: pb.PartnerTerms, category: str) -> pb.PartnerCategory:
    return next(each for each in terms.categories if each.category == category)


def _kinds(category: pb.PartnerCategory, partner_kind: org_pb.PartnerKind) -> list[str]:
    (asked,) = (each.documents for each in category.documents if each.partner_kind == partner_kind)
    return [document.kind for document in asked]


def test_every_scheme_and_season_of_the_authority_is_told(terms: dict[tuple[str, str], pb.PartnerTerms]) -> None:
    """With its title and its days, as the rulebook writes them."""
    known = Catalogue.load().of_authority(AUTHORITY)
    assert set(terms) == {(rulebook.scheme, rulebook.season) for rulebook in known}
    told = terms[CULTURE, SEASON]
    assert (told.title, told.ends_on) == ("Atouts Culture & Sport 2025-2026", "2026-06-30")


def test_the_charter_told_is_the_one_that_is_signed(
    stage: Stage, terms: dict[tuple[str, str], pb.PartnerTerms]
) -> None:
    """Its whole text stands beside the version that a signature names, and that version is taken."""
    charter = terms[CULTURE, SEASON].charter
    assert charter.version == CHARTER
    assert charter.text == Catalogue.load().get(AUTHORITY, CULTURE, SEASON).charter.text
    partner_id = stage.register().partner_id
    signed = acc_pb.SignCharterRequest(
        partner_id=partner_id, scheme=CULTURE, season=SEASON, charter_version=charter.version, sworn=True
    )
    assert stage.call("SignCharter", signed, stage.owner) == acc_pb.SignCharterResponse()


def test_documents_told_are_those_that_an_application_misses(
    stage: Stage, terms: dict[tuple[str, str], pb.PartnerTerms]
) -> None:
    """By legal kind; those that depend on declarations are marked."""
    asked = acc_pb.ApplyForAccreditationRequest(
        partner_id=stage.register().partner_id, scheme=CULTURE, season=SEASON, category="cinema"
    )
    missing = stage.call("ApplyForAccreditation", asked, stage.owner).accreditation.documents_missing
    assert list(missing) == _kinds(_category(terms[CULTURE, SEASON], "cinema"), org_pb.PARTNER_KIND_COMPANY)
    practice = _category(terms[CULTURE, SEASON], "pratique")
    conditional = {document.kind for each in practice.documents for document in each.documents if document.conditional}
    assert conditional == {"prefect_order"}


def test_declarations_told_are_those_that_conditions_name(terms: dict[tuple[str, str], pb.PartnerTerms]) -> None:
    """Those that a partner may make: neither what staff say nor what follows from its address."""
    cinema = _category(terms[CULTURE, SEASON], "cinema")
    assert list(cinema.declarations) == ["film_club", "projection_main_activity"]


def test_a_role_is_told_as_a_category_with_what_all_ask_for(terms: dict[tuple[str, str], pb.PartnerTerms]) -> None:
    """An establishment applies for its role, and sends what every category asks for."""
    establishment = _category(terms[BOOKS, SEASON], "establishment")
    assert (establishment.role, list(establishment.declarations)) == ("establishment", ["establishment_kind"])
    assert _kinds(establishment, org_pb.PARTNER_KIND_PUBLIC_BODY) == ["deliberation", "rib"]
    assert "establishment" not in {each.category for each in terms[CULTURE, SEASON].categories}
