"""Card checks, their decisions, and the documents that were accepted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.card_checks import CardCheck, CheckState, Lease, Ruling
from services.identity.store.keys.own_keys import Opener, OwnKeys
from services.identity.store.pages import Page, page_of
from services.identity.store.tables import card_checks, card_decisions, document_marks


class CardCheckRows:
    """`CardChecks` in the service's database."""

    def __init__(self, cipher: Cipher, keys: OwnKeys) -> None:
        self._cipher = cipher
        self._keys = keys

    def add(self, work: Work, check: CardCheck) -> bool:
        row = {
            "authority_id": work.authority_id,
            "check_id": UUID(check.check_id),
            "person_id": UUID(check.person_id),
            "state": check.state.value,
            "file_id": UUID(check.file_id),
            "submitted_at": check.submitted_at,
        }
        statement = insert(card_checks).values(row).on_conflict_do_nothing()
        return work.session.execute(statement.returning(card_checks.c.check_id)).first() is not None

    def find(self, work: Work, check_id: str) -> CardCheck | None:
        return self._one(work, _by_id(work, check_id))

    def latest_of(self, work: Work, person_id: str) -> CardCheck | None:
        wanted = (
            sa.select(card_checks)
            .where(card_checks.c.authority_id == work.authority_id, card_checks.c.person_id == UUID(person_id))
            .order_by(card_checks.c.ordinal.desc())
            .limit(1)
        )
        return self._one(work, wanted)

    def lock(self, work: Work, check_id: str) -> CardCheck | None:
        return self._one(work, _by_id(work, check_id).with_for_update())

    def lock_leased(self, work: Work, lease: Lease) -> CardCheck | None:
        held = _by_id(work, lease.check_id).where(
            card_checks.c.state == CheckState.PENDING.value, card_checks.c.lease_id == UUID(lease.lease_id)
        )
        return self._one(work, held.with_for_update())

    def rule(self, work: Work, check: CardCheck, ruling: Ruling, decided_by: str | None) -> CardCheck:
        self._append_decision(work, check, ruling, decided_by)
        is_final = not ruling.state.is_open
        statement = (
            sa.update(card_checks)
            .where(card_checks.c.authority_id == work.authority_id, card_checks.c.check_id == UUID(check.check_id))
            .values(
                state=ruling.state.value,
                file_id=UUID(check.file_id) if ruling.state.keeps_image else None,
                read_sealed=self._sealed_reading(work, check),
                document_mark=check.mark or None,
                decided_at=work.now if is_final else None,
                lease_id=None,
                leased_until=None,
            )
        )
        (ruled,) = self._checks(work, work.session.execute(statement.returning(card_checks)).all())
        return ruled

    def last_ruling(self, work: Work, check_id: str) -> Ruling | None:
        row = work.session.execute(
            sa.select(card_decisions, card_checks.c.person_id)
            .join_from(card_decisions, card_checks, _check_of_decision())
            .where(card_decisions.c.authority_id == work.authority_id, card_decisions.c.check_id == UUID(check_id))
            .order_by(card_decisions.c.decision_id.desc())
            .limit(1)
        ).first()
        if row is None:
            return None
        opener = self._keys.opener(work.authority_id, str(row.person_id))
        sentence = opener.text(row.sentence_sealed, check_id) or ""
        return Ruling(CheckState(row.state), tuple(row.codes), sentence)

    def waiting_before(self, work: Work, check_id: str) -> int:
        """Readers serve all authorities in one line: a number tells nothing of the others."""
        mine = _by_id(work, check_id).with_only_columns(card_checks.c.ordinal).scalar_subquery()
        waiting = sa.select(sa.func.count()).where(
            card_checks.c.state == CheckState.PENDING.value, card_checks.c.ordinal < mine
        )
        return work.session.execute(waiting).scalar_one()

    def mark_of(self, document: str) -> bytes:
        return self._cipher.look_up_hash(f"document/{document}")

    def claim_document(self, work: Work, mark: bytes, person_id: str) -> bool:
        key = {"authority_id": work.authority_id, "mark": mark}
        work.session.execute(
            insert(document_marks).values(key | {"person_id": UUID(person_id)}).on_conflict_do_nothing()
        )
        holder = work.session.execute(
            sa.select(document_marks.c.person_id).where(
                *(document_marks.c[name] == value for name, value in key.items())
            )
        ).scalar_one()
        return str(holder) == person_id

    def marks_of(self, work: Work, person_id: str) -> list[bytes]:
        """Of the documents that this person was accepted with."""
        wanted = sa.select(document_marks.c.mark).where(
            document_marks.c.authority_id == work.authority_id, document_marks.c.person_id == UUID(person_id)
        )
        return [bytes(row.mark) for row in work.session.execute(wanted)]

    def page(self, work: Work, state: CheckState, after: str) -> tuple[list[CardCheck], str]:
        wanted = sa.select(card_checks).where(
            card_checks.c.authority_id == work.authority_id, card_checks.c.state == state.value
        )
        page: Page[sa.Row[Any]] = page_of(work, wanted, card_checks.c.ordinal, after)
        return self._checks(work, page.rows), page.next_token

    def _append_decision(self, work: Work, check: CardCheck, ruling: Ruling, decided_by: str | None) -> None:
        keeper = self._keys.keeper(work.authority_id, check.person_id)
        sentence = keeper.seal_text(ruling.sentence, check.check_id) if ruling.sentence else None
        work.session.execute(
            sa.insert(card_decisions),
            {
                "authority_id": work.authority_id,
                "check_id": UUID(check.check_id),
                "state": ruling.state.value,
                "codes": list(ruling.codes),
                "sentence_sealed": sentence,
                "decided_by": UUID(decided_by) if decided_by else None,
                "occurred_at": work.now,
            },
        )

    def _sealed_reading(self, work: Work, check: CardCheck) -> bytes | None:
        keeper = self._keys.keeper(work.authority_id, check.person_id)
        return keeper.seal_text(json.dumps(dict(check.read)), check.check_id) if check.read else None

    def _one(self, work: Work, wanted: sa.Select[Any]) -> CardCheck | None:
        found = self._checks(work, work.session.execute(wanted).all())
        return found[0] if found else None

    def _checks(self, work: Work, rows: Sequence[sa.Row[Any]]) -> list[CardCheck]:
        openers = self._keys.openers(work.authority_id, [str(row.person_id) for row in rows])
        return [_check(row, openers[str(row.person_id)]) for row in rows]


def _check(row: sa.Row[Any], opener: Opener) -> CardCheck:
    check_id = str(row.check_id)
    return CardCheck(
        check_id=check_id,
        person_id=str(row.person_id),
        state=CheckState(row.state),
        submitted_at=row.submitted_at,
        file_id=str(row.file_id) if row.file_id else "",
        attempts=row.attempts,
        mark=row.document_mark or b"",
        read=json.loads(opener.text(row.read_sealed, check_id) or "{}"),
        decided_at=row.decided_at,
    )


def _check_of_decision() -> sa.ColumnElement[bool]:
    return sa.and_(
        card_checks.c.authority_id == card_decisions.c.authority_id, card_checks.c.check_id == card_decisions.c.check_id
    )


def _by_id(work: Work, check_id: str) -> sa.Select[Any]:
    return sa.select(card_checks).where(
        card_checks.c.authority_id == work.authority_id, card_checks.c.check_id == UUID(check_id)
    )
