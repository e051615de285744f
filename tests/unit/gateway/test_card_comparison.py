"""What was read on a card beside what was declared: which letters differ."""

from __future__ import annotations

from atouts.identity.v1 import cards_pb2 as pb

from gateway.web.pages.staff_cards import compare

_NEAR, _SAME, _DIFFERENT = (
    pb.CARD_FIELD_LIKENESS_NEAR,
    pb.CARD_FIELD_LIKENESS_SAME,
    pb.CARD_FIELD_LIKENESS_DIFFERENT,
)


def test_what_is_the_same_to_the_service_has_no_mark() -> None:
    """Case, accents and hyphens are no difference: the machine-readable zone has none of them."""
    field = pb.CardField(name="surname", declared="D’Échantillon-Test", read="D ECHANTILLON TEST", likeness=_SAME)
    line = compare(field)
    assert (line.differs, line.result) == (False, "Identique")
    assert line.read == (("D ECHANTILLON TEST", False),)


def test_a_letter_that_differs_is_marked() -> None:
    """Only what differs, not the whole name."""
    line = compare(pb.CardField(name="surname", declared="Fictiveau", read="FICTIVEAUU", likeness=_NEAR))
    assert line.differs
    assert [part for part, marked in line.read if marked] == ["U"]


def test_a_day_is_shown_in_french_and_marked_whole() -> None:
    """One digit of a date says little: the day is compared."""
    line = compare(pb.CardField(name="birth_date", declared="2006-03-14", read="2006-03-15", likeness=_NEAR))
    assert line.declared == "14 mars 2006"
    assert line.read == (("15 mars 2006", True),)


def test_what_was_not_read_is_said_so() -> None:
    """An empty reading is neither agreement nor difference."""
    line = compare(pb.CardField(name="surname", declared="Fictiveau"))
    assert (line.differs, line.result) == (False, "Non lu")


def test_a_name_printed_otherwise_than_in_the_zone_has_the_line_stand_out() -> None:
    """A forged zone shows here."""
    line = compare(pb.CardField(name="surname", read="FICTIVEAU", printed="Autre", printed_likeness=_DIFFERENT))
    assert line.printed_differs
