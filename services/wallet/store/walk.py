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
from services.wallet.store.budget_rules import BUDGET_RULES
from services.wallet.store.leaves import entry_text, leaf, transfer_text
from services.wallet.store.ledger_rules import LEDGER_RULES
from services.wallet.store.rights_rules import RIGHTS_RULES
from services.wallet.store.seals import BRANCH, LEAVES, TOTALS_ACCOUNT
from services.wallet.store.walk_rule import Rule


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
           recorded_at, uses, channel, account_kind, account_id, amount_cents, before_cents, after_cents, version,
           place, transfer_before, entries, sum_cents, top_cents,
           CASE WHEN place = 1 AND kind IS NOT NULL THEN {leaf(transfer_text("(t)"), "entries_told")} END AS leaf
    FROM (
        SELECT transfer_id, season_no, t.kind, t.envelope_id, t.wallet_id, t.partner_id,
               t.amount_cents AS transfer_cents, t.cancels, t.business_day, t.recorded_at, t.uses,
               t.channel,
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
           coalesce(sum(amount_cents) FILTER (WHERE kind IN ('credit', 'correction', 'return')), 0) AS credit_cents,
           coalesce(sum(amount_cents) FILTER (WHERE kind = 'vote'), 0) AS voted_cents,
           min(version) FILTER (WHERE version <> version_before + 1 OR before_cents <> cents_before) AS torn_at,
           coalesce(sum(CASE WHEN kind IN ('credit', 'cancel', 'release') THEN uses
                             WHEN kind IN ('debit', 'hold') THEN -uses
                             WHEN kind = 'correction' THEN sign(amount_cents) * uses END), 0) AS uses,
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

RULES = (*LEDGER_RULES, *BUDGET_RULES, *RIGHTS_RULES)

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
    'cancelled_cents', coalesce(sum(gained_cents - amount_cents) FILTER (WHERE account_kind = 'partner'), 0)
        - (SELECT coalesce(sum(transfer_cents), 0) FROM walked WHERE place = 1 AND kind = 'clawback'),
    'clawed_back_cents', (SELECT coalesce(sum(transfer_cents), 0) FROM walked WHERE place = 1 AND kind = 'clawback'),
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
