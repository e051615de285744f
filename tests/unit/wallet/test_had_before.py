"""What was had once under an account that was erased since is told by identity, and counts as if it were one's own."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from rulebooks import Catalogue
from services.wallet.domain.facts import Enrolment, EnrolmentState, PersonFacts
from services.wallet.domain.membership import decide

BOOKS = Catalogue.load().get("normandie", "livres-equipement", "2025-2026")
SCHOOLING = {
    "study_establishment_kind": "lycee_public", "study_region": "28", "study_level": "cap1", "study_track": "cap",
}  # fmt: skip
NORMAN = {"identity_checked": True, "residence_region": "28", "study_status": "lyceen"}


def _benefits(told: dict[str, object], *had: str) -> set[str]:
    enrolment = Enrolment(BOOKS.scheme, BOOKS.season, EnrolmentState.VALIDATED, SCHOOLING)
    facts = PersonFacts(uuid.UUID(int=1), 1, date(2009, 5, 1), NORMAN | told, (enrolment,))
    return {entitlement.benefit_id for entitlement in decide(BOOKS, facts, date(2025, 10, 4), had).entitlements}


@pytest.mark.parametrize(
    ("told", "had"),
    [({"benefits_had": ["equipement"]}, ()), ({"benefits_had": ["another"]}, ("equipement",)), ({}, ("equipement",))],
)
def test_had_before_or_here_it_is_had(told: dict[str, object], had: tuple[str, ...]) -> None:
    """Neither source hides the other."""
    assert _benefits(told, *had) == {"livres"}


def test_had_by_nobody_it_is_given() -> None:
    """A mark without that benefit takes nothing away."""
    assert _benefits({"benefits_had": ["another"]}) == {"livres", "equipement"}
