"""Rows of what partners sent, or declared, so that they are paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.partner.domain.proofs import PayoutProof, ProofPlace, ProofState
from services.partner.store.tables import payout_proofs

_KEY = ("partner_id", "scheme", "season", "hold_code")


class ProofRows:
    """`ports.Proofs` in PostgreSQL."""

    def find(self, work: Work, place: ProofPlace) -> PayoutProof | None:
        named = (payout_proofs.c[name] == getattr(place, name) for name in _KEY)
        row = work.session.execute(
            sa.select(payout_proofs).where(payout_proofs.c.authority_id == work.authority_id, *named)
        ).first()
        return proof_of(row) if row else None

    def save(self, work: Work, proof: PayoutProof) -> None:
        stands = {
            "state": proof.state,
            "document_id": proof.document_id or None,
            "reason": proof.reason,
            "version": proof.version,
            "changed_at": work.now,
        }
        key = {name: getattr(proof, name) for name in _KEY} | {"authority_id": work.authority_id}
        statement = insert(payout_proofs).values(key | stands)
        work.session.execute(statement.on_conflict_do_update(index_elements=["authority_id", *_KEY], set_=stands))

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, tuple[PayoutProof, ...]]:
        rows = work.session.execute(
            sa.select(payout_proofs)
            .where(payout_proofs.c.authority_id == work.authority_id, payout_proofs.c.partner_id.in_(partner_ids))
            .order_by(payout_proofs.c.scheme, payout_proofs.c.season, payout_proofs.c.hold_code)
        )
        found: dict[str, list[PayoutProof]] = defaultdict(list)
        for row in rows:
            found[row.partner_id].append(proof_of(row))
        return {partner_id: tuple(found[partner_id]) for partner_id in partner_ids}


def proof_of(row: Any) -> PayoutProof:
    return PayoutProof(
        partner_id=row.partner_id,
        scheme=row.scheme,
        season=row.season,
        hold_code=row.hold_code,
        state=ProofState(row.state),
        version=row.version,
        document_id=row.document_id or "",
        reason=row.reason,
    )
