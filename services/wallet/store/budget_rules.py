"""Rules of the walk on what staff and payout write: corrections, clawbacks, suspensions, sums of counted days."""

from __future__ import annotations

from services.wallet.store.walk_rule import Rule

BUDGET_RULES = (
    Rule(
        "each correction in the ledger was confirmed by a second person, for that wallet and amount",
        """
        SELECT format('transfer_id %s, correction_id %s, proposed_by %s, decided_by %s', t.transfer_id,
                      c.correction_id, c.proposed_by, c.decided_by)
        FROM walked t LEFT JOIN corrections c ON c.authority_id = :authority_id AND c.transfer_id = t.transfer_id
        WHERE t.kind = 'correction' AND t.account_kind = 'wallet'
          AND (c.correction_id IS NULL OR c.state <> 'confirmed' OR c.decided_by = c.proposed_by
               OR (c.wallet_id, c.amount_cents) IS DISTINCT FROM (t.wallet_id, t.amount_cents))
        """,
    ),
    Rule(
        "each confirmed correction has its transfer",
        """
        SELECT format('correction_id %s, transfer_id %s', c.correction_id, c.transfer_id)
        FROM corrections c JOIN wallets w USING (authority_id, wallet_id)
        LEFT JOIN walked t ON t.place = 1 AND t.transfer_id = c.transfer_id
        WHERE c.authority_id = :authority_id AND c.state = 'confirmed'
          AND (w.scheme, w.season) NOT IN (SELECT scheme, season FROM gone)
          AND (t.transfer_id IS NULL OR t.cancels IS DISTINCT FROM c.debit_id
               OR t.kind <> CASE WHEN c.debit_id IS NULL THEN 'correction' ELSE 'cancel' END)
        """,
        whole=True,
    ),
    Rule(
        "each clawback in the ledger is payout's, of that debit's partner and envelope",
        """
        SELECT format('transfer_id %s, clawback_id %s, debit_id %s', t.transfer_id, c.clawback_id, c.debit_id)
        FROM walked t LEFT JOIN clawbacks c ON c.authority_id = :authority_id AND c.transfer_id = t.transfer_id
        LEFT JOIN LATERAL (
            SELECT d.partner_id, d.wallet_id FROM transfers d
            WHERE d.authority_id = :authority_id AND d.transfer_id = c.debit_id
              AND d.kind IN ('debit', 'capture') OFFSET 0
        ) AS d ON true
        WHERE t.place = 1 AND t.kind = 'clawback'
          AND (c.envelope_id, c.partner_id, c.amount_cents, t.wallet_id)
              IS DISTINCT FROM (t.envelope_id, d.partner_id, t.transfer_cents, d.wallet_id)
        """,
    ),
    Rule(
        "each clawback has its transfer, and a debit gives back no more than it was",
        """
        SELECT format('debit_id %s, clawed_back_cents %s, debit_cents %s', c.debit_id, sum(c.amount_cents),
                      max(d.transfer_cents))
        FROM clawbacks c JOIN envelopes v USING (authority_id, envelope_id)
        LEFT JOIN walked t ON t.place = 1 AND t.transfer_id = c.transfer_id AND t.kind = 'clawback'
        LEFT JOIN walked d ON d.place = 1 AND d.transfer_id = c.debit_id
        LEFT JOIN walked u ON u.place = 1 AND u.cancels = c.debit_id
        WHERE c.authority_id = :authority_id AND (v.scheme, v.season) NOT IN (SELECT scheme, season FROM gone)
        GROUP BY c.debit_id
        HAVING bool_or(t.transfer_id IS NULL) OR sum(c.amount_cents) > max(d.transfer_cents)
            OR count(u.transfer_id) > 0
        """,
        whole=True,
    ),
    Rule(
        "nothing was debited from a benefit while it was suspended",
        """
        SELECT format('transfer_id %s, suspension_id %s', t.transfer_id, s.suspension_id)
        FROM suspensions s
        JOIN wallets w ON w.authority_id = s.authority_id AND w.membership_id = s.membership_id
             AND (cardinality(s.benefits) = 0 OR w.benefit = ANY (s.benefits))
        JOIN walked t ON t.place = 1 AND t.wallet_id = w.wallet_id AND t.kind IN ('debit', 'capture', 'hold')
        WHERE s.authority_id = :authority_id AND t.recorded_at > s.recorded_at
          AND t.recorded_at < coalesce(s.lifted_recorded_at, 'infinity') AND t.business_day <= s.until
        """,
    ),
    Rule(
        "a counted day's sums by envelope are those of its movements",
        """
        SELECT format('envelope_id %s, day %s, debited_cents %s, cents %s', envelope_id, day, d.debited_cents, m.cents)
        FROM (
            SELECT k.envelope_id, k.day, k.debited_cents
            FROM envelope_days k JOIN envelopes v USING (authority_id, envelope_id)
            WHERE k.authority_id = :authority_id AND k.day >= :since
              AND (v.scheme, v.season) NOT IN (SELECT scheme, season FROM gone)
        ) AS d FULL JOIN (
            SELECT t.envelope_id, t.business_day AS day,
                   sum(CASE t.kind WHEN 'cancel' THEN -t.transfer_cents ELSE t.transfer_cents END) AS cents
            FROM walked t JOIN sealed_days s ON s.authority_id = :authority_id AND s.day = t.business_day
                 AND s.counted_at IS NOT NULL
            WHERE t.place = 1 AND t.partner_id IS NOT NULL
            GROUP BY t.envelope_id, t.business_day
        ) AS m USING (envelope_id, day)
        WHERE d.debited_cents IS DISTINCT FROM m.cents
        """,
    ),
)
