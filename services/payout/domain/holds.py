"""Why a partner's payouts are kept back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MISSING_IBAN_SENTENCE = "Aucun IBAN vérifié : déposez votre IBAN, le versement partira après sa vérification."


class HoldCode(StrEnum):
    """Kinds of hold, in the order in which one is told when several apply: first what the partner can mend."""

    MISSING_IBAN = "missing_iban"
    STAFF = "staff"

    @property
    def lifts_itself(self) -> bool:
        """True when an event ends it, and no person may."""
        return self is HoldCode.MISSING_IBAN


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason that keeps a partner's payouts back until it is lifted. `reason` is French, for the partner."""

    hold_id: str
    partner_id: str
    code: HoldCode
    reason: str
    placed_at: datetime
    lifted_at: datetime | None = None


def told_first(codes: Iterable[HoldCode]) -> HoldCode | None:
    """The hold that a remittance names among those that keep it back."""
    return min(codes, key=list(HoldCode).index, default=None)
