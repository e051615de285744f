"""Establishments (a read model of partner's) and pupils' requests to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.enrolments import Enrolment, EnrolmentState, Establishment, season_before
from services.identity.domain.schooling import Schooling
from services.identity.store.tables import enrolments, establishments

# Ids and versions go as arrays: one short statement for a page.
_VALIDATE = sa.text(
    """
    UPDATE enrolments SET state = 'validated', reason_sealed = NULL, version = w.version, decided_at = :decided_at,
           decided_by = :decided_by
    FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[])) AS w(enrolment_id, version)
    WHERE enrolments.authority_id = :authority_id AND enrolments.enrolment_id = w.enrolment_id
    """
)


class EstablishmentRows:
    """`Establishments` in the service's database."""

    def find(self, work: Work, partner_id: str) -> Establishment | None:
        return self.find_all(work, [partner_id]).get(partner_id)

    def find_by_uai(self, work: Work, uai: str) -> Establishment | None:
        """The one registered last, should a number have passed from one partner to another."""
        row = work.session.execute(
            sa.select(establishments)
            .where(establishments.c.authority_id == work.authority_id, establishments.c.uai == uai)
            .order_by(establishments.c.version.desc(), establishments.c.partner_id)
            .limit(1)
        ).first()
        return _establishment(row) if row else None

    def find_all(self, work: Work, partner_ids: Iterable[str]) -> Mapping[str, Establishment]:
        rows = work.session.execute(
            sa.select(establishments).where(
                establishments.c.authority_id == work.authority_id,
                establishments.c.partner_id.in_([UUID(partner_id) for partner_id in partner_ids]),
            )
        )
        return {str(row.partner_id): _establishment(row) for row in rows}

    def keep(self, work: Work, establishment: Establishment, version: int) -> None:
        statement = insert(establishments).values(
            authority_id=work.authority_id,
            partner_id=UUID(establishment.partner_id),
            uai=establishment.uai,
            kind=establishment.kind,
            region=establishment.region,
            version=version,
        )
        changed = {name: statement.excluded[name] for name in ("uai", "kind", "region", "version")}
        work.session.execute(
            statement.on_conflict_do_update(
                index_elements=["authority_id", "partner_id"],
                set_=changed,
                where=establishments.c.version < statement.excluded.version,
            )
        )


class EnrolmentRows:
    """`Enrolments` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def add(self, work: Work, enrolment: Enrolment) -> bool:
        schooling = enrolment.schooling
        row = {
            "authority_id": work.authority_id,
            "enrolment_id": UUID(enrolment.enrolment_id),
            "person_id": UUID(enrolment.person_id),
            "scheme": enrolment.scheme,
            "season": enrolment.season,
            "partner_id": UUID(enrolment.partner_id),
            "uai": enrolment.uai,
            "level": schooling.level,
            "track": schooling.track,
            "sector": schooling.sector,
            "facts": dict(schooling.facts),
            "state": enrolment.state.value,
            "version": enrolment.version,
            "requested_at": enrolment.requested_at,
        }
        statement = insert(enrolments).values(row).on_conflict_do_nothing()
        return work.session.execute(statement.returning(enrolments.c.enrolment_id)).first() is not None

    def find(self, work: Work, enrolment_id: str) -> Enrolment | None:
        return self._one(work, _by_id(work, enrolment_id))

    def lock(self, work: Work, enrolment_id: str) -> Enrolment | None:
        return self._one(work, _by_id(work, enrolment_id).with_for_update())

    def find_all(self, work: Work, enrolment_ids: Sequence[str]) -> list[Enrolment]:
        return [self.enrolment(row) for row in work.session.execute(_by_ids(work, enrolment_ids))]

    def lock_all(self, work: Work, enrolment_ids: Sequence[str]) -> list[Enrolment]:
        wanted = _by_ids(work, enrolment_ids).order_by(enrolments.c.enrolment_id).with_for_update()
        return [self.enrolment(row) for row in work.session.execute(wanted)]

    def keep_validations(self, work: Work, validated: Sequence[Enrolment], decided_by: str) -> None:
        values = {
            "authority_id": work.authority_id,
            "ids": [UUID(each.enrolment_id) for each in validated],
            "versions": [each.version for each in validated],
            "decided_at": work.now,
            "decided_by": UUID(decided_by),
        }
        work.session.execute(_VALIDATE, values)

    def keep_decision(self, work: Work, enrolment: Enrolment, decided_by: str) -> None:
        reason = enrolment.reason
        work.session.execute(
            sa.update(enrolments)
            .where(
                enrolments.c.authority_id == work.authority_id,
                enrolments.c.enrolment_id == UUID(enrolment.enrolment_id),
            )
            .values(
                state=enrolment.state.value,
                level=enrolment.schooling.level,
                track=enrolment.schooling.track,
                sector=enrolment.schooling.sector,
                facts=dict(enrolment.schooling.facts),
                reason_sealed=self._cipher.seal_text(reason, enrolment.enrolment_id) if reason else None,
                version=enrolment.version,
                decided_at=work.now,
                decided_by=UUID(decided_by),
            )
        )

    def of_persons(self, work: Work, person_ids: Sequence[str]) -> list[Enrolment]:
        wanted = sa.select(enrolments).where(
            enrolments.c.authority_id == work.authority_id,
            enrolments.c.person_id.in_([UUID(person_id) for person_id in person_ids]),
        )
        return [self.enrolment(row) for row in work.session.execute(wanted.order_by(enrolments.c.requested_at))]

    def waiting_at(self, work: Work, partner_ids: Sequence[str]) -> list[Enrolment]:
        wanted = sa.select(enrolments).where(
            enrolments.c.authority_id == work.authority_id,
            enrolments.c.partner_id.in_([UUID(partner_id) for partner_id in partner_ids]),
            enrolments.c.state == EnrolmentState.REQUESTED.value,
        )
        return [self.enrolment(row) for row in work.session.execute(wanted)]

    def returning(self, work: Work, asked: Sequence[Enrolment]) -> frozenset[str]:
        rows = work.session.execute(
            sa.select(enrolments.c.person_id, enrolments.c.partner_id, enrolments.c.season).where(
                enrolments.c.authority_id == work.authority_id,
                enrolments.c.person_id.in_({UUID(each.person_id) for each in asked}),
                enrolments.c.state == EnrolmentState.VALIDATED.value,
            )
        )
        had = {(str(row.person_id), str(row.partner_id), row.season) for row in rows}
        return frozenset(
            each.enrolment_id for each in asked if (each.person_id, each.partner_id, season_before(each.season)) in had
        )

    def enrolment(self, row: sa.Row[Any]) -> Enrolment:
        enrolment_id = str(row.enrolment_id)
        return Enrolment(
            enrolment_id=enrolment_id,
            person_id=str(row.person_id),
            scheme=row.scheme,
            season=row.season,
            partner_id=str(row.partner_id),
            uai=row.uai,
            schooling=Schooling(row.level, row.track, row.sector, row.facts),
            state=EnrolmentState(row.state),
            reason=self._cipher.open_text(row.reason_sealed, enrolment_id) if row.reason_sealed else "",
            version=row.version,
            requested_at=row.requested_at,
        )

    def _one(self, work: Work, wanted: sa.Select[Any]) -> Enrolment | None:
        row = work.session.execute(wanted).first()
        return self.enrolment(row) if row else None


def _by_ids(work: Work, enrolment_ids: Sequence[str]) -> sa.Select[Any]:
    return sa.select(enrolments).where(
        enrolments.c.authority_id == work.authority_id,
        enrolments.c.enrolment_id.in_([UUID(enrolment_id) for enrolment_id in enrolment_ids]),
    )


def _by_id(work: Work, enrolment_id: str) -> sa.Select[Any]:
    return sa.select(enrolments).where(
        enrolments.c.authority_id == work.authority_id, enrolments.c.enrolment_id == UUID(enrolment_id)
    )


def _establishment(row: sa.Row[Any]) -> Establishment:
    return Establishment(str(row.partner_id), row.uai, row.kind, row.region)
