"""Names printed for people to read: what no check digit of the zone covers is compared with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.identity.domain.documents.comparison import Likeness, likeness_of_names
from services.identity.domain.documents.fields import DocumentFields
from services.identity.domain.documents.glyphs import as_latin
from services.identity.domain.documents.names import folded

_SURNAME_LABELS = frozenset({"NOM", "SURNAME"})
_GIVEN_NAMES_LABELS = frozenset({"PRENOM", "PRENOMS", "FORENAMES", "GIVEN"})
_OTHER_NAMES = frozenset({"USAGE", "DUSAGE", "ALTERNATE", "EPOUSE", "EPOUX"})
# In heights of the upper text: how far below it the next may stand, and how far aside.
_FARTHEST_BELOW = 5.0
_FARTHEST_ASIDE = 1.5
_AS_LETTERS = str.maketrans("0158", "OISB")  # no name holds a digit
_LABELS = re.compile(
    r"^(?:(?:nom|surname|pr[eé]noms?|given names?|forenames?)\b(?:\s?\(s\))?[\s:;/.,()12]*)+", re.IGNORECASE
)


@dataclass(frozen=True)
class PrintedText:
    """A piece of text on a level picture, in pixels from its top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True)
class PrintedNames:
    """Names as a recogniser read them, in the card's own spelling; empty when not found."""

    surname: str
    given_names: str

    def agree_with(self, fields: DocumentFields) -> bool:
        """Tell whether these are the names of the zone, as far as the zone had room for them."""
        return _is_name(self.surname, fields, 0) and _is_name(self.given_names, fields, 1)


def confirmed_names(texts: Sequence[PrintedText], fields: DocumentFields) -> PrintedNames | None:
    """Return the zone's names where they are printed one under the other, as every document prints them.

    None when they are not: on another person's document, or on a poor picture.
    """
    for surname in texts:
        if _is_name(_value(surname.text), fields, 0):
            for below in _under(surname, texts):
                if _is_name(_value(below.text), fields, 1):
                    return PrintedNames(_value(surname.text), _value(below.text))
    return None


def labelled_names(texts: Sequence[PrintedText]) -> PrintedNames | None:
    """Return what stands under or beside the labels of surname and given names, whatever the zone says."""
    names = PrintedNames(_labelled(texts, _SURNAME_LABELS), _labelled(texts, _GIVEN_NAMES_LABELS))
    return names if names.surname or names.given_names else None


def _is_name(text: str, fields: DocumentFields, which: int) -> bool:
    name = (fields.surname, fields.given_names)[which]
    return likeness_of_names(as_latin(text).translate(_AS_LETTERS), name) is Likeness.SAME


def _labelled(texts: Sequence[PrintedText], labels: frozenset[str]) -> str:
    for label in texts:
        words = folded(label.text)
        if words and labels & set(words[:2]) and not _OTHER_NAMES & set(words):
            inline = _value(label.text)
            values = [inline] if inline else [_value(text.text) for text in _near(label, texts)]
            if found := next((value for value in values if folded(value)), ""):
                return found
    return ""


def _value(text: str) -> str:
    """The text without a label that was read with it: `Nom : LABULLE` gives LABULLE, `Nom / Surname` nothing."""
    return _LABELS.sub("", text).strip()


def _near(label: PrintedText, texts: Sequence[PrintedText]) -> Iterator[PrintedText]:
    """What stands beside a label on its line, else under it."""
    middle = (label.top + label.bottom) / 2
    beside = [text for text in texts if text.top < middle < text.bottom and text.left > label.left and text != label]
    yield from sorted(beside, key=lambda text: text.left)
    yield from _under(label, texts)


def _under(upper: PrintedText, texts: Sequence[PrintedText]) -> list[PrintedText]:
    """The texts below one, near its left edge, the nearest first."""
    below = [
        text
        for text in texts
        if text.top > (upper.top + upper.bottom) / 2
        and text.top - upper.bottom < _FARTHEST_BELOW * upper.height
        and abs(text.left - upper.left) < _FARTHEST_ASIDE * upper.height
    ]
    return sorted(below, key=lambda text: text.top)
