"""Rows of accreditations and of signed charters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.partner.domain.accreditation import Accreditation, State
from services.partner.domain.errors import AccreditationUnknown, AlreadyApplied
from services.partner.store.tables import accreditations, charters


class AccreditationRows:
    """`ports.Accreditations` in PostgreSQL."""

    def add(self, work: Work, accreditation: Accreditation) -> None:
        # The index of open applications is the rule; two delegates who apply at once meet there.
        added = work.session.execute(
            insert(accreditations)
            .values(authority_id=work.authority_id, **_row_of(accreditation))
            .on_conflict_do_nothing()
            .returning(accreditations.c.accreditation_id)
        ).first()
        if added is None:
            raise AlreadyApplied

    def get(self, work: Work, accreditation_id: str) -> Accreditation:
        row = work.session.execute(
            sa.select(accreditations).where(
                accreditations.c.authority_id == work.authority_id,
                accreditations.c.accreditation_id == accreditation_id,
            )
        ).first()
        if row is None:
            raise AccreditationUnknown
        return accreditation_of(row)

    def save(self, work: Work, accreditation: Accreditation) -> None:
        work.session.execute(
            sa.update(accreditations)
            .where(
                accreditations.c.authority_id == work.authority_id,
                accreditations.c.accreditation_id == accreditation.accreditation_id,
            )
            .values(**_row_of(accreditation))
        )

    def last_version(self, work: Work, partner_id: str, scheme: str, category: str) -> int:
        query = sa.select(sa.func.coalesce(sa.func.max(accreditations.c.version), 0)).where(
            accreditations.c.authority_id == work.authority_id,
            accreditations.c.partner_id == partner_id,
            accreditations.c.scheme == scheme,
            accreditations.c.category == category,
        )
        return int(work.session.execute(query).scalar_one())

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, tuple[Accreditation, ...]]:
        rows = work.session.execute(
            sa.select(accreditations)
            .where(
                accreditations.c.authority_id == work.authority_id,
                accreditations.c.partner_id.in_(partner_ids),
            )
            .order_by(accreditations.c.applied_at, accreditations.c.accreditation_id)
        )
        found: dict[str, list[Accreditation]] = defaultdict(list)
        for row in rows:
            found[row.partner_id].append(accreditation_of(row))
        return {partner_id: tuple(found[partner_id]) for partner_id in partner_ids}


class CharterRows:
    """`ports.Charters` in PostgreSQL."""

    def sign(self, work: Work, partner_id: str, scheme: str, season: str, version: str) -> None:
        work.session.execute(
            insert(charters)
            .values(
                authority_id=work.authority_id,
                partner_id=partner_id,
                scheme=scheme,
                charter_version=version,
                season=season,
                account_id=work.context.account_id,
                signed_at=work.now,
            )
            .on_conflict_do_nothing()
        )

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, frozenset[tuple[str, str]]]:
        rows = work.session.execute(
            sa.select(charters.c.partner_id, charters.c.scheme, charters.c.charter_version).where(
                charters.c.authority_id == work.authority_id, charters.c.partner_id.in_(partner_ids)
            )
        )
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in rows:
            found[row.partner_id].add((row.scheme, row.charter_version))
        return {partner_id: frozenset(found[partner_id]) for partner_id in partner_ids}


def accreditation_of(row: Any) -> Accreditation:
    return Accreditation(
        accreditation_id=row.accreditation_id,
        partner_id=row.partner_id,
        scheme=row.scheme,
        season=row.season,
        category=row.category,
        state=State(row.state),
        version=row.version,
        applied_at=row.applied_at,
        reason=row.reason,
        rulebook_hash=row.rulebook_hash,
        effective=row.effective,
        lapsed=row.lapsed,
    )


def _row_of(accreditation: Accreditation) -> dict[str, object]:
    return {
        "accreditation_id": accreditation.accreditation_id,
        "partner_id": accreditation.partner_id,
        "scheme": accreditation.scheme,
        "season": accreditation.season,
        "category": accreditation.category,
        "state": accreditation.state,
        "version": accreditation.version,
        "applied_at": accreditation.applied_at,
        "reason": accreditation.reason,
        "rulebook_hash": accreditation.rulebook_hash,
        "effective": accreditation.effective,
        "lapsed": accreditation.lapsed,
    }
