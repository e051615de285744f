"""Where partners are paid: a read model of partner's verified accounts, sealed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.payout.domain.bank_account import BankAccount
from services.payout.store.tables import bank_accounts


class BankAccounts:
    """Opens and seals; the highest version is kept, whatever order they come in."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def keep(self, work: Work, account: BankAccount) -> bool:
        """False when this version, or a later one, is known already."""
        bound_to = _bound_to(work, account.partner_id)
        statement = insert(bank_accounts).values(
            authority_id=work.authority_id,
            partner_id=account.partner_id,
            sealed_iban=self._cipher.seal_text(account.iban, f"{bound_to}/iban"),
            sealed_holder=self._cipher.seal_text(account.holder, f"{bound_to}/holder"),
            version=account.version,
        )
        fresh = {name: statement.excluded[name] for name in ("sealed_iban", "sealed_holder", "version")}
        upsert = statement.on_conflict_do_update(
            index_elements=["authority_id", "partner_id"],
            set_=fresh,
            where=bank_accounts.c.version < statement.excluded.version,
        )
        return work.session.execute(upsert.returning(bank_accounts.c.version)).first() is not None

    def of(self, work: Work, partner_ids: Iterable[str]) -> dict[str, BankAccount]:
        rows = work.session.execute(
            sa.select(bank_accounts).where(
                bank_accounts.c.authority_id == work.authority_id,
                bank_accounts.c.partner_id.in_(list(partner_ids)),
            )
        )
        return {row.partner_id: self._opened(work, row) for row in rows}

    def forget(self, work: Work, partner_id: str) -> None:
        work.session.execute(
            sa.delete(bank_accounts).where(
                bank_accounts.c.authority_id == work.authority_id, bank_accounts.c.partner_id == partner_id
            )
        )

    def _opened(self, work: Work, row: Any) -> BankAccount:
        bound_to = _bound_to(work, row.partner_id)
        iban = self._cipher.open_text(row.sealed_iban, f"{bound_to}/iban")
        holder = self._cipher.open_text(row.sealed_holder, f"{bound_to}/holder")
        return BankAccount(row.partner_id, iban, holder, row.version)


def versions(work: Work) -> dict[str, int]:
    """The version known of each partner's account; nothing is opened."""
    rows = work.session.execute(
        sa.select(bank_accounts.c.partner_id, bank_accounts.c.version).where(
            bank_accounts.c.authority_id == work.authority_id
        )
    )
    return {row.partner_id: row.version for row in rows}


def partners_with_account(work: Work, partner_ids: Iterable[str]) -> set[str]:
    """Who of these partners can be paid; nothing is opened."""
    rows = work.session.execute(
        sa.select(bank_accounts.c.partner_id).where(
            bank_accounts.c.authority_id == work.authority_id, bank_accounts.c.partner_id.in_(list(partner_ids))
        )
    )
    return {row.partner_id for row in rows}


def _bound_to(work: Work, partner_id: str) -> str:
    return f"bank_accounts/{work.authority_id}/{partner_id}"
