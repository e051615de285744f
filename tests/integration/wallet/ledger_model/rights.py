"""The benefits of the three schemes that a sequence plays, as their règlements tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

CULTURE, TILL, LEDGER = "culture-sport", "guichet", "registre"
SCHEMES = (CULTURE, TILL, LEDGER)
LAST_DAY = date(2026, 6, 30)
LAST_JOIN = date(2026, 5, 31)
NEW_VERSION = date(2026, 1, 1)
_CARD = frozenset({"qr", "number", "till"})
_EVERY = _CARD | {"terminal", "nfc"}
_MOVED_OUT = frozenset({"external"})


@dataclass(frozen=True)
class Right:
    """A benefit. `uses`: how many, where they are counted; `unit_cents`: a ticket's or a voucher's price; `limit`: of
    an access, how often in which period; `from_age`, `by_proof`: what it waits for; `life_months`: of its own, from the
    day it is loaded; `top_ups`: what is added for a girl, by what the partner offers, in order; `raised_cents`: what it
    is once the later version counts."""

    scheme: str
    category: str
    channels: frozenset[str]
    cents: int = 0
    uses: int | None = None
    unit_cents: int = 0
    whole_units: bool = False
    once: bool = False
    whole: bool = False
    limit: tuple[int, str] | None = None
    from_age: int = 0
    by_proof: bool = False
    life_months: int | None = None
    raised_cents: int = 0
    top_ups: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def __deepcopy__(self, _memo: object) -> Right:
        """Nothing of it changes."""
        return self

    def uses_of(self, amount: int) -> int:
        """How many uses an amount takes."""
        if self.once:
            return 1
        return -(-amount // self.unit_cents) if self.unit_cents else 0


_ADDED = MappingProxyType({"combat": 3000, "natation": 1000})
ALL = {
    "spectacle": Right(CULTURE, "spectacle", _CARD, 3000),
    "cinema": Right(CULTURE, "cinema", _CARD, 2000),
    "pratique": Right(CULTURE, "pratique", _CARD | {"voucher"}, 3000),
    "dispositif-local": Right(CULTURE, "dispositif-local", _CARD, 500),
    "rollon": Right(CULTURE, "rollon", _MOVED_OUT, 1000, uses=1, once=True, whole=True, from_age=16),
    "livres": Right(TILL, "essai", _EVERY | {"voucher"}, 5000),
    "licence": Right(TILL, "essai", _EVERY | {"voucher"}, 3000, uses=1, once=True),
    "cours": Right(TILL, "essai", _EVERY | {"voucher"}, 2500, whole=True),
    "places": Right(TILL, "essai", _EVERY, 2500, uses=5, unit_cents=500, whole_units=True),
    "bons": Right(TILL, "essai", _EVERY, 3000, uses=2, unit_cents=1500),
    "permis": Right(TILL, "essai", _EVERY, 20_000, by_proof=True, life_months=24),
    "club": Right(LEDGER, "essai", _EVERY, 3000, top_ups=_ADDED, raised_cents=4000),
    "adhesion": Right(LEDGER, "essai", _EVERY, 3000, uses=1, once=True, top_ups=_ADDED),
    "monnaie": Right(LEDGER, "essai", _MOVED_OUT, 1000, uses=1, once=True, whole=True, from_age=16),
    "visites": Right(LEDGER, "essai", _EVERY, limit=(2, "week")),
    "unique": Right(LEDGER, "essai", _EVERY, limit=(1, "season")),
}
# Those that are paid from an envelope, and those without cents.
RIGHTS = {name: right for name, right in ALL.items() if right.cents}
ACCESSES = {name: right for name, right in ALL.items() if not right.cents}
# A scheme that is closed once its budget is spent takes no new member; the others only leave the benefit out.
CLOSES_WHEN_SPENT = {CULTURE}
WITH_FEE = {CULTURE}
ASKS_CODE = {TILL, LEDGER}
# How many days after the debit it may be undone; where the holder has to be there.
CANCEL_DAYS = {CULTURE: 0, TILL: 3, LEDGER: 1}
HOLDER_PRESENT = {TILL}
# Of which forms a card may be; which benefits staff may suspend: some, or only all of them.
FORMS = {CULTURE: {"app", "paper"}, TILL: {"app"}, LEDGER: {"app", "paper", "pvc"}}
SUSPENDS = {TILL: "benefits", LEDGER: "all"}


def age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
