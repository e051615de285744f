"""What is declared against what is read: only what is the same is accepted."""

from datetime import date

import pytest

from services.identity.domain.documents.comparison import Likeness, likeness_of_dates, likeness_of_names
from services.identity.domain.documents.fields import Cut, ZoneName
from services.identity.domain.documents.names import folded

SAME, NEAR, DIFFERENT = Likeness.SAME, Likeness.NEAR, Likeness.DIFFERENT


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Éléonore", ("ELEONORE",)),
        ("D'Arc-Élie", ("DARC", "ELIE")),
        ("L’Échantillon", ("LECHANTILLON",)),
        ("  De   La\tMaquette ", ("DE", "LA", "MAQUETTE")),
        ("Cœur Ægir", ("COEUR", "AEGIR")),
        ("Zoe\u0301", ("ZOE",)),  # accent typed apart
        ("\u202eeoZ\x00", ("EOZ",)),  # right-to-left mark and NUL
        ("…", ()),
        ("", ()),
    ],
)
def test_folding(name: str, words: tuple[str, ...]) -> None:
    """A declared name folds to the letters and words that a zone would print."""
    assert folded(name) == words


@pytest.mark.parametrize(
    ("declared", "read", "likeness"),
    [
        ("Échantillon", "ECHANTILLON", SAME),
        ("de la Maquette", "DE LA MAQUETTE", SAME),
        ("Delamaquette", "DE LA MAQUETTE", SAME),  # joined
        ("Jean-Noël", "JEAN NOEL", SAME),
        ("Marie Claire", "CLAIRE MARIE", SAME),  # the same words in another order
        ("Martinez", "MARTIN", NEAR),
        ("Loiselle", "LOISEL", NEAR),
        ("Dupont", "DUPOND", NEAR),
        ("Labulle Martin", "LABULLE", NEAR),
        ("Labulle", "LABULLE MARTIN", NEAR),
        ("Zoé", "ZOE WENDY INES", NEAR),  # first name only: a person decides
        ("Labulle Martin", "LABULLE DUPONT", NEAR),
        ("Labulle", "GABARIT", DIFFERENT),
        ("Li", "LO", DIFFERENT),
        ("", "LABULLE", DIFFERENT),
        ("Labulle", "", DIFFERENT),
        ("'''", "LABULLE", DIFFERENT),
    ],
)
def test_names(declared: str, read: str, likeness: Likeness) -> None:
    """Equal names are the same whatever their spelling; near ones are near; others differ."""
    assert likeness_of_names(declared, ZoneName(read)) is likeness


@pytest.mark.parametrize(
    ("declared", "read", "cut", "likeness"),
    [
        ("Maximilienne Rose", "MAXIMILIENNE R", Cut.ANYWHERE, SAME),
        ("Maximilienne Rose", "MAXIMILIENNE", Cut.AFTER_A_WORD, SAME),
        ("Camille Louise", "CAMILLE LOU", Cut.AFTER_A_WORD, NEAR),  # LOU is a whole word
        ("Maximilienne Rose", "MAXIMILIENNE R", Cut.NOWHERE, NEAR),
        ("Maximilienne Anne", "MAXIMILIENNE R", Cut.ANYWHERE, NEAR),
        ("Jean", "J", Cut.ANYWHERE, DIFFERENT),  # one letter proves nothing
    ],
)
def test_cut_names(declared: str, read: str, cut: Cut, likeness: Likeness) -> None:
    """Where the zone ran out of room, the beginning of the declared name is enough."""
    assert likeness_of_names(declared, ZoneName(read, cut)) is likeness


@pytest.mark.parametrize(
    ("declared", "likeness"),
    [
        (date(2008, 3, 4), SAME),
        (date(2008, 4, 3), NEAR),  # day and month swapped
        (date(2009, 3, 4), NEAR),
        (date(2008, 3, 14), NEAR),
        (date(2009, 3, 5), DIFFERENT),
        (date(1999, 12, 31), DIFFERENT),
    ],
)
def test_birth_dates(declared: date, likeness: Likeness) -> None:
    """A birth date is near when one part differs or day and month are swapped."""
    assert likeness_of_dates(declared, date(2008, 3, 4)) is likeness
