"""What must always hold of the line before each envelope, each with a query that finds rows where it does not.

What the ledger itself says of corrections, clawbacks, suspensions and kept figures: `budget_rules.py`.
"""

from __future__ import annotations

LINE_RULES = (
    (
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
    (
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
)
