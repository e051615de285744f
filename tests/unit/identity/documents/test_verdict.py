"""Verdicts: accepted, for a person, refused; and what each tells the young person."""

from dataclasses import replace
from datetime import date

import pytest

from services.identity.domain.documents import (
    Certainty,
    Declared,
    DocumentFields,
    Outcome,
    Reading,
    Reason,
    Verdict,
    ZoneName,
    judge,
)

ON = date(2025, 9, 1)
FIELDS = DocumentFields(
    "td1", ZoneName("LABULLE"), ZoneName("ZOE INES"), date(2008, 3, 4), "F", "D231458907", date(2030, 1, 1), "FRA"
)
DECLARED = Declared("Labulle", "Zoé Inès", date(2008, 3, 4))


@pytest.mark.parametrize(
    ("declared", "reasons"),
    [
        (DECLARED, ()),
        (replace(DECLARED, surname="Labule"), (Reason.NAME_NEARLY_SAME,)),
        (replace(DECLARED, surname="Gabarit"), (Reason.NAME_DIFFERS,)),
        (replace(DECLARED, given_names="Hugo"), (Reason.NAME_DIFFERS,)),
        (replace(DECLARED, birth_date=date(2008, 4, 3)), (Reason.BIRTH_DATE_NEARLY_SAME,)),
        (replace(DECLARED, birth_date=date(1990, 7, 9)), (Reason.BIRTH_DATE_DIFFERS,)),
        (
            Declared("Gabarit", "Hugo", date(1990, 7, 9)),
            (Reason.NAME_DIFFERS, Reason.BIRTH_DATE_DIFFERS),
        ),
    ],
)
def test_reasons(declared: Declared, reasons: tuple[Reason, ...]) -> None:
    """Each difference between document and declaration is a reason of its own."""
    assert judge(Reading(FIELDS, Certainty.EXACT), declared, ON).reasons == reasons


def test_the_same_is_accepted_and_an_expired_card_refused() -> None:
    """The holder's own valid card is accepted; the same card is refused once expired."""
    reading = Reading(FIELDS, Certainty.EXACT)
    assert judge(reading, DECLARED, ON) == Verdict(Outcome.ACCEPTED, ())
    assert judge(reading, DECLARED, date(2030, 1, 2)) == Verdict(Outcome.REFUSED, (Reason.EXPIRED,))


def test_one_refusal_outweighs_doubts() -> None:
    """With a near name and an expired card, the card is refused and both reasons are told."""
    verdict = judge(Reading(FIELDS, Certainty.EXACT), replace(DECLARED, surname="Labule"), date(2030, 1, 2))
    assert verdict == Verdict(Outcome.REFUSED, (Reason.NAME_NEARLY_SAME, Reason.EXPIRED))


def test_a_corrected_reading_never_refuses() -> None:
    """What differs from a corrected reading goes to a person; what agrees with it is accepted."""
    corrected = Reading(FIELDS, Certainty.CORRECTED)
    assert judge(corrected, DECLARED, ON).outcome is Outcome.ACCEPTED
    verdict = judge(corrected, replace(DECLARED, surname="Gabarit"), ON)
    assert verdict == Verdict(Outcome.PERSON, (Reason.DIFFERS_AFTER_CORRECTION,))


@pytest.mark.parametrize("reason", [r for r in Reason if r is not Reason.EXPIRED])
def test_defects_alone_decide_when_nothing_was_read(reason: Reason) -> None:
    """Without fields the verdict is what the defect leads to, never an acceptance."""
    verdict = judge(Reading(None, Certainty.DOUBTFUL, (reason,)), DECLARED, ON)
    assert verdict == Verdict(reason.outcome, (reason,))


def test_a_reading_without_fields_or_defects_goes_to_a_person() -> None:
    """Silence is never an acceptance."""
    assert judge(Reading(None, Certainty.DOUBTFUL), DECLARED, ON) == Verdict(Outcome.PERSON, (Reason.UNREADABLE,))


@pytest.mark.parametrize(("outcome", "reasons"), [(Outcome.ACCEPTED, (Reason.EXPIRED,)), (Outcome.REFUSED, ())])
def test_a_verdict_holds_its_invariant(outcome: Outcome, reasons: tuple[Reason, ...]) -> None:
    """An acceptance has no reason, anything else has one."""
    with pytest.raises(ValueError, match="reasons"):
        Verdict(outcome, reasons)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_sentence(reason: Reason) -> None:
    """Each code has one French sentence, short enough to be read, that leads to no acceptance."""
    assert reason.outcome is not Outcome.ACCEPTED
    assert reason.sentence.endswith(".")
    assert 20 < len(reason.sentence) < 200
    assert len({other.sentence for other in Reason}) == len(Reason)
