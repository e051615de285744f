"""Why a partner's payouts are kept back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rulebooks.partners import Hold as HoldRule

# Codes of holds of a whole partner; every other code is a rulebook's, and of some categories of its scheme.
MISSING_IBAN = "missing_iban"
STAFF = "staff"
MISSING_IBAN_SENTENCE = (
    "Aucun IBAN vérifié : donnez-le à la page /espace-partenaire, le versement partira après sa vérification."
)
_LIFTED_BY_DOCUMENT = "document"
# In which one is told when several apply: first what the partner can mend.
_TOLD_FIRST = (MISSING_IBAN, STAFF)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a hold is at home: nowhere in particular, or in a scheme, and in one season where it is asked for anew."""

    scheme: str = ""
    season: str = ""

    def covers(self, scheme: str, season: str) -> bool:
        return self.scheme in ("", scheme) and self.season in ("", season)


EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason that keeps a partner's payouts back until it is lifted. `reason` is French, for the partner.

    `categories`: those of the scope's scheme that are kept back, empty for all.
    """

    hold_id: str
    partner_id: str
    code: str
    reason: str
    placed_at: datetime
    lifted_at: datetime | None = None
    scope: Scope = EVERYWHERE
    categories: frozenset[str] = frozenset()

    @property
    def lifts_itself(self) -> bool:
        """True when an event ends it, and no person may."""
        return self.code != STAFF

    def keeps_back(self, scheme: str, season: str, category: str) -> bool:
        """Whether debits of that category wait for the end of this hold."""
        return self.scope.covers(scheme, season) and (not self.categories or category in self.categories)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a partner proved, or declared itself not concerned by; told by partner."""

    partner_id: str
    scheme: str
    season: str
    hold_code: str
    version: int


@dataclass(frozen=True, slots=True)
class Backed:
    """What keeps partners back now: a code for whole partners, or for single categories of a scheme."""

    partners: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def code(self, partner_id: str, category: str) -> str | None:
        return self.partners.get(partner_id) or self.categories.get((partner_id, category))


def scope_of(rule: HoldRule, scheme: str, season: str) -> Scope:
    """Asked for once in a scheme, or again each season."""
    return Scope(scheme, season if rule.renewed == "season" else "")


def asks_for_proof(rule: HoldRule) -> bool:
    """Whether the partner sends a document, or declares that it is not concerned; an IBAN is verified elsewhere."""
    return rule.lifted_by == _LIFTED_BY_DOCUMENT


def told_first(codes: Iterable[str]) -> str | None:
    """The hold that a remittance names among those that keep a whole partner back."""
    return min(codes, key=_TOLD_FIRST.index, default=None)
