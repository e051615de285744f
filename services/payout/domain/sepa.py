"""What a SEPA credit transfer says, in the characters and lengths that every bank accepts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

NAME_LENGTH = 70
TEXT_LENGTH = 140
# ISO 20022 wants something where nothing of a name can be written in the SEPA character set.
_NOTHING_LEFT = "NOTPROVIDED"
_REPLACED = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "’": "'", "‘": "'", "«": "'", "»": "'", "–": "-", "—": "-", "_": "-", "&": "+",
        "€": "EUR", "@": "(at)",
    }
)  # fmt: skip
_OUTSIDE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")


@dataclass(frozen=True, slots=True)
class Transfer:
    """One credit transfer: `reference` is its end-to-end id, `text` what the creditor reads."""

    reference: str
    amount_cents: int
    creditor: str
    iban: str
    text: str


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """What the bank is asked to execute, from one account, on one day."""

    message_id: str
    created_at: datetime
    execution_on: date
    debtor: str
    iban: str
    bic: str
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True)
class FileTotals:
    """What a transfer file says of itself (`stated`), beside what its transfers add up to."""

    stated_count: int
    stated_cents: int
    transfers: Mapping[str, int]

    @property
    def is_consistent(self) -> bool:
        return (self.stated_count, self.stated_cents) == (len(self.transfers), self.sum_cents)

    @property
    def sum_cents(self) -> int:
        return sum(self.transfers.values())


def sepa_text(text: str, length: int) -> str:
    """`text` in the SEPA character set (EPC217-08), cut at a word when it is longer than `length`."""
    replaced = unicodedata.normalize("NFKD", text.translate(_REPLACED))
    plain = "".join(character for character in replaced if not unicodedata.combining(character))
    # A field may neither start nor end with a slash, nor hold two in a row.
    tidy = re.sub(r"/{2,}", "/", " ".join(_OUTSIDE.sub(" ", plain).split()))
    return _cut(tidy.strip("/ "), length).rstrip("/ ") or _NOTHING_LEFT


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    whole_words, space, _ = text[: length + 1].rpartition(" ")
    return whole_words if space else text[:length]
