"""The worker: nameko takes events from the service's queue and hands them to handlers, and wakes due jobs.

Runs in a process patched by eventlet; nothing that `rpc` imports may import this module.

An operational error is waited out inside the handler and counts for nothing. A bug or a bad message is counted,
requeued, and parked by the broker after its delivery limit: the rest goes on.
"""

from __future__ import annotations

import contextvars
import gc
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

import kombu.serialization
from eventlet import tpool
from nameko import config as nameko_config
from nameko.messaging import consume
from nameko.runners import ServiceRunner
from nameko.timer import timer

from chassis import broker, inbox, logs, metrics, ops_http, trace
from chassis import context as call_context
from chassis.clock import PlatformClock, machine_now
from chassis.config import Settings
from chassis.context import CallContext
from chassis.database import Database
from chassis.event_group import LIMIT as GROUP_LIMIT
from chassis.event_group import EventGroup
from chassis.events import CONTENT_TYPE, BadEvent, Event, subscriptions_of
from chassis.grpc_server import Platform
from chassis.jobs import JobHandler, JobPlayer
from chassis.ops_http import Readiness
from chassis.outages import is_operational
from chassis.received_events import decode
from chassis.tables import ChassisTables
from chassis.watch import Watch
from chassis.work import Work

T = TypeVar("T")
_SERIALIZER = "cloudevents"  # the name that kombu knows our content type by; bodies pass unchanged
MAX_WORKERS = 4  # transactions of events at once: what the database pool bears beside the two timers
_JOB_TICK_S = 0.3
_WATCH_TICK_S = 15
_BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class EventHandler:
    """`handle(work, event, fetched)` runs in the event's transaction; `fetch(event)`, if any, before it and
    outside: the place for calls to other services."""

    handle: Callable[[Work, Event, Any], None]
    fetch: Callable[[Event], Any] | None = None


@dataclass(frozen=True, slots=True)
class GroupHandler:
    """`handle_all(events)` handles events that come by the thousand together: several of one type, each with its
    work, all in one transaction, which fetch nothing. Each of them may also come alone."""

    handle_all: Callable[[Sequence[tuple[Work, Event]]], None]


AnyHandler = EventHandler | GroupHandler


def in_real_thread(act: Callable[[], T]) -> T:
    """Run a blocking gRPC call in a thread of the operating system: in a green one it freezes all others."""
    return tpool.execute(contextvars.copy_context().run, act)  # type: ignore[no-any-return]


class EventDispatcher:
    """Gives each event to its handler, exactly once in effect."""

    def __init__(
        self,
        service: str,
        database: Database,
        tables: ChassisTables,
        clock: PlatformClock,
        handlers: Mapping[str, AnyHandler],
    ) -> None:
        self._service = service
        self._database = database
        self._tables = tables
        self._clock = clock
        self._handlers = handlers
        self._group = EventGroup(self._commit_group)
        # More messages are at hand than there are connections: a group takes one, those that wait for it hold none.
        self._alone = threading.BoundedSemaphore(MAX_WORKERS - _come_in_groups(handlers))

    def dispatch(self, body: bytes | str) -> None:
        """Handle one message; returns when it may be acknowledged. Raises what must be requeued."""
        try:
            event = decode(body)
        except BadEvent as error:
            metrics.EVENTS_HANDLED.labels("unreadable", "failed").inc()
            _log.error("bad message", reason=str(error))
            raise
        trace.start(event.traceparent)
        call_context.current.set(CallContext(event.authority_id, self._service))
        try:
            self._until_it_can(lambda: self._handle(event))
        except Exception as error:
            self._note_failure(event, error)
            raise
        metrics.EVENTS_HANDLED.labels(event.type, "handled").inc()
        metrics.EVENT_LAG.labels(event.type).observe((machine_now() - event.recorded_at).total_seconds())

    def _handle(self, event: Event) -> None:
        handler = self._handlers[event.type]
        if isinstance(handler, GroupHandler):
            self._group.handle(event)
        else:
            with self._alone:
                self._handle_alone(handler, event)

    def _handle_alone(self, handler: EventHandler, event: Event) -> None:
        fetched = handler.fetch(event) if handler.fetch else None

        def act(session: Any) -> None:
            if inbox.claim(session, self._tables, event):
                handler.handle(self._work(session, event), event, fetched)

        self._database.run(act)

    def _commit_group(self, events: Sequence[Event]) -> None:
        def act(session: Any) -> None:
            claimed = inbox.claim_all(session, self._tables, events)
            for event_type, of_type in groupby(sorted(claimed, key=_type), key=_type):
                handler = self._handlers[event_type]
                assert isinstance(handler, GroupHandler)
                handler.handle_all([(self._work(session, event), event) for event in of_type])

        self._database.run(act)

    def _work(self, session: Any, event: Event) -> Work:
        context = CallContext(event.authority_id, self._service)
        return Work(session, context, self._clock.now(), self._service, self._tables)

    def _until_it_can(self, act: Callable[[], None]) -> None:
        failures = 0
        while True:
            try:
                return act()
            except Exception as error:
                if not is_operational(error):
                    raise
                delay = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
                _log.warning("event waits", reason=str(error)[:200], delay_s=delay)
                time.sleep(delay * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries, guards nothing
                failures += 1

    def _note_failure(self, event: Event, error: Exception) -> None:
        metrics.EVENTS_HANDLED.labels(event.type, "failed").inc()
        _log.error("event handler failed", type=event.type, event_id=str(event.event_id), exc_info=error)
        self._until_it_can(
            lambda: self._database.run(
                lambda session: _ignore(inbox.record_failure(session, self._tables, event, repr(error)))
            )
        )
        time.sleep(0.1)  # a requeued message comes back at once


def _come_in_groups(handlers: Mapping[str, AnyHandler]) -> bool:
    return any(isinstance(handler, GroupHandler) for handler in handlers.values())


def _type(event: Event) -> str:
    return event.type


def _ignore(_value: object) -> None:
    """A counted failure has no answer."""


def run_process(
    settings: Settings,
    on: Platform,
    event_handlers: Mapping[str, AnyHandler],
    job_handlers: Mapping[str, JobHandler],
) -> int:
    """The worker command of a service. Fails at once when a subscribed event type has no handler."""
    subscribed = {contract.type for contract in subscriptions_of(settings.service)}
    if missing := subscribed ^ set(event_handlers):
        raise TypeError(f"contracts and handlers differ: {', '.join(sorted(missing))}")
    readiness = Readiness({"database": on.database.is_ready}, opens_later=True)
    stopping = _Stopping()
    ops_http.serve(settings, readiness)
    basis = (settings.service, on.database, on.tables, on.clock)
    # What is built stays: the collector need not walk rulebooks and contracts again for each generation of events.
    gc.collect()
    gc.freeze()
    run(
        settings.service,
        settings.broker_url,
        GROUP_LIMIT if _come_in_groups(event_handlers) else MAX_WORKERS,
        EventDispatcher(*basis, event_handlers),
        JobPlayer(*basis, job_handlers),
        Watch(*basis, settings.broker_url),
        stopping,
        readiness,
    )
    on.database.close()
    return 0


class _Stopping:
    """Hears SIGTERM from the beginning: a worker that is told to stop while it starts stops in order all the same."""

    def __init__(self) -> None:
        import eventlet

        self._told = eventlet.event.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)

    def wait(self) -> None:
        self._told.wait()

    def _tell(self, *_: object) -> None:
        import eventlet

        if not self._told.ready():
            eventlet.spawn_n(self._told.send)


def run(
    service: str,
    broker_url: str,
    at_once: int,
    dispatcher: EventDispatcher,
    jobs: JobPlayer,
    watch: Watch,
    stopping: _Stopping,
    readiness: Readiness,
) -> None:
    """Handle `at_once` events side by side and play jobs until SIGTERM; what is under way ends first."""
    kombu.serialization.register(
        _SERIALIZER,
        lambda body: body,
        lambda body: body,
        content_type=CONTENT_TYPE,
        content_encoding="utf-8",
    )
    nameko_config.setup(
        {
            "AMQP_URI": broker_url,
            "max_workers": at_once + 2,  # the two timers are among nameko's workers
            "PREFETCH_COUNT": at_once,
            "HEARTBEAT": 30,
            "ACCEPT": [_SERIALIZER],
            "SERIALIZERS": {},
        }
    )

    runner = ServiceRunner()
    runner.add_service(_worker(service, dispatcher, jobs, watch))
    runner.start()
    readiness.arrive()
    _log.info("working")
    stopping.wait()
    runner.stop()


def _worker(service: str, dispatcher: EventDispatcher, jobs: JobPlayer, watch: Watch) -> type:
    """What nameko makes an instance of for each event and tick."""

    class Worker:
        """What nameko runs: one queue, two timers."""

        name = service

        @consume(  # type: ignore[untyped-decorator]
            broker.events_queue(service), requeue_on_error=True, accept=[CONTENT_TYPE]
        )
        def on_event(self, body: bytes | str) -> None:
            dispatcher.dispatch(body)

        @timer(interval=_JOB_TICK_S)  # type: ignore[untyped-decorator]
        def on_tick(self) -> None:
            try:
                jobs.play_due()
            except Exception as error:
                if not is_operational(error):
                    raise
                _log.warning("jobs wait", reason=str(error)[:200])

        @timer(interval=_WATCH_TICK_S, eager=True)  # type: ignore[untyped-decorator]
        def on_watch(self) -> None:
            try:
                watch.measure()
            except Exception as error:
                if not is_operational(error):
                    raise
                _log.warning("gauges wait", reason=str(error)[:200])

    return Worker
