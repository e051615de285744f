"""Rules of the walk on top-ups and on balances moved to operators."""

from __future__ import annotations

from services.wallet.store.walk_rule import Rule

RIGHTS_RULES = (
    Rule(
        "a top-up is a credit of its debit's wallet, given back with that debit's cancellation and only then",
        """
        SELECT format('debit_id %s, credit_id %s, returned_by %s, cancellation %s', p.debit_id, p.credit_id,
                      p.returned_by, x.transfer_id)
        FROM top_ups p JOIN wallets w USING (authority_id, wallet_id)
        LEFT JOIN walked d ON d.place = 1 AND d.transfer_id = p.debit_id AND d.kind = 'debit'
        LEFT JOIN walked c ON c.place = 1 AND c.transfer_id = p.credit_id AND c.kind = 'credit'
        LEFT JOIN walked x ON x.place = 1 AND x.cancels = p.debit_id
        LEFT JOIN walked r ON r.place = 1 AND r.transfer_id = p.returned_by AND r.kind = 'return'
        WHERE p.authority_id = :authority_id AND (w.scheme, w.season) NOT IN (SELECT scheme, season FROM gone)
          AND (d.wallet_id IS DISTINCT FROM p.wallet_id OR p.amount_cents > d.transfer_cents
            OR (c.wallet_id, c.transfer_cents) IS DISTINCT FROM (p.wallet_id, p.amount_cents)
            OR (x.transfer_id IS NULL) <> (p.returned_by IS NULL)
            OR (p.returned_by IS NOT NULL AND p.returned_by <> x.transfer_id
                AND (r.wallet_id, r.transfer_cents) IS DISTINCT FROM (p.wallet_id, p.amount_cents)))
        """,
        whole=True,
    ),
    Rule(
        "what is given back to an envelope is a top-up's",
        """
        SELECT format('transfer_id %s', r.transfer_id)
        FROM walked r LEFT JOIN top_ups p ON p.authority_id = :authority_id AND p.returned_by = r.transfer_id
        WHERE r.place = 1 AND r.kind = 'return' AND p.debit_id IS NULL
        """,
    ),
    Rule(
        "each balance moved to an operator is one debit by its channel, under one reference",
        """
        SELECT format('debit_id %s, reference %s', coalesce(o.debit_id, d.transfer_id), o.reference)
        FROM (SELECT * FROM operator_transfers WHERE authority_id = :authority_id) AS o
        FULL JOIN (SELECT transfer_id, partner_id FROM walked
                   WHERE place = 1 AND kind = 'debit' AND channel = 'external') AS d ON d.transfer_id = o.debit_id
        WHERE o.partner_id IS DISTINCT FROM d.partner_id
          AND (d.transfer_id IS NOT NULL OR NOT EXISTS (SELECT FROM gone))
        """,
        whole=True,
    ),
)
