"""The French seal "2D-Doc": what its bytes say, whom they name, and what was signed.

ANTS, "Spécifications techniques des codes à barres 2D-Doc", versions 2 to 4 (C40 structure): a header of fixed
width, fields of two characters and a value, a separator, and the signature in base 32.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.identity.domain.documents.seals import SealedHolder

_MARK = b"DC"
_HEADER_SIZES = {"02": 22, "03": 24, "04": 26}
_EPOCH = date(2000, 1, 1)
_UNDATED = "FFFF"
_END_OF_MESSAGE, _END_OF_FIELD, _CUT_FIELD = "\x1f", "\x1d", "\x1e"
_SIGNATURE_BYTES = 64  # r and s of P-256
_HEADER = re.compile(r"DC0[234][A-Z0-9]{4}[A-Z0-9]{4}[0-9A-F]{8}[A-Z0-9]{2}(?:[A-Z0-9]{2}){0,2}")


@dataclass(frozen=True)
class _Field:
    label: str
    width: int | None = None  # None: as far as the end-of-field mark


# The fields of identity documents, and of the addresses that stand beside them.
_FIELDS: Mapping[str, _Field] = {
    "60": _Field("Prénoms"),
    "61": _Field("Prénom"),
    "62": _Field("Nom de naissance"),
    "63": _Field("Nom d'usage"),
    "64": _Field("Nom d'épouse ou d'époux"),
    "65": _Field("Type de pièce", 2),
    "66": _Field("Numéro de la pièce"),
    "67": _Field("Nationalité", 2),
    "68": _Field("Sexe", 1),
    "69": _Field("Date de naissance", 8),
    "6A": _Field("Lieu de naissance"),
    "6B": _Field("Département de naissance", 3),
    "6C": _Field("Pays de naissance", 2),
}
_SURNAME, _ALL_GIVEN_NAMES, _FIRST_GIVEN_NAME, _BIRTH_DATE = "62", "60", "61", "69"


@dataclass(frozen=True)
class TwoDDoc:
    """A seal as it was written; `signed` is what the signature (r and s, 64 bytes) is of."""

    certificate: str  # authority and certificate: four characters each
    signed_on: date | None
    document_type: str
    fields: Mapping[str, str]
    signed: bytes
    signature: bytes

    @property
    def says(self) -> Mapping[str, str]:
        """What it says, by French label."""
        told = {_FIELDS[code].label: value for code, value in self.fields.items() if code in _FIELDS}
        return {"Type de document": self.document_type, "Certificat": self.certificate, **told}

    @property
    def holder(self) -> SealedHolder | None:
        """Whom it names; None when it names nobody."""
        given_names = self.fields.get(_ALL_GIVEN_NAMES, self.fields.get(_FIRST_GIVEN_NAME, ""))
        surname, born = self.fields.get(_SURNAME, ""), _day_written(self.fields.get(_BIRTH_DATE, ""))
        if not surname and not given_names and born is None:
            return None
        return SealedHolder(surname, " ".join(given_names.split("/")), born)


def is_two_d_doc(content: bytes) -> bool:
    """Tell whether a code says of itself that it is one."""
    return content.startswith(_MARK) and content[2:4].isdigit()


def parse(content: bytes) -> TwoDDoc:
    """Return what the code says. Raises ValueError: it does not follow the format."""
    text = content.decode("latin-1")
    size = _HEADER_SIZES.get(text[2:4], 0)
    header, (message, found, rest) = text[:size], text[size:].partition(_END_OF_MESSAGE)
    if not size or not found or not _HEADER.fullmatch(header):
        raise ValueError("no header, or no end of the message")
    return TwoDDoc(
        certificate=header[4:12],
        signed_on=_day_counted(header[16:20]),
        document_type=header[20:22],
        fields=dict(_fields(message)),
        signed=content[: size + len(message)],
        signature=_signature(rest.partition(_END_OF_FIELD)[0]),
    )


def _fields(message: str) -> list[tuple[str, str]]:
    """Code and value of each field, as far as codes are known: an unknown one has no known width."""
    found: list[tuple[str, str]] = []
    while message:
        code, message = message[:2], message[2:]
        width = _FIELDS[code].width if code in _FIELDS else None
        value, message = (message[:width], message[width:]) if width else _until_mark(message)
        found.append((code, value))
    return found


def _until_mark(message: str) -> tuple[str, str]:
    ends = [place for mark in (_END_OF_FIELD, _CUT_FIELD) if (place := message.find(mark)) >= 0]
    end = min(ends, default=len(message))
    return message[:end], message[end + 1 :]


def _signature(text: str) -> bytes:
    try:
        signature = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError) as error:
        raise ValueError("no signature") from error
    if len(signature) != _SIGNATURE_BYTES:
        raise ValueError("not a signature of 64 bytes")
    return signature


def _day_counted(digits: str) -> date | None:
    return None if digits == _UNDATED else _EPOCH + timedelta(days=int(digits, 16))


def _day_written(text: str) -> date | None:
    """A day written DDMMYYYY."""
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2])) if len(text) == len("DDMMYYYY") else None
    except ValueError:
        return None
