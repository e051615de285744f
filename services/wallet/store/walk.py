"""The ledger read once: every rule on transfers and entries, in one statement that walks them in one pass.

`walked` joins each entry to its transfer and to its transfer's other side, and is what every rule reads; the tables are
scanned once each, and what a cancellation names is found by its key. PostgreSQL sorts on disk what does not fit
`work_mem`, and only rows that break a rule leave it, so memory stays flat on both sides. `since` walks the days from
one on and trusts the seals before it: an account's first entry is then held against the one before, found by its key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.store.leaves import entry_text, leaf, transfer_text
from services.wallet.store.seals import BRANCH, LEAVES, TOTALS_ACCOUNT


@dataclass(frozen=True, slots=True)
class Rule:
    """`broken` is a query on the walk's steps that answers one text a row that breaks the rule. `whole`: it needs
    the ledger from its first day on."""

    name: str
    broken: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """What one pass found: the first difference of each broken rule, and where each cent is."""

    differences: Mapping[str, str]
    figures: Mapping[str, int]


_STEPS = f"""
gone AS MATERIALIZED (
    SELECT season_no, scheme, season FROM detached_seasons
    WHERE authority_id = :authority_id AND detached_at IS NOT NULL
),
walked AS MATERIALIZED (
    SELECT transfer_id, season_no, kind, envelope_id, wallet_id, partner_id, transfer_cents, cancels, business_day,
           recorded_at, uses, account_kind, account_id, amount_cents, before_cents, after_cents, version, place,
           transfer_before, entries, sum_cents, top_cents,
           CASE WHEN place = 1 AND kind IS NOT NULL THEN {leaf(transfer_text("(t)"), "entries_told")} END AS leaf
    FROM (
        SELECT transfer_id, season_no, t.kind, t.envelope_id, t.wallet_id, t.partner_id,
               t.amount_cents AS transfer_cents, t.cancels, t.business_day, t.recorded_at, t.uses,
               e.account_kind, e.account_id, e.amount_cents, e.balance_before_cents AS before_cents,
               e.balance_after_cents AS after_cents, e.account_version AS version,
               row_number() OVER sides AS place, lag(transfer_id) OVER ordered AS transfer_before,
               count(e.account_kind) OVER sides AS entries, sum(e.amount_cents) OVER sides AS sum_cents,
               max(e.amount_cents) OVER sides AS top_cents,
               string_agg({entry_text("e")}, ';') OVER sides AS entries_told, t
        FROM (SELECT * FROM transfers WHERE authority_id = :authority_id) AS t
        {{join}} JOIN (SELECT * FROM entries WHERE authority_id = :authority_id) AS e USING (transfer_id, season_no)
        {{where}}
        WINDOW ordered AS (ORDER BY transfer_id, season_no, e.account_kind),
               sides AS (PARTITION BY transfer_id, season_no ORDER BY e.account_kind
                         ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ) AS joined
),
chained AS (
    SELECT walked.*, coalesce(lag(version) OVER chain, earlier.account_version, 0) AS version_before,
           coalesce(lag(after_cents) OVER chain, earlier.balance_after_cents, 0) AS cents_before,
           lead(version) OVER chain IS NULL AS is_last
    FROM walked
    {{earlier}}
    WHERE version IS NOT NULL
    WINDOW chain AS (PARTITION BY account_id ORDER BY version)
),
accounts AS MATERIALIZED (
    SELECT account_kind, account_id, max(version) AS version, sum(amount_cents) AS entries_cents,
           sum(after_cents) FILTER (WHERE is_last) AS last_cents,
           coalesce(sum(amount_cents) FILTER (WHERE kind = 'credit'), 0) AS credit_cents,
           coalesce(sum(amount_cents) FILTER (WHERE amount_cents > 0), 0) AS gained_cents,
           min(version) FILTER (WHERE version <> version_before + 1 OR before_cents <> cents_before) AS torn_at,
           coalesce(sum(CASE WHEN kind IN ('credit', 'cancel', 'release') THEN uses
                             WHEN kind IN ('debit', 'hold') THEN -uses END), 0) AS uses,
           count(uses) FILTER (WHERE kind IN ('credit', 'debit', 'hold')) AS counted,
           count(*) FILTER (WHERE kind IN ('credit', 'debit', 'hold')) AS countable
    FROM chained GROUP BY account_kind, account_id
),
holds AS MATERIALIZED (
    SELECT account_id AS voucher_id, sum(amount_cents) AS held_cents,
           coalesce(sum(amount_cents) FILTER (WHERE amount_cents > 0), 0) AS reserved_cents,
           count(*) FILTER (WHERE kind = 'capture') AS captures,
           coalesce(sum(transfer_cents) FILTER (WHERE kind = 'capture'), 0) AS captured_cents,
           array_agg((transfer_id, partner_id)::text) FILTER (WHERE kind = 'capture') AS captured_by,
           array_agg(DISTINCT wallet_id) AS wallet_ids, min(transfer_id::text) AS a_transfer
    FROM walked WHERE account_kind = 'hold' GROUP BY account_id
),
kept_vouchers AS (
    SELECT v.* FROM vouchers v
    WHERE v.authority_id = :authority_id AND (v.created_at AT TIME ZONE 'Europe/Paris')::date >= :since
      AND (v.scheme, v.season) NOT IN (SELECT scheme, season FROM gone)
),
totals AS MATERIALIZED (
    SELECT business_day AS day, season_no, account_kind, {TOTALS_ACCOUNT} AS account_id, count(*) AS entries,
           sum(amount_cents) AS amount_cents,
           coalesce(sum(amount_cents) FILTER (WHERE amount_cents > 0), 0) AS gained_cents
    FROM walked WHERE account_kind IS NOT NULL
    GROUP BY business_day, season_no, account_kind, {TOTALS_ACCOUNT}
),
sealed AS MATERIALIZED (SELECT max(day) AS until FROM day_seals WHERE authority_id = :authority_id),
branches AS (
    SELECT business_day AS day, season_no, {BRANCH} AS branch, {LEAVES} AS leaves
    FROM walked, sealed WHERE leaf IS NOT NULL AND business_day <= sealed.until
    GROUP BY business_day, season_no, {BRANCH}
),
unlike AS MATERIALIZED (
    SELECT day, season_no, branch, b.leaves AS now, s.leaves AS sealed
    FROM branches b FULL JOIN (
        SELECT * FROM seal_branches WHERE authority_id = :authority_id AND day >= :since
          AND season_no NOT IN (SELECT season_no FROM gone)
    ) AS s USING (day, season_no, branch)
    WHERE b.leaves IS DISTINCT FROM s.leaves
)
"""  # noqa: S608 - pieces of this package, no value
# Only where walking from a day on meets an account in the middle of its chain.
_EARLIER = """
    LEFT JOIN LATERAL (
        SELECT p.account_version, p.balance_after_cents FROM entries p
        WHERE p.authority_id = :authority_id AND p.account_id = walked.account_id
          AND p.account_version = walked.version - 1 OFFSET 0
    ) AS earlier ON true
"""
_NOT_EARLIER = "CROSS JOIN (SELECT NULL::bigint AS account_version, NULL::bigint AS balance_after_cents) AS earlier"

RULES = (
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
        FROM walked WHERE account_kind IS NOT NULL AND (kind IS NULL OR account_id IS DISTINCT FROM
            CASE account_kind WHEN 'wallet' THEN wallet_id WHEN 'partner' THEN partner_id
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
        WHERE c.place = 1 AND c.kind = 'cancel' AND c.uses IS DISTINCT FROM d.uses
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
        SELECT format('envelope_id %s, voted_cents %s, unallocated_cents %s, entries_cents %s', v.envelope_id,
                      v.voted_cents, v.unallocated_cents, coalesce(a.last_cents, 0))
        FROM envelopes v {accounts} JOIN accounts a ON a.account_id = v.envelope_id AND a.account_kind = 'envelope'
        WHERE v.authority_id = :authority_id AND (v.scheme, v.season) NOT IN (SELECT scheme, season FROM gone)
          AND (v.unallocated_cents <> coalesce(a.last_cents, 0)
               OR ({whole} AND (v.unallocated_cents <> coalesce(a.entries_cents, 0)
                                OR v.voted_cents <> coalesce(a.gained_cents, 0))))
        """,
    ),
    Rule(
        "nothing is credited beyond what was voted",
        """
        SELECT format('envelope_id %s, voted_cents %s, credited_cents %s', v.envelope_id, v.voted_cents,
                      -a.credit_cents)
        FROM envelopes v JOIN accounts a ON a.account_id = v.envelope_id AND a.account_kind = 'envelope'
        WHERE v.authority_id = :authority_id AND -a.credit_cents > v.voted_cents
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

# Where each cent of the envelopes is, by kind of account: from the entries alone. What is reserved is part of what
# is left.
_FIGURES = """
SELECT json_build_object(
    'envelopes_cents', coalesce(-sum(amount_cents) FILTER (WHERE account_kind = 'authority'), 0),
    'unallocated_cents', coalesce(sum(amount_cents) FILTER (WHERE account_kind = 'envelope'), 0),
    'left_cents', coalesce(sum(amount_cents) FILTER (WHERE account_kind IN ('wallet', 'hold')), 0),
    'reserved_cents', coalesce(sum(amount_cents) FILTER (WHERE account_kind = 'hold'), 0),
    'expired_cents', coalesce(sum(amount_cents) FILTER (WHERE account_kind = 'expired'), 0),
    'debited_cents', coalesce(sum(gained_cents) FILTER (WHERE account_kind = 'partner'), 0),
    'cancelled_cents', coalesce(sum(gained_cents - amount_cents) FILTER (WHERE account_kind = 'partner'), 0),
    'ledger_difference_cents', coalesce(sum(amount_cents), 0),
    'entries', coalesce(sum(entries), 0))::text
FROM totals
"""
_BEGINNING = date(1, 1, 1)


def walk(work: Work, since: date | None) -> Walk:
    """One pass over this authority's ledger, or over its days from `since` on."""
    for setting in ("jit = off", "work_mem = '8MB'", "hash_mem_multiplier = 1"):
        work.session.execute(sa.text(f"SET LOCAL {setting}"))
    differences: dict[str, str] = {}
    figures: dict[str, int] = {}
    values = {"authority_id": work.authority_id, "since": since or _BEGINNING}
    for row in work.session.execute(sa.text(statement(since)), values):
        if row.rule is None:
            figures = {name: int(value) for name, value in json.loads(row.told).items()}
        else:
            differences[RULES[row.rule].name] = row.told
    return Walk(differences, figures)


def statement(since: date | None) -> str:
    """The pass as one statement: rows of a rule's place in RULES and what it found, and one of figures."""
    steps = _STEPS.format(
        join="FULL" if since is None else "INNER",
        where="" if since is None else "WHERE t.business_day >= :since",
        earlier=_NOT_EARLIER if since is None else _EARLIER,
    )
    found = [f"SELECT NULL::int AS rule, ({_FIGURES}) AS told"]
    found += [_first(number, rule, since) for number, rule in _walked(since)]
    return f"WITH {steps}\n" + "\nUNION ALL\n".join(found)


def _walked(since: date | None) -> Iterator[tuple[int, Rule]]:
    return ((number, rule) for number, rule in enumerate(RULES) if since is None or not rule.whole)


def _first(number: int, rule: Rule, since: date | None) -> str:
    query = rule.broken
    for name, value in {"whole": str(since is None).lower(), "accounts": "LEFT" if since is None else ""}.items():
        query = query.replace(f"{{{name}}}", value)
    return f"(SELECT {number}, found.told FROM ({query}) AS found(told) ORDER BY told LIMIT 1)"  # noqa: S608
