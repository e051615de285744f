"""What was read on a card beside what was declared: which letters differ."""

from gateway.web.pages.staff_cards import compare


def test_case_accents_and_hyphens_are_no_difference() -> None:
    """The machine-readable zone has none of them."""
    assert not compare("Nom", "D’Échantillon-Lecroquis", "D ECHANTILLON LECROQUIS", "surname").differs
    assert not compare("Prénoms", "Zoé Maëlys", "ZOE MAELYS", "given_names").differs


def test_a_letter_that_differs_is_marked() -> None:
    """Only what differs, not the whole name."""
    line = compare("Nom", "Fictiveau", "FICTIVEAUU", "surname")
    assert line.differs
    assert [part for part, marked in line.read if marked] == ["U"]


def test_a_day_is_shown_in_french_and_marked_whole() -> None:
    """One digit of a date says little: the day is compared."""
    line = compare("Date de naissance", "2006-03-14", "2006-03-15", "birth_date")
    assert line.declared == "14 mars 2006"
    assert line.read == (("15 mars 2006", True),)


def test_what_was_not_read_differs() -> None:
    """An empty reading is no agreement."""
    assert compare("Nom", "Fictiveau", "", "surname").differs
