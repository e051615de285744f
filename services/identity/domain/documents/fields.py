"""What a machine readable zone says, as typed fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from services.identity.domain.documents.dates import past_date, validity_date
from services.identity.domain.documents.formats import FRENCH_CARD_BEFORE_2021, TD1, Layout, Lines
from services.identity.domain.documents.recognition import Zone

_SEXES = frozenset("MF")


class Cut(Enum):
    """Where the zone ran out of room for a name."""

    NOWHERE = "nowhere"
    AFTER_A_WORD = "after_a_word"  # no letter more had room after the separator
    ANYWHERE = "anywhere"  # the last word may go on


@dataclass(frozen=True)
class ZoneName:
    """A name as the zone writes it: words of A-Z joined by one space, and where it may have been cut."""

    text: str
    cut: Cut = Cut.NOWHERE


@dataclass(frozen=True)
class DocumentFields:
    """The fields of an identity document.

    `sex` is M, F or X (not stated). `expiry` is None where the zone does not print it (French card
    before 2021). `number` may hold one character for another of the same check-digit class (1 for L,
    6 for G, 0 for U): its check digit cannot see it, so it identifies nobody by itself.
    """

    format: str
    surname: ZoneName
    given_names: ZoneName
    birth_date: date
    sex: str
    number: str
    expiry: date | None
    issuing_state: str

    @property
    def names_are_on_the_other_side(self) -> bool:
        """Tell whether documents of this format print the holder's names on the side that has no zone."""
        return self.format == TD1.name


def fields_of(zone: Zone, on: date) -> DocumentFields | None:
    """Return the fields of a zone; `on` settles the century of its dates.

    None when the birth date is not a day before `on` (unknown parts are printed as `<`), when the
    expiry is not a day, or when there is no surname.
    """
    layout, lines = zone.layout, zone.lines
    surname, given_names = _names(layout, lines)
    birth_date = past_date(layout.birth_date.of(lines), on)
    expiry = None if layout.expiry is None else validity_date(layout.expiry.of(lines), on)
    if birth_date is None or not surname.text or (expiry is None and layout.expiry is not None):
        return None
    sex = layout.sex.of(lines)
    return DocumentFields(
        format=layout.name,
        surname=surname,
        given_names=given_names,
        birth_date=birth_date,
        sex=sex if sex in _SEXES else "X",
        number=_number(layout, lines),
        expiry=expiry,
        issuing_state=layout.issuing_state.of(lines).rstrip("<"),
    )


def _names(layout: Layout, lines: Lines) -> tuple[ZoneName, ZoneName]:
    if layout is FRENCH_CARD_BEFORE_2021:
        # This card parts given names by two fillers, and what a surname is made of by one.
        return _name(lines[0][5:30], separator=1), _name(lines[1][13:27], separator=2)
    surname, _, given_names = lines[layout.names_line][0 if layout is TD1 else 5 :].partition("<<")
    if not given_names.strip("<"):
        return _name(f"{surname}<<{given_names}", separator=1), ZoneName("")
    return ZoneName(_words(surname)), _name(given_names, separator=1)


def _name(field: str, separator: int) -> ZoneName:
    """The name in a field of fixed width; `separator` is the number of fillers between two words."""
    room = len(field) - len(field.rstrip("<"))
    cut = Cut.ANYWHERE if room == 0 else Cut.AFTER_A_WORD if room <= separator else Cut.NOWHERE
    return ZoneName(_words(field), cut)


def _words(text: str) -> str:
    return " ".join(word for word in text.split("<") if word)


def _number(layout: Layout, lines: Lines) -> str:
    """The document's number; a long one goes on in the optional data (see `Check.overflow`)."""
    number = layout.number.of(lines)
    if layout is TD1 and lines[0][14] == "<":
        number += lines[0][15:30].split("<")[0][:-1]
    return number.rstrip("<")
