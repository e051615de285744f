"""A key of each account: made at its first use, found for a thousand accounts in one statement, destroyed for good.

The key database is asked beside an open transaction of the service's own: it holds no lock that waits for that one.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.crypto import Cipher, Sealer
from chassis.database import Database
from services.identity.domain.refusals import AccountErased
from services.identity.store.keys.kept_marks import KeptMark, keep_in
from services.identity.store.keys.tables import erasure_journal, subject_keys

_KEY_BYTES = 32
# Keys are made side by side, and never while one is destroyed: none is left behind an entry of the journal.
_LINE = 0x65726173
_BESIDE_OTHERS = sa.select(sa.func.pg_advisory_xact_lock_shared(_LINE))
_ALONE = sa.select(sa.func.pg_advisory_xact_lock(_LINE))
# What is sealed under an account's key begins so; anything else was sealed under the service's key, before.
_MARK = b"k1:"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An account that was erased, by the keyed hash of its id."""

    authority_id: str
    account_hash: bytes
    erased_at: datetime


class Opener:
    """Opens and seals what belongs to one account."""

    def __init__(self, own: Sealer | None, service: Cipher) -> None:
        self._own = own
        self._service = service

    def can_open(self, sealed: bytes | None) -> bool:
        """False for what is empty, and for what an erased account left."""
        return bool(sealed) and (self._own is not None or not sealed.startswith(_MARK))  # type: ignore[union-attr]

    def is_own(self, sealed: bytes | None) -> bool:
        """Whether it is under the account's own key, or is nothing."""
        return not sealed or sealed.startswith(_MARK)

    def text(self, sealed: bytes | None, bound_to: str) -> str | None:
        content = self.content(sealed, bound_to)
        return None if content is None else content.decode()

    def content(self, sealed: bytes | None, bound_to: str) -> bytes | None:
        """None where there is nothing, or the key is gone. Raises chassis.crypto.Unreadable."""
        if sealed is None or not self.can_open(sealed):
            return None
        if self._own is not None and sealed.startswith(_MARK):
            return self._own.open(sealed.removeprefix(_MARK), bound_to)
        return self._service.open(sealed, bound_to)

    def seal(self, value: bytes, bound_to: str) -> bytes:
        """Raises AccountErased."""
        if self._own is None:
            raise AccountErased(bound_to)
        return _MARK + self._own.seal(value, bound_to)

    def seal_text(self, value: str, bound_to: str) -> bytes:
        """Raises AccountErased."""
        return self.seal(value.encode(), bound_to)


class OwnKeys:
    """The keys and the journal, in the key database."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    @property
    def database(self) -> Database:
        return self._database

    def openers(self, authority_id: str, account_ids: Iterable[str]) -> Mapping[str, Opener]:
        """One for each of these accounts, in one statement, whether it has a key or not."""
        wanted = list(dict.fromkeys(account_ids))
        found = self._found(authority_id, wanted)
        return {account_id: Opener(found.get(account_id), self._cipher) for account_id in wanted}

    def opener(self, authority_id: str, account_id: str) -> Opener:
        return self.openers(authority_id, [account_id])[account_id]

    def keeper(self, authority_id: str, account_id: str) -> Opener:
        """The same, with a key that is made where there is none yet. Raises AccountErased."""
        return self.keepers(authority_id, [account_id])[account_id]

    def keepers(self, authority_id: str, account_ids: Collection[str]) -> Mapping[str, Opener]:
        """Raises AccountErased."""
        found = self._found(authority_id, account_ids)
        missing = [account_id for account_id in account_ids if account_id not in found]
        if missing:
            self._make(authority_id, missing)
            found = self._found(authority_id, account_ids)
        return {account_id: Opener(found[account_id], self._cipher) for account_id in account_ids}

    def destroy(self, authority_id: str, account_id: str, at: datetime, marks: Collection[KeptMark] = ()) -> None:
        """Into the journal, the marks kept, and no key any more, in one transaction; again changes nothing."""
        with self._database.transaction() as session:
            session.execute(_ALONE)
            self._write(session, [JournalEntry(authority_id, self.hash_of(authority_id, account_id), at)])
            keep_in(session, marks)
            session.execute(sa.delete(subject_keys).where(*_key(authority_id, account_id)))

    def put_back(self, entries: Collection[JournalEntry], marks: Collection[KeptMark]) -> int:
        """What was kept elsewhere: the journal, no key of those in it, the marks. How many keys were ended."""
        hashes = {(each.authority_id, each.account_hash) for each in entries}
        with self._database.transaction() as session:
            session.execute(_ALONE)
            self._write(session, entries)
            keep_in(session, marks)
            kept = session.execute(sa.select(subject_keys.c.authority_id, subject_keys.c.account_id)).all()
            erased = [row for row in kept if (row.authority_id, self.hash_of(row[0], str(row[1]))) in hashes]
            for row in erased:
                session.execute(sa.delete(subject_keys).where(*_key(row.authority_id, str(row.account_id))))
        return len(erased)

    def journal(self) -> list[JournalEntry]:
        """Every entry, oldest first."""
        wanted = sa.select(erasure_journal).order_by(erasure_journal.c.erased_at, erasure_journal.c.account_hash)
        with self._database.transaction() as session:
            return [JournalEntry(row[0], bytes(row[1]), row[2]) for row in session.execute(wanted)]

    def hash_of(self, authority_id: str, account_id: str) -> bytes:
        """How the journal knows an account."""
        return self._cipher.look_up_hash(f"erased/{authority_id}/{account_id}")

    def _write(self, session: Session, entries: Collection[JournalEntry]) -> None:
        """Those that are there stay as they are."""
        rows = [
            {"authority_id": each.authority_id, "account_hash": each.account_hash, "erased_at": each.erased_at}
            for each in entries
        ]
        if rows:
            session.execute(insert(erasure_journal).on_conflict_do_nothing(), rows)

    def _found(self, authority_id: str, account_ids: Collection[str]) -> dict[str, Sealer]:
        if not account_ids:
            return {}
        wanted = sa.select(subject_keys.c.account_id, subject_keys.c.key_sealed).where(
            subject_keys.c.authority_id == authority_id,
            subject_keys.c.account_id == sa.any_(sa.literal([UUID(each) for each in account_ids], _IDS)),
        )
        # One round trip: a sign-in and a renewed session each ask here too.
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            rows = connection.execute(wanted).all()
        return {str(row[0]): Sealer(self._cipher.open(row[1], _bound_to(authority_id, str(row[0])))) for row in rows}

    def _make(self, authority_id: str, account_ids: Collection[str]) -> None:
        """Keys for those that have none; rivals agree on the first. Raises AccountErased."""
        hashes = [self.hash_of(authority_id, account_id) for account_id in account_ids]
        rows = [
            {
                "authority_id": authority_id,
                "account_id": UUID(account_id),
                "key_sealed": self._cipher.seal(os.urandom(_KEY_BYTES), _bound_to(authority_id, account_id)),
            }
            for account_id in sorted(account_ids)
        ]
        with self._database.transaction() as session:
            session.execute(_BESIDE_OTHERS)
            session.execute(insert(subject_keys).on_conflict_do_nothing(), rows)
            erased = session.execute(
                sa.select(erasure_journal.c.account_hash).where(
                    erasure_journal.c.authority_id == authority_id, erasure_journal.c.account_hash.in_(hashes)
                )
            ).first()
            if erased:
                raise AccountErased(authority_id)


_IDS = sa.ARRAY(sa.Uuid)


def _key(authority_id: str, account_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return subject_keys.c.authority_id == authority_id, subject_keys.c.account_id == UUID(account_id)


def _bound_to(authority_id: str, account_id: str) -> str:
    return f"subject-key/{authority_id}/{account_id}"
