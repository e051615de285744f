"""The till's side of vouchers: read before it is taken, redeemed once; what is not taken goes back to the wallet."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from uuid import UUID

from chassis.work import Work
from services.wallet.application.facts_told import debit_recorded
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.movement_days import hold_day
from services.wallet.application.outcomes import Receipt, Redemption, redemption_from_json, redemption_to_json
from services.wallet.application.rules import Rules
from services.wallet.domain.card import WRONG_CODES_LIMIT
from services.wallet.domain.errors import (
    MembershipNotActive,
    PartnerNotAccredited,
    TooManyWrongCodes,
    UnknownVoucherCode,
)
from services.wallet.domain.ledger import Act, Transfer
from services.wallet.domain.voucher import Voucher, plain_code
from services.wallet.domain.wallet import Wallet
from services.wallet.metrics import DEBITS
from services.wallet.store import accreditations, ledger, memberships, vouchers, wallets, wrong_codes


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
    VoucherExpired, VoucherReleased.
    """
    try:
        return _find(work, rules, partner_id, code)
    except UnknownVoucherCode as wrong:
        wrong_codes.add(work, partner_id)
        wrong.commits = True
        raise


def redeem_voucher(work: Work, rules: Rules, key: RequestKey, command: RedeemVoucher) -> tuple[Redemption, bool]:
    """The redemption, and whether it is replayed.

    Raises what `read_voucher` does, AboveVoucher, MembershipNotActive, PartnerNotAccredited, KeyReused;
    Operational when midnight passes and the day is counted while this runs: the next try is on the new day.
    """
    try:
        outcome, replayed = once(work, key, lambda: _redeem(work, rules, command))
    except UnknownVoucherCode as wrong:
        if wrong.commits:  # not a refusal that is told again
            wrong_codes.add(work, command.partner_id)
        raise
    return redemption_from_json(outcome), replayed


def _redeem(work: Work, rules: Rules, command: RedeemVoucher) -> Done:
    hold_day(work)
    wallet, voucher = _locked(work, rules, command)
    _check_still_may(work, wallet, command.partner_id)
    rulebook = rules.in_force(work, voucher.scheme, voucher.season)
    act = Act(work.now, work.today, rulebook.hash, work.context.account_id, command.device)
    capture = wallet.capture(voucher.voucher_id, command.partner_id, command.amount_cents, uuid.uuid4(), act)
    redeemed = voucher.redeemed(command.amount_cents, capture.transfer_id, wallet.version)
    after = _pay(work, wallet, redeemed, capture)
    redemption = Redemption(_receipt(after, capture), voucher.amount_cents - command.amount_cents)
    return Done(redemption_to_json(redemption), capture.transfer_id)


def _find(work: Work, rules: Rules, partner_id: UUID, code: str) -> Voucher:
    if wrong_codes.hold_count(work, partner_id) >= WRONG_CODES_LIMIT:
        raise TooManyWrongCodes
    plain = plain_code(code)
    voucher = vouchers.find_by_code(work, rules.cipher, plain) if plain else None
    if voucher is None:
        raise UnknownVoucherCode
    voucher.check_for(partner_id, work.today)
    return voucher


def _locked(work: Work, rules: Rules, command: RedeemVoucher) -> tuple[Wallet, Voucher]:
    """The wallet, held, and the voucher read again after it is: a rival has ended by then."""
    found = _find(work, rules, command.partner_id, command.code)
    wallet = wallets.lock(work, found.wallet_id)
    current = vouchers.find(work, found.voucher_id)
    assert current is not None
    current.check_for(command.partner_id, work.today)
    return wallet, current


def _check_still_may(work: Work, wallet: Wallet, partner_id: UUID) -> None:
    if wallet.membership_id not in memberships.active_ids(work, wallet.person_id):
        raise MembershipNotActive
    if (wallet.scheme, wallet.category) not in accreditations.granted_to(work, partner_id):
        raise PartnerNotAccredited


def _pay(work: Work, wallet: Wallet, redeemed: Voucher, capture: Transfer) -> Wallet:
    """Capture, and give the rest back, in this one commit; the wallet after it."""
    after, written = wallet, [capture]
    rest_cents = redeemed.amount_cents - redeemed.redeemed_cents
    if rest_cents:
        after, release = wallet.release(redeemed.voucher_id, rest_cents, uuid.uuid4(), capture.act)
        written.append(release)
        wallets.save(work, [after])
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
