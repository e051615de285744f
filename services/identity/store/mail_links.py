"""Links in mails: found by the keyed hash of their token, sealed while they are good."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.mail_links import LinkPurpose, MailLink
from services.identity.store.tables import accounts, mail_links

_KEPT_FOR = timedelta(days=1)
_FORGOTTEN_AT_ONCE = 20


class MailLinkRows:
    """`MailLinks` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def issue(self, work: Work, link: MailLink, token: str, at: datetime) -> None:
        row = {
            "authority_id": work.authority_id,
            "link_id": UUID(link.link_id),
            "account_id": UUID(link.account_id),
            "purpose": link.purpose.value,
            "token_hash": self._hash(token),
            "token_sealed": self._cipher.seal_text(token, f"{link.link_id}/token"),
            "issued_at": at,
            "expires_at": link.expires_at,
        }
        if link.email:
            row["email_hash"] = self._cipher.look_up_hash(link.email)
            row["email_sealed"] = self._cipher.seal_text(link.email, f"{link.link_id}/email")
        work.session.execute(sa.insert(mail_links), row)

    def find(self, work: Work, token: str) -> MailLink | None:
        return self._one(work, self._by_token(work, token))

    def lock(self, work: Work, token: str) -> MailLink | None:
        return self._one(work, self._by_token(work, token).with_for_update())

    def end(self, work: Work, link: MailLink, at: datetime) -> None:
        self._end(work, at, mail_links.c.link_id == UUID(link.link_id))

    def end_all(self, work: Work, account_id: str, purposes: Iterable[LinkPurpose], at: datetime) -> None:
        named = [purpose.value for purpose in purposes]
        self._end(work, at, mail_links.c.account_id == UUID(account_id), mail_links.c.purpose.in_(named))

    def end_later_than(self, work: Work, link: MailLink, at: datetime) -> None:
        of_account = mail_links.c.account_id == UUID(link.account_id)
        self._end(work, at, of_account, mail_links.c.ordinal > link.ordinal)

    def count_since(self, work: Work, account_id: str, purpose: LinkPurpose, since: datetime) -> int:
        wanted = sa.select(sa.func.count()).where(
            mail_links.c.authority_id == work.authority_id,
            mail_links.c.account_id == UUID(account_id),
            mail_links.c.purpose == purpose.value,
            mail_links.c.issued_at > since,
        )
        return work.session.execute(wanted).scalar_one()

    def holds_address(self, work: Work, email: str, but_for: str, at: datetime) -> bool:
        wanted = sa.select(mail_links.c.link_id).where(
            mail_links.c.authority_id == work.authority_id,
            mail_links.c.email_hash == self._cipher.look_up_hash(email),
            mail_links.c.purpose == LinkPurpose.UNDO.value,
            mail_links.c.ended_at.is_(None),
            mail_links.c.expires_at > at,
            mail_links.c.account_id != UUID(but_for),
        )
        return work.session.execute(wanted.limit(1)).first() is not None

    def open_ones(self, work: Work, link_ids: Sequence[str], at: datetime) -> list[tuple[MailLink, str]]:
        wanted = (
            sa.select(mail_links, accounts.c.email_sealed.label("account_email"))
            .join_from(mail_links, accounts, _account_of_link())
            .where(
                mail_links.c.authority_id == work.authority_id,
                mail_links.c.link_id.in_([UUID(link_id) for link_id in link_ids]),
                mail_links.c.ended_at.is_(None),
                mail_links.c.expires_at > at,
            )
        )
        return [self._addressed(row) for row in work.session.execute(wanted)]

    def forget_old(self, work: Work, at: datetime) -> None:
        """A few at each new link: they do not pile up."""
        old = (
            sa.select(mail_links.c.link_id)
            .where(mail_links.c.authority_id == work.authority_id, mail_links.c.expires_at < at - _KEPT_FOR)
            .limit(_FORGOTTEN_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        work.session.execute(
            sa.delete(mail_links).where(mail_links.c.authority_id == work.authority_id, mail_links.c.link_id.in_(old))
        )

    def _by_token(self, work: Work, token: str) -> sa.Select[Any]:
        return sa.select(mail_links).where(
            mail_links.c.authority_id == work.authority_id, mail_links.c.token_hash == self._hash(token)
        )

    def _one(self, work: Work, wanted: sa.Select[Any]) -> MailLink | None:
        row = work.session.execute(wanted).first()
        return self._link(row) if row else None

    def _end(self, work: Work, at: datetime, *which: sa.ColumnElement[bool]) -> None:
        statement = sa.update(mail_links).where(
            mail_links.c.authority_id == work.authority_id, mail_links.c.ended_at.is_(None), *which
        )
        work.session.execute(statement.values(ended_at=at, token_sealed=None, email_sealed=None, email_hash=None))

    def _addressed(self, row: sa.Row[Any]) -> tuple[MailLink, str]:
        """The link with the address that its mail goes to, and its token."""
        link = self._link(row, self._cipher.open_text(row.account_email, str(row.account_id)))
        return link, self._cipher.open_text(row.token_sealed, f"{link.link_id}/token")

    def _link(self, row: sa.Row[Any], otherwise: str = "") -> MailLink:
        link_id = str(row.link_id)
        sealed = row.email_sealed
        return MailLink(
            link_id=link_id,
            account_id=str(row.account_id),
            purpose=LinkPurpose(row.purpose),
            expires_at=row.expires_at,
            email=self._cipher.open_text(sealed, f"{link_id}/email") if sealed else otherwise,
            is_ended=row.ended_at is not None,
            ordinal=row.ordinal,
        )

    def _hash(self, token: str) -> bytes:
        return self._cipher.look_up_hash(f"mail-link/{token}")


def _account_of_link() -> sa.ColumnElement[bool]:
    return sa.and_(
        accounts.c.authority_id == mail_links.c.authority_id, accounts.c.account_id == mail_links.c.account_id
    )
