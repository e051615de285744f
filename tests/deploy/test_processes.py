"""Each container's very command, with its environment and no other, starts, answers its probe and stops cleanly.

No image is built here: the command runs from the checkout. Only what depends on the place is replaced, and only where
the container sets it: addresses and passwords of servers, ports to listen on, the folder of keys (its part's own), the
folder of data. What a container forgets is therefore missing here as well. Replicas are the same container: once is
enough. Compose's and Kubernetes' are never equal (demo and production), so all of both are started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import grpc
import psycopg
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from psycopg import sql

from embedded import lifecycle, ports, state
from embedded.environment import Environments, machine_environment
from embedded.health import answers_ready
from embedded.platform import SERVICES
from embedded.postgres import MORE_DATABASES, OPERATOR, program
from embedded.provision import provide_keys
from embedded.rundir import ROOT, RunDir
from tests.deploy.containers import Container, of_compose, of_kubernetes

_WITHIN_S = 240.0
_AT_ONCE = 4
_PORTS = ("RPC_PORT", "OPS_PORT", "GATEWAY_PORT", "PAYMENT_PORT", "MAIL_PORT", "MAIL_PAGE_PORT")
_HOSTS = ("RPC_HOST", "OPS_HOST", "GATEWAY_HOST", "PAYMENT_HOST", "MAIL_HOST")
# Servers that no start needs: nobody answers there, and a process must start all the same.
_NOWHERE = "127.0.0.1:1"


@dataclass(frozen=True)
class Ground:
    """What stands in for the servers and the volumes."""

    environments: Environments
    keys: Path
    data: Path

    def settings_of(self, container: Container) -> dict[str, str]:
        """The container's settings, with what depends on the place replaced; nothing is added."""
        own = self.environments.of_service(container.part)
        replaced = {
            "KEYS_DIR": str(self.keys / container.part),
            "SANDBOX_DATA_DIR": str(self.data),
            "SMTP_URL": f"smtp://{_NOWHERE}",
            **dict.fromkeys(_HOSTS, "127.0.0.1"),
            **{f"{service.upper()}_RPC": _NOWHERE for service in SERVICES},
            **{name: str(port) for name, port in ports.choose(_PORTS, {}).items()},
            **{name: own[name] for name in own if name.endswith("_DATABASE_URL")},
            **{name: own[name] for name in ("BROKER_URL", "REDIS_URL") if name in own},
        }
        return {name: replaced.get(name, value) for name, value in container.settings.items()}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Servers of our own: their databases are as empty as those of a first installation."""
    folder = tmp_path_factory.mktemp("deploy")
    run = RunDir(folder / "run")
    lifecycle.up(run, lifecycle.SERVERS_ONLY, environment={**machine_environment(), "ATOUTS_MODE": "test"})
    try:
        provide_keys(folder / "keys")
        environments = Environments(run, state.read(run))
        remake_databases(environments)
        yield Ground(environments, folder / "keys", folder / "data")
    finally:
        lifecycle.reset(run)


def remake_databases(environments: Environments) -> None:
    """Put Compose's script in the place of what the embedded server provides, with the same passwords."""
    passwords = environments.state.passwords_of("postgres")
    port = environments.state.ports["postgres"]
    operator = {"host": "127.0.0.1", "port": port, "user": OPERATOR, "password": passwords[OPERATOR]}
    with psycopg.connect(**operator, dbname="postgres", autocommit=True) as connection:
        for database in (*SERVICES, *MORE_DATABASES):
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(database)))
        for service in SERVICES:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(service)))
    script_settings = {
        "PATH": f"{program('psql').parent}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(port),
        "PGPASSWORD": passwords[OPERATOR],
        "POSTGRES_USER": OPERATOR,
        **{f"{service.upper()}_DATABASE_PASSWORD": passwords[service] for service in SERVICES},
    }
    script = ROOT / "deploy" / "compose" / "databases.sh"
    for _ in range(2):  # the second finds everything
        done = subprocess.run([script], env=script_settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@dataclass
class Started:
    """A process under way, with the settings that it was given."""

    container: Container
    settings: Mapping[str, str]
    process: subprocess.Popen[bytes]
    log: Path

    def fail(self, what: str) -> str:
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        return f"{self.container.name} {what}:\n{tail}"


def start(container: Container, ground: Ground, folder: Path) -> Started:
    """`python -m <command>` as the image's entry point says, PATH and the container's settings for environment."""
    settings = ground.settings_of(container)
    log = folder / f"{container.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *container.command], env={"PATH": os.environ["PATH"], **settings},
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    return Started(container, settings, process, log)


def migrate(containers: Mapping[str, Container], ground: Ground, folder: Path) -> None:
    """All at once: each waits for the exchanges of the others."""
    started = [start(one, ground, folder) for one in containers.values() if one.is_migration]
    for each in started:
        assert each.process.wait(_WITHIN_S) == 0, each.fail("did not migrate")


def play(group: list[Container], ground: Ground, folder: Path) -> None:
    """Start a group together, wait for every probe, then stop all by SIGTERM."""
    started = [start(one, ground, folder) for one in group]
    try:
        for each in started:
            wait_until_ready(each)
        for each in started:
            each.process.send_signal(signal.SIGTERM)
        for each in started:
            assert each.process.wait(_WITHIN_S) == 0, each.fail("did not stop cleanly")
    finally:
        for each in started:
            each.process.kill()
            each.process.wait()


def wait_until_ready(started: Started) -> None:
    """What its probes ask: /health/ready, and of a gRPC door the standard health service too."""
    deadline = time.monotonic() + _WITHIN_S
    while not answers_ready(int(started.settings["OPS_PORT"])):
        assert started.process.poll() is None, started.fail("ended")
        assert time.monotonic() < deadline, started.fail("is not ready")
        time.sleep(0.1)  # between two looks, as a probe does
    if started.container.command[-1] == "rpc":
        with grpc.insecure_channel(f"127.0.0.1:{started.settings['RPC_PORT']}") as channel:
            asked = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(), timeout=_WITHIN_S, wait_for_ready=True
            )
        assert asked.status == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.timeout(900)
@pytest.mark.parametrize("containers", [of_compose(), of_kubernetes()], ids=["compose", "kubernetes"])
def test_each_container_starts_answers_and_stops(
    containers: dict[str, Container], ground: Ground, tmp_path: Path
) -> None:
    """Migrations end with 0; then each process is ready, and SIGTERM ends it with 0."""
    migrate(containers, ground, tmp_path)
    waiting = [one for one in containers.values() if not one.is_migration]
    while waiting:
        play(waiting[:_AT_ONCE], ground, tmp_path)
        waiting = waiting[_AT_ONCE:]


def test_a_forgotten_setting_stops_the_process_with_its_name(ground: Ground, tmp_path: Path) -> None:
    """The start above proves something: without one of its settings a container does not start."""
    whole = of_compose()["payout-relay"]
    settings = {name: value for name, value in whole.settings.items() if name != "BROKER_URL"}
    broken = Container(whole.name, whole.part, whole.command, settings, 1, whole.keys)
    started = start(broken, ground, tmp_path)
    assert started.process.wait(_WITHIN_S) != 0
    assert "BROKER_URL" in started.log.read_text(encoding="utf-8")


def test_a_service_enters_its_own_database_only(ground: Ground) -> None:
    """The roles that Compose's script made: each into the database of its name, none into another's."""
    environments = ground.environments
    for role, other in (("wallet", "payout"), ("payout", "wallet"), ("identity", "postgres")):
        where = {"host": "127.0.0.1", "port": environments.state.ports["postgres"], "user": role}
        password = environments.state.passwords_of("postgres")[role]
        with psycopg.connect(**where, password=password, dbname=role) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(**where, password=password, dbname=other)
