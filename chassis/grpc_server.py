"""The gRPC door of a service: proves the caller, asks the policy, runs one use case in one transaction.

A service hands over objects whose methods are named as its RPCs in snake case, `method(work, request)`; one
marked `@direct` takes `(call, request)` and opens transactions of its own; one marked `@late` takes `(call, request,
answer)`, returns at once, and has `answer` called once, from any thread. Start fails when an RPC has no method, two
methods, or no line in the policy.
"""

from __future__ import annotations

import inspect
import re
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent import futures
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from sqlalchemy.orm import Session

from chassis import context as call_context
from chassis import grpc_late, logs, metrics, trace
from chassis.call_headers import ADDRESS, AUTHORITY, SERVICE_TOKEN
from chassis.clock import PlatformClock
from chassis.context import CallContext
from chassis.database import Database
from chassis.errors import BUG, CHASSIS_ANSWERS, NotAllowed, NotSignedIn
from chassis.grpc_answers import AnswerTable, answer_for, to_status
from chassis.grpc_late import LateAnswer, Room
from chassis.ops_http import Readiness
from chassis.policy import Rule
from chassis.tables import ChassisTables
from chassis.tokens import TokenVerifier
from chassis.work import Work

_GRACE_S = 8
_LOOK_S = 0.5
# What a door that answers later holds at once, each call counted from the moment Python sees it until its answer, and
# what gRPC's core holds before that. Whoever waits there waits for nothing: room for one group of debits and those that
# are just being answered, so that past capacity a call is refused at once and those that are taken stay quick.
# While calls are refused it holds fewer: enough for two writers, and less than half of the wait.
_HELD_CALLS = 160
_HELD_OVERLOADED = 64
_UNSEEN_CALLS = 144
_log = logs.get(__name__)
F = TypeVar("F", bound=Callable[..., Any])
Answer = Callable[[Any], None]  # takes the response, or the exception that the door answers with


def direct(method: F) -> F:
    """Mark a door method that takes `(call, request)` and opens its own transactions."""
    method.opens_transactions = True  # type: ignore[attr-defined]
    return method


def late(method: F) -> F:
    """Mark a door method that takes `(call, request, answer)` and leaves the answer to another thread."""
    method.answers_later = True  # type: ignore[attr-defined]
    return method


@dataclass(frozen=True, slots=True)
class Call:
    """A call outside any transaction."""

    context: CallContext
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Platform:
    """What a service's doors stand on."""

    service: str
    database: Database
    tables: ChassisTables
    clock: PlatformClock
    verifier: TokenVerifier

    def work(self, session: Session, context: CallContext) -> Work:
        return Work(session, context, self.clock.now(), self.service, self.tables)


class Answerer(Protocol):
    """Takes the answer of one call, once."""

    def send(self, message: bytes) -> None:
        """The serialized response."""

    def refuse(self, status: grpc.Status) -> None:
        """The status with its details."""


LateStart = Callable[[Any, Callable[[], Call], Answerer], None]


class Doors:
    """One gRPC service, ready to be added to a server."""

    def __init__(
        self,
        platform: Platform,
        descriptor: ServiceDescriptor,
        handlers: Sequence[object],
        policy: Mapping[str, Rule],
        answers: AnswerTable,
    ) -> None:
        self._platform = platform
        self._descriptor = descriptor
        self._answers = {**CHASSIS_ANSWERS, **answers}
        self._late_thread = grpc_late.LateThread()
        self._late: dict[str, tuple[Callable[[bytes], Any], LateStart]] = {}
        methods = {rpc.name: _find(handlers, rpc.name) for rpc in descriptor.methods}
        if missing := set(methods) ^ set(policy):
            raise TypeError(f"the policy and {descriptor.name} differ: {', '.join(sorted(missing))}")
        self._rpc_handlers = {
            rpc.name: self._rpc_handler(rpc, methods[rpc.name], policy[rpc.name]) for rpc in descriptor.methods
        }

    @property
    def answers_later(self) -> bool:
        """Whether some of its calls are answered after their method returned."""
        return bool(self._late)

    def add_to(self, server: grpc.Server) -> None:
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(self._descriptor.full_name, self._rpc_handlers),)
        )

    def _rpc_handler(
        self, rpc: MethodDescriptor, method: Callable[..., Any], rule: Rule
    ) -> grpc.RpcMethodHandler[Any, Any]:
        if hasattr(method, "answers_later"):
            return self._late_handler(rpc, method, rule)
        service = self._descriptor.full_name
        seconds = metrics.GRPC_SECONDS.labels(service, rpc.name)
        in_flight = metrics.GRPC_IN_FLIGHT.labels(service)
        handled_ok = metrics.GRPC_HANDLED.labels(service, rpc.name, "OK")
        run = self._run_direct if hasattr(method, "opens_transactions") else self._run_in_transaction

        def handle(request: Any, grpc_context: grpc.ServicerContext) -> Any:
            with in_flight.track_inprogress(), seconds.time():
                try:
                    response = run(method, rule, request, self._open(grpc_context))
                except Exception as error:  # noqa: BLE001 - the door: every error becomes a status, bugs are logged
                    grpc_context.abort_with_status(self._refusal(rpc, error))
                handled_ok.inc()
                return response

        return grpc.unary_unary_rpc_method_handler(
            handle,
            request_deserializer=GetMessageClass(rpc.input_type).FromString,
            response_serializer=GetMessageClass(rpc.output_type).SerializeToString,
        )

    def start_late(self, rpc_name: str, request: bytes, opened: Callable[[], Call], answerer: Answerer) -> None:
        """Begin one call of an RPC whose method is `@late`, whichever way it came. `opened` proves who calls.

        Raises KeyError where there is no such RPC.
        """
        deserialize, start = self._late[rpc_name]
        start(deserialize(request), opened, answerer)

    def call_of(self, service: str, metadata: Mapping[str, str], deadline_s: float) -> Call:
        """A proven service's call. Raises NotSignedIn, SessionExpired, NotAllowed."""
        trace.start(metadata.get("traceparent"))
        authority_id = metadata.get(AUTHORITY, "")
        if not authority_id:
            raise NotSignedIn("no authority")
        token = metadata.get("authorization", "").removeprefix("Bearer ")
        person = self._platform.verifier.person(token) if token else None
        if person and person.authority_id != authority_id:
            raise NotAllowed("another authority's account")
        context = CallContext(
            authority_id, service, person.account if person else None, token, metadata.get(ADDRESS, "")
        )
        call_context.current.set(context)
        return Call(context, deadline_s)

    def _late_handler(
        self, rpc: MethodDescriptor, method: Callable[..., Any], rule: Rule
    ) -> grpc.RpcMethodHandler[Any, Any]:
        start = self._late_start(rpc, method, rule)
        deserialize = GetMessageClass(rpc.input_type).FromString
        self._late[rpc.name] = deserialize, start

        def begin(request: Any, grpc_context: grpc.ServicerContext, answer: LateAnswer) -> None:
            start(request, partial(self._open, grpc_context), answer)

        return grpc_late.handler(begin, deserialize, self._late_thread)

    def _late_start(self, rpc: MethodDescriptor, method: Callable[..., Any], rule: Rule) -> LateStart:
        service = self._descriptor.full_name
        seconds = metrics.GRPC_SECONDS.labels(service, rpc.name)
        in_flight = metrics.GRPC_IN_FLIGHT.labels(service)
        handled_ok = metrics.GRPC_HANDLED.labels(service, rpc.name, "OK")

        def start(request: Any, opened: Callable[[], Call], answerer: Answerer) -> None:
            begun = time.perf_counter()
            in_flight.inc()

            def answer(result: Any) -> None:
                in_flight.dec()
                seconds.observe(time.perf_counter() - begun)
                if isinstance(result, Exception):
                    answerer.refuse(self._refusal(rpc, result))
                else:
                    handled_ok.inc()
                    answerer.send(result.SerializeToString())

            try:
                call = opened()
                self._check_direct(rule, request, call)
                method(call, request, answer)
            except Exception as error:  # noqa: BLE001 - the door, as above; a method that raises has not answered
                answer(error)

        return start

    def _open(self, grpc_context: grpc.ServicerContext) -> Call:
        """Prove who calls. Raises NotSignedIn, SessionExpired, NotAllowed."""
        metadata = {key: value for key, value in grpc_context.invocation_metadata() if isinstance(value, str)}
        service = self._platform.verifier.calling_service(metadata.get(SERVICE_TOKEN, ""))
        return self.call_of(service, metadata, grpc_context.time_remaining() or 10.0)

    def _run_direct(self, method: Callable[..., Any], rule: Rule, request: Any, call: Call) -> Any:
        self._check_direct(rule, request, call)
        return method(call, request)

    def _check_direct(self, rule: Rule, request: Any, call: Call) -> None:
        rule.check_caller(call.context)
        if _needs_grants(rule):
            with self._platform.database.transaction() as session:
                rule.check_grants(self._platform.work(session, call.context), request)

    def _run_in_transaction(self, method: Callable[..., Any], rule: Rule, request: Any, call: Call) -> Any:
        rule.check_caller(call.context)

        def act(session: Session) -> tuple[Any, Exception | None]:
            work = self._platform.work(session, call.context)
            rule.check_grants(work, request)
            try:
                return method(work, request), None
            except Exception as error:
                # A refusal that must leave a trace (a counted failure) commits what it wrote.
                if getattr(error, "commits", False):
                    return None, error
                raise

        response, refusal = self._platform.database.run(act)
        if refusal:
            raise refusal
        return response

    def _refusal(self, rpc: MethodDescriptor, error: Exception) -> grpc.Status:
        """The status of an error, counted, and logged where it is not a rule's."""
        answer = answer_for(error, self._answers)
        if answer is BUG:
            _log.error("bug", rpc=rpc.name, exc_info=error)
        elif answer.status.value == "UNAVAILABLE":
            _log.warning("operational", rpc=rpc.name, reason=str(error)[:300])
        metrics.GRPC_HANDLED.labels(self._descriptor.full_name, rpc.name, answer.status.value).inc()
        return to_status(error, answer)


def _needs_grants(rule: Rule) -> bool:
    return not getattr(rule, "in_handler", False)


def _find(handlers: Sequence[object], rpc_name: str) -> Callable[..., Any]:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", rpc_name).lower()
    found = [getattr(handler, name) for handler in handlers if inspect.ismethod(getattr(handler, name, None))]
    if len(found) != 1:
        raise TypeError(f"{rpc_name} needs one method {name}, and has {len(found)}")
    method: Callable[..., Any] = found[0]
    return method


def serve(doors: Sequence[Doors], address: str, threads: int, readiness: Readiness) -> None:
    """Serve until SIGTERM, then: not ready, health says so, doors close, what is under way ends.

    `threads` is how many requests are held at once; a few more wait, the rest is refused at once.
    """
    answers_later = any(door.answers_later for door in doors)
    server = grpc.server(
        futures.ThreadPoolExecutor(threads, thread_name_prefix="rpc"),
        maximum_concurrent_rpcs=Room(_HELD_CALLS, _HELD_OVERLOADED) if answers_later else threads * 4,
        options=[
            ("grpc.max_receive_message_length", 32 << 20),
            ("grpc.max_connection_age_ms", 300_000),
            # Past these the core itself cancels a call, which nothing was begun for; by default it holds thousands.
            ("grpc.server.max_pending_requests", _UNSEEN_CALLS),
            ("grpc.server.max_pending_requests_hard_limit", 2 * _UNSEEN_CALLS),
        ],
    )
    for door in doors:
        door.add_to(server)
    state = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    server.add_insecure_port(address)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    server.start()
    state.set("", health_pb2.HealthCheckResponse.SERVING)
    readiness.arrive()
    _log.info("serving", rpc_address=address)
    # A signal that the kernel hands to another thread does not wake this one: its handler runs at the next look.
    while not stopping.wait(_LOOK_S):
        pass
    readiness.leave()
    state.enter_graceful_shutdown()
    time.sleep(0.1)  # lets the balancer's next probe see it
    server.stop(_GRACE_S).wait()
