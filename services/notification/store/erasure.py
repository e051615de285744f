"""What notification keeps of a person: mails by id, memberships, codes, and who knows them elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from chassis.personal_data import changed
from chassis.work import Work
from services.notification.store.tables import CHASSIS, deliveries, links, membership_codes, memberships

CLEARED = ("deliveries", "membership_codes", "memberships", "links", "grants", "audit")
KEPT: Mapping[str, str] = {}


def clear(work: Work, person_id: UUID) -> dict[str, int]:
    """Rows that are gone, by table. A mail's reason may hold what its server said, address included: it goes too."""
    owner = {
        deliveries: deliveries.c.account_id,
        membership_codes: membership_codes.c.person_id,
        memberships: memberships.c.person_id,
        links: links.c.person_id,
    }
    of_person = {
        table.name: changed(
            work, sa.delete(table).where(table.c.authority_id == work.authority_id, column == person_id)
        )
        for table, column in owner.items()
    }
    grants = CHASSIS.grants
    roles = sa.delete(grants).where(grants.c.authority_id == work.authority_id, grants.c.account_id == str(person_id))
    return {**of_person, "grants": changed(work, roles)}
