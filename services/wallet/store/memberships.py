"""Memberships, and what was credited once in a schooling."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from rulebooks import Reason
from services.wallet.domain.membership import (
    WAITING,
    Acceptance,
    FeeState,
    Grant,
    Membership,
    MembershipState,
)
from services.wallet.store import many_rows
from services.wallet.store.among import among
from services.wallet.store.tables import memberships, once_credits

_OPEN = [MembershipState.ACTIVE.value, *(state.value for state in WAITING)]


def add(work: Work, membership: Membership) -> bool:
    """False when the person has one of this season already: two requests race, one wins."""
    statement = (
        insert(memberships)
        .values(_values(membership) | {"authority_id": work.authority_id})
        .on_conflict_do_nothing()
        .returning(memberships.c.membership_id)
    )
    return work.session.execute(statement).first() is not None


def save(work: Work, membership: Membership) -> None:
    work.session.execute(
        sa.update(memberships)
        .where(
            memberships.c.authority_id == work.authority_id,
            memberships.c.membership_id == membership.membership_id,
        )
        .values(_values(membership))
    )


_SAVE_ALL = """
UPDATE memberships SET state = w.state, fee_state = w.fee_state, rulebook_hash = w.rulebook_hash, reasons = w.reasons,
       entitlements = w.entitlements, version = w.version
FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::jsonb[], %s::bigint[])
  AS w(authority_id, membership_id, state, fee_state, rulebook_hash, reasons, entitlements, version)
WHERE memberships.authority_id = w.authority_id AND memberships.membership_id = w.membership_id
"""
_SAVED = ("membership_id", "state", "fee_state", "rulebook_hash")


def save_all(work: Work, changed: Iterable[Membership]) -> None:
    """What a decision, a credit or the season's end changes, of many at once, whose rows are held."""
    rows = []
    for membership in changed:
        values = _values(membership)
        documents = (json.dumps(values[name]) for name in ("reasons", "entitlements"))
        plain = (values[name] for name in _SAVED)
        rows.append((work.authority_id, *plain, *documents, membership.version))
    if rows:
        many_rows.run(work.session.connection(), _SAVE_ALL, many_rows.columns(rows))


def lock(work: Work, membership_id: UUID) -> Membership | None:
    """The membership, held until the end of the transaction."""
    found = _select(work, memberships.c.membership_id == membership_id, lock=True)
    return found[0] if found else None


def find(work: Work, membership_id: UUID) -> Membership | None:
    """The membership, which nobody holds."""
    found = _select(work, memberships.c.membership_id == membership_id)
    return found[0] if found else None


def in_season(work: Work, person_id: UUID, scheme: str, season: str) -> Membership | None:
    """The person's membership of a season that is not refused."""
    found = _select(
        work,
        memberships.c.person_id == person_id,
        memberships.c.scheme == scheme,
        memberships.c.season == season,
        memberships.c.state != MembershipState.REFUSED.value,
    )
    return found[0] if found else None


def of_person(work: Work, person_id: UUID) -> list[Membership]:
    return _select(work, memberships.c.person_id == person_id)


def lock_open_of(work: Work, person_ids: Collection[UUID]) -> list[Membership]:
    """Memberships of these persons that wait for something or are active, held, in id order."""
    return _select(work, among(memberships.c.person_id, person_ids), memberships.c.state.in_(_OPEN), lock=True)


def lock_all(work: Work, membership_ids: Collection[UUID]) -> list[Membership]:
    """These memberships, held, in id order."""
    return _select(work, among(memberships.c.membership_id, membership_ids), lock=True)


def lock_unfinished(work: Work, scheme: str, season: str, limit: int) -> list[Membership]:
    """Some memberships of the season that have not ended and are not refused, held.

    State after state: all at once would sort the whole season for each batch.
    """
    found: list[Membership] = []
    for state in _OPEN:
        found += _select(
            work,
            memberships.c.scheme == scheme,
            memberships.c.season == season,
            memberships.c.state == state,
            lock=True,
            limit=limit - len(found),
        )
    return found


def active_ids(work: Work, person_id: UUID) -> frozenset[UUID]:
    rows = work.session.execute(
        sa.select(memberships.c.membership_id).where(
            memberships.c.authority_id == work.authority_id,
            memberships.c.person_id == person_id,
            memberships.c.state == MembershipState.ACTIVE.value,
        )
    )
    return frozenset(row.membership_id for row in rows)


_CLAIM_ONCE = """
INSERT INTO once_credits (authority_id, person_id, benefit, scheme, season, by_exception)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::boolean[])
ON CONFLICT DO NOTHING RETURNING benefit
"""


@dataclass(frozen=True, slots=True)
class OnceCredit:
    """The one credit that a schooling or a life allows, for one membership. `key`: as `benefits_had` calls it."""

    person_id: UUID
    key: str
    scheme: str
    season: str
    by_exception: bool

    def is_had(self, before: Iterable[OnceCredit]) -> bool:
        """Whether one of those that the person had before stands in its way: of whatever season, exceptions apart."""
        return any(
            self.key == each.key
            and (
                not (self.by_exception or each.by_exception) or (self.scheme, self.season) == (each.scheme, each.season)
            )
            for each in before
        )


def claim_once(work: Work, wanted: Sequence[OnceCredit]) -> int:
    """Take these; how many of them nobody had."""
    rows = [
        (work.authority_id, each.person_id, each.key, each.scheme, each.season, each.by_exception) for each in wanted
    ]
    if not rows:
        return 0
    return len(many_rows.fetch(work.session.connection(), _CLAIM_ONCE, many_rows.columns(rows)))


def credited_once(work: Work, person_ids: Collection[UUID]) -> dict[UUID, list[OnceCredit]]:
    """What each of these persons had once in a schooling or a life."""
    rows = work.session.execute(
        sa.select(once_credits).where(
            once_credits.c.authority_id == work.authority_id, among(once_credits.c.person_id, person_ids)
        )
    )
    found: dict[UUID, list[OnceCredit]] = {}
    for row in rows:
        credit = OnceCredit(row.person_id, row.benefit, row.scheme, row.season, row.by_exception)
        found.setdefault(row.person_id, []).append(credit)
    return found


def benefits_had(work: Work, person_id: UUID, scheme: str, season: str) -> frozenset[str]:
    """Keys of what the person had once in a schooling or a life, this season's own credits left out."""
    return elsewhere(credited_once(work, [person_id]).get(person_id, ()), scheme, season)


def elsewhere(had: Iterable[OnceCredit], scheme: str, season: str) -> frozenset[str]:
    """Keys of those credits that are not of this season."""
    return frozenset(each.key for each in had if (each.scheme, each.season) != (scheme, season))


def _select(
    work: Work, *which: sa.ColumnElement[bool], lock: bool = False, limit: int | None = None
) -> list[Membership]:
    statement = (
        sa.select(memberships)
        .where(memberships.c.authority_id == work.authority_id, *which)
        .order_by(memberships.c.membership_id)
        .limit(limit)
    )
    rows = work.session.execute(statement.with_for_update() if lock else statement)
    return [membership_of(row) for row in rows]


def _values(membership: Membership) -> dict[str, Any]:
    return {
        "membership_id": membership.membership_id,
        "person_id": membership.person_id,
        "scheme": membership.scheme,
        "season": membership.season,
        "state": membership.state.value,
        "requested_on": membership.requested_on,
        "fee_cents": membership.fee_cents,
        "fee_state": membership.fee_state.value,
        "rulebook_hash": membership.rulebook_hash,
        "reasons": _documents(membership.reasons),
        "entitlements": _documents(membership.grants),
        "version": membership.version,
        "charter_version": membership.charter.version if membership.charter else None,
        "charter_accepted_at": membership.charter.at if membership.charter else None,
    }


def _documents(items: Iterable[Reason] | Sequence[Grant]) -> list[dict[str, Any]]:
    """Plain values all of them: `dataclasses.asdict` would copy each one deeply, the third of a page's time."""
    return [{name: getattr(item, name) for name in item.__dataclass_fields__} for item in items]


def membership_of(row: Any) -> Membership:
    return Membership(
        row.membership_id,
        row.person_id,
        row.scheme,
        row.season,
        row.requested_on,
        row.fee_cents,
        FeeState(row.fee_state),
        MembershipState(row.state),
        row.rulebook_hash,
        tuple(Reason(**reason) for reason in row.reasons),
        tuple(_grant(document) for document in row.entitlements),
        row.version,
        Acceptance(row.charter_version, row.charter_accepted_at) if row.charter_version else None,
    )


def _grant(document: dict[str, Any]) -> Grant:
    """Those of before uses, instalments and consents have their defaults."""
    return Grant(**document | {"waits": tuple(document.get("waits", ()))})
