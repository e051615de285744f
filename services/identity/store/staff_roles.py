"""Staff's roles: the grants whose owner identity is."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from chassis import grants
from chassis.work import Work


class StaffRoleRows:
    """`StaffRoles` in the chassis's table of grants, scope `authority`."""

    def of(self, work: Work, account_id: str) -> frozenset[str]:
        return grants.roles_of(work.session, work.tables, work.authority_id, account_id, grants.AUTHORITY_SCOPE)

    def change(self, work: Work, account_id: str, roles: Iterable[str]) -> int | None:
        """The account's row is locked by the caller, or new: versions of one grant never race."""
        wanted, table = sorted(roles), work.tables.grants
        row = work.session.execute(
            sa.select(table.c.roles, table.c.version).where(
                table.c.authority_id == work.authority_id,
                table.c.account_id == account_id,
                table.c.scope == grants.AUTHORITY_SCOPE,
            )
        ).first()
        if row and row.roles == wanted:
            return None
        version = row.version + 1 if row else 1
        scope = grants.AUTHORITY_SCOPE
        grants.keep(work.session, work.tables, work.authority_id, account_id, scope, wanted, version)
        return version
