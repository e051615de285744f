"""`twice-shuffled`: every event of a played load delivered twice more, in shuffled order, to every subscriber.

Twice over: to services that know each event already, and to a wallet and a payout that have forgotten every event and
all that events told them, so that the order is new to the handlers themselves. No table may differ afterwards.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from psycopg.rows import namedtuple_row

from chassis import broker, events
from chassis.broker import Outgoing
from chassis.relay import outgoing
from demo.stage import Stage
from demo.waiting import until
from drills.metrics import total
from drills.outcome import Outcome
from drills.under_load import Load, play
from embedded import state
from embedded.environment import Environments
from embedded.platform import SERVICES
from embedded.rabbitmq import OPERATOR
from embedded.rundir import RunDir

NAME = "twice-shuffled"
TIMES = 2
_HANDLED_WITHIN_S = 240.0
_HANDLED = "atouts_events_handled_total"
# What events told, and nothing else: it may be emptied and told again.
_TOLD: Mapping[str, tuple[str, ...]] = {
    "wallet": ("inbox", "accreditations", "grants", "person_facts"),
    "payout": ("inbox", "accruals", "bank_accounts", "grants"),
}
# Machine time, and what is sealed anew each time it is written.
_NOT_COMPARED = frozenset({"recorded_at", "handled_at", "published_at", "sealed", "sealed_iban", "sealed_holder"})
# How far the sending of a mail is, which goes on meanwhile.
_NOT_COMPARED_OF = {
    "deliveries": frozenset({"state", "reason", "attempts", "next_attempt_at", "lease_id", "lease_until", "settled_at"})
}


def run(seed: int, long: bool) -> Outcome:
    """300 debits are played first, 2,000 with `long`."""
    load = Load(2_000, 60.0) if long else Load(300, 60.0)
    return play(NAME, seed, load, lambda folder, stage: _Redelivery(folder, stage, seed))


class _Redelivery:
    """Redelivers once the load is over; `count` is how many messages that were."""

    def __init__(self, run: RunDir, stage: Stage, seed: int) -> None:
        self._databases = _Databases(Environments(run, state.read(run)))
        self._stage = stage
        self._queues = _Queues(run, self._databases.environments, random.Random(seed))  # noqa: S311 - to be repeated
        self._differences: list[str] = []
        self.count = 0

    def __enter__(self) -> _Redelivery:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._stage.clock.settle()
            self._redeliver("known already", ())
            self._redeliver("forgotten", tuple(_TOLD))

    def broken(self) -> list[str]:
        return self._differences

    def _redeliver(self, when: str, forgetful: Sequence[str]) -> None:
        before = self._databases.fingerprints()
        for service in forgetful:
            self._databases.forget(service, _TOLD[service])
        self.count += self._queues.deliver(self._databases.told())
        after = self._databases.fingerprints()
        differing = [name for name in before if before[name] != after[name]]
        self._differences += [f"{name} differs after events that were {when}" for name in differing]


@dataclass(frozen=True, slots=True)
class _Databases:
    """Every service's database, as its operator sees it."""

    environments: Environments

    @contextmanager
    def _open(self, service: str) -> Iterator[psycopg.Connection]:
        url = sa.make_url(self.environments.postgres().url(OPERATOR, service)).set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
            yield connection

    def told(self) -> list[tuple[str, Outgoing]]:
        """Every event that was ever told, with each service that it is for."""
        messages: list[tuple[str, Outgoing]] = []
        for source in SERVICES:
            with self._open(source) as connection:
                rows: list[Any] = (
                    connection.cursor(row_factory=namedtuple_row).execute("SELECT * FROM outbox").fetchall()
                )
            for row in rows:
                subscribers = events.contracts()[row.type].subscribers
                messages += [(service, outgoing(source, row)) for service in subscribers]
        return messages

    def forget(self, service: str, tables: Sequence[str]) -> None:
        with self._open(service) as connection:
            names = sql.SQL(", ").join(map(sql.Identifier, tables))
            connection.execute(sql.SQL("TRUNCATE {}").format(names))

    def fingerprints(self) -> dict[str, str]:
        """service.table → a hash of its rows."""
        found: dict[str, str] = {}
        for service in SERVICES:
            with self._open(service) as connection:
                for table, columns in _tables(connection).items():
                    found[f"{service}.{table}"] = _fingerprint(connection, table, columns)
        return found


def _tables(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Every table, and its columns that are compared."""
    rows = connection.execute(
        "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns "
        "WHERE table_schema = 'public' GROUP BY table_name ORDER BY table_name"
    )
    return {table: [column for column in columns if _is_compared(table, column)] for table, columns in rows}


def _is_compared(table: str, column: str) -> bool:
    return column not in _NOT_COMPARED | _NOT_COMPARED_OF.get(table, frozenset())


def _fingerprint(connection: psycopg.Connection, table: str, columns: Sequence[str]) -> str:
    question = sql.SQL(
        "SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (SELECT ROW({})::text AS line FROM {}) t"
    )
    query = question.format(sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table))
    row = connection.execute(query).fetchone()
    return str(row[0] if row else None)


@dataclass(frozen=True, slots=True)
class _Queues:
    run: RunDir
    environments: Environments
    draw: random.Random

    def deliver(self, messages: Sequence[tuple[str, Outgoing]]) -> int:
        """Put each message TIMES into its subscriber's queue, shuffled; returns when all were handled."""
        deliveries = [each for each in messages for _ in range(TIMES)]
        self.draw.shuffle(deliveries)
        wanted = {service: self._handled(service) for service in SERVICES}
        for service, _ in deliveries:
            wanted[service] += 1
        with broker.connect(self.environments.rabbitmq().url(OPERATOR)) as connection:
            for service in SERVICES:
                own = [_straight_to(service, message) for to, message in deliveries if to == service]
                broker.Publisher(connection, broker.exchange_name(service)).publish(own)
        for service, handled in wanted.items():
            until(
                lambda service=service, handled=handled: self._handled(service) >= handled or None,  # type: ignore[misc]
                f"{service} to handle its events",
                within_s=_HANDLED_WITHIN_S,
            )
        print(f"delivered {len(deliveries)} messages", file=sys.stderr, flush=True)
        return len(deliveries)

    def _handled(self, service: str) -> float:
        return total(self.run, f"{service}.worker", _HANDLED)


def _straight_to(service: str, message: Outgoing) -> Outgoing:
    """By the queue's own name: no other subscriber receives it."""
    return Outgoing(broker.queue_name(service), message.body, message.message_id, mandatory=True)
