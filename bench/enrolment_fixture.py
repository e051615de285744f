"""A wallet database in which many pupils wait for their school, and what identity will tell of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

import psycopg
import sqlalchemy as sa
import yaml
from marshmallow import Schema, fields

from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application.rules import Rules
from services.wallet.application.seasons import OpenSeason, open_season
from services.wallet.domain.facts import Enrolment, EnrolmentState, PersonFacts
from services.wallet.domain.ledger import Act
from services.wallet.domain.membership import Membership, decide
from services.wallet.store import ledger, memberships, person_facts, seasons

_FIXTURE = Path(__file__).with_name("enrolments.yaml")
_VOTE_CENTS = 10_000_000_000_00
_CHUNK = 1_000
_ASK_ALIKE = """
INSERT INTO memberships (authority_id, membership_id, person_id, scheme, season, state, requested_on, fee_cents,
                         fee_state, rulebook_hash, reasons, entitlements, version)
SELECT authority_id, gen_random_uuid(), other.id::uuid, scheme, season, state, requested_on, fee_cents, fee_state,
       rulebook_hash, reasons, entitlements, version
FROM memberships, unnest(CAST(:others AS text[])) AS other(id) WHERE person_id = :first
"""


@dataclass(frozen=True, slots=True)
class Pupils:
    """Of what scheme, when, and what is known of each."""

    authority: str
    scheme: str
    season: str
    at: datetime
    born: date
    facts: Mapping[str, object]
    schooling: Mapping[str, object]

    def told(self, number: int, version: int, state: EnrolmentState) -> PersonFacts:
        enrolment = Enrolment(self.scheme, self.season, state, self.schooling)
        return PersonFacts(person_id(number), version, self.born, self.facts, (enrolment,))


class _Pupils(Schema):
    authority, scheme, season = (fields.String(required=True) for _ in range(3))
    at = fields.AwareDateTime(required=True, default_timezone=UTC)
    born = fields.Date(required=True)
    facts, schooling = (fields.Dict(keys=fields.String(), required=True) for _ in range(2))


@cache
def pupils() -> Pupils:
    """As `enrolments.yaml` says. Raises marshmallow's ValidationError."""
    document = yaml.safe_load(_FIXTURE.read_text(encoding="utf-8"))
    return Pupils(**_Pupils().load({**document, "born": str(document["born"])}))


def person_id(number: int) -> UUID:
    return UUID(int=(2 << 96) | (4 << 76) | (8 << 60) | number)


def fill(work: Work, rules: Rules, count: int) -> None:
    """An open season with a budget for all, and a request each that waits for the school."""
    rulebook = open_season(work, rules, OpenSeason(pupils().scheme, pupils().season))
    _vote(work, rulebook)
    for numbers in _chunks(count):
        told = [pupils().told(number, 1, EnrolmentState.REQUESTED) for number in numbers]
        person_facts.keep_all(work, rules.cipher, told)
    _ask(work, rulebook, pupils().told(0, 1, EnrolmentState.REQUESTED), count)


def _vote(work: Work, rulebook: Rulebook) -> None:
    names = [benefit.id for benefit in rulebook.benefits]
    for envelope in seasons.lock_envelopes(work, rulebook.scheme, rulebook.season, names).values():
        act = Act(work.now, work.today, rulebook.hash)
        voted, transfer = envelope.vote(_VOTE_CENTS, rulebook.budget.thresholds_percent, uuid.uuid4(), act)
        seasons.save_envelope(work, voted)
        ledger.write(work, [transfer])


def _ask(work: Work, rulebook: Rulebook, told: PersonFacts, count: int) -> None:
    """One request decided, and the same for everybody."""
    decision = decide(rulebook, told, work.today, ())
    memberships.add(work, Membership.asked(uuid.uuid4(), told.person_id, rulebook, decision, work.today))
    for numbers in _chunks(count):
        others = [str(person_id(number)) for number in numbers if number]
        work.session.execute(sa.text(_ASK_ALIKE), {"others": others, "first": told.person_id})


def _chunks(count: int) -> Iterator[range]:
    for start in range(0, count, _CHUNK):
        yield range(start, min(start + _CHUNK, count))


# What a validated file leaves, parents before children.
WRITTEN = ("person_facts", "memberships", "wallets", "transfers", "entries", "outbox", "inbox")
_GUARDED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'"


Connection = psycopg.Connection[tuple[object, ...]]


def copied(connection: Connection, tables: Sequence[str]) -> dict[str, bytes]:
    """Every row of these tables, as COPY writes them; those of a partitioned one from all its partitions."""
    rows = {}
    for table in tables:
        with connection.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)") as out:  # noqa: S608 - own tables
            rows[table] = b"".join(bytes(part) for part in out)
    return rows


def empty(connection: Connection, tables: Sequence[str]) -> None:
    """The ledger and what is sealed are append-only for everybody but their own maker."""
    guarded = [str(table) for (table,) in connection.execute(_GUARDED)]
    for table in guarded:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
    connection.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    for table in guarded:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")


def copy_in(connection: Connection, rows: Mapping[str, bytes]) -> None:
    for table, content in rows.items():
        with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as into:
            into.write(content)
