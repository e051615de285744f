"""What a group of debits reads and writes when one of them needs a top-up, and what a cancellation gives back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work
from services.wallet.domain.accreditation import Told
from services.wallet.domain.credit_line import DueCredit, kept_cents
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.facts import PersonFacts
from services.wallet.domain.top_up import ToppedUp
from services.wallet.domain.wallet import Wallet
from services.wallet.store import many_rows, person_facts
from services.wallet.store.rights_tables import top_ups, wallet_top_ups
from services.wallet.store.seasons import envelope_of

# Locked after the wallets, in id order.
_ENVELOPES = """
SELECT v.* FROM envelopes v
JOIN unnest(%s::text[], %s::uuid[]) AS w(authority_id, envelope_id) USING (authority_id, envelope_id)
ORDER BY v.envelope_id FOR UPDATE OF v
"""
# Of those who stand before an envelope, the first whom it bears: nobody once its line is served.
_LINE = """
SELECT d.* FROM unnest(%s::text[], %s::uuid[]) AS w(authority_id, envelope_id)
JOIN envelopes v USING (authority_id, envelope_id)
CROSS JOIN LATERAL (
    SELECT * FROM due_credits d
    WHERE (d.authority_id, d.envelope_id) = (v.authority_id, v.envelope_id) AND d.amount_cents <= v.unallocated_cents
    ORDER BY d.due_since, d.membership_id, d.benefit LIMIT 500
) d
"""
_ADDED = """
SELECT t.authority_id, t.wallet_id, t.added_cents FROM wallet_top_ups t
JOIN unnest(%s::text[], %s::uuid[]) AS w(authority_id, wallet_id) USING (authority_id, wallet_id)
"""
_TOLD = """
SELECT a.authority_id, a.partner_id, a.scheme, a.category, a.activity, a.tags FROM accreditations a
JOIN unnest(%s::text[], %s::uuid[], %s::text[], %s::text[]) AS w(authority_id, partner_id, scheme, category)
  USING (authority_id, partner_id, scheme, category)
"""
_SAVE_ENVELOPES = """
UPDATE envelopes SET unallocated_cents = w.unallocated_cents, version = w.version,
                     announced_percent = w.announced_percent
FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::bigint[], %s::int[])
  AS w(authority_id, envelope_id, unallocated_cents, version, announced_percent)
WHERE envelopes.authority_id = w.authority_id AND envelopes.envelope_id = w.envelope_id
"""
_SAVE_CREDITS = """
UPDATE wallets SET credited_cents = w.credited_cents
FROM unnest(%s::text[], %s::uuid[], %s::bigint[]) AS w(authority_id, wallet_id, credited_cents)
WHERE wallets.authority_id = w.authority_id AND wallets.wallet_id = w.wallet_id
"""
_SAVE_ADDED = """
INSERT INTO wallet_top_ups (authority_id, wallet_id, code, ceiling_cents, added_cents)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::bigint[], %s::bigint[])
ON CONFLICT (authority_id, wallet_id) DO UPDATE
SET code = excluded.code, ceiling_cents = excluded.ceiling_cents, added_cents = excluded.added_cents
"""
_ADD_TOP_UPS = "authority_id, debit_id, credit_id, wallet_id, code, amount_cents"


@dataclass(frozen=True, slots=True)
class Asked:
    """A wallet, whose row is locked, of which a partner wants more than it holds."""

    authority_id: str
    partner_id: UUID
    wallet: Wallet


@dataclass(slots=True)
class Known:
    """What deciding on top-ups needs, by (authority, id); it moves on while the group is decided. `kept_cents`: of
    envelopes, for those in their lines. `told`: of partners, by (authority, partner, scheme, category)."""

    envelopes: dict[tuple[str, UUID], Envelope] = field(default_factory=dict)
    kept_cents: dict[tuple[str, UUID], int] = field(default_factory=dict)
    added_cents: dict[tuple[str, UUID], int] = field(default_factory=dict)
    persons: dict[tuple[str, UUID], PersonFacts] = field(default_factory=dict)
    told: dict[tuple[str, UUID, str, str], Told] = field(default_factory=dict)


def load(connection: sa.Connection, cipher: Cipher, asked: Sequence[Asked]) -> Known:
    """Nothing is read where nobody asks."""
    known = Known()
    if not asked:
        return known
    envelopes = dict.fromkeys((each.authority_id, each.wallet.envelope_id) for each in asked)
    for row in _rows(connection, _ENVELOPES, envelopes):
        known.envelopes[row.authority_id, row.envelope_id] = envelope_of(row)
    known.kept_cents = _kept(connection, known.envelopes)
    held = dict.fromkeys((each.authority_id, each.wallet.wallet_id) for each in asked)
    for row in _rows(connection, _ADDED, held):
        known.added_cents[row.authority_id, row.wallet_id] = row.added_cents
    partners = dict.fromkeys((each.authority_id, each.partner_id, *_taken(each.wallet)) for each in asked)
    for row in _rows(connection, _TOLD, partners):
        known.told[row.authority_id, row.partner_id, row.scheme, row.category] = Told(row.activity, row.tags)
    persons = {(each.authority_id, each.wallet.person_id) for each in asked}
    known.persons = person_facts.find_some(connection, cipher, persons)
    return known


def _kept(connection: sa.Connection, envelopes: Mapping[tuple[str, UUID], Envelope]) -> dict[tuple[str, UUID], int]:
    """Read once the envelopes are locked: a line is served by who holds its envelope."""
    lines: dict[tuple[str, UUID], list[DueCredit]] = defaultdict(list)
    for row in _rows(connection, _LINE, envelopes):
        due = DueCredit(row.membership_id, row.benefit, row.envelope_id, row.amount_cents, row.due_since)
        lines[row.authority_id, row.envelope_id].append(due)
    return {key: kept_cents(envelopes[key].unallocated_cents, line) for key, line in lines.items()}


def _taken(wallet: Wallet) -> tuple[str, str]:
    return wallet.scheme, wallet.category


def _rows(connection: sa.Connection, statement: str, wanted: Iterable[tuple[object, ...]]) -> Sequence[Any]:
    return many_rows.fetch(connection, statement, many_rows.columns(wanted))


def write(connection: sa.Connection, made: Sequence[tuple[str, UUID, ToppedUp]]) -> None:
    """(authority, debit, top-up) triples in the order in which they were decided; their transfers are the ledger's."""
    if not made:
        return
    last = {(authority, each.wallet.wallet_id): each for authority, _, each in made}
    envelopes = {(authority, each.offer.envelope.envelope_id): each.offer.envelope for authority, _, each in made}
    rows = [(*key, v.unallocated_cents, v.version, v.announced_percent) for key, v in envelopes.items()]
    many_rows.run(connection, _SAVE_ENVELOPES, many_rows.columns(rows))
    credited = [(*key, each.wallet.credited_cents) for key, each in last.items()]
    many_rows.run(connection, _SAVE_CREDITS, many_rows.columns(credited))
    sums = [(*key, o.code, o.ceiling_cents, o.added_cents) for key, each in last.items() for o in (each.offer,)]
    many_rows.run(connection, _SAVE_ADDED, many_rows.columns(sums))
    added = [
        (
            authority,
            debit_id,
            each.transfer.transfer_id,
            each.wallet.wallet_id,
            each.offer.code,
            each.transfer.amount_cents,
        )
        for authority, debit_id, each in made
    ]
    many_rows.copy(connection, "top_ups", _ADD_TOP_UPS, added)


def added_for(work: Work, debit_id: UUID) -> int:
    """Cents that were added for this debit; its wallet is held."""
    found = work.session.execute(
        sa.select(top_ups.c.amount_cents).where(
            top_ups.c.authority_id == work.authority_id, top_ups.c.debit_id == debit_id
        )
    ).scalar_one_or_none()
    return int(found or 0)


def save_returned(work: Work, debit_id: UUID, wallet_id: UUID, amount_cents: int, returned_by: UUID) -> None:
    work.session.execute(
        sa.update(top_ups)
        .where(top_ups.c.authority_id == work.authority_id, top_ups.c.debit_id == debit_id)
        .values(returned_by=returned_by)
    )
    work.session.execute(
        sa.update(wallet_top_ups)
        .where(wallet_top_ups.c.authority_id == work.authority_id, wallet_top_ups.c.wallet_id == wallet_id)
        .values(added_cents=wallet_top_ups.c.added_cents - amount_cents)
    )


def added_to(work: Work, wallet_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Cents that tills added to these wallets in all."""
    rows = work.session.execute(
        sa.select(wallet_top_ups.c.wallet_id, wallet_top_ups.c.added_cents).where(
            wallet_top_ups.c.authority_id == work.authority_id, wallet_top_ups.c.wallet_id.in_(wallet_ids)
        )
    )
    return {row.wallet_id: row.added_cents for row in rows}
