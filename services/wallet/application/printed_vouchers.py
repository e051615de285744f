"""A voucher on paper, for its holder: laid out between transactions, kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from chassis.context import CallContext
from chassis.grpc_server import Platform
from chassis.work import Work
from services.wallet.application.rules import Rules
from services.wallet.application.transactions import in_transaction
from services.wallet.domain import crockford
from services.wallet.domain.cents import euros
from services.wallet.domain.errors import UnknownVoucher, VoucherAlreadyRedeemed, VoucherReleased
from services.wallet.domain.voucher import Voucher, VoucherState
from services.wallet.store import vouchers


class VoucherPrinter(Protocol):
    """Raises Overloaded, Operational."""

    def voucher(self, authority: str, code: str, facts: Sequence[tuple[str, str]], at: datetime) -> bytes: ...


class PartnerNames(Protocol):
    """Who knows partners' public names: partner. Called outside any transaction."""

    def name_of(self, partner_id: UUID) -> str:
        """Empty where the directory does not know it. Raises Operational."""


@dataclass(frozen=True, slots=True)
class PrintedVouchers:
    """Opens its own transactions."""

    platform: Platform
    rules: Rules
    printer: VoucherPrinter
    partners: PartnerNames

    def print_voucher(self, context: CallContext, person_id: UUID, voucher_id: UUID) -> bytes:
        """Raises UnknownVoucher, VoucherAlreadyRedeemed, VoucherReleased, Overloaded, Operational."""
        voucher, code, title = in_transaction(
            self.platform, context, lambda work: self._read(work, person_id, voucher_id)
        )
        name = self.partners.name_of(voucher.partner_id)
        facts = [
            ("Montant", euros(voucher.amount_cents)),
            ("Avantage", title),
            ("Partenaire", name or str(voucher.partner_id)),
            ("Valable jusqu'au", f"{voucher.expires_on:%d/%m/%Y}"),
        ]
        authority = self.rules.catalogue.authority(context.authority_id).name
        return self.printer.voucher(authority, crockford.grouped(code), facts, voucher.created_at)

    def _read(self, work: Work, person_id: UUID, voucher_id: UUID) -> tuple[Voucher, str, str]:
        voucher = vouchers.find(work, voucher_id)
        if voucher is None or voucher.person_id != person_id:
            raise UnknownVoucher
        if voucher.state is VoucherState.REDEEMED:
            raise VoucherAlreadyRedeemed
        if voucher.state is VoucherState.RELEASED:
            raise VoucherReleased
        code = vouchers.codes_of(work, self.rules.cipher, [voucher_id])[voucher_id]
        rulebook = self.rules.in_force(work, voucher.scheme, voucher.season)
        return voucher, code, rulebook.benefit(voucher.benefit).title
