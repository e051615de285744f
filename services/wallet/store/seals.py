"""Seals of days: written once, for a range of days in a few statements, and read back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.seal import DaySeal, SeasonPart
from services.wallet.store.leaves import entry_text, leaf, transfer_text
from services.wallet.store.tables import day_seals, seal_seasons, seasons, transfers

# A branch holds the leaves of the ids that end with one byte (they begin with their time): 256 a day and season at
# most, so that a day of millions of transfers is hashed and compared in pieces.
BRANCH = "get_byte(uuid_send(transfer_id), 15)"
LEAVES = "string_agg(uuid_send(transfer_id) || leaf, ''::bytea ORDER BY transfer_id)"
# Wallets and holds are too many to be told one by one: they are summed by their envelope.
TOTALS_ACCOUNT = "CASE WHEN account_kind IN ('wallet', 'hold') THEN envelope_id ELSE account_id END"
ENTRIES_DIGEST = (
    "sha256(string_agg(decode(lpad(to_hex(branch::int), 2, '0'), 'hex') || sha256(leaves), ''::bytea ORDER BY branch))"
)
TOTALS_DIGEST = (
    "sha256(convert_to(string_agg(concat_ws('|', account_kind, account_id, entries, amount_cents), ';' "
    "ORDER BY account_kind, account_id), 'UTF8'))"
)

_OF_RANGE = "authority_id = :authority_id AND day >= :first AND day < :until"
_BRANCHES = f"""
INSERT INTO seal_branches (authority_id, day, season_no, branch, leaves)
SELECT :authority_id, day, season_no, {BRANCH}, {LEAVES} FROM (
    SELECT t.business_day AS day, t.season_no, t.transfer_id, {leaf(transfer_text("t"), "e.told")} AS leaf
    FROM transfers t CROSS JOIN LATERAL (
        SELECT string_agg({entry_text("e")}, ';' ORDER BY e.account_kind) AS told FROM entries e
        WHERE e.authority_id = t.authority_id AND e.transfer_id = t.transfer_id AND e.season_no = t.season_no
    ) AS e
    WHERE t.authority_id = :authority_id AND t.business_day >= :first AND t.business_day < :until
) AS leaves
GROUP BY day, season_no, {BRANCH}
"""  # noqa: S608 - pieces of this package, no value
_TOTALS = f"""
INSERT INTO seal_totals (authority_id, day, season_no, account_kind, account_id, entries, amount_cents)
SELECT :authority_id, business_day, season_no, account_kind, {TOTALS_ACCOUNT}, count(*), sum(amount_cents) FROM (
    SELECT t.business_day, t.season_no, t.envelope_id, e.account_kind, e.account_id, e.amount_cents
    FROM transfers t JOIN entries e USING (authority_id, transfer_id, season_no)
    WHERE t.authority_id = :authority_id AND t.business_day >= :first AND t.business_day < :until
) AS sides
GROUP BY business_day, season_no, account_kind, {TOTALS_ACCOUNT}
"""  # noqa: S608 - pieces of this package, no value
_SEASONS = f"""
INSERT INTO seal_seasons (authority_id, day, season_no, transfers, entries_digest, totals_digest)
SELECT :authority_id, b.day, b.season_no, b.transfers, b.digest, coalesce(t.digest, ''::bytea) FROM (
    SELECT day, season_no, sum(length(leaves)) / 48 AS transfers, {ENTRIES_DIGEST} AS digest
    FROM seal_branches WHERE {_OF_RANGE} GROUP BY day, season_no
) AS b LEFT JOIN (
    SELECT day, season_no, {TOTALS_DIGEST} AS digest FROM seal_totals WHERE {_OF_RANGE} GROUP BY day, season_no
) AS t USING (day, season_no)
"""  # noqa: S608 - pieces of this package, no value
_SUMS = f"""
SELECT day, account_kind, sum(amount_cents) AS cents, sum(entries) AS entries
FROM seal_totals WHERE {_OF_RANGE} GROUP BY day, account_kind
"""  # noqa: S608 - pieces of this package, no value


@dataclass(frozen=True, slots=True)
class KeptSeal:
    """A seal as it lies in the database."""

    seal: DaySeal
    hash: bytes
    mac: bytes
    recorded_at: datetime


def first_day(work: Work, opened_on: date) -> date:
    """The day after the last sealed one, else that of the opening, or of what a ledger of before already holds."""
    last = work.session.execute(
        sa.select(sa.func.max(day_seals.c.day)).where(day_seals.c.authority_id == work.authority_id)
    ).scalar_one()
    if last is not None:
        return date.fromordinal(last.toordinal() + 1)
    first = sa.select(sa.func.min(transfers.c.business_day)).where(transfers.c.authority_id == work.authority_id)
    recorded: date | None = work.session.execute(first).scalar_one()
    return min(recorded or opened_on, opened_on)


def last_hash(work: Work) -> bytes | None:
    """The hash that the next day's seal is chained to."""
    statement = (
        sa.select(day_seals.c.hash)
        .where(day_seals.c.authority_id == work.authority_id)
        .order_by(day_seals.c.day.desc())
        .limit(1)
    )
    return work.session.execute(statement).scalar()


def earliest_due(work: Work, besides: str) -> datetime | None:
    """When the first job that is not done is due: it writes on that day, whenever it is played."""
    jobs = work.tables.jobs
    statement = sa.select(sa.func.min(jobs.c.due_at)).where(
        jobs.c.authority_id == work.authority_id, jobs.c.done_at.is_(None), jobs.c.kind != besides
    )
    found: datetime | None = work.session.execute(statement).scalar_one()
    return found


def write_parts(work: Work, first: date, until: date) -> None:
    """Leaves, totals and digests of the days from `first` to the one before `until`; however many entries they have."""
    work.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    for statement in (_BRANCHES, _TOTALS, _SEASONS):
        work.session.execute(sa.text(statement), _range(work, first, until))


def parts(work: Work, first: date, until: date) -> Mapping[date, tuple[SeasonPart, ...]]:
    rows = work.session.execute(
        sa.select(seal_seasons, seasons.c.scheme, seasons.c.season)
        .join(seasons, seasons.c.season_no == seal_seasons.c.season_no, isouter=True)
        .where(
            seal_seasons.c.authority_id == work.authority_id,
            seal_seasons.c.day >= first,
            seal_seasons.c.day < until,
        )
    )
    found: dict[date, tuple[SeasonPart, ...]] = defaultdict(tuple)
    for row in rows:
        part = SeasonPart(row.scheme or "", row.season or "", row.transfers, row.entries_digest, row.totals_digest)
        found[row.day] = (*found[row.day], part)
    return found


def sums(work: Work, first: date, until: date) -> Mapping[date, tuple[int, Mapping[str, int]]]:
    """By day: how many entries, and cents by kind of account."""
    found: dict[date, tuple[int, dict[str, int]]] = {}
    for row in work.session.execute(sa.text(_SUMS), _range(work, first, until)):
        entries, cents = found.get(row.day, (0, {}))
        found[row.day] = entries + int(row.entries), cents | {row.account_kind: int(row.cents)}
    return found


def add(work: Work, sealed: Iterable[tuple[DaySeal, bytes, bytes]]) -> None:
    """Seals with their hashes and macs."""
    rows = [
        {
            "authority_id": seal.authority_id,
            "day": seal.day,
            "previous_hash": seal.previous_hash,
            "hash": sealed_hash,
            "mac": mac,
            "transfers": seal.transfers,
            "entries": seal.entries,
            "sums": dict(seal.sums),
        }
        for seal, sealed_hash, mac in sealed
    ]
    work.session.execute(sa.insert(day_seals), rows)


def kept(work: Work) -> Iterator[KeptSeal]:
    """Every seal of this authority, first to last; a year at a time in memory."""
    rows = work.session.execute(
        sa.select(day_seals).where(day_seals.c.authority_id == work.authority_id).order_by(day_seals.c.day)
    )
    for year in rows.partitions(366):
        of_seasons = parts(work, year[0].day, date.fromordinal(year[-1].day.toordinal() + 1))
        for row in year:
            seal = DaySeal(
                work.authority_id,
                row.day,
                row.previous_hash,
                row.transfers,
                row.entries,
                row.sums,
                of_seasons.get(row.day, ()),
            )
            yield KeptSeal(seal, row.hash, row.mac, row.recorded_at)


def is_sealed(connection: sa.Connection, authority_id: str, days: Sequence[date]) -> bool:
    """Ask with the days' locks held, in a statement of its own."""
    statement = sa.select(day_seals.c.day).where(day_seals.c.authority_id == authority_id, day_seals.c.day.in_(days))
    return connection.execute(statement).first() is not None


def as_json(kept_seal: KeptSeal) -> str:
    """One line for a witness: the document that was hashed, and its hash."""
    return json.dumps({**kept_seal.seal.document(), "hash": kept_seal.hash.hex()}, ensure_ascii=False)


def _range(work: Work, first: date, until: date) -> dict[str, object]:
    return {"authority_id": work.authority_id, "first": first, "until": until}
