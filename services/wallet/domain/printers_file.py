"""The file that a printer of cards is given: one line a card, safe to open in a spreadsheet.

A CSV file in UTF-8 with a mark, semicolons and CRLF, as French spreadsheets read it. With photos it is a ZIP file of
the same CSV and one picture a card.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.wallet.domain.card_holder import CardHolder

CSV_TYPE, ZIP_TYPE = "text/csv; charset=utf-8", "application/zip"
_HEADINGS = (
    "carte", "dispositif", "saison", "qr", "code", "prenom", "nom", "adresse_1", "adresse_2", "adresse_3",
    "code_postal", "ville", "photo",
)  # fmt: skip
_ADDRESS_LINES = 3
# A cell that begins so is computed by spreadsheets.
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same batch is the same bytes


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """`holder` None: a card that its holder pairs later."""

    card_id: UUID
    scheme: str
    season: str
    qr: str
    typed: str
    holder: CardHolder | None = None

    @property
    def photo_name(self) -> str:
        return f"photos/{self.card_id}.jpg" if self.holder and self.holder.photo else ""


def csv_of(cards: Iterable[PrintedCard]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    writer.writerows([inert(cell) for cell in _cells(card)] for card in cards)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def zip_of(cards: Sequence[PrintedCard]) -> bytes:
    """The CSV and the photos; pictures are compressed already."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_entry("cartes.csv"), csv_of(cards))
        for card in cards:
            if card.holder and card.photo_name:
                archive.writestr(_entry(card.photo_name), card.holder.photo)
    return file.getvalue()


def inert(cell: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{cell}" if cell.startswith(_COMPUTED) else cell


def _cells(card: PrintedCard) -> Sequence[str]:
    holder = card.holder
    of_card = (str(card.card_id), card.scheme, card.season, card.qr, card.typed)
    if holder is None:
        return (*of_card, *([""] * (len(_HEADINGS) - len(of_card))))
    lines = (*holder.address, *([""] * _ADDRESS_LINES))[:_ADDRESS_LINES]
    return (
        *of_card, holder.given_name, holder.surname, *lines, holder.postal_code, holder.town, card.photo_name,
    )  # fmt: skip


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _EPOCH)
