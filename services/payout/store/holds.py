"""Holds on partners' payouts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from chassis.work import Work
from services.payout.domain.errors import UnknownHold
from services.payout.domain.holds import EVERYWHERE, Hold, Scope
from services.payout.store.tables import holds


class Holds:
    """Holds of the work's authority."""

    def __init__(self, work: Work) -> None:
        self._session = work.session
        self._authority_id = work.authority_id
        self._own = holds.c.authority_id == work.authority_id

    def lock_partners(self, partner_ids: Iterable[str]) -> None:
        """Closes the race between placing a hold for a missing IBAN and the IBAN's verification."""
        for partner_id in sorted(partner_ids):
            line = f"holds/{self._authority_id}/{partner_id}"
            self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))

    def add(self, hold: Hold) -> None:
        self._session.execute(
            sa.insert(holds),
            {
                "authority_id": self._authority_id,
                "hold_id": hold.hold_id,
                "partner_id": hold.partner_id,
                "code": hold.code,
                "reason": hold.reason,
                "placed_at": hold.placed_at,
                "scheme": hold.scope.scheme,
                "season": hold.scope.season,
                "categories": sorted(hold.categories),
            },
        )

    def lock(self, hold_id: str) -> Hold:
        """Raises UnknownHold."""
        row = self._session.execute(
            sa.select(holds).where(self._own, holds.c.hold_id == hold_id).with_for_update()
        ).first()
        if row is None:
            raise UnknownHold(hold_id)
        return hold_of(row)

    def mark_lifted(self, hold: Hold) -> None:
        self._session.execute(
            sa.update(holds).where(self._own, holds.c.hold_id == hold.hold_id).values(lifted_at=hold.lifted_at)
        )

    def open_of(self, partner_id: str, code: str, scope: Scope = EVERYWHERE) -> Hold | None:
        row = self._session.execute(
            sa.select(holds).where(
                self._own,
                holds.c.partner_id == partner_id,
                holds.c.code == code,
                holds.c.scheme == scope.scheme,
                holds.c.season == scope.season,
                holds.c.lifted_at.is_(None),
            )
        ).first()
        return hold_of(row) if row else None

    def open_codes(self, partner_ids: Iterable[str]) -> dict[str, set[str]]:
        """The open holds of these partners as a whole."""
        rows = self._session.execute(
            sa.select(holds.c.partner_id, holds.c.code).where(
                self._own,
                holds.c.scheme == "",
                holds.c.lifted_at.is_(None),
                holds.c.partner_id.in_(list(partner_ids)),
            )
        )
        codes: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            codes[row.partner_id].add(row.code)
        return dict(codes)


def hold_of(row: Any) -> Hold:
    return Hold(
        row.hold_id,
        row.partner_id,
        row.code,
        row.reason,
        row.placed_at,
        row.lifted_at,
        Scope(row.scheme, row.season),
        frozenset(row.categories),
    )
