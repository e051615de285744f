"""Membership events go out: each subscriber's in order, with confirms, outside any transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from chassis import logs
from chassis.database import Database
from chassis.errors import Operational
from services.notification import metrics
from services.notification.application.ports import SubscriberQueues
from services.notification.store import outward
from services.notification.store.outward import Recipient

_AT_ONCE = 100
_BACKOFF_S = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
_log = logs.get(__name__)


@dataclass(slots=True)
class Publishing:
    """One subscriber whose queue takes nothing rests, longer each time; the others go on."""

    database: Database
    queues: SubscriberQueues
    now: Callable[[], float] = time.monotonic
    _failures: dict[Recipient, int] = field(default_factory=dict)
    _rests_until: dict[Recipient, float] = field(default_factory=dict)

    def publish_due(self) -> int:
        """A batch for each subscriber at most; how many events went out."""
        if not self.database.has_any(outward.ANY_UNPUBLISHED):
            return 0
        with self.database.transaction() as session:
            waiting = outward.recipients(session)
        ready = (each for each in waiting if self._rests_until.get(each, 0.0) <= self.now())
        return sum(self._publish_for(recipient) for recipient in ready)

    def _publish_for(self, recipient: Recipient) -> int:
        with self.database.transaction() as session:
            events = outward.unpublished(session, recipient, _AT_ONCE)
        outcomes = metrics.OUTWARD_EVENTS
        try:
            self.queues.publish(*recipient, events)
        except Operational as absence:
            self._rest(recipient, absence)
            outcomes.labels(recipient[1], "postponed").inc(len(events))
            return 0
        with self.database.transaction() as session:
            outward.mark_published(session, events)
        self._failures.pop(recipient, None)
        outcomes.labels(recipient[1], "published").inc(len(events))
        return len(events)

    def _rest(self, recipient: Recipient, absence: Operational) -> None:
        failures = self._failures.get(recipient, 0)
        delay_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
        self._failures[recipient] = failures + 1
        self._rests_until[recipient] = self.now() + delay_s
        _log.warning("subscriber waits", subscriber=recipient[1], reason=str(absence)[:200], delay_s=delay_s)
