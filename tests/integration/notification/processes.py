"""The service's own processes, as they run in production, with peers that a test plays over real gRPC."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import httpx
from atouts.identity.v1 import accounts_pb2

from chassis.config import SERVICES
from embedded.secrets import make_keys

_WITHIN_S = 150.0


def settings(folder: Path, smtp_url: str, identity: str) -> dict[str, str]:
    """Only identity answers; a lease is short, so that a test need not wait long for a dead sender's mails."""
    make_keys(folder / "keys", [*SERVICES, "gateway"])
    return {
        **os.environ,
        "ATOUTS_MODE": "test",
        "KEYS_DIR": str(folder / "keys"),
        "CLOCK_FILE": str(folder / "clock.json"),
        "PUBLIC_URL": "http://127.0.0.1:8080",
        "BROKER_URL": os.environ["NOTIFICATION_BROKER_URL"],
        "SMTP_URL": smtp_url,
        "MAIL_LEASE_S": "2",
        "DATABASE_CONNECTIONS": "4",
        **{f"{service.upper()}_RPC": "127.0.0.1:1" for service in SERVICES},
        "IDENTITY_RPC": identity,
    }


@contextmanager
def running(command: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, ready; killed at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [sys.executable, "-m", "services.notification", command]
    process = subprocess.Popen(arguments, env={**environment, "OPS_PORT": str(port)})
    try:
        until(lambda: process.poll() is not None or _is_ready(port))
        assert process.poll() is None
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def identity_of_everybody() -> Iterator[str]:
    """Answers an address for every account; where it answers."""
    server = grpc.server(ThreadPoolExecutor(2))
    handler = grpc.unary_unary_rpc_method_handler(
        _contacts,
        accounts_pb2.LookUpContactsRequest.FromString,
        accounts_pb2.LookUpContactsResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("atouts.identity.v1.IdentityService", {"LookUpContacts": handler}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None)


def until(holds: Callable[[], Any]) -> None:
    """Wait for the thing, with a deadline."""
    deadline = time.monotonic() + _WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def _contacts(request: Any, _context: Any) -> accounts_pb2.LookUpContactsResponse:
    return accounts_pb2.LookUpContactsResponse(
        contacts=[accounts_pb2.Contact(account_id=each, email=f"{each[:8]}@exemple.fr") for each in request.account_ids]
    )


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready").is_success
    except httpx.TransportError:
        return False
