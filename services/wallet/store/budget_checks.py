"""What must always hold of the line before each envelope, of corrections, clawbacks, suspensions and kept figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """`query` takes :authority_id and answers rows that break the rule."""

    name: str
    query: str


BUDGET_CHECKS = (
    Check(
        "who stands in a line is an active member who is due that amount of that envelope and has no wallet of it",
        """
        SELECT d.membership_id, d.benefit, d.amount_cents, m.state
        FROM due_credits d
        JOIN memberships m USING (authority_id, membership_id)
        LEFT JOIN envelopes v ON v.authority_id = d.authority_id AND v.envelope_id = d.envelope_id
        LEFT JOIN wallets w ON w.authority_id = d.authority_id AND w.membership_id = d.membership_id
             AND w.benefit = d.benefit
        WHERE d.authority_id = :authority_id
          AND (m.state <> 'active' OR w.wallet_id IS NOT NULL
               OR (v.scheme, v.season, v.benefit) IS DISTINCT FROM (m.scheme, m.season, d.benefit)
               OR NOT m.entitlements @> jsonb_build_array(jsonb_build_object(
                      'benefit', d.benefit, 'amount_cents', d.amount_cents, 'credited', false)))
        """,
    ),
    Check(
        "who is due cents and has no wallet of them stands in the line, unless they had it once",
        """
        SELECT m.membership_id, g.document ->> 'benefit' AS benefit
        FROM memberships m CROSS JOIN LATERAL jsonb_array_elements(m.entitlements) AS g(document)
        JOIN envelopes v ON v.authority_id = m.authority_id AND v.scheme = m.scheme AND v.season = m.season
             AND v.benefit = g.document ->> 'benefit'
        LEFT JOIN due_credits d ON d.authority_id = m.authority_id AND d.membership_id = m.membership_id
             AND d.benefit = v.benefit
        WHERE m.authority_id = :authority_id AND m.state = 'active' AND NOT (g.document ->> 'credited')::boolean
          AND (g.document ->> 'amount_cents')::bigint > 0
          AND jsonb_array_length(coalesce(g.document -> 'waits', '[]')) = 0 AND d.membership_id IS NULL
          AND NOT EXISTS (
              SELECT FROM once_credits o WHERE o.authority_id = m.authority_id AND o.person_id = m.person_id
                AND o.benefit = concat_ws('.', v.benefit, g.document ->> 'instalment'))
        """,
    ),
    Check(
        "each correction in the ledger was confirmed by a second person, for that wallet and amount",
        """
        SELECT t.transfer_id, c.correction_id, c.proposed_by, c.decided_by
        FROM transfers t LEFT JOIN corrections c USING (authority_id, transfer_id)
        JOIN entries e ON e.authority_id = t.authority_id AND e.transfer_id = t.transfer_id
             AND e.account_kind = 'wallet'
        WHERE t.authority_id = :authority_id AND t.kind = 'correction'
          AND (c.correction_id IS NULL OR c.state <> 'confirmed' OR c.decided_by = c.proposed_by
               OR (c.wallet_id, c.amount_cents) IS DISTINCT FROM (t.wallet_id, e.amount_cents))
        """,
    ),
    Check(
        "each confirmed correction has its transfer",
        """
        SELECT c.correction_id, c.transfer_id
        FROM corrections c LEFT JOIN transfers t USING (authority_id, transfer_id)
        WHERE c.authority_id = :authority_id AND c.state = 'confirmed'
          AND (t.transfer_id IS NULL OR t.cancels IS DISTINCT FROM c.debit_id
               OR t.kind <> CASE WHEN c.debit_id IS NULL THEN 'correction' ELSE 'cancel' END)
        """,
    ),
    Check(
        "each clawback in the ledger is payout's, of that debit's partner and envelope",
        """
        SELECT t.transfer_id, c.clawback_id, c.debit_id
        FROM transfers t LEFT JOIN clawbacks c USING (authority_id, transfer_id)
        LEFT JOIN transfers d ON d.authority_id = c.authority_id AND d.transfer_id = c.debit_id
             AND d.kind IN ('debit', 'capture')
        WHERE t.authority_id = :authority_id AND t.kind = 'clawback'
          AND (c.envelope_id, c.partner_id, c.amount_cents, t.wallet_id)
              IS DISTINCT FROM (t.envelope_id, d.partner_id, t.amount_cents, d.wallet_id)
        """,
    ),
    Check(
        "each clawback has its transfer, and a debit gives back no more than it was",
        """
        SELECT c.debit_id, sum(c.amount_cents) AS clawed_back_cents, max(d.amount_cents) AS debit_cents
        FROM clawbacks c
        LEFT JOIN transfers t ON t.authority_id = c.authority_id AND t.transfer_id = c.transfer_id
             AND t.kind = 'clawback'
        LEFT JOIN transfers d ON d.authority_id = c.authority_id AND d.transfer_id = c.debit_id
        LEFT JOIN transfers u ON u.authority_id = c.authority_id AND u.cancels = c.debit_id
        WHERE c.authority_id = :authority_id
        GROUP BY c.debit_id
        HAVING bool_or(t.transfer_id IS NULL) OR sum(c.amount_cents) > max(d.amount_cents)
            OR count(u.transfer_id) > 0
        """,
    ),
    Check(
        "nothing was debited from a benefit while it was suspended",
        """
        SELECT t.transfer_id, s.suspension_id
        FROM suspensions s
        JOIN wallets w ON w.authority_id = s.authority_id AND w.membership_id = s.membership_id
             AND (cardinality(s.benefits) = 0 OR w.benefit = ANY (s.benefits))
        JOIN transfers t ON t.authority_id = w.authority_id AND t.wallet_id = w.wallet_id
             AND t.kind IN ('debit', 'capture', 'hold')
        WHERE s.authority_id = :authority_id AND t.recorded_at > s.recorded_at
          AND t.recorded_at < coalesce(s.lifted_recorded_at, 'infinity') AND t.business_day <= s.until
        """,
    ),
    Check(
        "a counted day's sums by envelope are those of its movements",
        """
        SELECT envelope_id, day, d.debited_cents, m.cents
        FROM (SELECT * FROM envelope_days WHERE authority_id = :authority_id) d
        FULL JOIN (
            SELECT t.envelope_id, t.business_day AS day,
                   sum(CASE t.kind WHEN 'cancel' THEN -t.amount_cents ELSE t.amount_cents END) AS cents
            FROM transfers t JOIN sealed_days s ON s.authority_id = t.authority_id AND s.day = t.business_day
            WHERE t.authority_id = :authority_id AND t.partner_id IS NOT NULL
            GROUP BY t.envelope_id, t.business_day
        ) m USING (envelope_id, day)
        WHERE d.debited_cents IS DISTINCT FROM m.cents
        """,
    ),
)
