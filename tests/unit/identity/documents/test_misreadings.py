"""Whatever one character is misread, nothing false is accepted (properties)."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.identity.domain.documents import (
    Certainty,
    Declared,
    DocumentFields,
    Outcome,
    PrintedNames,
    Reading,
    fields_of,
    judge,
    recognise,
)
from services.identity.domain.documents.check_digits import blind_class
from services.identity.domain.documents.fields import Cut, ZoneName
from services.identity.domain.documents.glyphs import LOOK_ALIKES
from specimens import FORMATS, Holder, zone_lines
from specimens.holder import GIVEN_NAMES_F, SURNAMES

ON = date(2025, 9, 1)

holders = st.builds(
    Holder,
    surname=st.sampled_from(SURNAMES),
    given_names=st.lists(st.sampled_from(GIVEN_NAMES_F), min_size=1, max_size=3, unique=True).map(" ".join),
    birth_date=st.dates(date(1995, 1, 1), date(2012, 1, 1)),
    sex=st.sampled_from("FM"),
    issued_on=st.dates(date(2017, 1, 1), ON - timedelta(days=1)),
)
zones = st.tuples(holders, st.sampled_from(FORMATS), st.integers(0, 10**6))


def _read(lines: tuple[str, ...]) -> Reading:
    zone = recognise(lines)
    if zone is None or not zone.certainty.is_usable:
        return Reading(None, Certainty.DOUBTFUL)
    fields = fields_of(zone, ON)
    printed = PrintedNames(fields.surname.text, fields.given_names.text) if fields else None
    return Reading(fields, zone.certainty, printed=printed)


def _declared(holder: Holder) -> Declared:
    return Declared(holder.surname, holder.given_names, holder.birth_date)


def _seen_by_checks(fields: DocumentFields) -> tuple[object, ...]:
    """The fields, the number up to what its check digit can tell apart."""
    number = tuple(blind_class(character) for character in fields.number)
    return (fields.surname, fields.given_names, fields.birth_date, fields.expiry, fields.sex, number)


@given(zones)
def test_a_zone_read_as_printed_is_accepted(drawn: tuple[Holder, str, int]) -> None:
    """The writer of specimens and the reader of zones agree on every format."""
    holder, document_format, seed = drawn
    reading = _read(zone_lines(holder, document_format, seed))
    assert reading.certainty is Certainty.EXACT
    assert judge(reading, _declared(holder), ON).outcome is Outcome.ACCEPTED


@settings(max_examples=150)
@given(zones, st.data())
def test_one_misread_character_is_corrected_or_not_accepted(
    drawn: tuple[Holder, str, int], data: st.DataObject
) -> None:
    """One look-alike anywhere gives the printed fields again, or no acceptance."""
    holder, document_format, seed = drawn
    lines = zone_lines(holder, document_format, seed)
    line = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[0]) - 1))
    assume(lines[line][column] in LOOK_ALIKES)
    character = data.draw(st.sampled_from(sorted(LOOK_ALIKES[lines[line][column]])))
    misread = lines[line][:column] + character + lines[line][column + 1 :]
    reading = _read((*lines[:line], misread, *lines[line + 1 :]))
    if judge(reading, _declared(holder), ON).outcome is Outcome.ACCEPTED:
        truth = _read(lines).fields
        assert reading.fields is not None
        assert truth is not None
        assert _seen_by_checks(reading.fields) == _seen_by_checks(truth)


def test_a_letter_that_stands_for_two_digits_is_decided_by_the_check_digits() -> None:
    """A J read for a 3 becomes that 3: taken for a 1, another character would be changed to make up for it."""
    holder = Holder("Dupecimen", "Éléonore", date(2000, 1, 1), "F", date(2017, 1, 1))
    first, second = zone_lines(holder, "td3", 165)
    assert second[0] == "3"
    reading = _read((first, "J" + second[1:]))
    assert reading.fields == _read((first, second)).fields


@given(zones, st.integers(-4, 4))
def test_a_miscounted_run_of_fillers_changes_nothing(drawn: tuple[Holder, str, int], by: int) -> None:
    """However many fillers of the longest run are seen, the zone is read as printed or not at all."""
    holder, document_format, seed = drawn
    lines = zone_lines(holder, document_format, seed)
    run = max("".join(c if c == "<" else " " for c in lines[0]).split(), key=len)
    assume(len(run) + by >= 2)
    reading = _read((lines[0].replace(run, "<" * (len(run) + by)), *lines[1:]))
    assert reading.fields is None or _as_printed(reading.fields) == _as_printed(_read(lines).fields)


def _as_printed(fields: DocumentFields | None) -> tuple[object, ...]:
    """All that the zone says. Not where a name may be cut: a filler too many takes the room that told it."""
    assert fields is not None
    plain = replace(fields, surname=ZoneName("", Cut.NOWHERE), given_names=ZoneName("", Cut.NOWHERE))
    return fields.surname.text, fields.given_names.text, plain


@given(zones, holders)
def test_another_persons_card_is_never_accepted(drawn: tuple[Holder, str, int], other: Holder) -> None:
    """A card accepts only who declares its surname, given names and birth date."""
    holder, document_format, seed = drawn
    assume((holder.surname, holder.birth_date) != (other.surname, other.birth_date))
    reading = _read(zone_lines(holder, document_format, seed))
    assert judge(reading, _declared(other), ON).outcome is not Outcome.ACCEPTED
