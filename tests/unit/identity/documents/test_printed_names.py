"""Printed names: found where documents print them, never made up from what happens to stand there."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.identity.domain.documents import (
    DocumentFields,
    PrintedNames,
    PrintedText,
    ZoneName,
    confirmed_names,
    labelled_names,
)
from services.identity.domain.documents.names import folded
from specimens.holder import GIVEN_NAMES_F, SURNAMES

BORN = date(2008, 3, 4)


def zone_of(surname: str, given_names: str) -> DocumentFields:
    """The fields of a zone with these names."""
    coded = [ZoneName(" ".join(folded(name))) for name in (surname, given_names)]
    return DocumentFields("td3", coded[0], coded[1], BORN, "F", "12AB34567", date(2030, 1, 1), "FRA")


def column(*texts: str, left: float = 400) -> list[PrintedText]:
    """Texts one under the other, 40 px high and 20 px apart."""
    return [PrintedText(text, left, 60 * row, left + 20 * len(text), 60 * row + 40) for row, text in enumerate(texts)]


@pytest.mark.parametrize(
    "texts",
    [
        ("PASSEPORT", "Nom / Surname (1)", "LABULLE", "Prénoms / Given names (2)", "Zoé, Inès", "Sexe"),
        ("CARTE NATIONALE D'IDENTITÉ", "Nom : LABULLE", "Prénom(s) : Zoé, Inès", "Sexe : F"),
        ("Nom LABULLE", "Prénoms Zoé Inès"),
        ("NOM/SURNAME", "LABULLE", "Prénoms/FORENAMES", "ZOE,INES"),
    ],
)
def test_names_are_found_on_every_layout(texts: tuple[str, ...]) -> None:
    """Under their labels or beside them, in capitals or not, the names are those of the zone."""
    fields, printed = zone_of("LABULLE", "ZOE INES"), column(*texts)
    confirmed, labelled = confirmed_names(printed, fields), labelled_names(printed)
    assert confirmed is not None
    assert labelled is not None
    assert confirmed.agree_with(fields)
    assert labelled.agree_with(fields)


def test_a_digit_or_a_foreign_letter_is_no_other_name() -> None:
    """No name holds a digit or a Greek letter: what a recogniser took for one is the letter that looks like it."""
    assert PrintedNames("LA8ULLE", "Z0é").agree_with(zone_of("LABULLE", "ZOE"))
    assert PrintedNames("РIΡE", "Zoé").agree_with(zone_of("PIPE", "ZOE"))


@pytest.mark.parametrize(
    "texts",
    [
        ("Nom", "GABARIT", "Prénoms", "Hugo"),
        ("Nom", "LABULLE", "Prénoms", "Hugo"),
        ("Nom", "LABULL", "Prénoms", "Zoé"),
        ("Zoé", "LABULLE"),
    ],
    ids=["other person", "other given name", "nearly", "wrong order"],
)
def test_other_names_confirm_nothing(texts: tuple[str, ...]) -> None:
    """A zone is not confirmed by another person's card, by a near name, or by names that stand elsewhere."""
    assert confirmed_names(column(*texts), zone_of("LABULLE", "ZOE")) is None


def test_names_far_apart_confirm_nothing() -> None:
    """A surname at the top and a given name at the foot or aside are not one person's."""
    surname, aside = column("LABULLE")[0], column("", "Zoé", left=900)[1]
    below = PrintedText("Zoé", 400, 700, 460, 740)
    assert confirmed_names([surname, aside, below], zone_of("LABULLE", "ZOE")) is None


def test_a_forged_zone_shows_what_is_printed() -> None:
    """When the zone names somebody else, staff is told what stands under the labels."""
    printed = column("Nom / Surname", "GABARIT", "Prénoms / Given names", "Hugo, Adam")
    assert confirmed_names(printed, zone_of("LABULLE", "ZOE")) is None
    assert labelled_names(printed) == PrintedNames("GABARIT", "Hugo, Adam")


def test_a_name_of_use_is_not_the_surname() -> None:
    """The label of a married name names no surname."""
    printed = column("Nom d'usage", "GABARIT", "Prénoms", "Zoé")
    assert labelled_names(printed) == PrintedNames("", "Zoé")
    assert labelled_names(column("Adresse", "1 rue des Specimens")) is None


@given(
    printed=st.tuples(st.sampled_from(SURNAMES), st.sampled_from(GIVEN_NAMES_F)),
    coded=st.tuples(st.sampled_from(SURNAMES), st.sampled_from(GIVEN_NAMES_F)),
)
def test_only_the_same_person_is_confirmed(printed: tuple[str, str], coded: tuple[str, str]) -> None:
    """Whatever two persons are printed and coded, the zone is confirmed when they are one, and only then."""
    texts = column("Nom", printed[0].upper(), "Prénoms", printed[1])
    assert (confirmed_names(texts, zone_of(*coded)) is not None) is (printed == coded)


@given(text=st.text(max_size=60), other=st.text(max_size=60))
def test_whatever_is_read_is_taken_calmly(text: str, other: str) -> None:
    """A recogniser may say anything: nothing of it raises, and nothing of it is a name that the zone does not hold."""
    assume(folded(text) != ("LABULLE",))
    assert confirmed_names(column(text, other), zone_of("LABULLE", "ZOE")) is None or "LABULLE" in "".join(folded(text))
    labelled_names(column(text, other))
