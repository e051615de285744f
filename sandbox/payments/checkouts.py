"""What the sandbox remembers: checkouts, and webhooks until they are taken. One SQLite file survives restarts."""

from __future__ import annotations

import json
import sqlite3
import uuid
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any

_TABLES = """
create table if not exists checkouts (
    checkout_id text primary key,
    authority_id text not null,
    reference text not null,
    amount_cents integer not null check (amount_cents > 0),
    webhook_url text not null,
    state text not null,
    unique (authority_id, reference)
);
create table if not exists webhooks (
    webhook_id text primary key,
    checkout_id text not null references checkouts,
    body text not null,
    attempts integer not null default 0,
    next_at real not null,
    taken integer not null default 0
);
create index if not exists webhooks_waiting on webhooks (next_at) where not taken;
"""
_SELECT = "select checkout_id, authority_id, reference, amount_cents, webhook_url, state from checkouts where "


class State(StrEnum):
    """A declined card leaves the checkout open to another try."""

    OPEN = "open"
    DECLINED = "declined"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Order:
    """What a merchant asks to be paid. `reference` is its own: the same one twice is one checkout."""

    authority_id: str
    reference: str
    amount_cents: int
    webhook_url: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """An order and where it stands."""

    checkout_id: str
    order: Order
    state: State


@dataclass(frozen=True, slots=True)
class Webhook:
    """One event to deliver; `attempts` were made before."""

    webhook_id: str
    order: Order
    body: bytes
    attempts: int


class Checkouts:
    """The file. Calls are short; one connection serves all."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript("pragma journal_mode = wal; pragma synchronous = full;" + _TABLES)
        self._lock = Lock()

    def close(self) -> None:
        self._database.close()

    def open(self, order: Order) -> Checkout:
        """The checkout of this order, new or known. Raises ValueError: known with another amount."""
        with self._lock, self._database:
            self._database.execute(
                "insert into checkouts values (?, ?, ?, ?, ?, ?) on conflict do nothing",
                (
                    f"co_{uuid.uuid4().hex}",
                    order.authority_id,
                    order.reference,
                    order.amount_cents,
                    order.webhook_url,
                    State.OPEN,
                ),
            )
            known = self._one("authority_id = ? and reference = ?", order.authority_id, order.reference)
        assert known is not None  # written above, or before
        if known.order.amount_cents != order.amount_cents:
            raise ValueError("this reference is known with another amount")
        return known

    def find(self, checkout_id: str) -> Checkout | None:
        with self._lock:
            return self._one("checkout_id = ?", checkout_id)

    def settle(self, checkout: Checkout, state: State, event: str, at: float) -> State:
        """Record the attempt and the webhook that tells it, together; what is paid stays paid."""
        with self._lock, self._database:
            changed = self._database.execute(
                "update checkouts set state = ? where checkout_id = ? and state != ?",
                (state, checkout.checkout_id, State.PAID),
            )
            if not changed.rowcount:
                return State.PAID
            body = json.dumps(_event(checkout, event))
            self._database.execute(
                "insert into webhooks (webhook_id, checkout_id, body, next_at) values (?, ?, ?, ?)",
                (f"msg_{uuid.uuid4().hex}", checkout.checkout_id, body, at),
            )
        return state

    def due(self, now: float) -> list[Webhook]:
        """Webhooks to try now, oldest first."""
        with self._lock:
            rows = self._database.execute(
                "select webhook_id, authority_id, reference, amount_cents, webhook_url, body, attempts"
                " from webhooks join checkouts using (checkout_id)"
                " where not taken and next_at <= ? order by next_at limit 20",
                (now,),
            ).fetchall()
        return [Webhook(row[0], Order(*row[1:5]), row[5].encode(), row[6]) for row in rows]

    def next_due(self) -> float | None:
        """When the next webhook is to be tried, in seconds of the epoch; None when none waits."""
        with self._lock:
            row = self._database.execute("select min(next_at) from webhooks where not taken").fetchone()
        return float(row[0]) if row[0] is not None else None

    def taken(self, webhook: Webhook) -> None:
        self._write("update webhooks set taken = 1 where webhook_id = ?", webhook.webhook_id)

    def failed(self, webhook: Webhook, next_at: float) -> None:
        self._write(
            "update webhooks set attempts = attempts + 1, next_at = ? where webhook_id = ?",
            next_at,
            webhook.webhook_id,
        )

    def _write(self, statement: str, *values: Any) -> None:
        with self._lock, self._database:
            self._database.execute(statement, values)

    def _one(self, condition: str, *values: str) -> Checkout | None:
        row = self._database.execute(_SELECT + condition, values).fetchone()
        return Checkout(row[0], Order(*row[1:5]), State(row[5])) if row else None


def _event(checkout: Checkout, event: str) -> dict[str, Any]:
    return {
        "type": event,
        "checkout_id": checkout.checkout_id,
        "reference": checkout.order.reference,
        "amount_cents": checkout.order.amount_cents,
        "authority_id": checkout.order.authority_id,
    }
