"""The story as `story.yaml` tells it: typed, and found by the part that each thing plays.

Amounts are cents, communes INSEE's codes, days and hours those of Paris.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from demo.organisations import Organisation

FEE, SCHOOL = "fee", "school"
"""The parts of the two schemes: one takes a fee, the requests of the other are validated by the school."""


@dataclass(frozen=True)
class Authority:
    """`called` is how sentences name it: « la Région »."""

    id: str
    host: str
    called: str

    @property
    def beginning(self) -> str:
        """As a sentence begins with it."""
        return self.called[0].upper() + self.called[1:]


@dataclass(frozen=True)
class OtherAuthority:
    """The subscriber, and what it calls its own benefit."""

    id: str
    name: str
    pass_name: str


@dataclass(frozen=True)
class Benefit:
    """A right of one scheme and season. It is spent at `shop` (a slug), before the day `until`, and where
    `only_commune` is not empty by those who live there. `is_moved_out`: `shop` is an operator, whose site moves it
    whole to an account there.
    """

    scheme: str
    season: str
    id: str
    envelope_cents_each: int
    shop: str
    until: date | None = None
    only_commune: str = ""
    is_moved_out: bool = False


@dataclass(frozen=True)
class Scheme:
    """`part` is FEE or SCHOOL, `charter` the version that partners sign."""

    id: str
    part: str
    season: str
    title: str
    charter: str
    benefits: tuple[Benefit, ...]
    fee_cents: int = 0


@dataclass(frozen=True)
class Refusal:
    """Why the platform must refuse, and what was tried in French."""

    code: str
    told: str


@dataclass(frozen=True)
class Turns:
    """A birthday so many days after the joining day."""

    age: int
    in_days: int


@dataclass(frozen=True)
class Part:
    """Somebody who is no pupil of the school; `refused` is set for who may not join."""

    slug: str
    study_status: str
    commune: str
    study_commune: str = ""
    turns: Turns | None = None
    pays_by_cheque: bool = False
    refused: Refusal | None = None


@dataclass(frozen=True)
class Days:
    """The days outside the agenda."""

    opening: date
    school: date
    school_answers: date
    joining: date
    cheques_cashed: date
    after_the_season: date
    last_payouts: date


@dataclass(frozen=True)
class AgendaDay:
    """`then` names the incidents of `demo.story`, in order."""

    day: date
    shopping: bool = True
    then: tuple[str, ...] = ()


@dataclass(frozen=True)
class Withdrawal:
    """The partner (a slug) that loses its accreditation."""

    partner: str
    reason: str


@dataclass(frozen=True)
class Sale:
    """A purchase, or an attempt; `partner` is a slug, `what` continues « payer »."""

    partner: str
    benefit: str
    cents: int
    what: str


@dataclass(frozen=True)
class Correction:
    """What two officers give back to a wallet, and why."""

    benefit: str
    cents: int
    reason: str


@dataclass(frozen=True)
class Wish:
    """A voucher that the pupil number `holder` wants; `price_cents` is what the purchase then costs."""

    holder: int
    partner: str
    benefit: str
    cents: int
    price_cents: int = 0


@dataclass(frozen=True)
class Vouchers:
    """What becomes of each."""

    redeemed: tuple[Wish, ...]
    forgotten: Wish
    given_back: Wish
    not_for_this_benefit: Wish

    def benefits_of(self, holder: int) -> frozenset[str]:
        """Benefits for which the pupil of that number has vouchers."""
        kept = (*self.redeemed, self.forgotten, self.given_back)
        return frozenset(wish.benefit for wish in kept if wish.holder == holder)


@dataclass(frozen=True)
class Offer:
    """A bon plan of a partner (a slug), or of the authority where `partner` is empty; `registrants` at most."""

    title: str
    description: str
    prize: str
    places: int
    value_cents: int
    closes_at: datetime
    partner: str = ""
    registrants: int = 0


@dataclass(frozen=True)
class Story:
    """The whole file."""

    authority: Authority
    neighbour: OtherAuthority
    schemes: tuple[Scheme, ...]
    organisations: tuple[Organisation, ...]
    pupils_communes: tuple[str, ...]
    refused_before_the_school: str
    others: tuple[Part, ...]
    days: Days
    agenda: tuple[AgendaDay, ...]
    withdrawal: Withdrawal
    sales: Mapping[str, Sale]
    correction: Correction
    vouchers: Vouchers
    offers: Mapping[str, Offer]

    @property
    def with_fee(self) -> Scheme:
        return next(scheme for scheme in self.schemes if scheme.part == FEE)

    @property
    def with_school(self) -> Scheme:
        return next(scheme for scheme in self.schemes if scheme.part == SCHOOL)

    def scheme(self, scheme_id: str) -> Scheme:
        return next(scheme for scheme in self.schemes if scheme.id == scheme_id)

    @property
    def benefits(self) -> tuple[Benefit, ...]:
        return tuple(benefit for scheme in self.schemes for benefit in scheme.benefits)

    def benefit(self, benefit_id: str) -> Benefit:
        return next(benefit for benefit in self.benefits if benefit.id == benefit_id)

    @property
    def moved_out(self) -> Benefit:
        """The one that is moved to an operator's account."""
        return next(benefit for benefit in self.benefits if benefit.is_moved_out)

    def organisation(self, slug: str) -> Organisation:
        return next(organisation for organisation in self.organisations if organisation.slug == slug)

    @property
    def accepted(self) -> tuple[Organisation, ...]:
        """Those that are accredited and paid."""
        return tuple(organisation for organisation in self.organisations if not organisation.is_refused)

    @property
    def school(self) -> Organisation:
        return next(organisation for organisation in self.organisations if organisation.validates_pupils)

    @property
    def without_iban(self) -> Organisation:
        """The partner whose money is held back."""
        return next(organisation for organisation in self.organisations if not organisation.gives_iban)

    @property
    def neighbour_commune(self) -> str:
        """Where those live who hold the neighbour's pass: it is a partner too."""
        return self.organisation(self.neighbour.id).commune

    @property
    def shopping_days(self) -> tuple[date, ...]:
        return tuple(each.day for each in self.agenda if each.shopping)

    def slugs_named(self) -> Iterator[str]:
        """Every organisation that the story counts on."""
        yield self.neighbour.id
        yield self.withdrawal.partner
        yield from (benefit.shop for benefit in self.benefits)
        yield from (each.partner for each in self._of_partners() if each.partner)

    def benefits_named(self) -> Iterator[str]:
        """Every benefit that the story counts on."""
        yield from (sale.benefit for sale in self.sales.values())
        yield from (wish.benefit for wish in self._wishes())
        yield self.correction.benefit

    def _of_partners(self) -> tuple[Sale | Wish | Offer, ...]:
        return (*self.sales.values(), *self._wishes(), *self.offers.values())

    def _wishes(self) -> tuple[Wish, ...]:
        kept = self.vouchers
        return (*kept.redeemed, kept.forgotten, kept.given_back, kept.not_for_this_benefit)
