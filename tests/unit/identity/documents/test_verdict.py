"""Verdicts: accepted, for a person, refused; and what each tells the young person."""

from dataclasses import replace
from datetime import date

import pytest

from services.identity.domain.documents import (
    Certainty,
    Cut,
    Declared,
    DocumentFields,
    Outcome,
    PrintedNames,
    Reading,
    Reason,
    Seal,
    SealedHolder,
    SealFinding,
    SealKind,
    Verdict,
    ZoneName,
    judge,
    judge_document,
)

ON = date(2025, 9, 1)
FIELDS = DocumentFields(
    "td1", ZoneName("LABULLE"), ZoneName("ZOE INES"), date(2008, 3, 4), "F", "D231458907", date(2030, 1, 1), "FRA"
)
DECLARED = Declared("Labulle", "Zoé Inès", date(2008, 3, 4))
PRINTED = PrintedNames("LABULLE", "Zoé, Inès")
EXACT = Reading(FIELDS, Certainty.EXACT, printed=PRINTED)


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
    assert judge(EXACT, declared, ON).reasons == reasons


def test_the_same_is_accepted_and_an_expired_card_refused() -> None:
    """The holder's own valid card is accepted; the same card is refused once expired."""
    reading = EXACT
    assert judge(reading, DECLARED, ON) == Verdict(Outcome.ACCEPTED, ())
    assert judge(reading, DECLARED, date(2030, 1, 2)) == Verdict(Outcome.REFUSED, (Reason.EXPIRED,))


def test_one_refusal_outweighs_doubts() -> None:
    """With a near name and an expired card, the card is refused and both reasons are told."""
    verdict = judge(EXACT, replace(DECLARED, surname="Labule"), date(2030, 1, 2))
    assert verdict == Verdict(Outcome.REFUSED, (Reason.NAME_NEARLY_SAME, Reason.EXPIRED))


def test_a_corrected_reading_never_refuses() -> None:
    """What differs from a corrected reading goes to a person; what agrees with it is accepted."""
    corrected = replace(EXACT, certainty=Certainty.CORRECTED)
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


@pytest.mark.parametrize(
    ("printed", "sides", "document_format", "reason"),
    [
        (PrintedNames("GABARIT", "Hugo"), 1, "td3", Reason.PRINTED_NAMES_DIFFER),
        (PrintedNames("GABARIT", "Zoé, Inès"), 2, "td1", Reason.PRINTED_NAMES_DIFFER),
        (PrintedNames("LABULLE", ""), 1, "td3", Reason.PRINTED_NAMES_DIFFER),
        (None, 1, "td1", Reason.OTHER_SIDE_NEEDED),
        (None, 2, "td1", Reason.PRINTED_NAMES_UNREAD),
        (None, 1, "td3", Reason.PRINTED_NAMES_UNREAD),
        (None, 1, "fr_card_2x36", Reason.PRINTED_NAMES_UNREAD),
    ],
)
def test_no_zone_is_believed_alone(
    printed: PrintedNames | None, sides: int, document_format: str, reason: Reason
) -> None:
    """Whoever the zone names, nobody is accepted unless the same names were read in print."""
    fields = replace(FIELDS, format=document_format)
    reading = Reading(fields, Certainty.EXACT, printed=printed, sides=sides)
    assert judge(reading, DECLARED, ON).reasons == (reason,)
    assert judge_document(reading, ON).reasons == (reason,)


def test_printed_names_may_go_on_where_the_zone_ran_out_of_room() -> None:
    """A zone that had no room for all given names agrees with a card that prints them all."""
    cut = replace(FIELDS, given_names=ZoneName("ZOE INES BE", Cut.ANYWHERE))
    assert PrintedNames("LABULLE", "Zoé, Inès, Bérénice").agree_with(cut)
    assert not PrintedNames("LABULLE", "Zoé, Inès, Camille").agree_with(cut)


@pytest.mark.parametrize(
    ("seal", "reasons"),
    [
        (Seal(SealKind.CARD_SEAL, SealFinding.SCHEME_NOT_CONFIGURED), ()),
        (Seal(SealKind.TWO_D_DOC, SealFinding.CERTIFICATE_UNKNOWN, holder=SealedHolder("GABARIT")), ()),
        (Seal(SealKind.TWO_D_DOC, SealFinding.SIGNATURE_HOLDS, holder=SealedHolder("LABULLE")), ()),
        (Seal(SealKind.TWO_D_DOC, SealFinding.SIGNATURE_WRONG), (Reason.SEAL_INVALID,)),
        (
            Seal(SealKind.TWO_D_DOC, SealFinding.SIGNATURE_HOLDS, holder=SealedHolder("GABARIT")),
            (Reason.SEAL_DIFFERS,),
        ),
        (
            Seal(SealKind.TWO_D_DOC, SealFinding.SIGNATURE_HOLDS, holder=SealedHolder(birth_date=date(2001, 1, 1))),
            (Reason.SEAL_DIFFERS,),
        ),
    ],
)
def test_a_seal_may_bring_a_doubt_never_an_acceptance(seal: Seal, reasons: tuple[Reason, ...]) -> None:
    """A false seal, or a true one of somebody else, goes to a person; one that proves nothing changes nothing."""
    assert judge(replace(EXACT, seals=(seal,)), DECLARED, ON).reasons == reasons
    alone = replace(EXACT, printed=None, sides=2, seals=(seal,))
    assert judge(alone, DECLARED, ON).outcome is Outcome.PERSON


def test_a_document_is_judged_by_itself() -> None:
    """Without a declaration, what is readable, valid and at one with itself is accepted."""
    assert judge_document(EXACT, ON).outcome is Outcome.ACCEPTED
    assert judge_document(EXACT, date(2030, 1, 2)).reasons == (Reason.EXPIRED,)
