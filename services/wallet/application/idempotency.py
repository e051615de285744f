"""Money orders outside the till: the first answer to a key is the answer, refusals by rule included."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.work import Work
from services.wallet.application.outcomes import refusal_from_json, refusal_to_json
from services.wallet.domain.errors import KeyReused, WalletRefusal
from services.wallet.store import idempotency
from services.wallet.store.idempotency import FirstAnswer


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A caller's key for one request. `caller` is the partner or the authority: a guessed key shows nothing of
    another's. `request_hash` is keyed: it may cover secrets."""

    caller: str
    operation: str
    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """What an act answers, in JSON; `transfer_id` is the money it moved."""

    outcome: Mapping[str, Any]
    transfer_id: UUID | None = None


def hash_request(secret: bytes, request: bytes) -> bytes:
    return hmac.digest(secret, request, hashlib.sha256)


def once(work: Work, key: RequestKey, act: Callable[[], Done]) -> tuple[Mapping[str, Any], bool]:
    """The outcome, and whether it is replayed.

    Raises KeyReused, and the act's refusal, which is kept with the key unless its class says otherwise: what the act
    wrote is undone, the refusal's own row is committed.
    """
    first = idempotency.hold(work, key.caller, key.operation, key.key)
    if first:
        return _again(key, first), True
    try:
        with work.session.begin_nested():
            done = act()
    except WalletRefusal as refusal:
        if not refusal.kept:
            raise
        _freeze(work, key, Done(refusal_to_json(refusal)))
        refusal.commits = True
        raise
    _freeze(work, key, done)
    return done.outcome, False


def _again(key: RequestKey, first: FirstAnswer) -> Mapping[str, Any]:
    if first.request_hash != key.request_hash:
        raise KeyReused
    if "refused" in first.outcome:
        raise refusal_from_json(first.outcome)
    return first.outcome


def _freeze(work: Work, key: RequestKey, done: Done) -> None:
    answer = FirstAnswer(key.request_hash, done.outcome)
    idempotency.freeze(work, key.caller, key.operation, key.key, answer, done.transfer_id)
