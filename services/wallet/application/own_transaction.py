"""A transaction that a door opens itself, where it needs others before or after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from chassis.context import CallContext
from chassis.grpc_server import Platform
from chassis.work import Work
from services.wallet.domain.errors import WalletRefusal

T = TypeVar("T")


def committed(platform: Platform, context: CallContext, act: Callable[[Work], T]) -> T:
    """What the act answers, once it is committed. A refusal that must leave a trace commits what it wrote, and is
    raised after that."""

    def run(session: Session) -> tuple[T | None, WalletRefusal | None]:
        try:
            return act(platform.work(session, context)), None
        except WalletRefusal as refusal:
            if not refusal.commits:
                raise
            return None, refusal

    answer, refusal = platform.database.run(run)
    if refusal:
        raise refusal
    assert answer is not None
    return answer
