"""The till's side of vouchers: read before it is taken, redeemed once; what is not taken goes back to the wallet.

Its days are those of the version in force when it is taken."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.work import Work
from rulebooks import Benefit, Left, Rulebook
from services.wallet.application.facts_told import debit_recorded, tell_moved
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.movement_days import hold_day
from services.wallet.application.outcomes import Receipt, Redemption, redemption_from_json, redemption_to_json
from services.wallet.application.rules import Rules
from services.wallet.domain.errors import (
    MembershipNotActive,
    PartnerNotAccredited,
    UnknownVoucherCode,
)
from services.wallet.domain.ledger import Act, Transfer
from services.wallet.domain.spending import check_open, last_day, outlives_season, uses_taken
from services.wallet.domain.suspension import check_not_suspended
from services.wallet.domain.voucher import CHANNEL, Voucher, plain_code
from services.wallet.domain.wallet import Payment, Wallet
from services.wallet.metrics import DEBITS
from services.wallet.store import accreditations, ledger, memberships, suspensions, vouchers, wallets, wrong_codes


@dataclass(frozen=True, slots=True)
class RedeemVoucher:
    """`amount_cents` > 0; `code` as it was scanned or typed."""

    partner_id: UUID
    code: str
    amount_cents: int
    device: str


def read_voucher(work: Work, rules: Rules, partner_id: UUID, code: str) -> Voucher:
    """The voucher that this partner may redeem now.

    Raises TooManyWrongCodes, UnknownVoucherCode, VoucherOfAnotherPartner, VoucherAlreadyRedeemed,
    VoucherExpired, VoucherReleased, SpendingNotStarted, BenefitSuspended.
    """
    try:
        return _find(work, rules, partner_id, code)
    except UnknownVoucherCode as wrong:
        wrong_codes.add(work, partner_id)
        wrong.commits = True
        raise


def redeem_voucher(work: Work, rules: Rules, key: RequestKey, command: RedeemVoucher) -> tuple[Redemption, bool]:
    """The redemption, and whether it is replayed.

    Raises what `read_voucher` does, AboveVoucher, WholeAmountOnly, WholeTicketsOnly, MembershipNotActive,
    PartnerNotAccredited, KeyReused;
    Operational when midnight passes and the day is counted while this runs: the next try is on the new day.
    """
    try:
        outcome, replayed = once(work, key, lambda: _redeem(work, rules, command))
    except UnknownVoucherCode as wrong:
        if wrong.commits:  # not a refusal that is told again
            wrong_codes.add(work, command.partner_id, command.device)
        raise
    return redemption_from_json(outcome), replayed


def _redeem(work: Work, rules: Rules, command: RedeemVoucher) -> Done:
    hold_day(work)
    wallet, voucher = _locked(work, rules, command)
    rulebook = rules.in_force(work, voucher.scheme, voucher.season)
    benefit = rulebook.benefit(voucher.benefit)
    _check_still_may(work, wallet, benefit, command.partner_id)
    act = Act(work.now, work.today, rulebook.hash, work.context.account_id, command.device)
    debit_id = uuid.uuid4()
    redeemed = voucher.redeemed(command.amount_cents, debit_id, wallet.version)
    payment = Payment(command.partner_id, command.amount_cents, _uses(benefit, wallet, redeemed), CHANNEL)
    capture = wallet.capture(voucher.voucher_id, payment, debit_id, act)
    after = _pay(work, wallet, redeemed, capture)
    redemption = Redemption(_receipt(after, capture), voucher.amount_cents - command.amount_cents)
    return Done(redemption_to_json(redemption), capture.transfer_id)


def _find(work: Work, rules: Rules, partner_id: UUID, code: str, device: str = "") -> Voucher:
    wrong_codes.hold_one(work, partner_id, device).check_few()
    plain = plain_code(code)
    voucher = vouchers.find_by_code(work, rules.cipher, plain) if plain else None
    if voucher is None:
        raise UnknownVoucherCode
    _check_usable(work, rules.in_force(work, voucher.scheme, voucher.season), voucher, partner_id)
    check_not_suspended(suspensions.bars_of_wallet(work, voucher.wallet_id), voucher.benefit, work.today)
    return voucher


def _locked(work: Work, rules: Rules, command: RedeemVoucher) -> tuple[Wallet, Voucher]:
    """The wallet, held, and the voucher read again after it is: a rival has ended by then."""
    found = _find(work, rules, command.partner_id, command.code, command.device)
    wallet = wallets.lock(work, found.wallet_id)
    current = vouchers.find(work, found.voucher_id)
    assert current is not None
    _check_usable(work, rules.in_force(work, current.scheme, current.season), current, command.partner_id)
    return wallet, current


def _check_usable(work: Work, rulebook: Rulebook, voucher: Voucher, partner_id: UUID) -> None:
    benefit = rulebook.benefit(voucher.benefit)
    today = replace(voucher, expires_on=last_day(benefit, voucher.expires_on))
    today.check_for(partner_id, work.today)
    check_open(benefit, voucher.expires_on, work.today)


def _uses(benefit: Benefit, wallet: Wallet, redeemed: Voucher) -> int:
    """Of those that the voucher holds."""
    held = None if wallet.uses_left is None else redeemed.uses
    return uses_taken(benefit, redeemed.redeemed_cents, Left(redeemed.amount_cents, held))


def _check_still_may(work: Work, wallet: Wallet, benefit: Benefit, partner_id: UUID) -> None:
    is_active = wallet.membership_id in memberships.active_ids(work, wallet.person_id)
    if not is_active and not outlives_season(benefit):
        raise MembershipNotActive
    if (wallet.scheme, wallet.category) not in accreditations.granted_to(work, partner_id):
        raise PartnerNotAccredited


def _pay(work: Work, wallet: Wallet, redeemed: Voucher, capture: Transfer) -> Wallet:
    """Capture, and give the rest back, in this one commit; the wallet after it."""
    after, written = wallet, [capture]
    rest_cents = redeemed.amount_cents - redeemed.redeemed_cents
    if rest_cents:
        rest_uses = redeemed.uses - (capture.uses or 0)
        after, release = wallet.release(redeemed.voucher_id, rest_cents, rest_uses, uuid.uuid4(), capture.act)
        written.append(release)
        wallets.save(work, [after])
        tell_moved(work, [(after, release)])
    ledger.write(work, written)
    vouchers.save(work, redeemed)
    work.publish("debit_recorded", str(capture.transfer_id), 1, debit_recorded(wallet, capture))
    DEBITS.labels("redeemed", wallet.category).inc()
    return after


def _receipt(after: Wallet, capture: Transfer) -> Receipt:
    return Receipt(
        capture.transfer_id,
        capture.amount_cents,
        after.balance_cents,
        capture.act.occurred_at,
        after.scheme,
        after.season,
        after.benefit,
    )
