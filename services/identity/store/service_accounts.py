"""Machines and their secrets, kept as keyed hashes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from chassis import grants
from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.machines import Machine
from services.identity.store.tables import service_accounts, service_secrets


@dataclass(frozen=True, slots=True)
class ListedMachine:
    """An open machine, with the roles that it holds."""

    account_id: str
    name: str
    roles: tuple[str, ...]
    opened_at: datetime


class ServiceAccountRows:
    """`ServiceAccounts` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def add(self, work: Work, machine: Machine, at: datetime) -> None:
        row = {
            "authority_id": work.authority_id,
            "account_id": UUID(machine.account_id),
            "name": machine.name,
            "opened_at": at,
        }
        work.session.execute(sa.insert(service_accounts), row)

    def lock(self, work: Work, account_id: str) -> Machine | None:
        row = work.session.execute(
            sa.select(service_accounts.c.name).where(*_open(work, account_id)).with_for_update()
        ).first()
        return Machine(account_id, row.name) if row else None

    def add_secret(self, work: Work, account_id: str, secret: str, at: datetime, others_end: datetime) -> None:
        """The one that was good until now ends then; those before it end at once."""
        ours = (
            service_secrets.c.authority_id == work.authority_id,
            service_secrets.c.account_id == UUID(account_id),
        )
        work.session.execute(
            sa.update(service_secrets).where(*ours, service_secrets.c.ends_at.is_not(None)).values(ends_at=at)
        )
        work.session.execute(
            sa.update(service_secrets).where(*ours, service_secrets.c.ends_at.is_(None)).values(ends_at=others_end)
        )
        row = {
            "authority_id": work.authority_id,
            "secret_hash": self._hash(secret),
            "account_id": UUID(account_id),
            "issued_at": at,
        }
        work.session.execute(sa.insert(service_secrets), row)

    def close(self, work: Work, account_id: str, at: datetime) -> None:
        work.session.execute(sa.update(service_accounts).where(*_open(work, account_id)).values(closed_at=at))

    def is_proven(self, work: Work, account_id: str, secret: str, at: datetime) -> bool:
        wanted = sa.select(service_secrets.c.secret_hash).where(
            service_secrets.c.authority_id == work.authority_id,
            service_secrets.c.secret_hash == self._hash(secret),
            service_secrets.c.account_id == UUID(account_id),
            sa.or_(service_secrets.c.ends_at.is_(None), service_secrets.c.ends_at > at),
            sa.exists().where(*_open(work, account_id)),
        )
        return work.session.execute(wanted).first() is not None

    def open_ones(self, work: Work) -> list[ListedMachine]:
        roles = work.tables.grants
        wanted = (
            sa.select(service_accounts, roles.c.roles)
            .join_from(
                service_accounts,
                roles,
                sa.and_(
                    roles.c.authority_id == service_accounts.c.authority_id,
                    roles.c.account_id == sa.cast(service_accounts.c.account_id, sa.Text),
                    roles.c.scope == grants.AUTHORITY_SCOPE,
                ),
            )
            .where(service_accounts.c.authority_id == work.authority_id, service_accounts.c.closed_at.is_(None))
            .order_by(service_accounts.c.name, service_accounts.c.account_id)
        )
        return [
            ListedMachine(str(row.account_id), row.name, tuple(row.roles), row.opened_at)
            for row in work.session.execute(wanted)
        ]

    def _hash(self, secret: str) -> bytes:
        return self._cipher.look_up_hash(f"service-secret/{secret}")


def _open(work: Work, account_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        service_accounts.c.authority_id == work.authority_id,
        service_accounts.c.account_id == UUID(account_id),
        service_accounts.c.closed_at.is_(None),
    )
