"""What a drill prints: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """`lost` and `duplicated` are counted from the client's own list of acknowledged keys, never by the service
    under test. `held`: everything that the drill asks for was so."""

    drill: str
    faults: int
    requests: int
    acknowledged: int
    lost: int
    duplicated: int
    held: bool
    note: str = ""

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def as_text(self) -> str:
        verdict = "held" if self.held else "NOT HELD"
        counts = f"{self.requests} requests, {self.acknowledged} acknowledged, {self.lost} lost"
        note = f" ({self.note})" if self.note else ""
        return f"{self.drill:<18} {verdict:<9} {self.faults} faults, {counts}, {self.duplicated} duplicated{note}"


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Acknowledged debits against those that the partners' pages show."""

    acknowledged: int
    lost: int
    duplicated: int

    @property
    def clean(self) -> bool:
        return self.lost == self.duplicated == 0


def reckon(acknowledged: Mapping[str, str], shown: Iterable[str]) -> Reckoning:
    """`acknowledged` maps each key to the debit id it was answered; `shown` are the ids on the pages.

    Lost: acknowledged and not shown. Duplicated: shown more often than acknowledged, a repeat of an
    acknowledged id or a debit that no key was answered.
    """
    on_pages = list(shown)
    known = set(acknowledged.values())
    extra = len(on_pages) - len(known & set(on_pages))
    shared_ids = len(acknowledged) - len(known)
    return Reckoning(len(acknowledged), len(known - set(on_pages)), extra + shared_ids)
