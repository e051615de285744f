"""What must always hold of top-ups and uses: (name, query) pairs, part of `checks`.

What the ledger itself says of top-ups and transfers to operators: `rights_rules.py`.
"""

from __future__ import annotations

RIGHTS_CHECKS = (
    (
        "what tills added to a wallet is what its top-ups say that were not given back",
        """
        SELECT coalesce(a.wallet_id, t.wallet_id) AS wallet_id, a.added_cents, t.cents AS top_ups_cents
        FROM (SELECT wallet_id, added_cents FROM wallet_top_ups WHERE authority_id = :authority_id) AS a
        FULL JOIN (SELECT wallet_id, coalesce(sum(amount_cents) FILTER (WHERE returned_by IS NULL), 0) AS cents
                   FROM top_ups WHERE authority_id = :authority_id GROUP BY wallet_id) AS t USING (wallet_id)
        WHERE a.added_cents IS DISTINCT FROM t.cents
        """,
    ),
    (
        "no right without cents is used beyond its limit in a period",
        """
        SELECT person_id, scheme, season, benefit, period_starts_on, count(*) AS uses
        FROM access_uses
        WHERE authority_id = :authority_id AND cancelled_at IS NULL AND place IS NOT NULL
        GROUP BY person_id, scheme, season, benefit, period_starts_on HAVING count(*) > max(places)
        """,
    ),
    (
        "each use is of a member's own right, and the outcome of one key of its partner",
        """
        SELECT u.use_id, count(i.key) AS keys
        FROM access_uses u
        LEFT JOIN memberships m ON m.authority_id = u.authority_id AND m.membership_id = u.membership_id
             AND (m.person_id, m.scheme, m.season) = (u.person_id, u.scheme, u.season)
             AND m.entitlements @> jsonb_build_array(jsonb_build_object('benefit', u.benefit, 'credited', true))
        LEFT JOIN idempotency i ON i.authority_id = u.authority_id AND i.caller = 'partner:' || u.partner_id
             AND i.operation = 'record_use' AND i.outcome ->> 'use_id' = u.use_id::text
        WHERE u.authority_id = :authority_id
        GROUP BY u.use_id, m.membership_id HAVING count(i.key) <> 1 OR m.membership_id IS NULL
        """,
    ),
)
