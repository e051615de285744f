"""What must always hold between the tables, as queries that find the first row where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from chassis.work import Work


@dataclass(frozen=True, slots=True)
class Check:
    """`query` takes :authority_id and answers rows that break the rule."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a rule holds; `detail` tells the first difference."""

    check: str
    held: bool
    detail: str = ""


CHECKS = (
    Check(
        "a remittance is the sum of its movements",
        """
        SELECT r.remittance_id, r.amount_cents, r.movements, coalesce(sum(a.amount_cents), 0) AS own_cents,
               count(a.movement_id) AS own_movements
        FROM remittances r LEFT JOIN accruals a USING (authority_id, remittance_id)
        WHERE r.authority_id = :authority_id AND r.held_for IS NULL
        GROUP BY r.remittance_id, r.amount_cents, r.movements
        HAVING r.amount_cents <> coalesce(sum(a.amount_cents), 0) OR r.movements <> count(a.movement_id)
        """,
    ),
    Check(
        "a held remittance keeps no movement",
        """
        SELECT a.movement_id, a.remittance_id, r.held_for
        FROM accruals a JOIN remittances r USING (authority_id, remittance_id)
        WHERE a.authority_id = :authority_id AND r.held_for IS NOT NULL
        """,
    ),
    Check(
        "a movement is in a remittance of its own partner, scheme, season and period",
        """
        SELECT a.movement_id, a.remittance_id
        FROM accruals a JOIN remittances r USING (authority_id, remittance_id)
        JOIN runs USING (authority_id, run_id)
        WHERE a.authority_id = :authority_id
          AND ((a.partner_id, a.scheme, a.season) <> (r.partner_id, runs.scheme, runs.season)
               OR a.business_day > runs.period_end)
        """,
    ),
    Check(
        "a debit and its cancellation are at one partner and add up to nothing",
        """
        SELECT a.debit_id, sum(a.amount_cents) AS left_cents
        FROM accruals a WHERE a.authority_id = :authority_id AND NOT a.clawback
        GROUP BY a.debit_id HAVING count(*) > 1
           AND (sum(a.amount_cents) <> 0 OR count(DISTINCT a.partner_id) > 1)
        """,
    ),
    Check(
        "a counted day still counts the same",
        """
        SELECT c.scheme, c.day, c.movements, c.sum_cents, count(a.movement_id) AS own_movements,
               coalesce(sum(a.amount_cents), 0) AS own_cents
        FROM counted_days c LEFT JOIN accruals a
          ON a.authority_id = c.authority_id AND a.scheme = c.scheme AND a.business_day = c.day AND NOT a.clawback
        WHERE c.authority_id = :authority_id
        GROUP BY c.scheme, c.day, c.movements, c.sum_cents
        HAVING c.movements <> count(a.movement_id) OR c.sum_cents <> coalesce(sum(a.amount_cents), 0)
        """,
    ),
    Check(
        "what is claimed was counted with the wallet",
        """
        SELECT a.movement_id, a.scheme, a.business_day
        FROM accruals a LEFT JOIN counted_days c
          ON c.authority_id = a.authority_id AND c.scheme = a.scheme AND c.day = a.business_day
        WHERE a.authority_id = :authority_id AND a.remittance_id IS NOT NULL AND c.day IS NULL
          AND NOT a.clawback
        """,
    ),
    Check(
        "what is clawed back is a part of a debit that stands, at its partner",
        """
        SELECT d.debit_id, d.amount_cents AS debited_cents, sum(a.amount_cents) AS other_cents
        FROM accruals a LEFT JOIN accruals d ON d.authority_id = a.authority_id AND d.movement_id = a.debit_id
        WHERE a.authority_id = :authority_id AND a.movement_id <> a.debit_id
          AND EXISTS (SELECT FROM accruals c
                      WHERE c.authority_id = a.authority_id AND c.debit_id = a.debit_id AND c.clawback)
        GROUP BY d.debit_id, d.amount_cents, d.partner_id
        HAVING d.debit_id IS NULL OR d.amount_cents + sum(a.amount_cents) < 0 OR NOT bool_and(a.clawback)
            OR bool_or(a.partner_id <> d.partner_id)
        """,
    ),
    Check(
        "a recorded clawback is one movement of its amount",
        """
        SELECT c.clawback_id, c.state, c.amount_cents, a.movement_id, a.amount_cents AS own_cents
        FROM (SELECT * FROM clawbacks WHERE authority_id = :authority_id AND state = 'recorded') c
        FULL JOIN (SELECT * FROM accruals WHERE authority_id = :authority_id AND clawback) a
          ON a.movement_id = c.clawback_id
        WHERE (c.amount_cents = -a.amount_cents AND c.debit_id = a.debit_id) IS NOT TRUE
        """,
    ),
    Check(
        "a clawback was approved by a second person",
        """
        SELECT clawback_id, proposed_by FROM clawbacks
        WHERE authority_id = :authority_id AND state IN ('approved', 'recorded', 'refused')
          AND decided_by IN ('', proposed_by)
        """,
    ),
    Check(
        "what is only recorded is in no remittance",
        """
        SELECT movement_id, remittance_id FROM accruals
        WHERE authority_id = :authority_id AND NOT paid_out AND remittance_id IS NOT NULL
        """,
    ),
    Check(
        "a remittance of some categories holds no other",
        """
        SELECT a.movement_id, a.remittance_id, a.category
        FROM accruals a JOIN remittances r USING (authority_id, remittance_id)
        WHERE a.authority_id = :authority_id AND cardinality(r.categories) > 0 AND a.category <> ALL (r.categories)
        """,
    ),
    Check(
        "the runs of a season follow one another",
        """
        SELECT earlier.run_id, later.run_id AS other_run_id
        FROM runs earlier JOIN runs later USING (authority_id, scheme, season)
        WHERE earlier.authority_id = :authority_id AND earlier.period_start < later.period_start
          AND earlier.period_end >= later.period_start
        """,
    ),
    Check(
        "an issued run was approved by a second person",
        """
        SELECT run_id, proposed_by FROM runs
        WHERE authority_id = :authority_id AND state = 'issued'
          AND (approved_by IN ('', proposed_by) OR proposed_by = '')
        """,
    ),
)

_FIGURES = """
    SELECT count(*) FILTER (WHERE a.amount_cents > 0) AS debits,
           count(*) FILTER (WHERE a.amount_cents < 0 AND NOT a.clawback) AS cancellations,
           coalesce(-sum(a.amount_cents) FILTER (WHERE a.clawback), 0) AS clawed_back_cents,
           coalesce(sum(a.amount_cents) FILTER (WHERE a.paid_out), 0) AS accrued_cents,
           coalesce(sum(a.amount_cents) FILTER (WHERE NOT a.paid_out), 0) AS only_recorded_cents,
           coalesce(sum(a.amount_cents) FILTER (WHERE runs.state = 'issued'), 0) AS paid_cents
    FROM accruals a LEFT JOIN remittances r USING (authority_id, remittance_id)
    LEFT JOIN runs USING (authority_id, run_id)
    WHERE a.authority_id = :authority_id
"""


def run_checks(work: Work) -> Iterator[Finding]:
    for check in CHECKS:
        row = work.session.execute(sa.text(f"{check.query} LIMIT 1"), _of(work)).mappings().first()
        told = ", ".join(f"{name} {value}" for name, value in row.items()) if row else ""
        yield Finding(check.name, row is None, told)


def figures(work: Work) -> dict[str, int]:
    """Debits, cancellations, and cents clawed back, accrued (clawbacks deducted), only recorded, and paid."""
    row = work.session.execute(sa.text(_FIGURES), _of(work)).mappings().one()
    return {name: int(value) for name, value in row.items()}


def _of(work: Work) -> dict[str, str]:
    return {"authority_id": work.authority_id}
