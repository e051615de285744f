"""What can be spent and used: at a partner by a channel, at a partner by whatever channel, or at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.work import Work
from rulebooks import Benefit, Rulebook
from rulebooks.terms import CardRules
from services.wallet.application.rules import Rules
from services.wallet.application.top_ups import stated_offer
from services.wallet.domain.access import ACCESS, period_start, uses_left
from services.wallet.domain.accreditation import Told
from services.wallet.domain.errors import SeasonOver, SpendingNotStarted
from services.wallet.domain.membership import Membership, MembershipState
from services.wallet.domain.spending import check_open, outlives_season
from services.wallet.domain.suspension import Bar
from services.wallet.domain.wallet import Wallet
from services.wallet.store import (
    access_uses,
    accreditations,
    memberships,
    person_facts,
    seasons,
    suspensions,
    top_up_rows,
    wallets,
)

Taken = Mapping[tuple[str, str], Told]


@dataclass(frozen=True, slots=True)
class ShownBy:
    """How a card was shown to a partner: the channel of its code, and the card's form."""

    channel: str
    form: str


@dataclass(frozen=True, slots=True)
class Spendable:
    """A wallet that a partner may debit now, its benefit, whether the holder's secret code goes with it, what its
    rulebook says of cards, and what the debit may add, with the rulebook's sentence."""

    wallet: Wallet
    benefit: Benefit
    asks_code: bool
    card_rules: CardRules
    top_up_cents: int = 0
    top_up_sentence: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """A right without cents, as the version in force today states it. `uses_left`: None where it has no limit."""

    rulebook: Rulebook
    benefit: Benefit
    asks_code: bool
    uses_left: int | None

    @property
    def card_rules(self) -> CardRules:
        return self.rulebook.card


def spendable_at(work: Work, rules: Rules, person_id: UUID, partner_id: UUID, shown: ShownBy | None) -> list[Spendable]:
    """As the card was shown, or by any channel."""
    taken = accreditations.told_of(work, partner_id)
    active = memberships.active_ids(work, person_id)
    hashes = seasons.open_hashes(work)
    held = wallets.spendable_of(work, person_id)
    bars = suspensions.bars_of(work, {wallet.membership_id for wallet in held})
    found = []
    for wallet in held:
        rulebook = rules.by_hash(hashes[wallet.scheme, wallet.season])
        benefit = rulebook.benefit(wallet.benefit)
        alive = wallet.membership_id in active or outlives_season(benefit)
        free = alive and not _is_barred(bars, wallet.membership_id, benefit, work.today)
        if free and _taken_here(taken, rulebook, benefit, shown) and _is_open(wallet, benefit, work.today):
            told = taken[wallet.scheme, benefit.category]
            found.append(_with_top_up(work, rules, rulebook, wallet, told, shown))
    return found


def accesses_at(work: Work, rules: Rules, person_id: UUID, partner_id: UUID, shown: ShownBy | None) -> list[Access]:
    """Rights that a partner may record a use of now, as the card was shown or by any channel."""
    taken = accreditations.told_of(work, partner_id)
    return [
        access
        for access in accesses_of(work, rules, person_id, shown)
        if _taken_here(taken, access.rulebook, access.benefit, shown)
        and access.uses_left != 0
        and any(window.contains(work.today) for window in access.benefit.windows)
    ]


def accesses_of(work: Work, rules: Rules, person_id: UUID, shown: ShownBy | None = None) -> list[Access]:
    """The rights without cents of a person's active memberships."""
    hashes = seasons.open_hashes(work)
    found = []
    for membership in memberships.of_person(work, person_id):
        if membership.state is MembershipState.ACTIVE:
            rulebook = rules.by_hash(hashes[membership.scheme, membership.season])
            bars = suspensions.bars_of(work, [membership.membership_id])
            found += [
                _access(work, rulebook, membership, each, shown)
                for each in _accesses(rulebook, membership)
                if not _is_barred(bars, membership.membership_id, each, work.today)
            ]
    return found


def _accesses(rulebook: Rulebook, membership: Membership) -> list[Benefit]:
    had = {grant.benefit for grant in membership.grants if grant.credited}
    return [benefit for benefit in rulebook.benefits if benefit.kind == ACCESS and benefit.id in had]


def _access(work: Work, rulebook: Rulebook, membership: Membership, benefit: Benefit, shown: ShownBy | None) -> Access:
    left = None
    if benefit.limit:
        start = period_start(benefit.limit, work.today)
        taken = access_uses.taken_places(
            work, membership.person_id, membership.scheme, membership.season, benefit.id, start
        )
        left = uses_left(benefit.limit, taken)
    return Access(rulebook, benefit, _asks_code(rulebook, shown), left)


def _with_top_up(
    work: Work, rules: Rules, rulebook: Rulebook, wallet: Wallet, told: Told, shown: ShownBy | None
) -> Spendable:
    benefit = rulebook.benefit(wallet.benefit)
    plain = Spendable(wallet, benefit, _asks_code(rulebook, shown), rulebook.card)
    person = person_facts.find(work, rules.cipher, wallet.person_id) if benefit.top_ups else None
    if person is None:
        return plain
    added = top_up_rows.added_to(work, [wallet.wallet_id]).get(wallet.wallet_id, 0)
    envelope = seasons.envelope_by_id(work, wallet.envelope_id)
    offer = stated_offer(rulebook, wallet, person, told, work.today, added, envelope)
    if offer is None or not offer.bearable_cents:
        return plain
    sentence = next(each.sentence for each in benefit.top_ups if each.code == offer.code)
    return replace(plain, top_up_cents=offer.bearable_cents, top_up_sentence=sentence)


def _taken_here(taken: Taken, rulebook: Rulebook, benefit: Benefit, shown: ShownBy | None) -> bool:
    if (rulebook.scheme, benefit.category) not in taken:
        return False
    if shown is None:
        return bool(benefit.channels)
    return shown.channel in benefit.channels and shown.form in rulebook.card.forms


def _is_barred(bars: Mapping[UUID, Sequence[Bar]], membership_id: UUID, benefit: Benefit, on: date) -> bool:
    return any(bar.covers(benefit.id, on) for bar in bars.get(membership_id, ()))


def _asks_code(rulebook: Rulebook, shown: ShownBy | None) -> bool:
    return shown is not None and rulebook.asks_code(shown.channel)


def _is_open(wallet: Wallet, benefit: Benefit, on: date) -> bool:
    try:
        check_open(benefit, wallet.closes_on, on)
    except (SeasonOver, SpendingNotStarted):
        return False
    return True
