"""What bonplan keeps of a person: memberships that it knows of, registrations, answers given under a key."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from chassis.personal_data import changed
from chassis.work import Work
from services.bonplan.store.tables import CHASSIS, idempotency, memberships, registrations

CLEARED = ("memberships", "registrations", "idempotency", "grants", "audit")
KEPT: Mapping[str, str] = {}


def clear(work: Work, person_id: UUID) -> dict[str, int]:
    """A request that waits for a draw is withdrawn; one that was drawn stays: the draw can be made again by anybody."""
    here = registrations.c.authority_id == work.authority_id, registrations.c.person_id == person_id
    withdrawn = sa.update(registrations).where(*here, registrations.c.state == "waiting").values(state="withdrawn")
    of_person = memberships.c.authority_id == work.authority_id, memberships.c.person_id == person_id
    return {
        "registrations": changed(work, withdrawn),
        "memberships": changed(work, sa.delete(memberships).where(*of_person)),
        **{
            table.name: changed(
                work,
                sa.delete(table).where(table.c.authority_id == work.authority_id, table.c.account_id == str(person_id)),
            )
            for table in (idempotency, CHASSIS.grants)
        },
    }
