"""A prepayment voucher: a part of a wallet, reserved for one partner and redeemed once (règlement 2025-2026, §3.2.1
and §4.3.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from rulebooks import Benefit
from services.wallet.domain import crockford
from services.wallet.domain.errors import (
    AboveVoucher,
    NoVoucherForBenefit,
    PartnerNotForBenefit,
    PartnerTakesNoVoucher,
    VoucherAlreadyRedeemed,
    VoucherExpired,
    VoucherOfAnotherPartner,
    VoucherReleased,
)
from services.wallet.domain.spending import check_windows, outlives_season

CHANNEL = "voucher"
CODE_BITS = 60
_BODY = CODE_BITS // 5


class VoucherState(StrEnum):
    OPEN = "open"
    REDEEMED = "redeemed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Voucher:
    """`amount_cents` is reserved while it is open. `debit_id` is the capture that paid the partner, and
    `wallet_version` the wallet's just before it: the capture's place among the wallet's movements. `uses`: of the
    wallet that it holds too, 0 where they are not counted."""

    voucher_id: UUID
    person_id: UUID
    wallet_id: UUID
    partner_id: UUID
    scheme: str
    season: str
    benefit: str
    category: str
    amount_cents: int
    created_at: datetime
    expires_on: date
    state: VoucherState = VoucherState.OPEN
    redeemed_cents: int = 0
    debit_id: UUID | None = None
    wallet_version: int | None = None
    uses: int = 0

    def check_for(self, partner_id: UUID, on: date) -> None:
        """Whether this partner may redeem it that day.

        Raises VoucherOfAnotherPartner, VoucherAlreadyRedeemed, VoucherReleased, VoucherExpired.
        """
        if partner_id != self.partner_id:
            raise VoucherOfAnotherPartner
        if self.state is VoucherState.REDEEMED:
            raise VoucherAlreadyRedeemed
        if on > self.expires_on:
            raise VoucherExpired(self.expires_on)
        if self.state is VoucherState.RELEASED:
            raise VoucherReleased

    def redeemed(self, amount_cents: int, debit_id: UUID, wallet_version: int) -> Voucher:
        """Raises AboveVoucher."""
        if amount_cents > self.amount_cents:
            raise AboveVoucher(self.amount_cents)
        return replace(
            self,
            state=VoucherState.REDEEMED,
            redeemed_cents=amount_cents,
            debit_id=debit_id,
            wallet_version=wallet_version,
        )

    def released(self) -> Voucher:
        """Raises VoucherAlreadyRedeemed, VoucherReleased."""
        if self.state is VoucherState.REDEEMED:
            raise VoucherAlreadyRedeemed
        if self.state is VoucherState.RELEASED:
            raise VoucherReleased
        return replace(self, state=VoucherState.RELEASED)


def check_may_ask(benefit: Benefit, on: date) -> None:
    """Whether the rulebook gives vouchers on this benefit that day.

    Raises NoVoucherForBenefit, SeasonOver, SpendingNotStarted.
    """
    if CHANNEL not in benefit.channels:
        raise NoVoucherForBenefit
    if not outlives_season(benefit):
        check_windows(benefit, on)


def check_taker(benefit: Benefit, accredited: bool, activity: str | None) -> None:
    """Whether a partner of this activity takes the benefit's vouchers; None: nobody told what it does.

    Raises PartnerNotForBenefit, PartnerTakesNoVoucher.
    """
    if not accredited:
        raise PartnerNotForBenefit
    if activity not in benefit.voucher_partner_kinds:
        raise PartnerTakesNoVoucher


def code_of(number: int) -> str:
    """The plain code of CODE_BITS random bits; `crockford.grouped` is how people see it."""
    return crockford.with_check(crockford.written(number, _BODY))


def plain_code(text: str) -> str | None:
    """What was typed or scanned, or None where it cannot be a voucher's code."""
    code = crockford.plain(text)
    return code if crockford.is_plain(code, _BODY + 1) and crockford.is_right(code) else None
