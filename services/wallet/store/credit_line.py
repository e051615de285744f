"""The line before each envelope: who is due a credit that it has not borne."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.credit_line import DueCredit
from services.wallet.domain.envelope import Envelope
from services.wallet.store import many_rows
from services.wallet.store.among import among
from services.wallet.store.budget_tables import due_credits
from services.wallet.store.tables import envelopes

_NAMES = ("authority_id", "membership_id", "benefit", "envelope_id", "amount_cents", "due_since")
_REMOVE = """
DELETE FROM due_credits d USING unnest(%s::text[], %s::uuid[], %s::text[]) AS w(authority_id, membership_id, benefit)
WHERE d.authority_id = w.authority_id AND d.membership_id = w.membership_id AND d.benefit = w.benefit
"""
# Two index look-ups an envelope: nobody walks a line of a hundred thousand to learn that it stands still.
SERVABLE = sa.select(envelopes.c.authority_id, envelopes.c.envelope_id).where(
    envelopes.c.unallocated_cents
    >= sa.select(sa.func.min(due_credits.c.amount_cents))
    .where(
        due_credits.c.authority_id == envelopes.c.authority_id,
        due_credits.c.envelope_id == envelopes.c.envelope_id,
    )
    .scalar_subquery()
)


def add(work: Work, due: Sequence[DueCredit]) -> None:
    """They come in the line, each at the place of its instant."""
    rows = [(work.authority_id, *(getattr(each, name) for name in _NAMES[1:])) for each in due]
    many_rows.copy(work.session.connection(), "due_credits", ", ".join(_NAMES), rows)


def remove(work: Work, due: Sequence[DueCredit]) -> None:
    rows = [(work.authority_id, each.membership_id, each.benefit) for each in due]
    if rows:
        many_rows.run(work.session.connection(), _REMOVE, many_rows.columns(rows))


def leave(work: Work, membership_ids: Collection[UUID]) -> None:
    """Whose membership ended waits for nothing any more."""
    work.session.execute(
        sa.delete(due_credits).where(
            due_credits.c.authority_id == work.authority_id, among(due_credits.c.membership_id, membership_ids)
        )
    )


def of_memberships(work: Work, membership_ids: Collection[UUID]) -> list[DueCredit]:
    return _select(work, among(due_credits.c.membership_id, membership_ids))


def first_of(work: Work, envelope: Envelope, limit: int) -> list[DueCredit]:
    """The first in an envelope's line, of those whom what is left of it bears."""
    return _select(
        work,
        due_credits.c.envelope_id == envelope.envelope_id,
        due_credits.c.amount_cents <= envelope.unallocated_cents,
        limit=limit,
    )


def is_waited_for(work: Work, envelope_id: UUID) -> bool:
    """Whether anybody stands in the envelope's line."""
    return bool(_select(work, due_credits.c.envelope_id == envelope_id, limit=1))


def servable(work: Work, envelope_ids: Collection[UUID] | None = None) -> list[UUID]:
    """Envelopes, of all or of these, that bear somebody who waits for them."""
    which = SERVABLE.where(envelopes.c.authority_id == work.authority_id)
    if envelope_ids is not None:
        which = which.where(among(envelopes.c.envelope_id, envelope_ids))
    return [row.envelope_id for row in work.session.execute(which)]


def _select(work: Work, *which: sa.ColumnElement[bool], limit: int | None = None) -> list[DueCredit]:
    place = (due_credits.c.due_since, due_credits.c.membership_id, due_credits.c.benefit)
    rows = work.session.execute(
        sa.select(due_credits)
        .where(due_credits.c.authority_id == work.authority_id, *which)
        .order_by(*place)
        .limit(limit)
    )
    return list(_due(rows))


def _due(rows: Any) -> Iterator[DueCredit]:
    for row in rows:
        yield DueCredit(row.membership_id, row.benefit, row.envelope_id, row.amount_cents, row.due_since)
