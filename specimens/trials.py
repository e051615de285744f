"""Documents to try a reader on: honest ones, and those that nobody may be accepted with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from specimens.face import TWO_SIDED
from specimens.holder import LAST_ISSUED, Holder, invented
from specimens.picture import sides
from specimens.zone import FORMATS

DIFFICULTIES = (1, 2, 3)
_EVERY = 4  # one document of bad faith for so many honest ones
_DAYS_IN_YEAR = 365


class Kind(Enum):
    """What is true of a document."""

    HONEST = "honest"
    EXPIRED = "expired"
    FORGED = "forged zone"  # it names somebody else than the print does
    FORGED_NEAR = "forged zone, one letter other"
    BACK_ALONE = "back alone"


_IN_ONE_SIDE = (Kind.EXPIRED, Kind.FORGED, Kind.FORGED_NEAR)
_BAD_FAITH = {False: _IN_ONE_SIDE, True: (*_IN_ONE_SIDE, Kind.BACK_ALONE)}


@dataclass(frozen=True)
class Trial:
    """A document, and who shows it: the holder that the zone names declares themselves."""

    kind: Kind
    document_format: str
    difficulty: int
    seed: int
    printed: Holder
    shown_by: Holder

    def pictures(self) -> tuple[bytes, ...]:
        """Draw what is sent of it: a picture a side."""
        drawn = sides(
            self.printed,
            format=self.document_format,
            difficulty=self.difficulty,
            seed=self.seed,
            coded=self.shown_by,
        )
        return drawn[-1:] if self.kind is Kind.BACK_ALONE else drawn


def trials(seed: int, count: int, on: date) -> Iterator[Trial]:
    """Yield `count` honest documents, formats and difficulties by turns, and one of bad faith for every four."""
    for number in range(count):
        document_format = FORMATS[number % len(FORMATS)]
        difficulty = DIFFICULTIES[number // len(FORMATS) % len(DIFFICULTIES)]
        own = seed * 1000 + number
        yield _trial(Kind.HONEST, document_format, difficulty, own, on)
        kinds = _BAD_FAITH[document_format in TWO_SIDED]
        if number % _EVERY == number // _EVERY % _EVERY:  # each format in its turn
            kind = kinds[number // (_EVERY * _EVERY) % len(kinds)]
            yield _trial(kind, document_format, difficulty, own + 500_000, on)


def false_declarations(holder: Holder) -> tuple[Holder, ...]:
    """Return who the holder is not: a near surname, another given name, a near birth date, somebody else."""
    other = replace(holder, surname="Nemo", given_names="Odilon", birth_date=date(2001, 2, 3))
    return (
        replace(holder, surname=_near(holder.surname)),
        replace(holder, given_names=f"Odilon {holder.given_names}"),
        replace(holder, birth_date=holder.birth_date + timedelta(days=1)),
        other,
    )


def _trial(kind: Kind, document_format: str, difficulty: int, seed: int, on: date) -> Trial:
    holder = invented(seed, on, issued_before=LAST_ISSUED.get(document_format))
    if kind is Kind.EXPIRED:
        holder = _expired(holder, on)
    return Trial(kind, document_format, difficulty, seed, holder, _coded(kind, holder, seed, on))


def _expired(holder: Holder, on: date) -> Holder:
    """Issued eleven years ago, to a minor: no card of theirs was ever extended."""
    issued = on - timedelta(days=11 * _DAYS_IN_YEAR)
    return replace(holder, issued_on=issued, birth_date=issued - timedelta(days=9 * _DAYS_IN_YEAR))


def _coded(kind: Kind, holder: Holder, seed: int, on: date) -> Holder:
    """Whom the zone names."""
    if kind is Kind.FORGED:
        other = invented(seed + 1, on)
        surname = other.surname if other.surname != holder.surname else "Nemo"
        return replace(holder, surname=surname, given_names=other.given_names)
    return replace(holder, surname=_near(holder.surname)) if kind is Kind.FORGED_NEAR else holder


def _near(surname: str) -> str:
    """The surname with one letter other."""
    draw = random.Random(surname)  # noqa: S311 - a repeatable draw, not a secret
    place = draw.choice([index for index, letter in enumerate(surname) if letter.isalpha()])
    letter = draw.choice([letter for letter in "abdeghmnrtz" if letter != surname[place].lower()])
    return surname[:place] + letter + surname[place + 1 :]
