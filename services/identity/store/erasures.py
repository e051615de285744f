"""Erasures as rows, and how the journal knows them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.identity.domain.erasures import Erasure, ErasureState
from services.identity.store.erasure_tables import erasures
from services.identity.store.keys.own_keys import OwnKeys
from services.identity.store.pages import page_of


class ErasureRows:
    """`Erasures` in the service's database."""

    def __init__(self, keys: OwnKeys) -> None:
        self._keys = keys

    def add(self, work: Work, erasure: Erasure) -> bool:
        row = {
            "authority_id": work.authority_id,
            "erasure_id": UUID(erasure.erasure_id),
            "person_id": UUID(erasure.person_id),
            "account_hash": self._keys.hash_of(work.authority_id, erasure.person_id),
            "asked_by": erasure.asked_by,
            "requested_at": erasure.requested_at,
            **_changing(erasure),
        }
        statement = insert(erasures).values(row).on_conflict_do_nothing()
        return work.session.execute(statement.returning(erasures.c.erasure_id)).first() is not None

    def lock(self, work: Work, erasure_id: str) -> Erasure | None:
        row = work.session.execute(_by_id(work, erasure_id).with_for_update()).first()
        return _erasure(row) if row else None

    def keep(self, work: Work, erasure: Erasure) -> None:
        work.session.execute(
            sa.update(erasures)
            .where(erasures.c.authority_id == work.authority_id, erasures.c.erasure_id == UUID(erasure.erasure_id))
            .values(_changing(erasure))
        )

    def page(self, work: Work, token: str) -> tuple[list[Erasure], str]:
        newest = (-erasures.c.ordinal).label("place")
        listed = sa.select(erasures, newest).where(erasures.c.authority_id == work.authority_id).subquery()
        page = page_of(work, sa.select(listed), listed.c.place, token)
        return [_erasure(row) for row in page.rows], page.next_token


def _changing(erasure: Erasure) -> dict[str, Any]:
    return {
        "state": erasure.state.value,
        "confirmed_by": erasure.confirmed_by,
        "holds": dict(erasure.holds),
        "answers": dict(erasure.answers),
        "done_at": erasure.done_at,
    }


def _by_id(work: Work, erasure_id: str) -> sa.Select[Any]:
    return sa.select(erasures).where(
        erasures.c.authority_id == work.authority_id, erasures.c.erasure_id == UUID(erasure_id)
    )


def _erasure(row: sa.Row[Any]) -> Erasure:
    return Erasure(
        erasure_id=str(row.erasure_id),
        person_id=str(row.person_id) if row.person_id else "",
        state=ErasureState(row.state),
        asked_by=row.asked_by,
        requested_at=row.requested_at,
        confirmed_by=row.confirmed_by,
        holds=row.holds,
        answers=row.answers,
        done_at=row.done_at,
    )
