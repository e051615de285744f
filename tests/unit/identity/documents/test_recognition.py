"""From rows of text, as recognisers give them, to zones."""

from datetime import date

import pytest

from services.identity.domain.documents import Certainty, Cut, Zone, fields_of, recognise, settle
from services.identity.domain.documents.glyphs import clean
from services.identity.domain.documents.line_length import fittings, padded, without_stray_letters
from tests.unit.identity.documents.published_zones import (
    FRENCH_CARD_1988,
    ICAO_TD1,
    ICAO_TD1_LONG_NUMBER,
    ICAO_TD3,
    PUBLISHED,
)

ON = date(2025, 9, 1)


def read(rows: tuple[str, ...]) -> Zone:
    """Recognise rows that do hold a zone."""
    zone = recognise(rows)
    assert zone is not None
    return zone


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_published_zones_are_exact(name: str) -> None:
    """A zone read as printed is exact, in its own format."""
    zone = read(PUBLISHED[name])
    assert (zone.layout.name, zone.lines, zone.certainty) == (name.split()[0], PUBLISHED[name], Certainty.EXACT)


@pytest.mark.parametrize(
    ("zone", "line", "misread"),
    [
        (ICAO_TD1, 1, "74O8l22F12O4159UTO<<<<<<<<<<<6"),  # letters where only digits stand
        (ICAO_TD1, 0, "1<UTOD231458907<<<<<<<<<<<<<<<"),
        (ICAO_TD1, 2, "ERIKSS0N<<ANNA<MARIA<<<<<<<<<<"),  # digits where only letters stand
        (ICAO_TD1, 2, "ERIKSSON<<ANNA<MARIA"),  # padding not seen
        (ICAO_TD1, 2, "ERIKSSON<<ANNA<MARIA<<<<<<K<<<<<<"),  # too much of it, a filler taken for K
        (ICAO_TD1, 1, "7408122 F 1204159 UTO «<<<<<<<<<6"),
        (ICAO_TD3, 0, "P<UT0ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<"),
        (ICAO_TD3, 1, "L898902C36UTO7408122F1204159ZE184226B<<<10"),  # two fillers too few
        (FRENCH_CARD_1988, 0, "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<"),
        (FRENCH_CARD_1988, 1, "88O69231O2858CORINNE<<<<<<<<<6512O68F6"),
        (FRENCH_CARD_1988, 1, "8806923102858C0RINNE<<<<<6512068F6"),
    ],
)
def test_typing_and_length_are_repaired(zone: tuple[str, ...], line: int, misread: str) -> None:
    """Misreadings that a position or a width settles are repaired, and the zone is exact."""
    rows = (*zone[:line], misread, *zone[line + 1 :])
    assert (read(rows).lines, read(rows).certainty) == (zone, Certainty.EXACT)


def test_rows_around_the_zone_are_left_out() -> None:
    """Printed text above and below the zone takes no part in it."""
    rows = ("CARTE NATIONALE D'IDENTITÉ", "Nom ERIKSSON", *ICAO_TD1, "SPECIMEN")
    assert read(rows).lines == ICAO_TD1


@pytest.mark.parametrize(
    "rows", [(), ("Bonjour",), ("CARTE NATIONALE D'IDENTITE REPUBLIQUE", "N 12345678901234567890")]
)
def test_other_text_is_no_zone(rows: tuple[str, ...]) -> None:
    """Text that is no zone gives nothing that can be used."""
    zone = recognise(rows)
    assert zone is None or not zone.certainty.is_usable


@pytest.mark.parametrize(
    ("misread", "certainty"),
    [
        ("L898902C36UTO7403122F1204159ZE184226B<<<<<10", Certainty.CORRECTED),  # the birth date
        ("L898902C36UTO7403122F1204169ZE184226B<<<<<10", Certainty.CORRECTED),  # and the expiry
        ("L898902C36UTO1403122F1204159ZE184226B<<<<<10", Certainty.DOUBTFUL),  # twice the birth date
        ("L898902G36UTO7403122F1204169ZE184226B<<<<<10", Certainty.DOUBTFUL),  # three fields
        ("L898902G36UTO7408122F1204159ZE184226B<<<<<10", Certainty.DOUBTFUL),  # one, in two ways
    ],
)
def test_correction_is_bounded_and_unique(misread: str, certainty: Certainty) -> None:
    """At most one character a field is replaced, two a document, and only when one way leads there."""
    zone = read((ICAO_TD3[0], misread))
    assert zone.certainty is certainty
    assert (zone.lines == ICAO_TD3) == certainty.is_usable


def test_an_impossible_date_is_not_exact() -> None:
    """Check digits that hold do not make 31 February a birth date."""
    rows = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7402319F1204159UTO<<<<<<<<<<<4", ICAO_TD1[2])
    assert read(rows).certainty is not Certainty.EXACT


def test_two_corrected_readings_that_differ_are_doubtful() -> None:
    """A corrected reading counts only when every corrected reading says the same."""
    first = read(ICAO_TD1)
    corrected = Zone(first.layout, first.lines, Certainty.CORRECTED)
    other = Zone(first.layout, (first.lines[0], first.lines[1], "ERIKSEN<<ANNA".ljust(30, "<")), Certainty.CORRECTED)
    assert settle([corrected, corrected]) == corrected
    settled = settle([corrected, other])
    assert settled is not None
    assert settled.certainty is Certainty.DOUBTFUL


def test_an_exact_reading_stands_over_a_corrected_one() -> None:
    """What was read without correction wins over what was corrected."""
    exact = read(ICAO_TD1)
    corrected = Zone(exact.layout, ICAO_TD1_LONG_NUMBER, Certainty.CORRECTED)
    assert settle([corrected, exact]) == exact
    assert settle([]) is None


@pytest.mark.parametrize(
    ("line", "width", "ways"),
    [
        ("AB<<<1", 6, ("AB<<<1",)),
        ("AB<<<1", 8, ("AB<<<<<1",)),
        ("AB<<<1", 5, ("AB<<1",)),
        ("A<B<<1", 7, ("A<B<<<1", "A<<B<<1")),
        ("ABCDEFG", 6, ("ABCDEF",)),  # one stray character at the end
        ("ABCDEFGH", 6, ()),
        ("AB<<1", 40, ()),
    ],
)
def test_fittings(line: str, width: int, ways: tuple[str, ...]) -> None:
    """A line gets its width at a run of fillers, the longest first, or not at all."""
    assert fittings(line, width) == ways


def test_stray_letters_after_the_padding_are_fillers() -> None:
    """Lone letters inside the padding are misread fillers; those of a name stay."""
    assert without_stray_letters("DUPONT<<JEAN<K<<<<<<C<<KK") == "DUPONT<<JEAN<<<<<<<<<<<<<"
    assert without_stray_letters("DUPONT<<JEAN<K") == "DUPONT<<JEAN<K"


def test_padding_of_names() -> None:
    """A line of names is filled to its width; one too long is none."""
    assert padded("LI<<BO<<<<", 12) == "LI<<BO<<<<<<"
    assert padded("<<<", 12) is None
    assert padded("ABCDEFGHIJKLM", 12) is None


@pytest.mark.parametrize(
    ("names", "surname", "given_names", "cut"),
    [
        ("ERIKSSON<<ANNA<MARIA<<<<<<<<<<", "ERIKSSON", "ANNA MARIA", Cut.NOWHERE),
        ("VAN<DER<BERG<<ANNE<LISE<JOSEPH", "VAN DER BERG", "ANNE LISE JOSEPH", Cut.ANYWHERE),
        ("VAN<DER<BERG<<ANNE<LISE<JOSEP<", "VAN DER BERG", "ANNE LISE JOSEP", Cut.AFTER_A_WORD),
    ],
)
def test_names_of_a_card(names: str, surname: str, given_names: str, cut: Cut) -> None:
    """Names are parted by two fillers, words by one; a full line says that names may go on."""
    fields = fields_of(read((ICAO_TD1[0], ICAO_TD1[1], names)), ON)
    assert fields is not None
    assert (fields.surname.text, fields.given_names.text, fields.given_names.cut) == (surname, given_names, cut)


def test_fields_of_published_zones() -> None:
    """Fields are typed, and a long number is put together again."""
    card, passport, old = (fields_of(read(z), ON) for z in (ICAO_TD1_LONG_NUMBER, ICAO_TD3, FRENCH_CARD_1988))
    assert card is not None and passport is not None and old is not None  # noqa: PT018
    assert (card.number, card.birth_date, card.sex) == ("D23145890734", date(1934, 7, 12), "M")
    assert (passport.number, passport.expiry, passport.issuing_state) == ("L898902C3", date(2012, 4, 15), "UTO")
    assert (old.surname.text, old.given_names.text, old.expiry) == ("BERTHIER", "CORINNE", None)
    assert (old.number, old.birth_date) == ("880692310285", date(1965, 12, 6))


def test_capitals_of_other_alphabets_are_ours() -> None:
    """Recognisers know Greek, Cyrillic and wide letters: a rho in a zone is the P that is printed there."""
    assert clean("49ΡС59499<ΑΒΕ ВНТ") == "49PC59499<ABEBHT"
    assert clean("IDFRALCＴVDWFK６１＜") == "IDFRALCTVDWFK61<"
