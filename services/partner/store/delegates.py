"""Delegates are the grants that this service owns: scope `partner:<id>`."""

from __future__ import annotations

import sqlalchemy as sa

from chassis import grants
from chassis.work import Work
from services.partner.domain.delegates import Delegate, DelegateRole, Delegates


class GrantRows:
    """`ports.DelegateRows` in the table of grants, where the policy looks them up."""

    def of_partner(self, work: Work, partner_id: str) -> Delegates:
        table = work.tables.grants
        rows = work.session.execute(
            sa.select(table)
            .where(table.c.authority_id == work.authority_id, table.c.scope == grants.partner_scope(partner_id))
            .order_by(table.c.account_id)
        )
        return Delegates(
            tuple(Delegate(row.account_id, frozenset(map(DelegateRole, row.roles)), row.version) for row in rows)
        )

    def save(self, work: Work, partner_id: str, delegate: Delegate) -> None:
        scope = grants.partner_scope(partner_id)
        grants.keep(
            work.session,
            work.tables,
            work.authority_id,
            delegate.account_id,
            scope,
            delegate.roles,
            delegate.version,
        )
