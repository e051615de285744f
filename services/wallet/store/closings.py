"""Finished seasons: what keeps one open, its closing balances, and its partitions, which are detached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.seal import ClosingSeal, mac_of
from services.wallet.store.tables import detached_seasons, seasons


@dataclass(frozen=True, slots=True)
class LedgerSeason:
    """A season's place in the ledger."""

    season_no: int
    scheme: str
    season: str
    sealed_at: datetime | None
    detached_at: datetime | None


# Each is a reason not to close a season, with a query that counts.
_OPEN = {
    "wallets with money": """
        SELECT count(*) FROM wallets
        WHERE authority_id = :authority_id AND scheme = :scheme AND season = :season AND balance_cents > 0
    """,
    "memberships that have not ended": """
        SELECT count(*) FROM memberships
        WHERE authority_id = :authority_id AND scheme = :scheme AND season = :season
          AND state NOT IN ('ended', 'refused')
    """,
    "open vouchers": """
        SELECT count(*) FROM vouchers
        WHERE authority_id = :authority_id AND scheme = :scheme AND season = :season AND state = 'open'
    """,
    "corrections to be decided": """
        SELECT count(*) FROM corrections JOIN wallets USING (authority_id, wallet_id)
        WHERE authority_id = :authority_id AND scheme = :scheme AND season = :season AND state = 'proposed'
    """,
    "jobs that are still to be done": """
        SELECT count(*) FROM jobs
        WHERE authority_id = :authority_id AND payload ->> 'scheme' = :scheme AND payload ->> 'season' = :season
          AND done_at IS NULL
    """,
    "days with partners' movements that payout has not counted": """
        SELECT count(DISTINCT t.business_day) FROM transfers t LEFT JOIN sealed_days d
          ON d.authority_id = t.authority_id AND d.day = t.business_day AND d.counted_at IS NOT NULL
        WHERE t.authority_id = :authority_id AND t.season_no = :season_no AND t.partner_id IS NOT NULL
          AND d.day IS NULL
    """,
    "days that are not sealed": """
        SELECT count(DISTINCT t.business_day) FROM transfers t LEFT JOIN day_seals d
          ON d.authority_id = t.authority_id AND d.day = t.business_day
        WHERE t.authority_id = :authority_id AND t.season_no = :season_no AND d.day IS NULL
    """,
    "transfers outside the season's partition": """
        SELECT count(*) FROM transfers t JOIN envelopes v USING (authority_id, envelope_id)
        WHERE t.authority_id = :authority_id AND v.scheme = :scheme AND v.season = :season
          AND t.season_no <> :season_no
    """,
}
_SUMS = """
SELECT account_kind, sum(amount_cents) AS cents FROM entries
WHERE authority_id = :authority_id AND season_no = :season_no GROUP BY account_kind
"""
_SEALED_SUMS = """
SELECT account_kind, sum(amount_cents) AS cents FROM seal_totals
WHERE authority_id = :authority_id AND season_no = :season_no GROUP BY account_kind
"""
_ENVELOPES = """
SELECT v.envelope_id,
       coalesce(sum(t.amount_cents) FILTER (WHERE t.kind IN ('debit', 'capture')), 0)
           - coalesce(sum(t.amount_cents) FILTER (WHERE t.kind = 'cancel'), 0) AS debited_cents,
       coalesce(sum(t.amount_cents) FILTER (WHERE t.kind = 'expire'), 0) AS expired_cents
FROM envelopes v LEFT JOIN transfers t ON t.authority_id = v.authority_id AND t.envelope_id = v.envelope_id
     AND t.season_no = :season_no
WHERE v.authority_id = :authority_id AND v.scheme = :scheme AND v.season = :season
GROUP BY v.envelope_id
"""
_DAYS = """
SELECT coalesce(sum(transfers), 0) AS transfers,
       sha256(coalesce(string_agg(convert_to(day::text, 'UTF8') || entries_digest || totals_digest, ''::bytea
                                  ORDER BY day), ''::bytea)) AS digest
FROM seal_seasons WHERE authority_id = :authority_id AND season_no = :season_no
"""
_PARTITIONS = ("transfers", "entries")


def listed(work: Work) -> list[LedgerSeason]:
    """This authority's seasons, in the order in which they were opened."""
    closed = detached_seasons
    rows = work.session.execute(
        sa.select(seasons.c.season_no, seasons.c.scheme, seasons.c.season, closed.c.sealed_at, closed.c.detached_at)
        .outerjoin(
            closed, (closed.c.authority_id == seasons.c.authority_id) & (closed.c.season_no == seasons.c.season_no)
        )
        .where(seasons.c.authority_id == work.authority_id)
        .order_by(seasons.c.season_no)
    )
    return [LedgerSeason(*row) for row in rows]


def what_is_open(work: Work, which: LedgerSeason) -> list[str]:
    """Why the season may not be closed yet; nothing when it may."""
    values = _of(work, which)
    counted = {reason: work.session.execute(sa.text(query), values).scalar() for reason, query in _OPEN.items()}
    return [f"{count} {reason}" for reason, count in counted.items() if count]


def closing(work: Work, which: LedgerSeason) -> ClosingSeal:
    """The season's closing balances, derived from its entries, and its sealed days."""
    sums = work.session.execute(sa.text(_SUMS), _of(work, which))
    envelopes = work.session.execute(sa.text(_ENVELOPES), _of(work, which))
    days = work.session.execute(sa.text(_DAYS), _of(work, which)).one()
    return ClosingSeal(
        work.authority_id,
        which.scheme,
        which.season,
        int(days.transfers),
        {row.account_kind: int(row.cents) for row in sums},
        {
            str(row.envelope_id): {"debited_cents": int(row.debited_cents), "expired_cents": int(row.expired_cents)}
            for row in envelopes
        },
        bytes(days.digest),
    )


def keep(work: Work, which: LedgerSeason, closed: ClosingSeal, key: bytes) -> None:
    sealed_hash = closed.hash()
    row = {
        "authority_id": work.authority_id,
        "season_no": which.season_no,
        "scheme": which.scheme,
        "season": which.season,
        "transfers": closed.transfers,
        "sums": dict(closed.sums),
        "envelopes": {envelope_id: dict(cents) for envelope_id, cents in closed.envelopes.items()},
        "hash": sealed_hash,
        "mac": mac_of(key, sealed_hash),
        "sealed_at": work.now,
    }
    work.session.execute(sa.insert(detached_seasons).values(row))


def kept_hash(work: Work, which: LedgerSeason) -> bytes:
    statement = sa.select(detached_seasons.c.hash).where(
        detached_seasons.c.authority_id == work.authority_id, detached_seasons.c.season_no == which.season_no
    )
    return bytes(work.session.execute(statement).scalar_one())


def detach(work: Work, which: LedgerSeason) -> None:
    """Take the season's partitions out of the ledger: they stand as tables of their own. Nothing can be written to the
    season any more. Waits two seconds for who reads the ledger, then fails."""
    work.session.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
    for table in _PARTITIONS:
        work.session.execute(sa.text(f"ALTER TABLE {table} DETACH PARTITION ledger.{table}_{which.season_no}"))
        work.session.execute(
            sa.text(
                f"ALTER TABLE ledger.{table}_unplaced ADD CONSTRAINT without_{which.season_no} "
                f"CHECK (season_no <> {which.season_no})"
            )
        )
    work.session.execute(
        sa.update(detached_seasons)
        .where(detached_seasons.c.authority_id == work.authority_id, detached_seasons.c.season_no == which.season_no)
        .values(detached_at=work.now)
    )


def first_difference(work: Work, key: bytes) -> str | None:
    """A closing row that is not what its sealed days add up to, or was not made by this service."""
    for row, found in _kept(work):
        name = f"{row.scheme}/{row.season}"
        if found.hash() != row.hash:
            return f"{name}: its closing is not that of its sealed days"
        if mac_of(key, row.hash) != row.mac:
            return f"{name}: its closing was not made by this service"
        sums = work.session.execute(sa.text(_SEALED_SUMS), _of(work, row))
        if {total.account_kind: int(total.cents) for total in sums} != row.sums:
            return f"{name}: its sums are not those of its sealed days"
    return None


def _kept(work: Work) -> Iterator[tuple[Any, ClosingSeal]]:
    rows = work.session.execute(
        sa.select(detached_seasons)
        .where(detached_seasons.c.authority_id == work.authority_id)
        .order_by(detached_seasons.c.season_no)
    ).all()
    for row in rows:
        days = work.session.execute(sa.text(_DAYS), _of(work, row)).one()
        yield (
            row,
            ClosingSeal(
                work.authority_id,
                row.scheme,
                row.season,
                int(days.transfers),
                row.sums,
                row.envelopes,
                bytes(days.digest),
            ),
        )


def _of(work: Work, which: LedgerSeason | Any) -> dict[str, object]:
    return {
        "authority_id": work.authority_id,
        "scheme": which.scheme,
        "season": which.season,
        "season_no": which.season_no,
    }
