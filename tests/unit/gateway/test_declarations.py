"""What a partner declares, from a form's boxes to the contract's types and back."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2 as pb

from gateway.web import declarations
from rulebooks.authoring.words import VALUES
from rulebooks.vocabulary import PARTNER

_TYPED = {"activity": "sport", "film_club": "oui", "years_existing": "0", "trainings": ["psc1"], "sports": "judo, boxe"}
_SAID = [
    pb.Declaration(name="activity", text="sport"),
    pb.Declaration(name="film_club", flag=True),
    pb.Declaration(name="sports", texts=pb.Texts(values=["judo", "boxe"])),
    pb.Declaration(name="trainings", texts=pb.Texts(values=["psc1"])),
    pb.Declaration(name="years_existing", number=0),
]


def test_answers_become_declarations_and_are_typed_again_alike() -> None:
    """Each shape: one of a list, a box, a number, several boxes, words between commas."""
    asked = declarations.questions(_TYPED)
    assert sorted(declarations.answered(asked, _TYPED), key=lambda one: one.name) == _SAID
    assert declarations.as_typed(_SAID) == _TYPED


def test_words_are_kept_as_the_vocabulary_writes_them() -> None:
    """Capitals, accents and spaces are people's; codes have none."""
    (said,) = declarations.answered(declarations.questions(["sports"]), {"sports": "Boxe française, , Judo"})
    assert list(said.texts.values) == ["boxe-francaise", "judo"]


def test_a_box_left_empty_says_nothing() -> None:
    """Neither no nor zero: the rulebooks' own mark of what is not known."""
    assert declarations.answered(declarations.questions(_TYPED), {}) == []


def test_what_is_not_the_partner_s_to_say_is_not_asked() -> None:
    """Staff's facts, and those that follow from its address."""
    assert declarations.questions(["league_listed", "partner_region", "partner_kind"]) == []


def test_every_choice_has_french_words() -> None:
    """People are shown no code."""
    asked = declarations.questions(PARTNER)
    assert {value for one in asked for value, _ in one.choices} <= set(VALUES)
