"""Agreements with partners, which some rulebooks have end unless they are signed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rulebooks import Charter, Rulebook
from rulebooks.terms import Agreement
from services.partner.domain.accreditation import Accreditation, State, dossier, ends_on, has_ended, signed_for
from services.partner.domain.errors import AgreementEnded
from services.partner.domain.organisation import Partner

LAST = date(2022, 5, 31)
NEXT_DAY = date(2022, 6, 1)
SIGNED, TACIT = Agreement(LAST, "signature", "§1"), Agreement(LAST, "tacit", "§1")
GRANTED = Accreditation("a", "p", "culture-sport", "2025-2026", "cinema", State.GRANTED, 3, datetime.now(UTC))


def _under(rulebook: Rulebook, charter: str, agreement: Agreement | None) -> Rulebook:
    return replace(rulebook, charter=Charter(charter, "…", "§1"), agreement=agreement)


def test_an_agreement_renewed_by_signature_ends_after_its_last_day() -> None:
    """One that renews itself never does."""
    assert (ends_on(SIGNED), ends_on(TACIT), ends_on(None)) == (LAST, None, None)
    assert [has_ended(SIGNED, day) for day in (LAST, NEXT_DAY)] == [False, True]
    assert not has_ended(TACIT, NEXT_DAY)


def test_a_signature_covers_until_its_agreement_ends(culture: Rulebook) -> None:
    """The next charter may be signed before the first agreement ends."""
    first = _under(culture, "2017", SIGNED)
    second = _under(culture, "2022", Agreement(date(2027, 5, 31), "signature", "§1"))
    assert signed_for([first, second], {"2017"}, LAST) is first
    assert signed_for([first, second], {"2017"}, NEXT_DAY) is None
    assert signed_for([first, second], {"2017", "2022"}, LAST) is second
    assert signed_for([first, second], {"2017", "2022"}, NEXT_DAY) is second


def test_nobody_is_accredited_under_an_agreement_that_ended(culture: Rulebook, cinema: Partner) -> None:
    """Staff may still refuse."""
    ended = _under(culture, "2017", SIGNED)
    submitted = dossier(replace(GRANTED, state=State.SUBMITTED), cinema, ended, frozenset(), frozenset())
    assert submitted.decided(accept=True, reason="", on=LAST).state is State.GRANTED
    with pytest.raises(AgreementEnded) as refused:
        submitted.decided(accept=True, reason="", on=NEXT_DAY)
    assert refused.value.day == "31/05/2022"
    assert submitted.decided(accept=False, reason="Trop tard.", on=NEXT_DAY).state is State.REFUSED


def test_what_lapsed_comes_back_under_the_rulebook_that_was_signed(culture: Rulebook) -> None:
    """Its version goes on, so that the last word wins wherever it is kept."""
    lapsed = GRANTED.lapse("La convention a pris fin.")
    assert (lapsed.state, lapsed.lapsed, lapsed.version) == (State.WITHDRAWN, True, 4)
    renewed = lapsed.stopped().renewed(replace(culture, season="2026-2027"))
    assert (renewed.state, renewed.lapsed, renewed.effective, renewed.reason) == (State.GRANTED, False, False, "")
    assert (renewed.season, renewed.rulebook_hash, renewed.version) == ("2026-2027", culture.hash, 5)
