"""What staff read of a budget, without summing a season: counted days and ended seasons have left their sums.

No debit ever writes to an envelope. What went to partners is the sum of the days that payout counted, to which nothing
is added any more, and of the movements of the days since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.store import paging
from services.wallet.store.budget_tables import due_credits
from services.wallet.store.tables import envelopes, memberships

_KEEP_DAY = """
INSERT INTO envelope_days (authority_id, envelope_id, day, debited_cents)
SELECT authority_id, envelope_id, business_day,
       sum(CASE kind WHEN 'cancel' THEN -amount_cents ELSE amount_cents END)
FROM transfers
WHERE authority_id = :authority_id AND business_day = :day AND partner_id IS NOT NULL
GROUP BY authority_id, envelope_id, business_day
ON CONFLICT DO NOTHING
"""
# Of days that are not counted, each by the index of days' movements.
_FIGURES = """
WITH chosen AS (
    SELECT * FROM envelopes
    WHERE authority_id = :authority_id AND scheme = coalesce(:scheme, scheme) AND season = coalesce(:season, season)
      AND envelope_id = coalesce(:envelope_id, envelope_id)
),
counted AS (
    SELECT envelope_id, sum(debited_cents) AS cents FROM envelope_days
    WHERE authority_id = :authority_id GROUP BY envelope_id
),
days AS (
    SELECT day::date AS day FROM generate_series(
        (SELECT min(opened_at)::date FROM seasons WHERE authority_id = :authority_id), CAST(:today AS date),
        interval '1 day') AS day
    EXCEPT SELECT day FROM sealed_days WHERE authority_id = :authority_id AND counted_at IS NOT NULL
),
since AS (
    SELECT t.envelope_id, sum(CASE t.kind WHEN 'cancel' THEN -t.amount_cents ELSE t.amount_cents END) AS cents
    FROM days JOIN transfers t ON t.authority_id = :authority_id AND t.business_day = days.day
    WHERE t.partner_id IS NOT NULL GROUP BY t.envelope_id
),
clawed AS (
    SELECT envelope_id, sum(amount_cents) AS cents FROM clawbacks
    WHERE authority_id = :authority_id GROUP BY envelope_id
),
line AS (
    SELECT envelope_id, count(*) AS members, sum(amount_cents) AS cents FROM due_credits
    WHERE authority_id = :authority_id GROUP BY envelope_id
)
SELECT chosen.envelope_id, chosen.scheme, chosen.season, chosen.benefit, chosen.voted_cents, chosen.unallocated_cents,
       chosen.announced_percent, chosen.expired_cents,
       coalesce(counted.cents, 0) + coalesce(since.cents, 0) - coalesce(clawed.cents, 0) AS debited_cents,
       coalesce(line.members, 0) AS waiting_members, coalesce(line.cents, 0) AS waiting_cents
FROM chosen LEFT JOIN counted USING (envelope_id) LEFT JOIN since USING (envelope_id)
LEFT JOIN clawed USING (envelope_id) LEFT JOIN line USING (envelope_id)
ORDER BY chosen.scheme, chosen.season, chosen.benefit
"""


@dataclass(frozen=True, slots=True)
class EnvelopeFigures:
    """Cents of one line of the budget; `debited_cents` is what stays with partners, `announced_percent` the highest
    threshold told, `waiting_members` and `waiting_cents` are of those who are due what it has not borne."""

    envelope_id: UUID
    scheme: str
    season: str
    benefit: str
    voted_cents: int
    unallocated_cents: int
    announced_percent: int
    expired_cents: int
    debited_cents: int
    waiting_members: int
    waiting_cents: int

    @property
    def credited_cents(self) -> int:
        return self.voted_cents - self.unallocated_cents

    @property
    def left_cents(self) -> int:
        return self.credited_cents - self.debited_cents - self.expired_cents


def keep_day(work: Work, day: date) -> None:
    """What went to partners on a day that was just counted."""
    work.session.execute(sa.text(_KEEP_DAY), {"authority_id": work.authority_id, "day": day})


def envelopes_of(work: Work, scheme: str, season: str) -> Sequence[EnvelopeFigures]:
    """Those of a scheme or a season, or all where the name is empty."""
    return _figures(work, scheme=scheme or None, season=season or None)


def envelope(work: Work, envelope_id: UUID) -> EnvelopeFigures:
    return _figures(work, envelope_id=envelope_id)[0]


@dataclass(frozen=True, slots=True)
class WaitingMember:
    """A place in an envelope's line."""

    membership_id: UUID
    person_id: UUID
    amount_cents: int
    due_since: datetime


def waiting_members(
    work: Work, scheme: str, season: str, benefit: str, page_token: str
) -> tuple[Sequence[WaitingMember], str]:
    """The line before an envelope, first the request that was complete first."""
    which = [
        envelopes.c.authority_id == work.authority_id,
        envelopes.c.scheme == scheme,
        envelopes.c.season == season,
        envelopes.c.benefit == benefit,
    ]
    place = sa.tuple_(due_credits.c.due_since, due_credits.c.membership_id)
    after = paging.key_of(page_token, 2)
    if after:
        which.append(place > sa.tuple_(sa.literal(paging.instant(after[0])), sa.literal(paging.identifier(after[1]))))
    statement = (
        sa.select(due_credits, memberships.c.person_id)
        .join(envelopes, _same(due_credits, envelopes, "envelope_id"))
        .join(memberships, _same(due_credits, memberships, "membership_id"))
        .where(*which)
        .order_by(due_credits.c.due_since, due_credits.c.membership_id)
        .limit(paging.PAGE_SIZE + 1)
    )
    found = [
        WaitingMember(row.membership_id, row.person_id, row.amount_cents, row.due_since)
        for row in work.session.execute(statement)
    ]
    return paging.cut(found, lambda each: (each.due_since.isoformat(), str(each.membership_id)))


def _same(one: sa.Table, other: sa.Table, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(one.c.authority_id == other.c.authority_id, one.c[name] == other.c[name])


def _figures(work: Work, **which: Any) -> list[EnvelopeFigures]:
    names: dict[str, Any] = {"scheme": None, "season": None, "envelope_id": None}
    values = names | which | {"authority_id": work.authority_id, "today": work.today}
    typed = [sa.bindparam("scheme", type_=sa.Text), sa.bindparam("season", type_=sa.Text)]
    statement = sa.text(_FIGURES).bindparams(*typed, sa.bindparam("envelope_id", type_=sa.Uuid))
    return [
        EnvelopeFigures(**{name: _plain(row[name]) for name in EnvelopeFigures.__dataclass_fields__})
        for row in work.session.execute(statement, values).mappings()
    ]


def _plain(value: Any) -> Any:
    """PostgreSQL's sums of bigint are numeric."""
    return value if isinstance(value, str | UUID) else int(value)
