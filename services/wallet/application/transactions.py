"""Transactions of acts that open their own, because something slow stands between them: a hash, a paper, identity."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from chassis.context import CallContext
from chassis.grpc_server import Platform
from chassis.work import Work

T = TypeVar("T")


def in_transaction(platform: Platform, context: CallContext, act: Callable[[Work], T]) -> T:
    def run(session: Session) -> T:
        return act(platform.work(session, context))

    return platform.database.run(run)
