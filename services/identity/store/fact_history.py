"""Records of facts, sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.fact_history import FactRecord, FactSource, Teller
from services.identity.store.pages import Page, page_of
from services.identity.store.tables import fact_records


class FactRecordRows:
    """`FactHistory` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def append(self, work: Work, records: Sequence[FactRecord]) -> None:
        if records:
            work.session.execute(sa.insert(fact_records), [self._row(work, record) for record in records])

    def latest(self, work: Work, person_id: str, names: Sequence[str]) -> Mapping[str, FactRecord]:
        return self._by_name(work, _latest(work, person_id, names))

    def latest_recorded(self, work: Work, person_id: str, names: Sequence[str]) -> Mapping[str, FactRecord]:
        not_said = fact_records.c.source != FactSource.PERSON.value
        return self._by_name(work, _latest(work, person_id, names).where(not_said))

    def page(self, work: Work, person_id: str, token: str) -> Page[FactRecord]:
        """A person's records, the latest first. Raises Malformed."""
        # Pages go up a key: the latest has the least.
        backwards = (-fact_records.c.ordinal).label("backwards")
        records = (
            sa.select(fact_records, backwards)
            .where(fact_records.c.authority_id == work.authority_id, fact_records.c.person_id == UUID(person_id))
            .subquery()
        )
        page = page_of(work, sa.select(records), records.c.backwards, token)
        return Page([self._record(row) for row in page.rows], page.next_token)

    def _by_name(self, work: Work, wanted: sa.Select[Any]) -> Mapping[str, FactRecord]:
        return {row.name: self._record(row) for row in work.session.execute(wanted)}

    def _row(self, work: Work, record: FactRecord) -> dict[str, Any]:
        teller = record.teller
        said = json.dumps({"value": record.value, "reason": teller.reason, "proof": teller.proof})
        return {
            "authority_id": work.authority_id,
            "record_id": UUID(record.record_id),
            "person_id": UUID(record.person_id),
            "name": record.name,
            "source": teller.source.value,
            "said_sealed": self._cipher.seal_text(said, record.record_id),
            "said_by": UUID(teller.account_id) if teller.account_id else None,
            "said_at": record.said_at,
            "expires_on": teller.expires_on,
            "corrects": UUID(record.corrects) if record.corrects else None,
        }

    def _record(self, row: sa.Row[Any]) -> FactRecord:
        record_id = str(row.record_id)
        said = json.loads(self._cipher.open_text(row.said_sealed, record_id))
        teller = Teller(FactSource(row.source), str(row.said_by or ""), said["reason"], said["proof"], row.expires_on)
        return FactRecord(
            record_id, str(row.person_id), row.name, said["value"], teller, row.said_at, str(row.corrects or "")
        )


def _latest(work: Work, person_id: str, names: Sequence[str]) -> sa.Select[Any]:
    """The last row of each name."""
    return (
        sa.select(fact_records)
        .ext(distinct_on(fact_records.c.name))
        .where(
            fact_records.c.authority_id == work.authority_id,
            fact_records.c.person_id == UUID(person_id),
            fact_records.c.name.in_(names),
        )
        .order_by(fact_records.c.name, fact_records.c.ordinal.desc())
    )
