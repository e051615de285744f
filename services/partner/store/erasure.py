"""What partner keeps of a person who acts for a partner: their roles. A charter keeps who accepted it, by id."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from chassis.personal_data import changed
from chassis.work import Work
from services.partner.store.tables import CHASSIS

CLEARED = ("grants", "audit")
KEPT: Mapping[str, str] = {"charters": "an organisation's commitment, and the id of who made it for it"}


def clear(work: Work, person_id: UUID) -> dict[str, int]:
    """Rows that are gone, by table."""
    grants = CHASSIS.grants
    of_person = grants.c.authority_id == work.authority_id, grants.c.account_id == str(person_id)
    return {"grants": changed(work, sa.delete(grants).where(*of_person))}
