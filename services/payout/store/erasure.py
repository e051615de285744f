"""What payout keeps of a person: what an account asked for under a key, and roles. Money is known by movement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from chassis.personal_data import Standing, changed
from chassis.work import Work
from services.payout.store.tables import CHASSIS, idempotency

CLEARED = ("grants", "idempotency", "audit")
KEPT: Mapping[str, str] = {}

# A debit whose cents, cancellation and clawback included, are not all in transfers that were issued. One that payout
# was not told of yet is open too, and one of which a clawback is under way.
_OPEN = sa.text(
    """
    SELECT count(*) FROM (
        SELECT a.debit_id FROM accruals a
        LEFT JOIN remittances m USING (authority_id, remittance_id)
        LEFT JOIN runs r USING (authority_id, run_id)
        WHERE a.authority_id = :authority_id AND a.paid_out
          AND a.debit_id IN (SELECT debit_id FROM accruals
                             WHERE authority_id = :authority_id AND movement_id = ANY(:movement_ids))
          AND (m.remittance_id IS NULL OR m.held_for IS NOT NULL OR r.state <> 'issued')
        GROUP BY a.debit_id HAVING sum(a.amount_cents) <> 0
        UNION ALL
        SELECT wanted.id FROM unnest(CAST(:movement_ids AS uuid[])) AS wanted (id)
        WHERE NOT EXISTS (SELECT FROM accruals a
                          WHERE a.authority_id = :authority_id AND a.movement_id = wanted.id)
        UNION ALL
        SELECT c.debit_id FROM clawbacks c
        WHERE c.authority_id = :authority_id AND c.debit_id = ANY(:movement_ids)
          AND c.state IN ('proposed', 'approved')
    ) AS open
    """
).bindparams(sa.bindparam("movement_ids", type_=sa.ARRAY(sa.Uuid)))


def close(work: Work, _person_id: UUID, movement_ids: Sequence[UUID]) -> Standing:
    """Whether partners were paid for these movements."""
    asked = {"authority_id": work.authority_id, "movement_ids": list(movement_ids)}
    return Standing({"payout_open": work.session.execute(_OPEN, asked).scalar_one()})


def clear(work: Work, person_id: UUID) -> dict[str, int]:
    """Rows that are gone, by table."""
    account = str(person_id)
    return {
        table.name: changed(
            work,
            sa.delete(table).where(table.c.authority_id == work.authority_id, table.c.account_id == account),
        )
        for table in (CHASSIS.grants, idempotency)
    }
