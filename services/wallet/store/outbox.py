"""Many facts to be told, as rows of the outbox, in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.work import Work, outbox_row
from services.wallet.store import many_rows

_NAMES = ("event_id", "authority_id", "type", "subject", "version", "data", "traceparent")

# Subject, its version, and what is told of it.
Told = tuple[str, int, Mapping[str, Any]]


def publish_all(work: Work, fact: str, told: Iterable[Told]) -> None:
    """`Work.publish` of one kind of fact about many subjects."""
    made = (outbox_row(work.service, work.authority_id, fact, *each) for each in told)
    rows = [[row[name] for name in _NAMES] for row in made]
    many_rows.copy(work.session.connection(), "outbox", ", ".join(_NAMES), rows)
