"""What an account may do for whom: rows of the owner, and everybody else's read model of them.

Identity owns staff's roles (scope `authority`), partner owns delegates' (scope `partner:<id>`). The access token
does not say: a removed cashier is out before the token ends.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.tables import ChassisTables

AUTHORITY_SCOPE = "authority"


def partner_scope(partner_id: str) -> str:
    return f"partner:{partner_id}"


def keep(
    session: Session,
    tables: ChassisTables,
    authority_id: str,
    account_id: str,
    scope: str,
    roles: Iterable[str],
    version: int,
) -> None:
    """Keep the roles unless a later version is known already. No roles: the grant is gone."""
    grants = tables.grants
    statement = insert(grants).values(
        authority_id=authority_id, account_id=account_id, scope=scope, roles=sorted(roles), version=version
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["authority_id", "account_id", "scope"],
            set_={"roles": statement.excluded.roles, "version": statement.excluded.version},
            where=grants.c.version < statement.excluded.version,
        )
    )


def roles_of(session: Session, tables: ChassisTables, authority_id: str, account_id: str, scope: str) -> frozenset[str]:
    grants = tables.grants
    row = session.execute(
        sa.select(grants.c.roles).where(
            grants.c.authority_id == authority_id,
            grants.c.account_id == account_id,
            grants.c.scope == scope,
        )
    ).first()
    return frozenset(row.roles) if row else frozenset()


def scopes_of(session: Session, tables: ChassisTables, authority_id: str, account_id: str) -> dict[str, frozenset[str]]:
    """Every scope in which the account has a role."""
    grants = tables.grants
    rows = session.execute(
        sa.select(grants.c.scope, grants.c.roles).where(
            grants.c.authority_id == authority_id, grants.c.account_id == account_id
        )
    )
    return {row.scope: frozenset(row.roles) for row in rows if row.roles}


def holders_of(session: Session, tables: ChassisTables, authority_id: str, scope: str) -> dict[str, frozenset[str]]:
    """The roles of every account that has one in this scope, by id."""
    grants = tables.grants
    rows = session.execute(
        sa.select(grants.c.account_id, grants.c.roles).where(
            grants.c.authority_id == authority_id, grants.c.scope == scope
        )
    )
    return {str(row.account_id): frozenset(row.roles) for row in rows if row.roles}
