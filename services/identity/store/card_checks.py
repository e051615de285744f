"""Card checks and the words said on them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.card_checks import CardCheck, CheckState, Lease, Place, Ruling
from services.identity.domain.card_decisions import Act, Decision, Word
from services.identity.store.pages import Page, page_of
from services.identity.store.tables import card_checks, card_decisions

_RECENT_READINGS = 20


class CardCheckRows:
    """`CardChecks` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

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

    def rule(self, work: Work, check: CardCheck, ruling: Ruling, word: Word) -> CardCheck:
        self._append(work, check, ruling, word)
        values = {
            "state": ruling.state.value,
            "read_sealed": self._sealed_reading(check),
            "document_mark": check.mark or None,
            "decided_at": None if ruling.state.is_open else work.now,
            "lease_id": None,
            "leased_until": None,
            "proposed_by": None,
        }
        return self._changed(work, check, values)

    def note(self, work: Work, check: CardCheck, ruling: Ruling, word: Word) -> CardCheck:
        self._append(work, check, ruling, word)
        return self._changed(work, check, {"proposed_by": UUID(word.by) if word.act is Act.PROPOSED else None})

    def decisions(self, work: Work, check_ids: Sequence[str]) -> Mapping[str, Sequence[Decision]]:
        rows = work.session.execute(
            sa.select(card_decisions)
            .where(
                card_decisions.c.authority_id == work.authority_id,
                card_decisions.c.check_id.in_([UUID(check_id) for check_id in check_ids]),
            )
            .order_by(card_decisions.c.decision_id)
        )
        found: dict[str, list[Decision]] = defaultdict(list)
        for row in rows:
            found[str(row.check_id)].append(self._decision(row))
        return found

    def place(self, work: Work, check_id: str, at: datetime) -> Place:
        """Readers serve all authorities in one line: a number tells nothing of the others."""
        mine = work.session.execute(
            _by_id(work, check_id).with_only_columns(card_checks.c.ordinal, card_checks.c.leased_until)
        ).one()
        is_leased = card_checks.c.leased_until > at
        line = work.session.execute(
            sa.select(
                sa.func.count().filter(card_checks.c.ordinal < mine.ordinal).label("before"),
                sa.func.count().filter(is_leased).label("readers"),
            ).where(card_checks.c.state == CheckState.PENDING.value)
        ).one()
        is_being_read = mine.leased_until is not None and mine.leased_until > at
        return Place(line.before, is_being_read, line.readers, self._recent_seconds(work))

    def page(self, work: Work, state: CheckState, after: str) -> tuple[list[CardCheck], str]:
        return self._page(work, card_checks.c.state == state.value, after)

    def page_of_proposed(self, work: Work, after: str) -> tuple[list[CardCheck], str]:
        return self._page(work, card_checks.c.proposed_by.is_not(None), after)

    def _page(self, work: Work, wanted: sa.ColumnElement[bool], after: str) -> tuple[list[CardCheck], str]:
        selected = sa.select(card_checks).where(card_checks.c.authority_id == work.authority_id, wanted)
        page: Page[sa.Row[Any]] = page_of(work, selected, card_checks.c.ordinal, after)
        return [self._check(row) for row in page.rows], page.next_token

    def _recent_seconds(self, work: Work) -> list[float]:
        seconds = card_decisions.c.read_seconds
        wanted = (
            sa.select(seconds)
            .where(card_decisions.c.authority_id == work.authority_id, seconds.is_not(None))
            .order_by(card_decisions.c.decision_id.desc())
            .limit(_RECENT_READINGS)
        )
        return list(work.session.execute(wanted).scalars())

    def _append(self, work: Work, check: CardCheck, ruling: Ruling, word: Word) -> None:
        sentence = self._cipher.seal_text(ruling.sentence, check.check_id) if ruling.sentence else None
        row = {
            "authority_id": work.authority_id,
            "check_id": UUID(check.check_id),
            "state": ruling.state.value,
            "codes": list(ruling.codes),
            "sentence_sealed": sentence,
            "decided_by": UUID(word.by) if word.by else None,
            "occurred_at": work.now,
            "act": word.act.value,
            "proposed_by": UUID(word.proposed_by) if word.proposed_by else None,
            "read_seconds": word.seconds,
        }
        work.session.execute(sa.insert(card_decisions), row)

    def _changed(self, work: Work, check: CardCheck, values: Mapping[str, Any]) -> CardCheck:
        statement = (
            sa.update(card_checks)
            .where(card_checks.c.authority_id == work.authority_id, card_checks.c.check_id == UUID(check.check_id))
            .values(**values)
        )
        return self._check(work.session.execute(statement.returning(card_checks)).one())

    def _sealed_reading(self, check: CardCheck) -> bytes | None:
        return self._cipher.seal_text(json.dumps(dict(check.read)), check.check_id) if check.read else None

    def _one(self, work: Work, wanted: sa.Select[Any]) -> CardCheck | None:
        row = work.session.execute(wanted).first()
        return self._check(row) if row else None

    def _decision(self, row: sa.Row[Any]) -> Decision:
        sentence = self._cipher.open_text(row.sentence_sealed, str(row.check_id)) if row.sentence_sealed else ""
        word = Word(Act(row.act), _text(row.decided_by), _text(row.proposed_by), row.read_seconds)
        return Decision(Ruling(CheckState(row.state), tuple(row.codes), sentence), word, row.occurred_at)

    def _check(self, row: sa.Row[Any]) -> CardCheck:
        check_id = str(row.check_id)
        return CardCheck(
            check_id=check_id,
            person_id=str(row.person_id),
            state=CheckState(row.state),
            submitted_at=row.submitted_at,
            file_id=_text(row.file_id),
            attempts=row.attempts,
            mark=row.document_mark or b"",
            read=json.loads(self._cipher.open_text(row.read_sealed, check_id)) if row.read_sealed else {},
            decided_at=row.decided_at,
            proposed_by=_text(row.proposed_by),
        )


def _text(key: UUID | None) -> str:
    return str(key) if key else ""


def _by_id(work: Work, check_id: str) -> sa.Select[Any]:
    return sa.select(card_checks).where(
        card_checks.c.authority_id == work.authority_id, card_checks.c.check_id == UUID(check_id)
    )
