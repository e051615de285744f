"""A reading, kept as text and read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.identity.domain.documents import (
    Certainty,
    Crop,
    CropLabel,
    Cut,
    PrintedNames,
    Reading,
    Reason,
    Seal,
    SealFinding,
    SealKind,
    ZoneName,
)
from services.identity.domain.reading_records import reading_from, record_of
from tests.unit.identity.test_card_checks import FIELDS

SEAL = Seal(SealKind.CARD_SEAL, SealFinding.SCHEME_NOT_CONFIGURED, {"Nom": "DUPECIMEN"})


@pytest.mark.parametrize(
    "reading",
    [
        Reading(FIELDS, Certainty.EXACT, sides=2),
        Reading(replace(FIELDS, expiry=date(2034, 5, 1)), Certainty.CORRECTED, printed=PrintedNames("Dupécimen", "")),
        Reading(replace(FIELDS, given_names=ZoneName("MARIE CLAI", Cut.ANYWHERE)), Certainty.EXACT, seals=(SEAL, SEAL)),
        Reading(None, Certainty.DOUBTFUL, (Reason.UNREADABLE, Reason.BLURRED)),
    ],
)
def test_a_kept_reading_is_the_reading(reading: Reading) -> None:
    """What stands against a card is judged again from the record: nothing that the judgement needs is lost."""
    assert reading_from(record_of(reading)) == reading


def test_cut_outs_are_files_and_no_part_of_the_record() -> None:
    """A picture in the record would outlive the files that are destroyed."""
    reading = Reading(FIELDS, Certainty.EXACT, crops=(Crop(CropLabel.ZONE, 1, b"a picture"),))

    assert reading_from(record_of(reading)) == replace(reading, crops=())


def test_an_older_record_accepts_at_most() -> None:
    """It does not say how certain its fields were: what differs then goes to a person."""
    new = record_of(Reading(FIELDS, Certainty.EXACT))
    old = {
        name: new[name] for name in new if name not in ("certainty", "defects", "sides", "seals") and "_cut" not in name
    }

    assert reading_from(old) == Reading(FIELDS, Certainty.CORRECTED)
    assert reading_from({}) is None
