"""Small generated files: the documents that partners send, and the cards that young people photograph."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from anyascii import anyascii

from demo.draws import draw
from demo.people import Person, Pupil
from specimens import Holder, card


def pdf(*lines: str) -> bytes:
    """A one-page PDF with those lines of text, overprinted nowhere and signed by nobody."""
    shown = "".join(f"({_literal(line)}) Tj T* " for line in lines)
    stream = f"BT /F1 14 Tf 18 TL 60 770 Td {shown}ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    return _file(objects)


def _literal(line: str) -> str:
    return anyascii(line).replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(objects: tuple[bytes, ...]) -> bytes:
    """Objects with the cross-reference table that says where each begins."""
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(written))
    )


def own_card(person: Person, seed: int, on: date) -> bytes:
    """A picture of the person's own card, as good as `on` asks for; every fifth a phone's, not a scanner's."""
    drawn = draw(seed, "card", person.slug)
    number = drawn.randrange(2**31)
    return card(person.holder(on), difficulty=2 if drawn.random() < 0.2 else 1, seed=number)


def first_card(pupil: Pupil, seed: int, on: date) -> bytes:
    """The card that a pupil sends first: for some of them not the right one."""
    holder = pupil.holder(on)
    number = draw(seed, "first card", pupil.slug).randrange(2**31)
    if pupil.card_misspelt:
        return card(replace(holder, surname=misspelt(holder.surname)), seed=number)
    if pupil.sends_expired_card:
        return card(_expired(holder, on), seed=number)
    if pupil.sends_another_card:
        return card(replace(holder, surname="Specimeneau", given_names="Octave"), seed=number)
    return own_card(pupil, seed, on)


def misspelt(surname: str) -> str:
    """The surname with its last letter doubled, as a registrar's slip would have it."""
    return surname + surname[-1]


def _expired(holder: Holder, on: date) -> Holder:
    return replace(holder, issued_on=on - timedelta(days=11 * 365), expires_on=on - timedelta(days=200))
