"""Who registered for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.work import Work
from services.bonplan.domain.offer import OfferState
from services.bonplan.domain.registration import Attendance, Registration, RegistrationState
from services.bonplan.store.tables import offers, registrations

_Id = sa.Uuid(as_uuid=False)


class Registrations:
    """Registrations of the work's authority."""

    def __init__(self, work: Work) -> None:
        self._session = work.session
        self._authority_id = work.authority_id
        self._own = registrations.c.authority_id == work.authority_id

    def of_person(self, offer_id: str, person_id: str) -> Registration | None:
        row = self._session.execute(
            sa.select(registrations).where(
                self._own, registrations.c.offer_id == offer_id, registrations.c.person_id == person_id
            )
        ).first()
        return registration_of(row) if row else None

    def keep(self, fresh: Registration) -> Registration | None:
        """Keep it, or bring back one that was withdrawn; None when the person is registered: two requests race."""
        statement = insert(registrations).values(_values(fresh) | {"authority_id": self._authority_id})
        again: dict[str, Any] = {name: statement.excluded[name] for name in ("state", "registered_at", "rulebook_hash")}
        again |= {"attendance_code": statement.excluded.attendance_code, "version": registrations.c.version + 1}
        upsert = statement.on_conflict_do_update(
            index_elements=["authority_id", "offer_id", "person_id"],
            set_=again,
            where=registrations.c.state == RegistrationState.WITHDRAWN,
        )
        row = self._session.execute(upsert.returning(registrations)).first()
        return registration_of(row) if row else None

    def withdraw(self, offer_id: str, person_id: str) -> tuple[Registration, bool] | None:
        """The registration, withdrawn, and whether it had a place; None when there is nothing to withdraw."""
        live = self._session.execute(
            sa.select(registrations)
            .where(
                self._own,
                registrations.c.offer_id == offer_id,
                registrations.c.person_id == person_id,
                registrations.c.state != RegistrationState.WITHDRAWN,
            )
            .with_for_update()
        ).first()
        if live is None:
            return None
        row = self._session.execute(
            sa.update(registrations)
            .where(self._own, registrations.c.registration_id == live.registration_id)
            .values(state=RegistrationState.WITHDRAWN, attendance_code=None, version=registrations.c.version + 1)
            .returning(registrations)
        ).one()
        return registration_of(row), live.state == RegistrationState.WON

    def lock(self, offer_id: str, registration_id: str) -> Registration | None:
        """Under its own lock: attendance is said one at a time."""
        row = self._session.execute(
            sa.select(registrations)
            .where(
                self._own,
                registrations.c.offer_id == offer_id,
                registrations.c.registration_id == registration_id,
            )
            .with_for_update()
        ).first()
        return registration_of(row) if row else None

    def save_attendance(self, registration: Registration) -> None:
        self._session.execute(
            sa.update(registrations)
            .where(self._own, registrations.c.registration_id == registration.registration_id)
            .values(attendance=registration.attendance, version=registration.version)
        )

    def absences(self, person_id: str, scheme: str, season: str) -> int:
        """How often the person had a place in that season and did not come."""
        return self._count(person_id, scheme, season, registrations.c.attendance == Attendance.ABSENT)

    def live(self, person_id: str, scheme: str, season: str) -> int:
        """Registrations of the person that stand, for offers that are not over."""
        stands = registrations.c.state.in_([RegistrationState.WAITING, RegistrationState.WON])
        return self._count(person_id, scheme, season, stands, offers.c.state == OfferState.PUBLISHED)

    def lock_person(self, person_id: str) -> None:
        """One registration of this person at a time, until the work ends."""
        line = f"registrations/{self._authority_id}/{person_id}"
        self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))

    def _count(self, person_id: str, scheme: str, season: str, *conditions: sa.ColumnElement[bool]) -> int:
        of_offer = (offers.c.authority_id == registrations.c.authority_id) & (
            offers.c.offer_id == registrations.c.offer_id
        )
        query = (
            sa.select(sa.func.count())
            .select_from(registrations.join(offers, of_offer))
            .where(
                self._own,
                registrations.c.person_id == person_id,
                offers.c.scheme == scheme,
                offers.c.season == season,
                *conditions,
            )
        )
        return int(self._session.execute(query).scalar_one())

    def is_code_used(self, offer_id: str, code: str) -> bool:
        """Asked under the offer's lock."""
        found = self._session.execute(
            sa.select(registrations.c.registration_id).where(
                self._own, registrations.c.offer_id == offer_id, registrations.c.attendance_code == code
            )
        )
        return found.first() is not None

    def waiting(self, offer_id: str) -> list[str]:
        """Ids of those who wait for the draw, in no order that counts."""
        rows = self._session.execute(
            sa.select(registrations.c.registration_id).where(
                self._own,
                registrations.c.offer_id == offer_id,
                registrations.c.state == RegistrationState.WAITING,
            )
        )
        return list(rows.scalars())

    def mark_won(self, codes: Mapping[str, str]) -> list[Registration]:
        """Give these registrations their place and attendance code."""
        pairs = sa.func.unnest(sa.literal(list(codes), ARRAY(_Id)), sa.literal(list(codes.values()), ARRAY(sa.Text)))
        columns = (sa.column("registration_id", _Id), sa.column("code", sa.Text))
        drawn = pairs.table_valued(*columns).render_derived(name="drawn")
        rows = self._session.execute(
            sa.update(registrations)
            .where(self._own, registrations.c.registration_id == drawn.c.registration_id)
            .values(
                state=RegistrationState.WON,
                attendance_code=drawn.c.code,
                version=registrations.c.version + 1,
            )
            .returning(registrations)
        )
        return [registration_of(row) for row in rows]

    def mark_lost(self, offer_id: str) -> None:
        """All who still wait."""
        self._session.execute(
            sa.update(registrations)
            .where(
                self._own,
                registrations.c.offer_id == offer_id,
                registrations.c.state == RegistrationState.WAITING,
            )
            .values(state=RegistrationState.LOST, version=registrations.c.version + 1)
        )


def registration_of(row: Any) -> Registration:
    return Registration(
        row.registration_id,
        row.offer_id,
        row.person_id,
        RegistrationState(row.state),
        row.registered_at,
        row.rulebook_hash,
        row.version,
        row.attendance_code or "",
        Attendance(row.attendance),
    )


def _values(registration: Registration) -> dict[str, Any]:
    return {
        "registration_id": registration.registration_id,
        "offer_id": registration.offer_id,
        "person_id": registration.person_id,
        "state": registration.state,
        "registered_at": registration.registered_at,
        "rulebook_hash": registration.rulebook_hash,
        "attendance_code": registration.attendance_code or None,
        "version": registration.version,
    }
