"""The gateway in this process, before services that answer what a test tells them to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import grpc
import httpx
import pytest
import uvicorn
from atouts.calls.v1 import messages_pb2 as calls_pb2
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2
from redis.exceptions import ConnectionError as ValkeyAway
from starlette.applications import Starlette

from chassis import keys, logs
from chassis.clock import MovableClock
from chassis.config import SERVICES
from chassis.context import Account, AccountKind
from chassis.errors import Answer
from chassis.grpc_answers import to_status
from chassis.tokens import ServiceTokens, TokenVerifier, sign_access_token
from embedded.secrets import make_keys
from gateway import app, routes
from gateway.authorities import Authorities
from gateway.clock import DemoClock
from gateway.contracts import CALLS_DESCRIPTOR, OPERATIONS_DESCRIPTOR, SERVICE_DESCRIPTORS
from gateway.endpoint import Parts
from gateway.operations import Operation
from gateway.peers import Peers
from gateway.rate_limits import RateLimits
from gateway.routes import demo_clock
from gateway.web.page import Act, Page
from gateway.web.setting import Setting
from rulebooks import Catalogue

HOST = "normandie.localhost"


@dataclass(frozen=True)
class Received:
    """A call that a service got."""

    service: str
    rpc: str
    request: Any
    metadata: dict[str, str]


@dataclass
class FakeServices:
    """The four services on one port each: `answers` by RPC name, a message to send or a refusal to raise."""

    answers: dict[str, Message | Answer | grpc.StatusCode] = field(default_factory=dict)
    calls: list[Received] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)

    @property
    def last(self) -> Received:
        return self.calls[-1]

    def add_to(self, server: grpc.Server, service: str) -> None:
        for descriptor in (SERVICE_DESCRIPTORS[service], OPERATIONS_DESCRIPTOR):
            handlers = {method.name: self._handler(service, method) for method in descriptor.methods}
            server.add_generic_rpc_handlers((_generic(descriptor, handlers),))
        many = grpc.unary_unary_rpc_method_handler(
            partial(self._call_many, service),
            calls_pb2.CallManyRequest.FromString,
            calls_pb2.CallManyResponse.SerializeToString,
        )
        server.add_generic_rpc_handlers((_generic(CALLS_DESCRIPTOR, {"CallMany": many}),))

    def _call_many(
        self, service: str, request: calls_pb2.CallManyRequest, context: grpc.ServicerContext
    ) -> calls_pb2.CallManyResponse:
        """Each call as if it had come alone."""
        shared = {key: str(value) for key, value in context.invocation_metadata()}
        return calls_pb2.CallManyResponse(outcomes=[self._outcome(service, one, shared) for one in request.calls])

    def _outcome(self, service: str, one: calls_pb2.OneCall, shared: dict[str, str]) -> calls_pb2.OneOutcome:
        method = SERVICE_DESCRIPTORS[service].methods_by_name[one.method]
        own = {"authorization": one.authorization, "atouts-address": one.address, "traceparent": one.traceparent}
        request = GetMessageClass(method.input_type).FromString(one.request)
        self.calls.append(Received(service, method.name, request, shared | own))
        answer = self.answers.get(method.name, GetMessageClass(method.output_type)())
        if isinstance(answer, Answer):
            status = to_status(ValueError("refused"), answer)
            return calls_pb2.OneOutcome(status=dict(status.trailing_metadata)["grpc-status-details-bin"])
        if isinstance(answer, grpc.StatusCode):
            return calls_pb2.OneOutcome(status=status_pb2.Status(code=answer.value[0]).SerializeToString())
        return calls_pb2.OneOutcome(response=answer.SerializeToString())

    def _handler(self, service: str, method: Any) -> grpc.RpcMethodHandler[Any, Any]:
        answer_type = GetMessageClass(method.output_type)

        def handle(request: Message, context: grpc.ServicerContext) -> Message:
            metadata = {key: str(value) for key, value in context.invocation_metadata()}
            self.calls.append(Received(service, method.name, request, metadata))
            answer = self.answers.get(method.name, answer_type())
            if isinstance(answer, Answer):
                context.abort_with_status(to_status(ValueError("refused"), answer))
            if isinstance(answer, grpc.StatusCode):
                context.abort(answer, "not one of our own answers")
            return answer

        return grpc.unary_unary_rpc_method_handler(
            handle, GetMessageClass(method.input_type).FromString, answer_type.SerializeToString
        )


def _generic(descriptor: ServiceDescriptor, handlers: dict[str, Any]) -> grpc.GenericRpcHandler[Any, Any]:
    return grpc.method_handlers_generic_handler(descriptor.full_name, handlers)


class AwayValkey:
    """No Valkey: limits are open. What is counted is proven against a real one in the integration tests."""

    def pipeline(self, **_options: object) -> AwayValkey:
        return self

    def incr(self, _key: str) -> None:
        """Asked for, never done."""

    def expire(self, _key: str, _seconds: int) -> None:
        """Asked for, never done."""

    async def execute(self) -> None:
        raise ValkeyAway("no server in a unit test")


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> keys.KeyFolder:
    path = tmp_path_factory.mktemp("keys")
    make_keys(path, [*SERVICES, "gateway"])
    return keys.KeyFolder(path)


@pytest.fixture(scope="session")
def fake_services() -> Iterator[FakeServices]:
    fake = FakeServices()
    servers = []
    for service in SERVICES:
        server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", 32 << 20)])
        fake.add_to(server, service)
        fake.addresses[service] = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        servers.append(server)
    yield fake
    for server in servers:
        server.stop(None)


@pytest.fixture
def services(fake_services: FakeServices) -> FakeServices:
    fake_services.answers.clear()
    fake_services.calls.clear()
    return fake_services


Serve = Callable[[dict[str, str], Path], httpx.Client]


@pytest.fixture(scope="session")
def serve(key_folder: keys.KeyFolder) -> Iterator[Serve]:
    """Gateways over real HTTP: each finds its services at the given addresses, its clock in the given file."""
    logs.configure("gateway", "http", "critical")  # what a test provokes is no news
    with ExitStack() as stack:

        def make(addresses: dict[str, str], clock_file: Path) -> httpx.Client:
            clock = DemoClock(MovableClock(clock_file), SERVICES)
            operations = [*routes.operations(), *demo_clock.operations(clock)]
            return stack.enter_context(_served(_app(operations, addresses, key_folder)))

        yield make


@pytest.fixture(scope="session")
def _shared_client(serve: Serve, fake_services: FakeServices, tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    return serve(fake_services.addresses, tmp_path_factory.mktemp("clock") / "clock.json")


@pytest.fixture
def client(_shared_client: httpx.Client, services: FakeServices) -> httpx.Client:
    """A client of a gateway whose services forgot the tests before."""
    return _shared_client


@contextmanager
def _served(application: Starlette) -> Iterator[httpx.Client]:
    """Serve in a thread, on a free port."""
    server = uvicorn.Server(uvicorn.Config(application, port=0, lifespan="on", log_level="warning"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Host": HOST}, timeout=30) as client:
        yield client
    server.should_exit = True
    thread.join()


def _app(
    operations: list[Operation],
    addresses: dict[str, str],
    key_folder: keys.KeyFolder,
    pages: Sequence[Page | Act] = (),
    setting: Setting | None = None,
) -> Starlette:
    @asynccontextmanager
    async def open_parts() -> AsyncIterator[Parts]:
        peers = Peers(addresses, ServiceTokens("gateway", key_folder))
        limits = RateLimits(AwayValkey())  # type: ignore[arg-type]  # as much of a client as limits use
        authorities = Authorities(Catalogue.load().authorities())
        yield Parts(authorities, TokenVerifier("gateway", key_folder), limits, peers)
        await peers.close()

    return app.build(operations, open_parts, "http://localhost", pages, setting)


@pytest.fixture(scope="session")
def bearer(key_folder: keys.KeyFolder) -> dict[str, str]:
    """The header of somebody who is signed in."""
    account = Account("11111111-1111-4111-8111-111111111111", AccountKind.PARTNER, second_factor=False)
    token = sign_access_token(key_folder.private_pem("accounts"), account, "normandie")
    return {"Authorization": f"Bearer {token}"}
