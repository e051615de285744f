"""The verdict on an identity document: accepted, for a person to look at, or refused, with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.identity.domain.documents.comparison import Declared, Likeness, compare
from services.identity.domain.documents.crops import Crop
from services.identity.domain.documents.fields import DocumentFields
from services.identity.domain.documents.printed import PrintedNames
from services.identity.domain.documents.reasons import Outcome, Reason
from services.identity.domain.documents.recognition import Certainty
from services.identity.domain.documents.seals import Seal, SealStatus
from services.identity.domain.documents.validity import Validity, validity


@dataclass(frozen=True)
class Reading:
    """What a reader saw on one or two pictures (the sides of one document).

    `fields` is None when nothing certain enough was read; `defects` then says why, and holds what was
    wrong with a picture or between two readings of it. `printed` is None when no printed name was found.
    """

    fields: DocumentFields | None
    certainty: Certainty
    defects: tuple[Reason, ...] = ()
    printed: PrintedNames | None = None
    sides: int = 1
    crops: tuple[Crop, ...] = ()
    seals: tuple[Seal, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The outcome and its reasons, none when accepted."""

    outcome: Outcome
    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        """Hold the invariant: reasons are given exactly when the document is not accepted."""
        if (self.outcome is Outcome.ACCEPTED) == bool(self.reasons):
            raise ValueError("a verdict gives reasons exactly when it does not accept")

    @staticmethod
    def because(reasons: tuple[Reason, ...]) -> Verdict:
        """Return the verdict that these reasons lead to: one refusal refuses, none accepts."""
        if not reasons:
            return Verdict(Outcome.ACCEPTED, ())
        is_refused = any(reason.outcome is Outcome.REFUSED for reason in reasons)
        return Verdict(Outcome.REFUSED if is_refused else Outcome.PERSON, reasons)


def judge(reading: Reading, declared: Declared, on: date) -> Verdict:
    """Judge a reading against what the person declared, on the day `on` (platform time).

    A corrected reading may accept, but never refuses: where it differs, the correction may be what is
    wrong, and a person looks.
    """
    return _verdict(reading, declared, on)


def judge_document(reading: Reading, on: date) -> Verdict:
    """Judge a document by itself, against nobody: readable, valid on the day `on`, at one with itself."""
    return _verdict(reading, None, on)


def _verdict(reading: Reading, declared: Declared | None, on: date) -> Verdict:
    if reading.fields is None:
        return Verdict.because(reading.defects or (Reason.UNREADABLE,))
    differences = () if declared is None else tuple(_differences(reading.fields, declared))
    found = (*differences, *_validity_doubts(reading.fields, on))
    if reading.certainty is Certainty.CORRECTED and Verdict.because(found).outcome is Outcome.REFUSED:
        found = (Reason.DIFFERS_AFTER_CORRECTION,)
    return Verdict.because((*reading.defects, *found, *_doubts_within(reading, reading.fields)))


def _differences(fields: DocumentFields, declared: Declared) -> Iterator[Reason]:
    likeness = compare(declared, fields)
    if likeness.names is not Likeness.SAME:
        is_near = likeness.names is Likeness.NEAR
        yield Reason.NAME_NEARLY_SAME if is_near else Reason.NAME_DIFFERS
    if likeness.birth_date is not Likeness.SAME:
        is_near = likeness.birth_date is Likeness.NEAR
        yield Reason.BIRTH_DATE_NEARLY_SAME if is_near else Reason.BIRTH_DATE_DIFFERS


def _validity_doubts(fields: DocumentFields, on: date) -> Iterator[Reason]:
    match validity(fields, on):
        case Validity.EXPIRED:
            yield Reason.EXPIRED
        case Validity.UNCLEAR:
            yield Reason.EXPIRY_UNCLEAR
        case Validity.VALID:
            pass


def _doubts_within(reading: Reading, fields: DocumentFields) -> Iterator[Reason]:
    """The document against itself: nobody is accepted on a zone alone, whose names no check digit covers."""
    if reading.printed is None:
        is_back = fields.names_are_on_the_other_side and reading.sides == 1
        yield Reason.OTHER_SIDE_NEEDED if is_back else Reason.PRINTED_NAMES_UNREAD
    elif not reading.printed.agree_with(fields):
        yield Reason.PRINTED_NAMES_DIFFER
    if any(seal.status is SealStatus.INVALID for seal in reading.seals):
        yield Reason.SEAL_INVALID
    if any(seal.contradicts(fields) for seal in reading.seals):
        yield Reason.SEAL_DIFFERS
