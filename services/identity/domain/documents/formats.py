"""The layouts of machine readable zones that we read, as data.

TD1 (3 × 30) and TD3 (2 × 44): ICAO Doc 9303, parts 5 and 4. The French identity card issued before
2021 (2 × 36) follows no part of it: surname on line 1; number, given names, birth date and sex on
line 2; no expiry date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from services.identity.domain.documents.check_digits import check_digit

Lines: TypeAlias = tuple[str, ...]


class Kind(Enum):
    """What may stand at a position of the zone; the value is the letter used in the layouts below."""

    LETTER = "A"  # letter or filler
    DIGIT = "N"
    ANY = "X"
    OFFICE = "R"  # part of a French department or office: a digit, A or B for Corsica, filler on old cards
    SEX = "S"
    CHECK = "C"
    OPTIONAL_CHECK = "D"  # check digit, or filler when what it protects is empty
    DOCUMENT = "I"  # first letter of the document code
    DOCUMENT_SUBTYPE = "P"

    @property
    def is_numeric(self) -> bool:
        """Tell whether only a digit may stand here."""
        return self in (Kind.DIGIT, Kind.CHECK)

    def admits(self, character: str) -> bool:
        """Tell whether this character may stand here."""
        return character in _ADMITTED[self]


_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
_DIGITS = frozenset("0123456789")
_ADMITTED = {
    Kind.LETTER: _LETTERS,
    Kind.DIGIT: _DIGITS,
    Kind.ANY: _LETTERS | _DIGITS,
    Kind.OFFICE: _DIGITS | {"A", "B", "<"},
    Kind.SEX: frozenset("MFX<"),
    Kind.CHECK: _DIGITS,
    Kind.OPTIONAL_CHECK: _DIGITS | {"<"},
    Kind.DOCUMENT: frozenset("IACP"),
    Kind.DOCUMENT_SUBTYPE: _LETTERS,
}


@dataclass(frozen=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of one line of the zone, counted from 0."""

    line: int
    start: int
    end: int

    def of(self, lines: Lines) -> str:
        """Return the text of this span."""
        return lines[self.line][self.start : self.end]

    def positions(self) -> tuple[tuple[int, int], ...]:
        """Return (line, column) of each character."""
        return tuple((self.line, column) for column in range(self.start, self.end))


@dataclass(frozen=True)
class Check:
    """A check digit: the spans that it protects, in order, and where it stands.

    `may_be_empty`: an empty field may have `<` for its digit. `overflow`: a `<` for digit says that
    the field goes on in this span, its digit last (Doc 9303 part 5, note j on long numbers).
    """

    name: str
    spans: tuple[Span, ...]
    digit: Span
    may_be_empty: bool = False
    overflow: Span | None = None

    def holds(self, lines: Lines) -> bool:
        """Tell whether the digit agrees with what it protects."""
        text, digit = "".join(span.of(lines) for span in self.spans), self.digit.of(lines)
        if digit == "<" and self.overflow is not None:
            rest = self.overflow.of(lines).split("<")[0]
            text, digit = text + rest[:-1], rest[-1:]
        elif digit == "<" and self.may_be_empty:
            return set(text) == {"<"}
        return digit == check_digit(text)

    def positions(self) -> tuple[tuple[int, int], ...]:
        """Return every position whose misreading this check sees, its own digit last."""
        return tuple(p for span in (*self.spans, self.digit) for p in span.positions())


@dataclass(frozen=True)
class Layout:
    """One format: its lines as strings of `Kind` letters, its check digits, where its fields stand.

    `checks` protect one field each; `overall` covers several fields and arbitrates between repairs.
    `names_line` is the line whose end is filled with `<` after the names.
    """

    name: str
    kinds: tuple[str, ...]
    heading: re.Pattern[str]
    checks: tuple[Check, ...]
    overall: Check
    names_line: int
    birth_date: Span
    expiry: Span | None
    sex: Span
    number: Span
    issuing_state: Span

    @property
    def width(self) -> int:
        """Characters a line."""
        return len(self.kinds[0])

    @property
    def dates(self) -> tuple[Span, ...]:
        """Spans that hold a date as YYMMDD."""
        return (self.birth_date,) if self.expiry is None else (self.birth_date, self.expiry)

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """Every check digit, the overall one last."""
        return (*self.checks, self.overall)

    def admits(self, lines: Lines, kinds: Lines) -> bool:
        """Tell whether each character may stand where it stands."""
        pairs = zip("".join(lines), "".join(kinds), strict=True)
        return all(Kind(kind).admits(character) for character, kind in pairs)

    def kind_at(self, kinds: Lines, line: int, column: int) -> Kind:
        """Return what may stand at a position, `kinds` being those of `kinds_for`."""
        return Kind(kinds[line][column])

    def kinds_for(self, lines: Lines) -> tuple[str, ...]:
        """Return the layout's kinds, narrowed by what a country prints.

        A French passport number is two digits, two letters, five digits.
        """
        if self.name == "td3" and "FRA" in (lines[0][2:5], lines[1][10:13]):
            return (self.kinds[0], "NNAANNNNN" + self.kinds[1][9:])
        return self.kinds


TD1 = Layout(
    name="td1",
    kinds=("IPAAA" + "X" * 9 + "D" + "X" * 15, "NNNNNNCSNNNNNNCAAA" + "X" * 11 + "C", "A" * 30),
    heading=re.compile(r"[IAC][A-Z<][A-Z<]{3}"),
    checks=(
        Check("number", (Span(0, 5, 14),), Span(0, 14, 15), overflow=Span(0, 15, 30)),
        Check("birth_date", (Span(1, 0, 6),), Span(1, 6, 7)),
        Check("expiry", (Span(1, 8, 14),), Span(1, 14, 15)),
    ),
    overall=Check("overall", (Span(0, 5, 30), Span(1, 0, 7), Span(1, 8, 15), Span(1, 18, 29)), Span(1, 29, 30)),
    names_line=2,
    birth_date=Span(1, 0, 6),
    expiry=Span(1, 8, 14),
    sex=Span(1, 7, 8),
    number=Span(0, 5, 14),
    issuing_state=Span(0, 2, 5),
)

TD3 = Layout(
    name="td3",
    kinds=("IPAAA" + "A" * 39, "X" * 9 + "CAAANNNNNNCSNNNNNNC" + "X" * 14 + "DC"),
    heading=re.compile(r"P[A-Z<][A-Z<]{3}"),
    checks=(
        Check("number", (Span(1, 0, 9),), Span(1, 9, 10)),
        Check("birth_date", (Span(1, 13, 19),), Span(1, 19, 20)),
        Check("expiry", (Span(1, 21, 27),), Span(1, 27, 28)),
        Check("personal_number", (Span(1, 28, 42),), Span(1, 42, 43), may_be_empty=True),
    ),
    overall=Check("overall", (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 43)), Span(1, 43, 44)),
    names_line=0,
    birth_date=Span(1, 13, 19),
    expiry=Span(1, 21, 27),
    sex=Span(1, 20, 21),
    number=Span(1, 0, 9),
    issuing_state=Span(0, 2, 5),
)

FRENCH_CARD_BEFORE_2021 = Layout(
    name="fr_card_2x36",
    kinds=("IPAAA" + "A" * 25 + "R" * 6, "NNNNRRRNNNNNC" + "A" * 14 + "NNNNNNCSC"),
    heading=re.compile(r"ID[A-Z]{3}"),
    checks=(
        Check("number", (Span(1, 0, 12),), Span(1, 12, 13)),
        Check("birth_date", (Span(1, 27, 33),), Span(1, 33, 34)),
    ),
    overall=Check("overall", (Span(0, 0, 36), Span(1, 0, 35)), Span(1, 35, 36)),
    names_line=0,
    birth_date=Span(1, 27, 33),
    expiry=None,
    sex=Span(1, 34, 35),
    number=Span(1, 0, 12),
    issuing_state=Span(0, 2, 5),
)

LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {layout.name: layout for layout in (TD1, TD3, FRENCH_CARD_BEFORE_2021)}
)
