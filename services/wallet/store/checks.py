"""What must always hold in the ledger, each rule as a query that finds the first row where it does not.

Everything is derived again from the entries; PostgreSQL walks the indexes or sorts on disk, so memory stays
flat over millions of rows. Run in one snapshot: debits may go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.store.card_checks import CARD_RULES
from services.wallet.store.rights_checks import RIGHTS_RULES


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
        "each transfer is two entries of its own amount that add up to nothing",
        """
        SELECT t.transfer_id, t.amount_cents, count(e.transfer_id) AS entries, sum(e.amount_cents) AS sum_cents
        FROM transfers t LEFT JOIN entries e USING (authority_id, transfer_id)
        WHERE t.authority_id = :authority_id
        GROUP BY t.transfer_id, t.amount_cents
        HAVING count(e.transfer_id) <> 2 OR sum(e.amount_cents) <> 0 OR max(e.amount_cents) <> t.amount_cents
        """,
    ),
    Check(
        "each entry belongs to a transfer of its own wallet, partner or envelope",
        """
        SELECT e.transfer_id, e.account_kind, e.account_id
        FROM entries e LEFT JOIN transfers t USING (authority_id, transfer_id)
        WHERE e.authority_id = :authority_id AND (t.transfer_id IS NULL OR e.account_id IS DISTINCT FROM
            CASE e.account_kind WHEN 'wallet' THEN t.wallet_id WHEN 'partner' THEN t.partner_id
                 WHEN 'hold' THEN e.account_id ELSE t.envelope_id END)
        """,
    ),
    Check(
        "the entries of a wallet or an envelope are a chain from 0, none missing",
        """
        SELECT account_id, account_version, balance_before_cents, previous_after_cents FROM (
            SELECT account_id, account_version, balance_before_cents,
                   row_number() OVER chain AS place,
                   coalesce(lag(balance_after_cents) OVER chain, 0) AS previous_after_cents
            FROM entries WHERE authority_id = :authority_id AND account_version IS NOT NULL
            WINDOW chain AS (PARTITION BY authority_id, account_id ORDER BY account_version)
        ) AS walked
        WHERE account_version <> place OR balance_before_cents <> previous_after_cents
        """,
    ),
    Check(
        "a wallet's balance, credit and version are those of its entries",
        """
        SELECT w.wallet_id, w.balance_cents, w.version, coalesce(sum(e.amount_cents), 0) AS entries_cents,
               count(e.transfer_id) AS entries
        FROM wallets w
        LEFT JOIN entries e ON e.authority_id = w.authority_id AND e.account_id = w.wallet_id
             AND e.account_version IS NOT NULL
        LEFT JOIN transfers t ON t.authority_id = e.authority_id AND t.transfer_id = e.transfer_id
        WHERE w.authority_id = :authority_id
        GROUP BY w.wallet_id, w.balance_cents, w.credited_cents, w.version
        HAVING w.balance_cents <> coalesce(sum(e.amount_cents), 0) OR w.version <> count(e.transfer_id)
            OR w.credited_cents <> coalesce(sum(e.amount_cents) FILTER (WHERE t.kind IN ('credit', 'return')), 0)
        """,
    ),
    Check(
        "a wallet's uses left are those granted, less those taken, and those given back",
        """
        SELECT w.wallet_id, w.uses_left, coalesce(sum(
                   CASE WHEN t.kind IN ('credit', 'cancel', 'release') THEN t.uses
                        WHEN t.kind IN ('debit', 'hold') THEN -t.uses END), 0) AS uses_of_transfers
        FROM wallets w LEFT JOIN transfers t ON t.authority_id = w.authority_id AND t.wallet_id = w.wallet_id
        WHERE w.authority_id = :authority_id
        GROUP BY w.wallet_id, w.uses_left
        HAVING coalesce(w.uses_left, 0) <> coalesce(sum(
                   CASE WHEN t.kind IN ('credit', 'cancel', 'release') THEN t.uses
                        WHEN t.kind IN ('debit', 'hold') THEN -t.uses END), 0)
            OR bool_or((w.uses_left IS NULL) <> (t.uses IS NULL)) FILTER (WHERE t.kind IN ('credit', 'debit', 'hold'))
        """,
    ),
    Check(
        "a cancellation gives back the uses that its debit took",
        """
        SELECT c.transfer_id, c.uses, d.uses AS debit_uses
        FROM transfers c JOIN transfers d ON d.authority_id = c.authority_id AND d.transfer_id = c.cancels
        WHERE c.authority_id = :authority_id AND c.kind = 'cancel' AND c.uses IS DISTINCT FROM d.uses
        """,
    ),
    Check(
        "each entry of a wallet has its wallet",
        """
        SELECT e.account_id, e.transfer_id
        FROM entries e LEFT JOIN wallets w ON w.authority_id = e.authority_id AND w.wallet_id = e.account_id
        WHERE e.authority_id = :authority_id AND e.account_kind = 'wallet' AND w.wallet_id IS NULL
        """,
    ),
    Check(
        "what an envelope voted and has left are those of its entries",
        """
        SELECT v.envelope_id, v.voted_cents, v.unallocated_cents,
               coalesce(sum(e.amount_cents), 0) AS entries_cents
        FROM envelopes v
        LEFT JOIN entries e ON e.authority_id = v.authority_id AND e.account_id = v.envelope_id
             AND e.account_kind = 'envelope'
        LEFT JOIN transfers t ON t.authority_id = e.authority_id AND t.transfer_id = e.transfer_id
        WHERE v.authority_id = :authority_id
        GROUP BY v.envelope_id, v.voted_cents, v.unallocated_cents
        HAVING v.unallocated_cents <> coalesce(sum(e.amount_cents), 0)
            OR v.voted_cents <> coalesce(sum(e.amount_cents) FILTER (WHERE t.kind = 'vote'), 0)
        """,
    ),
    Check(
        "nothing is credited beyond what was voted",
        """
        SELECT v.envelope_id, v.voted_cents, sum(e.amount_cents) AS credited_cents
        FROM envelopes v JOIN transfers t USING (authority_id, envelope_id)
        JOIN entries e ON e.authority_id = t.authority_id AND e.transfer_id = t.transfer_id
             AND e.account_kind = 'wallet'
        WHERE v.authority_id = :authority_id AND t.kind IN ('credit', 'return')
        GROUP BY v.envelope_id, v.voted_cents HAVING sum(e.amount_cents) > v.voted_cents
        """,
    ),
    Check(
        "a cancellation undoes one debit of its own wallet and partner, whole",
        """
        SELECT c.transfer_id, c.cancels
        FROM transfers c
        LEFT JOIN transfers d ON d.authority_id = c.authority_id AND d.transfer_id = c.cancels
             AND d.kind IN ('debit', 'capture')
        WHERE c.authority_id = :authority_id AND c.kind = 'cancel'
          AND (c.wallet_id, c.partner_id, c.amount_cents)
              IS DISTINCT FROM (d.wallet_id, d.partner_id, d.amount_cents)
        """,
    ),
    Check(
        "each debit is the outcome of one key",
        """
        SELECT t.transfer_id, count(i.key) AS keys
        FROM transfers t LEFT JOIN idempotency i ON i.authority_id = t.authority_id
             AND i.transfer_id = t.transfer_id
             AND i.operation = CASE t.kind WHEN 'debit' THEN 'debit' ELSE 'redeem_voucher' END
             AND i.outcome ->> 'debit_id' = t.transfer_id::text
             AND (i.outcome ->> 'amount_cents')::bigint = t.amount_cents
             AND i.caller = 'partner:' || t.partner_id
        WHERE t.authority_id = :authority_id AND t.kind IN ('debit', 'capture')
        GROUP BY t.transfer_id HAVING count(i.key) <> 1
        """,
    ),
    Check(
        "each key that was answered with a debit has it",
        """
        SELECT i.caller, i.key, i.outcome ->> 'debit_id' AS debit_id
        FROM idempotency i LEFT JOIN transfers t ON t.authority_id = i.authority_id
             AND t.transfer_id = i.transfer_id
             AND t.kind = CASE i.operation WHEN 'debit' THEN 'debit' ELSE 'capture' END
        WHERE i.authority_id = :authority_id AND i.operation IN ('debit', 'redeem_voucher')
          AND i.outcome ? 'debit_id'
          AND t.transfer_id IS NULL
        """,
    ),
    Check(
        "a voucher holds its amount while it is open and nothing afterwards",
        """
        SELECT v.voucher_id, v.state, v.amount_cents, coalesce(sum(e.amount_cents), 0) AS held_cents
        FROM vouchers v LEFT JOIN entries e ON e.authority_id = v.authority_id AND e.account_id = v.voucher_id
             AND e.account_kind = 'hold'
        WHERE v.authority_id = :authority_id
        GROUP BY v.voucher_id, v.state, v.amount_cents
        HAVING coalesce(sum(e.amount_cents), 0) <> CASE v.state WHEN 'open' THEN v.amount_cents ELSE 0 END
            OR coalesce(sum(e.amount_cents) FILTER (WHERE e.amount_cents > 0), 0) <> v.amount_cents
        """,
    ),
    Check(
        "each entry of a hold has its voucher, of the transfer's wallet",
        """
        SELECT e.transfer_id, e.account_id
        FROM entries e JOIN transfers t USING (authority_id, transfer_id)
        LEFT JOIN vouchers v ON v.authority_id = e.authority_id AND v.voucher_id = e.account_id
        WHERE e.authority_id = :authority_id AND e.account_kind = 'hold' AND v.wallet_id IS DISTINCT FROM t.wallet_id
        """,
    ),
    Check(
        "a voucher is redeemed by one capture of its own partner and amount",
        """
        SELECT v.voucher_id, v.state, v.redeemed_cents, count(t.transfer_id) AS captures
        FROM vouchers v
        LEFT JOIN entries e ON e.authority_id = v.authority_id AND e.account_id = v.voucher_id
             AND e.account_kind = 'hold'
        LEFT JOIN transfers t ON t.authority_id = e.authority_id AND t.transfer_id = e.transfer_id
             AND t.kind = 'capture'
        WHERE v.authority_id = :authority_id
        GROUP BY v.voucher_id, v.state, v.redeemed_cents, v.debit_id, v.partner_id
        HAVING count(t.transfer_id) <> CASE v.state WHEN 'redeemed' THEN 1 ELSE 0 END
            OR coalesce(sum(t.amount_cents), 0) <> v.redeemed_cents
            OR bool_or((t.transfer_id, t.partner_id) IS DISTINCT FROM (v.debit_id, v.partner_id))
               FILTER (WHERE t.transfer_id IS NOT NULL)
        """,
    ),
    Check(
        "no movement was added to a counted day",
        """
        SELECT t.transfer_id, t.business_day FROM transfers t
        JOIN sealed_days s ON s.authority_id = t.authority_id AND s.day = t.business_day
        WHERE t.authority_id = :authority_id AND t.partner_id IS NOT NULL AND t.recorded_at > s.recorded_at
        """,
    ),
    *(Check(name, query) for name, query in CARD_RULES),
    *(Check(name, query) for name, query in RIGHTS_RULES),
)

# Where each cent of the envelopes is, by kind of account: from the entries alone. What is reserved is part of what
# is left.
_FIGURES = """
    SELECT coalesce(-sum(e.amount_cents) FILTER (WHERE e.account_kind = 'authority'), 0) AS envelopes_cents,
           coalesce(sum(e.amount_cents) FILTER (WHERE e.account_kind = 'envelope'), 0) AS unallocated_cents,
           coalesce(sum(e.amount_cents) FILTER (WHERE e.account_kind IN ('wallet', 'hold')), 0) AS left_cents,
           coalesce(sum(e.amount_cents) FILTER (WHERE e.account_kind = 'hold'), 0) AS reserved_cents,
           coalesce(sum(e.amount_cents) FILTER (WHERE e.account_kind = 'expired'), 0) AS expired_cents,
           coalesce(sum(e.amount_cents) FILTER (WHERE e.account_kind = 'partner' AND e.amount_cents > 0), 0)
               AS debited_cents,
           coalesce(-sum(e.amount_cents) FILTER (WHERE e.account_kind = 'partner' AND e.amount_cents < 0), 0)
               AS cancelled_cents,
           coalesce(sum(e.amount_cents), 0) AS ledger_difference_cents,
           count(*) AS entries
    FROM entries e WHERE e.authority_id = :authority_id
"""


def run_checks(work: Work) -> Iterator[Finding]:
    for check in CHECKS:
        row = work.session.execute(sa.text(f"{check.query} LIMIT 1"), _of(work)).mappings().first()
        told = ", ".join(f"{name} {value}" for name, value in row.items()) if row else ""
        yield Finding(check.name, row is None, told)


def figures(work: Work) -> dict[str, int]:
    """Cents by where they are, and how many entries say so."""
    row = work.session.execute(sa.text(_FIGURES), _of(work)).mappings().one()
    return {name: int(value) for name, value in row.items()}


def _of(work: Work) -> dict[str, str]:
    return {"authority_id": work.authority_id}
