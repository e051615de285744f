"""What must always hold of top-ups, transfers and uses: (name, query) pairs, part of `checks`."""

from __future__ import annotations

RIGHTS_RULES = (
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
        "a top-up is a credit of its debit's wallet, given back with that debit's cancellation and only then",
        """
        SELECT p.debit_id, p.credit_id, p.returned_by, x.transfer_id AS cancellation
        FROM top_ups p
        LEFT JOIN transfers d ON d.authority_id = p.authority_id AND d.transfer_id = p.debit_id AND d.kind = 'debit'
        LEFT JOIN transfers c ON c.authority_id = p.authority_id AND c.transfer_id = p.credit_id AND c.kind = 'credit'
        LEFT JOIN transfers x ON x.authority_id = p.authority_id AND x.cancels = p.debit_id
        LEFT JOIN transfers r ON r.authority_id = p.authority_id AND r.transfer_id = p.returned_by AND r.kind = 'return'
        WHERE p.authority_id = :authority_id
          AND (d.wallet_id IS DISTINCT FROM p.wallet_id OR p.amount_cents > d.amount_cents
            OR (c.wallet_id, c.amount_cents) IS DISTINCT FROM (p.wallet_id, p.amount_cents)
            OR (x.transfer_id IS NULL) <> (p.returned_by IS NULL)
            OR (p.returned_by IS NOT NULL
                AND (r.wallet_id, r.amount_cents) IS DISTINCT FROM (p.wallet_id, p.amount_cents)))
        """,
    ),
    (
        "what is given back to an envelope is a top-up's",
        """
        SELECT r.transfer_id FROM transfers r
        LEFT JOIN top_ups p ON p.authority_id = r.authority_id AND p.returned_by = r.transfer_id
        WHERE r.authority_id = :authority_id AND r.kind = 'return' AND p.debit_id IS NULL
        """,
    ),
    (
        "each balance moved to an operator is one debit by its channel, under one reference",
        """
        SELECT coalesce(o.debit_id, d.transfer_id) AS debit_id, o.reference
        FROM (SELECT * FROM operator_transfers WHERE authority_id = :authority_id) AS o
        FULL JOIN (SELECT * FROM transfers WHERE authority_id = :authority_id AND kind = 'debit'
                     AND channel = 'external') AS d ON d.transfer_id = o.debit_id
        WHERE o.partner_id IS DISTINCT FROM d.partner_id
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
