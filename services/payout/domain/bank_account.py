"""Where a partner is paid."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A partner's verified account; `version` counts its changes. Its values never show in a log."""

    partner_id: str
    iban: str = field(repr=False)
    holder: str = field(repr=False)
    version: int
