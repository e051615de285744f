"""Rows of bank accounts: numbers and holders are sealed for their partner and version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work
from services.partner.domain.bank import BankAccount, BankAccounts, IbanState
from services.partner.store import pages
from services.partner.store.tables import bank_accounts


class BankAccountRows:
    """`ports.Accounts` in PostgreSQL."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, BankAccounts]:
        rows = work.session.execute(
            sa.select(bank_accounts)
            .where(
                bank_accounts.c.authority_id == work.authority_id,
                bank_accounts.c.partner_id.in_(partner_ids),
            )
            .order_by(bank_accounts.c.version.desc())
        )
        found: dict[str, list[BankAccount]] = defaultdict(list)
        for row in rows:
            found[row.partner_id].append(self._account(row))
        return {partner_id: BankAccounts(tuple(found[partner_id])) for partner_id in partner_ids}

    def waiting(self, work: Work, page_token: str) -> tuple[list[BankAccount], str]:
        query = sa.select(bank_accounts).where(
            bank_accounts.c.authority_id == work.authority_id, bank_accounts.c.state == IbanState.SUBMITTED
        )
        rows, token = pages.read(work, query, [bank_accounts.c.submitted_at, bank_accounts.c.partner_id], page_token)
        return [self._account(row) for row in rows], token

    def add(self, work: Work, account: BankAccount) -> None:
        work.session.execute(
            sa.insert(bank_accounts).values(
                authority_id=work.authority_id,
                partner_id=account.partner_id,
                version=account.version,
                iban_sealed=self._cipher.seal_text(account.iban, _bound_to("iban", account)),
                holder_sealed=self._cipher.seal_text(account.holder, _bound_to("holder", account)),
                state=account.state,
                reason=account.reason,
                submitted_at=account.submitted_at,
                decided_by=account.decided_by,
            )
        )

    def save(self, work: Work, account: BankAccount) -> None:
        work.session.execute(
            sa.update(bank_accounts)
            .where(
                bank_accounts.c.authority_id == work.authority_id,
                bank_accounts.c.partner_id == account.partner_id,
                bank_accounts.c.version == account.version,
            )
            .values(state=account.state, reason=account.reason, decided_by=account.decided_by)
        )

    def _account(self, row: Any) -> BankAccount:
        return BankAccount(
            partner_id=row.partner_id,
            version=row.version,
            iban=self._cipher.open_text(row.iban_sealed, _bound_to("iban", row)),
            holder=self._cipher.open_text(row.holder_sealed, _bound_to("holder", row)),
            state=IbanState(row.state),
            submitted_at=row.submitted_at,
            reason=row.reason,
            decided_by=row.decided_by,
        )


def _bound_to(column: str, row: Any) -> str:
    return f"{column}/{row.partner_id}/{row.version}"
