"""A worker's calls to other services, several at once: each returns, and none freezes or breaks the others."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

_CALLER = """
import sys
from chassis import entry
entry._patch()
import eventlet
import grpc
from chassis.worker import in_real_thread

echo = grpc.insecure_channel(sys.argv[1]).unary_unary("/t.Echo/Say")

def call_often(name):
    for _ in range(40):
        assert in_real_thread(lambda: echo(name, timeout=5)) == name
    return name

callers = [eventlet.spawn(call_often, str(number).encode()) for number in range(6)]
print(sorted(caller.wait() for caller in callers))
"""


@pytest.fixture
def echo_address() -> Iterator[str]:
    say = grpc.unary_unary_rpc_method_handler(lambda request, _context: request)
    server = grpc.server(ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.Echo", {"Say": say}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(grace=None).wait()


def test_a_worker_calls_another_service_from_several_handlers_at_once(echo_address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _CALLER, echo_address],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([str(number).encode() for number in range(6)])
    assert "Cannot switch to a different thread" not in done.stderr
