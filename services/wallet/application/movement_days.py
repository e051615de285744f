"""A partner's movement outside the debit group holds its day open until the commit, as the group does."""

from __future__ import annotations

from chassis.errors import Operational
from chassis.work import Work
from services.wallet.store import days


def hold_day(work: Work) -> None:
    """Raises Operational when the day was counted meanwhile: the next try is on another day."""
    connection = work.session.connection()
    days.enter(connection, work.today)
    if days.sealed(connection, work.today, [work.authority_id]):
        raise Operational(f"{work.today} was counted meanwhile")
