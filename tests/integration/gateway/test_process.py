"""The gateway and the sandbox as processes: they start, answer, say how they are, and stop in order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chassis.config import SERVICES
from embedded.secrets import make_keys

_READY_WITHIN_S = 60.0


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No service runs: their addresses lead nowhere."""
    make_keys(tmp_path / "keys", [*SERVICES, "gateway"])
    return {
        **os.environ,
        "ATOUTS_MODE": "test",
        "KEYS_DIR": str(tmp_path / "keys"),
        "CLOCK_FILE": str(tmp_path / "clock.json"),
        "SANDBOX_DATA_DIR": str(tmp_path / "sandbox"),
        "GATEWAY_PORT": str(_free_port()),
        "PAYMENT_PORT": str(_free_port()),
        "OPS_PORT": str(_free_port()),
        **{f"{service.upper()}_RPC": "127.0.0.1:1" for service in SERVICES},
    }


def _running(module: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", module], env=environment)
    try:
        _wait_until_ready(process, environment["OPS_PORT"])
        yield process
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the process did not become ready")


@pytest.fixture
def gateway(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    yield from _running("gateway", environment)


@pytest.fixture
def sandbox(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    yield from _running("sandbox.payments", environment)


def test_the_gateway_serves_while_every_service_is_away(
    gateway: subprocess.Popen[bytes], environment: dict[str, str]
) -> None:
    """503 with Retry-After, limits counted in Valkey, metrics by route template."""
    url = f"http://127.0.0.1:{environment['GATEWAY_PORT']}"
    response = httpx.get(f"{url}/v1/seasons", headers={"Host": "normandie.localhost"})
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["code"] == "unavailable"
    metrics = httpx.get(f"http://127.0.0.1:{environment['OPS_PORT']}/metrics").text
    assert 'http_requests_total{method="GET",route="/v1/seasons",status="503"} 1.0' in metrics
    assert 'grpc_method="ListSeasons"' in metrics
    assert "atouts_rate_limit_open_total 0.0" in metrics


def test_a_guessed_token_costs_its_quota(gateway: subprocess.Popen[bytes], environment: dict[str, str]) -> None:
    """A refusal says what is left, also when nobody is signed in."""
    url = f"http://127.0.0.1:{environment['GATEWAY_PORT']}/v1/account"
    headers = {"Host": "normandie.localhost", "Authorization": "Bearer guessed"}
    left = []
    for _ in range(2):
        refused = httpx.get(url, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
        left.append(refused.headers["ratelimit"])
    assert left[0] != left[1]


def test_a_service_that_hangs_is_503_within_three_seconds(environment: dict[str, str]) -> None:
    """It takes the connection and says nothing: the call's deadline ends the wait."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        environment["WALLET_RPC"] = f"127.0.0.1:{silent.getsockname()[1]}"
        for _ in _running("gateway", environment):
            url = f"http://127.0.0.1:{environment['GATEWAY_PORT']}/v1/seasons"
            started = time.monotonic()
            response = httpx.get(url, headers={"Host": "normandie.localhost"}, timeout=10)
            assert (response.status_code, response.headers["retry-after"]) == (503, "1")
            assert time.monotonic() - started < 3.5


def test_the_gateway_stops_on_sigterm(gateway: subprocess.Popen[bytes], environment: dict[str, str]) -> None:
    """Its port is free again, quickly."""
    gateway.send_signal(signal.SIGTERM)
    gateway.wait(timeout=10)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{environment['GATEWAY_PORT']}/docs")


def test_a_missing_setting_is_one_sentence(environment: dict[str, str]) -> None:
    """It stops at its start and names the variable."""
    del environment["GATEWAY_PORT"]
    done = subprocess.run(
        [sys.executable, "-m", "gateway"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "set GATEWAY_PORT: this process needs it"


def test_the_sandbox_serves_its_page(sandbox: subprocess.Popen[bytes], environment: dict[str, str]) -> None:
    """A merchant opens a checkout, a person sees it."""
    url = f"http://127.0.0.1:{environment['PAYMENT_PORT']}"
    order = {
        "reference": "payment-1",
        "amount_cents": 1_000,
        "webhook_url": "http://127.0.0.1:1/hook",
        "authority_id": "normandie",
    }
    checkout = httpx.post(f"{url}/checkouts", json=order).json()
    page = httpx.get(f"{url}/checkouts/{checkout['checkout_id']}")
    assert (page.status_code, "10,00" in page.text) == (200, True)
