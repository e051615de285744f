"""Accounts, and failed sign-ins under their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.accounts import Account, AccountKind, SecondFactor
from services.identity.domain.sessions import FAILURES_FORGOTTEN_AFTER, Failures
from services.identity.store.keys.own_keys import Opener, OwnKeys
from services.identity.store.pages import page_of
from services.identity.store.tables import accounts, sign_in_failures

_FORGOTTEN_AT_ONCE = 20


class AccountRows:
    """`Accounts` in the service's database; the address is sealed and found by keyed hash."""

    def __init__(self, cipher: Cipher, keys: OwnKeys) -> None:
        self._cipher = cipher
        self._keys = keys

    def find(self, work: Work, account_id: str) -> Account | None:
        return self._one(work, _by_id(work, account_id))

    def lock(self, work: Work, account_id: str) -> Account | None:
        return self._one(work, _by_id(work, account_id).with_for_update())

    def find_by_email(self, work: Work, email: str) -> Account | None:
        wanted = sa.select(accounts).where(
            accounts.c.authority_id == work.authority_id,
            accounts.c.email_hash == self._cipher.look_up_hash(email),
        )
        return self._one(work, wanted)

    def emails_of(self, work: Work, account_ids: Sequence[str]) -> Mapping[str, str]:
        wanted = sa.select(accounts.c.account_id, accounts.c.email_sealed).where(
            accounts.c.authority_id == work.authority_id,
            accounts.c.account_id.in_([UUID(account_id) for account_id in account_ids]),
        )
        sealed = {str(row.account_id): row.email_sealed for row in work.session.execute(wanted)}
        openers = self._keys.openers(work.authority_id, sealed)
        opened = {account_id: openers[account_id].text(sealed[account_id], account_id) for account_id in sealed}
        return {account_id: email for account_id, email in opened.items() if email is not None}

    def page_of_staff(self, work: Work, page_token: str) -> tuple[list[Account], str]:
        staff = sa.select(accounts).where(
            accounts.c.authority_id == work.authority_id, accounts.c.kind == AccountKind.STAFF.value
        )
        page = page_of(work, staff, accounts.c.account_id, page_token)
        openers = self._keys.openers(work.authority_id, [str(row.account_id) for row in page.rows])
        return [_account(row, openers[str(row.account_id)]) for row in page.rows], page.next_token

    def add(self, work: Work, account: Account) -> bool:
        email_hash = self._cipher.look_up_hash(account.email)
        if self._is_taken(work, email_hash):
            return False  # before a key is made that nothing would need
        row = {
            "authority_id": work.authority_id,
            "account_id": UUID(account.account_id),
            "kind": account.kind.value,
            "email_hash": email_hash,
            "email_sealed": self._keeper(work, account.account_id).seal_text(account.email, account.account_id),
            "password_hash": account.password_hash or None,
            "opened_at": work.now,
        }
        statement = insert(accounts).values(row).on_conflict_do_nothing(index_elements=["authority_id", "email_hash"])
        return work.session.execute(statement.returning(accounts.c.account_id)).first() is not None

    def keep_credentials(self, work: Work, account: Account) -> None:
        factor = account.second_factor
        bound_to = f"{account.account_id}/second-factor"
        sealed = factor and self._keeper(work, account.account_id).seal_text(factor.secret, bound_to)
        self._set(
            work,
            account.account_id,
            password_hash=account.password_hash,
            second_factor_sealed=sealed,
            second_factor_step=factor.last_step if factor else 0,
        )

    def confirm(self, work: Work, account_id: str, at: datetime) -> None:
        self._set(work, account_id, confirmed_at=sa.func.coalesce(accounts.c.confirmed_at, at))

    def move(self, work: Work, account_id: str, email: str, at: datetime) -> bool:
        values = {
            "email_hash": self._cipher.look_up_hash(email),
            "email_sealed": self._keeper(work, account_id).seal_text(email, account_id),
            "confirmed_at": at,
        }
        try:
            with work.session.begin_nested():
                self._set(work, account_id, **values)
        except sa.exc.IntegrityError:
            return False
        return True

    def offer_factor(self, work: Work, account_id: str, secret: str) -> None:
        bound_to = f"{account_id}/second-factor"
        sealed = self._keeper(work, account_id).seal_text(secret, bound_to) if secret else None
        self._set(work, account_id, second_factor_offered=sealed)

    def offered_factor(self, work: Work, account_id: str) -> str:
        row = work.session.execute(_by_id(work, account_id).with_only_columns(accounts.c.second_factor_offered)).first()
        if row is None or row.second_factor_offered is None:
            return ""
        opener = self._keys.opener(work.authority_id, account_id)
        return opener.text(row.second_factor_offered, f"{account_id}/second-factor") or ""

    def use_step(self, work: Work, account_id: str, step: int) -> bool:
        used = work.session.execute(
            sa.update(accounts)
            .where(
                accounts.c.authority_id == work.authority_id,
                accounts.c.account_id == UUID(account_id),
                accounts.c.second_factor_step < step,
            )
            .values(second_factor_step=step)
            .returning(accounts.c.account_id)
        )
        return used.first() is not None

    def _is_taken(self, work: Work, email_hash: bytes) -> bool:
        taken = sa.select(accounts.c.account_id).where(
            accounts.c.authority_id == work.authority_id, accounts.c.email_hash == email_hash
        )
        return work.session.execute(taken).first() is not None

    def _keeper(self, work: Work, account_id: str) -> Opener:
        return self._keys.keeper(work.authority_id, account_id)

    def _one(self, work: Work, wanted: sa.Select[Any]) -> Account | None:
        """None for an account that was erased."""
        row = work.session.execute(wanted).first()
        if row is None:
            return None
        opener = self._keys.opener(work.authority_id, str(row.account_id))
        return _account(row, opener) if opener.can_open(row.email_sealed) else None

    def _set(self, work: Work, account_id: str, **values: Any) -> None:
        ours = (accounts.c.authority_id == work.authority_id, accounts.c.account_id == UUID(account_id))
        work.session.execute(sa.update(accounts).where(*ours).values(values))


class SignInFailureRows:
    """`SignInFailures` in the service's database, so that a restart forgives nobody."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def get(self, work: Work, email: str) -> Failures:
        row = work.session.execute(self._of(work, email)).first()
        return _failures(row) if row else Failures()

    def lock(self, work: Work, email: str) -> Failures:
        begin = insert(sign_in_failures).values(
            self._key(work, email) | {"failures": 0, "failed_at": sa.func.clock_timestamp()}
        )
        work.session.execute(begin.on_conflict_do_nothing())
        return _failures(work.session.execute(self._of(work, email).with_for_update()).one())

    def keep(self, work: Work, email: str, failures: Failures) -> None:
        key = self._key(work, email)
        work.session.execute(
            sa.update(sign_in_failures)
            .where(*(sign_in_failures.c[name] == value for name, value in key.items()))
            .values(failures=failures.count, failed_at=failures.last_at, locked_until=failures.locked_until)
        )
        if failures.last_at:
            self._forget_old(work, failures.last_at - FAILURES_FORGOTTEN_AFTER)

    def clear(self, work: Work, email: str) -> None:
        key = self._key(work, email)
        work.session.execute(
            sa.delete(sign_in_failures).where(*(sign_in_failures.c[name] == value for name, value in key.items()))
        )

    def _forget_old(self, work: Work, before: datetime) -> None:
        """A few at each failure: addresses tried at random do not pile up."""
        old = (
            sa.select(sign_in_failures.c.authority_id, sign_in_failures.c.email_hash)
            .where(sign_in_failures.c.failed_at < before)
            .limit(_FORGOTTEN_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        keys = sa.tuple_(sign_in_failures.c.authority_id, sign_in_failures.c.email_hash)
        work.session.execute(sa.delete(sign_in_failures).where(keys.in_(old)))

    def _of(self, work: Work, email: str) -> sa.Select[Any]:
        key = self._key(work, email)
        return sa.select(sign_in_failures).where(*(sign_in_failures.c[name] == value for name, value in key.items()))

    def _key(self, work: Work, email: str) -> dict[str, Any]:
        return {"authority_id": work.authority_id, "email_hash": self._cipher.look_up_hash(email)}


def _by_id(work: Work, account_id: str) -> sa.Select[Any]:
    return sa.select(accounts).where(
        accounts.c.authority_id == work.authority_id, accounts.c.account_id == UUID(account_id)
    )


def _account(row: sa.Row[Any], opener: Opener) -> Account:
    account_id = str(row.account_id)
    secret = opener.text(row.second_factor_sealed, f"{account_id}/second-factor")
    return Account(
        account_id=account_id,
        kind=AccountKind(row.kind),
        email=opener.text(row.email_sealed, account_id) or "",
        password_hash=row.password_hash or "",
        second_factor=SecondFactor(secret, row.second_factor_step) if secret else None,
        is_confirmed=row.confirmed_at is not None,
    )


def _failures(row: sa.Row[Any]) -> Failures:
    return Failures(row.failures, row.failed_at, row.locked_until)
