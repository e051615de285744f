"""A cinema in Rouen, and the rulebooks that it may apply under."""

from __future__ import annotations

import pytest

from rulebooks import Catalogue, Rulebook
from services.partner.domain.organisation import Address, Partner, PartnerKind, Role


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="session")
def culture(catalogue: Catalogue) -> Rulebook:
    return catalogue.get("normandie", "culture-sport", "2025-2026")


@pytest.fixture(scope="session")
def books(catalogue: Catalogue) -> Rulebook:
    return catalogue.get("normandie", "livres-equipement", "2025-2026")


@pytest.fixture
def cinema() -> Partner:
    return Partner(
        partner_id="7d9c8f4e-0000-4000-8000-000000000001",
        siret="73282932000074",
        legal_name="SARL Omnia",
        public_name="Cinéma Omnia",
        kind=PartnerKind.COMPANY,
        address=Address("28 rue Martainville", "76000", "76540", "Rouen"),
        declarations={"projection_main_activity": True},
        roles=frozenset({Role.SERVICE}),
        uai="",
        version=1,
    )
