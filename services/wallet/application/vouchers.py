"""The holder's side of vouchers: part of a wallet reserved for one partner, and taken back while nobody redeemed it."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.work import Work
from rulebooks import Benefit, Left, Rulebook
from rulebooks import UnknownBenefit as NotInRulebook
from services.wallet.application.facts_told import tell_moved
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.rules import Rules
from services.wallet.application.voucher_releases import give_back
from services.wallet.domain.errors import NoWalletForVoucher, UnknownBenefit, UnknownVoucher
from services.wallet.domain.ledger import Act
from services.wallet.domain.spending import check_open, last_day, uses_taken
from services.wallet.domain.suspension import check_not_suspended
from services.wallet.domain.voucher import CODE_BITS, Voucher, check_may_ask, check_taker, code_of
from services.wallet.domain.wallet import Wallet
from services.wallet.store import accreditations, days, ledger, memberships, suspensions, vouchers, wallets


@dataclass(frozen=True, slots=True)
class CreateVoucher:
    """`amount_cents` > 0."""

    scheme: str
    season: str
    benefit: str
    partner_id: UUID
    amount_cents: int


def create_voucher(
    work: Work, rules: Rules, key: RequestKey, person_id: UUID, command: CreateVoucher
) -> tuple[Mapping[str, Any], bool]:
    """The outcome (voucher_id), and whether it is replayed.

    Raises UnknownSeason, SeasonNotOpen, UnknownBenefit, NoVoucherForBenefit, SeasonOver, SpendingNotStarted,
    PartnerNotForBenefit, PartnerTakesNoVoucher, NoWalletForVoucher, VoucherAboveBalance, NoUseLeft, NotEnoughUses,
    WholeAmountOnly, WholeTicketsOnly, BenefitSuspended, KeyReused.
    """
    return once(work, key, lambda: _create(work, rules, person_id, command))


def _create(work: Work, rules: Rules, person_id: UUID, command: CreateVoucher) -> Done:
    # An accreditation that is being stopped has ended by then, or gives this voucher back.
    days.enter(work.session.connection(), work.today)
    rulebook = rules.in_force(work, command.scheme, command.season)
    benefit = _benefit(rulebook, command.benefit)
    check_may_ask(benefit, work.today)
    _check_taker(work, benefit, command)
    wallet = _locked(work, person_id, command)
    act = Act(work.now, work.today, rulebook.hash, work.context.account_id)
    check_open(benefit, wallet.closes_on, work.today)
    check_not_suspended(suspensions.bars_of_wallet(work, wallet.wallet_id), benefit.id, work.today)
    voucher = _voucher(work, wallet, benefit, command)
    held, transfer = wallet.hold(voucher.voucher_id, voucher.amount_cents, voucher.uses, uuid.uuid4(), act)
    wallets.save(work, [held])
    ledger.write(work, [transfer])
    vouchers.add(work, rules.cipher, voucher, code_of(secrets.randbits(CODE_BITS)))
    tell_moved(work, [(held, transfer)])
    return Done({"voucher_id": str(voucher.voucher_id)}, transfer.transfer_id)


def _benefit(rulebook: Rulebook, benefit: str) -> Benefit:
    try:
        return rulebook.benefit(benefit)
    except NotInRulebook:
        raise UnknownBenefit(benefit) from None


def _check_taker(work: Work, benefit: Benefit, command: CreateVoucher) -> None:
    found = accreditations.find(work, command.partner_id, command.scheme, benefit.category)
    check_taker(benefit, found is not None and found.granted, found.activity if found else None)


def _locked(work: Work, person_id: UUID, command: CreateVoucher) -> Wallet:
    wallet = wallets.lock_of_person(work, person_id, command.scheme, command.season, command.benefit)
    if wallet is None or wallet.membership_id not in memberships.active_ids(work, person_id):
        raise NoWalletForVoucher
    return wallet


def _voucher(work: Work, wallet: Wallet, benefit: Benefit, command: CreateVoucher) -> Voucher:
    """It holds the uses that its whole amount would take."""
    return Voucher(
        uuid.uuid4(),
        wallet.person_id,
        wallet.wallet_id,
        command.partner_id,
        wallet.scheme,
        wallet.season,
        wallet.benefit,
        wallet.category,
        command.amount_cents,
        work.now,
        last_day(benefit, wallet.closes_on),
        uses=uses_taken(benefit, command.amount_cents, Left(wallet.balance_cents, wallet.uses_left)),
    )


def release_voucher(work: Work, key: RequestKey, person_id: UUID, voucher_id: UUID) -> bool:
    """Give a voucher's cents back to its wallet; whether this is replayed.

    Raises UnknownVoucher, VoucherAlreadyRedeemed, VoucherReleased, KeyReused.
    """
    _, replayed = once(work, key, lambda: _release(work, person_id, voucher_id))
    return replayed


def _release(work: Work, person_id: UUID, voucher_id: UUID) -> Done:
    found = vouchers.find(work, voucher_id)
    if found is None or found.person_id != person_id:
        raise UnknownVoucher
    wallet = wallets.lock(work, found.wallet_id)
    current = vouchers.find(work, voucher_id)  # again: a redemption that came first has ended by now
    assert current is not None
    current.released()
    give_back(work, [wallet], [current])
    return Done({"voucher_id": str(voucher_id)})
