"""Transactions of the doors that open their own, because something else stands between or after them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from chassis.context import CallContext
from chassis.grpc_server import Platform
from chassis.work import Work

T = TypeVar("T")


def in_transaction(platform: Platform, context: CallContext, act: Callable[[Work], T]) -> T:
    """Run `act` in one transaction. A refusal with `commits = True` keeps what it wrote, then is raised."""

    def attempt(session: Session) -> tuple[T | None, Exception | None]:
        try:
            return act(platform.work(session, context)), None
        except Exception as error:
            if getattr(error, "commits", False):
                return None, error
            raise

    result, refusal = platform.database.run(attempt)
    if refusal is not None:
        raise refusal
    return result  # type: ignore[return-value]  # T may itself be Optional: only `refusal` tells
