"""What there is, in plain dictionaries: persons, memberships, purses, lines, vouchers, debits. The parts of the model
change it. Members and partners are known by names; vouchers, debits and cards by the service's ids."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.integration.wallet.ledger_model.rights import ALL, LAST_DAY, NEW_VERSION, RIGHTS, Right


@dataclass
class Person:
    born: date
    sex: str
    mission: bool = False


@dataclass
class Membership:
    """`state`: awaiting_payment, active, ended or refused."""

    membership_id: str
    requested_on: date
    state: str


@dataclass
class Purse:
    """A wallet: cents and uses left, its last day, and what tills have added to it."""

    right: Right
    cents: int
    uses: int | None
    closes_on: date
    added: int = 0


@dataclass
class Place:
    """One who waits for an envelope, and for how much of it."""

    member: str
    membership_id: str
    since: datetime
    cents: int

    @property
    def turn(self) -> tuple[datetime, str]:
        return self.since, self.membership_id


@dataclass
class Voucher:
    member: str
    benefit: str
    partner: str
    cents: int
    uses: int
    state: str = "open"


@dataclass
class Paid:
    """A debit, by card, by voucher or moved out. `added`: by the till, for it; `clawed`: given back by its partner."""

    member: str
    benefit: str
    partner: str
    cents: int
    uses: int
    day: date
    added: int = 0
    clawed: int = 0
    cancelled: bool = False

    @property
    def kept(self) -> int:
        """What stays with the partner."""
        return 0 if self.cancelled else self.cents - self.clawed


@dataclass
class Bar:
    """A suspension; no benefit named: all of the scheme's."""

    member: str
    scheme: str
    benefits: frozenset[str]
    until: date
    lifted: bool = False


@dataclass
class Books:
    today: date
    voted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RIGHTS, 0))
    free: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RIGHTS, 0))
    expired: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RIGHTS, 0))
    line: dict[str, list[Place]] = field(default_factory=lambda: {name: [] for name in RIGHTS})
    called: set[str] = field(default_factory=set)
    persons: dict[str, Person] = field(default_factory=dict)
    memberships: dict[tuple[str, str], Membership] = field(default_factory=dict)
    purses: dict[tuple[str, str], Purse] = field(default_factory=dict)
    accredited: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    sports: dict[str, set[str]] = field(default_factory=dict)
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    debits: dict[str, Paid] = field(default_factory=dict)
    references: set[tuple[str, str]] = field(default_factory=set)
    bars: dict[str, Bar] = field(default_factory=dict)
    counted: set[date] = field(default_factory=set)
    version_adopted: bool = False

    def is_member(self, member: str, scheme: str) -> bool:
        found = self.memberships.get((member, scheme))
        return found is not None and found.state == "active"

    def suspended(self, member: str, benefit: str) -> bool:
        scheme = ALL[benefit].scheme
        return any(
            (bar.member, bar.scheme) == (member, scheme)
            and not bar.lifted
            and self.today <= bar.until
            and (not bar.benefits or benefit in bar.benefits)
            for bar in self.bars.values()
        )

    def cents_of(self, right: Right) -> int:
        """What a request of today is given."""
        return right.raised_cents if right.raised_cents and self.raises(self.today) else right.cents

    def raises(self, day: date) -> bool:
        """Whether the later version counts."""
        return self.version_adopted and day >= NEW_VERSION

    def closed(self, member: str, benefit: str) -> bool:
        return self.purses[member, benefit].closes_on < self.today

    def uses_refused(self, purse: Purse, cents: int) -> str:
        right = purse.right
        if purse.uses == 0:
            return "no_use_left"
        if right.whole and cents != purse.cents:
            return "whole_amount_only"
        if right.whole_units and cents % right.unit_cents:
            return "whole_tickets_only"
        return "not_enough_uses" if purse.uses is not None and right.uses_of(cents) > purse.uses else ""

    def take(self, member: str, benefit: str, cents: int) -> int:
        """The uses that went with the cents."""
        purse = self.purses[member, benefit]
        uses = purse.right.uses_of(cents)
        purse.cents -= cents
        if purse.uses is not None:
            purse.uses -= uses
        return uses

    def give_back(self, member: str, benefit: str, cents: int, uses: int) -> None:
        purse = self.purses[member, benefit]
        purse.cents += cents
        if purse.uses is not None:
            purse.uses += uses

    def give(self, benefit: str, cents: int) -> None:
        """To the envelope: whoever waits for it is called."""
        self.free[benefit] += cents
        if self.line[benefit]:
            self.called.add(benefit)

    def release(self, voucher: Voucher) -> None:
        voucher.state = "released"
        self.give_back(voucher.member, voucher.benefit, voucher.cents, voucher.uses)

    def last_day_of(self, right: Right) -> date:
        """Of a purse that is loaded today."""
        if right.life_months is None:
            return LAST_DAY
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + right.life_months, 12)
        return date(year, month + 1, min(self.today.day, monthrange(year, month + 1)[1]))
