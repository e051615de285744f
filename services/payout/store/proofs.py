"""What partners proved so that they are paid, as partner tells it."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.payout.domain.holds import Proof, Scope
from services.payout.store.tables import payout_proofs

_FIELDS = tuple(Proof.__dataclass_fields__)


def keep(work: Work, proof: Proof) -> None:
    """Keep the highest version."""
    values = {name: getattr(proof, name) for name in _FIELDS}
    statement = insert(payout_proofs).values(values | {"authority_id": work.authority_id})
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["authority_id", "partner_id", "scheme", "season", "hold_code"],
            set_={"version": statement.excluded.version},
            where=payout_proofs.c.version < statement.excluded.version,
        )
    )


def proven(work: Work, partner_ids: Iterable[str], hold_code: str, scope: Scope) -> set[str]:
    """Who of these partners proved it in that scope: any season counts where the scope names none."""
    query = sa.select(payout_proofs.c.partner_id).where(
        payout_proofs.c.authority_id == work.authority_id,
        payout_proofs.c.partner_id.in_(list(partner_ids)),
        payout_proofs.c.scheme == scope.scheme,
        payout_proofs.c.hold_code == hold_code,
    )
    if scope.season:
        query = query.where(payout_proofs.c.season == scope.season)
    return set(work.session.execute(query).scalars())


def known(work: Work) -> dict[tuple[str, str, str, str], Proof]:
    """Every proof of the authority, by partner, scheme, season and code."""
    rows = work.session.execute(
        sa.select(*(payout_proofs.c[name] for name in _FIELDS)).where(payout_proofs.c.authority_id == work.authority_id)
    )
    proofs = (Proof(*row) for row in rows)
    return {(each.partner_id, each.scheme, each.season, each.hold_code): each for each in proofs}
