"""Rules of the walk on transfers, entries, the rows that they move, and seals."""

from __future__ import annotations

from services.wallet.store.walk_rule import Rule

LEDGER_RULES = (
    Rule(
        "each transfer is two entries of its own amount that add up to nothing",
        """
        SELECT format('transfer_id %s, amount_cents %s, entries %s, sum_cents %s', transfer_id, transfer_cents,
                      entries, sum_cents)
        FROM walked WHERE kind IS NOT NULL AND place = 1
          AND (entries <> 2 OR sum_cents <> 0 OR top_cents <> transfer_cents)
        """,
    ),
    Rule(
        "each entry belongs to a transfer of its own wallet, partner or envelope",
        """
        SELECT format('transfer_id %s, account_kind %s, account_id %s', transfer_id, account_kind, account_id)
        FROM (SELECT w.*, coalesce(w.partner_id, c.partner_id) AS paid_partner_id
              FROM walked w LEFT JOIN clawbacks c ON c.authority_id = :authority_id AND c.transfer_id = w.transfer_id
        ) AS sides
        WHERE account_kind IS NOT NULL AND (kind IS NULL OR account_id IS DISTINCT FROM
            CASE account_kind WHEN 'wallet' THEN wallet_id WHEN 'partner' THEN paid_partner_id
                 WHEN 'hold' THEN account_id ELSE envelope_id END)
        """,
    ),
    Rule(
        "each transfer lies in its season's partition, under an id of its own",
        """
        SELECT format('transfer_id %s, season_no %s, season_no of its envelope %s', w.transfer_id, w.season_no,
                      s.season_no)
        FROM walked w
        LEFT JOIN envelopes v ON v.authority_id = :authority_id AND v.envelope_id = w.envelope_id
        LEFT JOIN seasons s ON s.authority_id = v.authority_id AND s.scheme = v.scheme AND s.season = v.season
        WHERE w.place = 1 AND w.kind IS NOT NULL
          AND (s.season_no IS DISTINCT FROM w.season_no OR w.transfer_before = w.transfer_id)
        """,
    ),
    Rule(
        "the entries of a wallet or an envelope are a chain from 0, none missing",
        """
        SELECT format('account_id %s, account_version %s', account_id, torn_at)
        FROM accounts WHERE torn_at IS NOT NULL
        """,
    ),
    Rule(
        "a wallet's balance, credit and version are those of its entries",
        """
        SELECT format('wallet_id %s, balance_cents %s, version %s, entries_cents %s, last version %s', w.wallet_id,
                      w.balance_cents, w.version, coalesce(a.last_cents, 0), coalesce(a.version, 0))
        FROM wallets w {accounts} JOIN accounts a ON a.account_id = w.wallet_id AND a.account_kind = 'wallet'
        WHERE w.authority_id = :authority_id AND (w.scheme, w.season) NOT IN (SELECT scheme, season FROM gone)
          AND (w.balance_cents <> coalesce(a.last_cents, 0) OR w.version <> coalesce(a.version, 0)
               OR ({whole} AND (w.balance_cents <> coalesce(a.entries_cents, 0)
                                OR w.credited_cents <> coalesce(a.credit_cents, 0))))
        """,
    ),
    Rule(
        "a wallet's uses left are those granted, less those taken, and those given back",
        """
        SELECT format('wallet_id %s, uses_left %s, uses_of_transfers %s', w.wallet_id, w.uses_left, a.uses)
        FROM wallets w LEFT JOIN accounts a ON a.account_id = w.wallet_id AND a.account_kind = 'wallet'
        WHERE w.authority_id = :authority_id AND (w.scheme, w.season) NOT IN (SELECT scheme, season FROM gone)
          AND (coalesce(w.uses_left, 0) <> coalesce(a.uses, 0)
               OR (w.uses_left IS NULL AND a.counted > 0)
               OR (w.uses_left IS NOT NULL AND a.counted < a.countable))
        """,
        whole=True,
    ),
    Rule(
        "a cancellation gives back the uses that its debit took",
        """
        SELECT format('transfer_id %s, uses %s, debit_uses %s', c.transfer_id, c.uses, d.uses)
        FROM walked c CROSS JOIN LATERAL (
            SELECT t.uses FROM transfers t
            WHERE t.authority_id = :authority_id AND t.transfer_id = c.cancels OFFSET 0
        ) AS d
        WHERE c.place = 1 AND c.kind = 'cancel' AND c.account_kind IS DISTINCT FROM 'envelope'
          AND c.uses IS DISTINCT FROM d.uses
        """,
    ),
    Rule(
        "each entry of a wallet has its wallet",
        """
        SELECT format('account_id %s', a.account_id)
        FROM accounts a LEFT JOIN wallets w ON w.authority_id = :authority_id AND w.wallet_id = a.account_id
        WHERE a.account_kind = 'wallet' AND w.wallet_id IS NULL
        """,
    ),
    Rule(
        "what an envelope voted and has left are those of its entries",
        """
        SELECT format('envelope_id %s, voted_cents %s, unallocated_cents %s, expired_cents %s, entries_cents %s',
                      v.envelope_id, v.voted_cents, v.unallocated_cents, v.expired_cents, coalesce(a.last_cents, 0))
        FROM envelopes v {accounts} JOIN accounts a ON a.account_id = v.envelope_id AND a.account_kind = 'envelope'
        LEFT JOIN (
            SELECT account_id, sum(amount_cents) AS cents FROM totals WHERE account_kind = 'expired' GROUP BY account_id
        ) AS lost ON lost.account_id = v.envelope_id
        WHERE v.authority_id = :authority_id AND (v.scheme, v.season) NOT IN (SELECT scheme, season FROM gone)
          AND (v.unallocated_cents <> coalesce(a.last_cents, 0)
               OR ({whole} AND (v.unallocated_cents <> coalesce(a.entries_cents, 0)
                                OR v.voted_cents <> coalesce(a.voted_cents, 0)
                                OR v.expired_cents <> coalesce(lost.cents, 0))))
        """,
    ),
    Rule(
        "nothing is credited beyond what was voted",
        """
        SELECT format('envelope_id %s, voted_cents %s, left_cents %s', v.envelope_id, v.voted_cents, a.last_cents)
        FROM envelopes v JOIN accounts a ON a.account_id = v.envelope_id AND a.account_kind = 'envelope'
        WHERE v.authority_id = :authority_id AND a.last_cents NOT BETWEEN 0 AND v.voted_cents
        """,
    ),
    Rule(
        "a cancellation undoes one debit of its own wallet and partner, whole",
        """
        SELECT format('transfer_id %s, cancels %s', c.transfer_id, c.cancels)
        FROM walked c LEFT JOIN LATERAL (
            SELECT t.wallet_id, t.partner_id, t.amount_cents FROM transfers t
            WHERE t.authority_id = :authority_id AND t.transfer_id = c.cancels AND t.season_no = c.season_no
              AND t.kind IN ('debit', 'capture') OFFSET 0
        ) AS d ON true
        WHERE c.place = 1 AND c.kind = 'cancel'
          AND (c.wallet_id, c.partner_id, c.transfer_cents)
              IS DISTINCT FROM (d.wallet_id, d.partner_id, d.amount_cents)
        """,
    ),
    Rule(
        "each debit is the outcome of one key",
        """
        SELECT format('transfer_id %s, keys %s', t.transfer_id, count(i.key))
        FROM walked t LEFT JOIN idempotency i ON i.authority_id = :authority_id
             AND i.transfer_id = t.transfer_id
             AND i.operation = CASE t.kind WHEN 'debit' THEN 'debit' ELSE 'redeem_voucher' END
             AND i.outcome ->> 'debit_id' = t.transfer_id::text
             AND (i.outcome ->> 'amount_cents')::bigint = t.transfer_cents
             AND i.caller = 'partner:' || t.partner_id
        WHERE t.place = 1 AND t.kind IN ('debit', 'capture')
        GROUP BY t.transfer_id HAVING count(i.key) <> 1
        """,
    ),
    Rule(
        "each key that was answered with a debit has it",
        """
        SELECT format('caller %s, key %s, debit_id %s', i.caller, i.key, i.outcome ->> 'debit_id')
        FROM idempotency i LEFT JOIN walked t ON t.place = 1 AND t.transfer_id = i.transfer_id
             AND t.kind = CASE i.operation WHEN 'debit' THEN 'debit' ELSE 'capture' END
        WHERE i.authority_id = :authority_id AND i.operation IN ('debit', 'redeem_voucher')
          AND i.outcome ? 'debit_id' AND t.transfer_id IS NULL
          AND (i.outcome ->> 'scheme', i.outcome ->> 'season') NOT IN (SELECT scheme, season FROM gone)
        """,
        whole=True,
    ),
    Rule(
        "a voucher holds its amount while it is open and nothing afterwards",
        """
        SELECT format('voucher_id %s, state %s, amount_cents %s, held_cents %s', v.voucher_id, v.state,
                      v.amount_cents, coalesce(h.held_cents, 0))
        FROM kept_vouchers v LEFT JOIN holds h USING (voucher_id)
        WHERE coalesce(h.held_cents, 0) <> CASE v.state WHEN 'open' THEN v.amount_cents ELSE 0 END
           OR coalesce(h.reserved_cents, 0) <> v.amount_cents
        """,
    ),
    Rule(
        "each entry of a hold has its voucher, of the transfer's wallet",
        """
        SELECT format('transfer_id %s, account_id %s', h.a_transfer, h.voucher_id)
        FROM holds h LEFT JOIN vouchers v ON v.authority_id = :authority_id AND v.voucher_id = h.voucher_id
        WHERE h.wallet_ids IS DISTINCT FROM ARRAY[v.wallet_id]
        """,
    ),
    Rule(
        "a voucher is redeemed by one capture of its own partner and amount",
        """
        SELECT format('voucher_id %s, state %s, redeemed_cents %s, captures %s', v.voucher_id, v.state,
                      v.redeemed_cents, coalesce(h.captures, 0))
        FROM kept_vouchers v LEFT JOIN holds h USING (voucher_id)
        WHERE coalesce(h.captures, 0) <> CASE v.state WHEN 'redeemed' THEN 1 ELSE 0 END
           OR coalesce(h.captured_cents, 0) <> v.redeemed_cents
           OR h.captured_by <> ARRAY[(v.debit_id, v.partner_id)::text]
        """,
    ),
    Rule(
        "no movement was added to a counted day",
        """
        SELECT format('transfer_id %s, business_day %s', t.transfer_id, t.business_day)
        FROM walked t JOIN sealed_days s ON s.authority_id = :authority_id AND s.day = t.business_day
        WHERE t.place = 1 AND t.partner_id IS NOT NULL AND t.recorded_at > s.recorded_at
        """,
    ),
    Rule(
        "each transfer of a sealed day is as it was sealed, none is missing and none was added",
        """
        SELECT format('day %s: transfer %s %s', u.day, encode(each.id, 'hex')::uuid, each.told)
        FROM (SELECT * FROM unlike ORDER BY day, season_no, branch LIMIT 1) AS u
        CROSS JOIN LATERAL (
            SELECT coalesce(s.id, n.id) AS id,
                   CASE WHEN s.id IS NULL THEN 'was added' WHEN n.id IS NULL THEN 'is missing'
                        ELSE 'was changed' END AS told
            FROM (
                SELECT substring(u.sealed FROM 48 * i + 1 FOR 16) AS id,
                       substring(u.sealed FROM 48 * i + 17 FOR 32) AS leaf
                FROM generate_series(0, length(u.sealed) / 48 - 1) AS i
            ) AS s FULL JOIN (
                SELECT substring(u.now FROM 48 * i + 1 FOR 16) AS id,
                       substring(u.now FROM 48 * i + 17 FOR 32) AS leaf
                FROM generate_series(0, length(u.now) / 48 - 1) AS i
            ) AS n ON n.id = s.id
            WHERE s.leaf IS DISTINCT FROM n.leaf
        ) AS each
        """,
    ),
    Rule(
        "each partner's and envelope's sum of a sealed day is that of its entries",
        """
        SELECT format('day %s: %s %s: sealed %s, entries say %s', day, account_kind, account_id, s.amount_cents,
                      t.amount_cents)
        FROM (SELECT totals.* FROM totals, sealed WHERE day <= sealed.until) AS t FULL JOIN (
            SELECT * FROM seal_totals WHERE authority_id = :authority_id AND day >= :since
              AND season_no NOT IN (SELECT season_no FROM gone)
        ) AS s USING (day, season_no, account_kind, account_id)
        WHERE (t.entries, t.amount_cents) IS DISTINCT FROM (s.entries, s.amount_cents)
        """,
    ),
)
