"""Reads the files of a payout as their recipients do: the bank its pain.001, a partner its statement."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path

from lxml import etree

_SCHEMA = "schemas/pain.001.001.09.xsd"
_AMOUNT, _REFERENCE = "montant", "référence"
_TOTAL = "total"


class BadFile(Exception):
    """A file is not what its recipient can use; the message names it."""


@dataclass(frozen=True)
class SepaFile:
    """A transfer file: its own control sum, and the cents of each transfer in it."""

    path: Path
    control_sum: int
    transfers: tuple[int, ...]

    @property
    def run(self) -> str:
        """Period and scheme, as the file was named when it was kept."""
        return self.path.stem


@dataclass(frozen=True)
class Statement:
    """A partner's statement: signed cents by movement, and its own total line."""

    path: Path
    lines: tuple[tuple[str, int], ...]
    total: int

    @property
    def run(self) -> str:
        return self.path.stem.rsplit("_", 1)[0]

    @property
    def partner(self) -> str:
        return self.path.stem.rsplit("_", 1)[1]


def sepa_file(path: Path) -> SepaFile:
    """Raises BadFile when the file fails its schema or does not count its transfers rightly."""
    document = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    schema = _schema()
    if not schema.validate(document):
        raise BadFile(f"{path.name}: {schema.error_log}")
    transfers = tuple(_cents(amount.text or "") for amount in document.iterfind(".//{*}InstdAmt"))
    counted = int(document.findtext(".//{*}GrpHdr/{*}NbOfTxs") or 0)
    if counted != len(transfers):
        raise BadFile(f"{path.name}: says {counted} transfers, holds {len(transfers)}")
    return SepaFile(path, _cents(document.findtext(".//{*}GrpHdr/{*}CtrlSum") or ""), transfers)


def _schema() -> etree.XMLSchema:
    with resources.as_file(resources.files("sepaxml") / _SCHEMA) as path:
        return etree.XMLSchema(etree.parse(path))


def statement(path: Path) -> Statement:
    """Raises BadFile when there is no total line."""
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")), delimiter=";"))
    heading = [name.casefold() for name in rows[0]]
    amount = next(place for place, name in enumerate(heading) if name.startswith(_AMOUNT))
    reference = next(place for place, name in enumerate(heading) if name.startswith(_REFERENCE))
    body = [row for row in rows[1:] if row]
    if not body or not body[-1][0].casefold().startswith(_TOTAL):
        raise BadFile(f"{path.name}: has no total line")
    lines = tuple((row[reference], _cents(row[amount])) for row in body[:-1])
    return Statement(path, lines, _cents(body[-1][amount]))


def _cents(amount: str) -> int:
    """`1 234,50` and `1234.50` alike. Raises ValueError for a fraction of a cent."""
    plain = "".join(amount.split()).replace("€", "").replace(",", ".")
    cents = Decimal(plain) * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"{amount} is no whole number of cents")
    return int(cents)
