"""compose.yaml starts the platform that runs embedded, without a secret of its own."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from embedded.platform import SERVICES
from embedded.postgres import MAX_CONNECTIONS
from embedded.provision import PARTS
from embedded.rundir import ROOT
from tests.deploy.containers import COMPOSE, PROVISIONS, SERVERS, compose, expected, expected_replicas, of_compose

_MAKE_ENV = ROOT / "deploy" / "compose" / "make-env"


def test_each_process_has_its_container_and_the_reverse() -> None:
    """A process that is added to the embedded platform is missing here until it is written here too."""
    assert {name: container.command for name, container in of_compose().items()} == {
        name: process.command for name, process in expected().items()
    }


def test_as_many_run_as_embedded() -> None:
    """Two card readers stay two."""
    assert {name: container.replicas for name, container in of_compose().items()} == {
        name: expected_replicas(name) for name in expected()
    }


def test_pools_and_own_settings_are_those_of_embedded() -> None:
    """What was counted against max_connections embedded is what runs here."""
    for name, process in expected().items():
        settings = of_compose()[name].settings
        assert settings.get("DATABASE_CONNECTIONS", "0") == str(process.connections), name
        assert process.settings.items() <= settings.items(), name


def test_postgres_takes_all_pools() -> None:
    """The sum of the pools, the migrations' done by then, stays below max_connections."""
    most = sum(int(one.settings.get("DATABASE_CONNECTIONS", 0)) * one.replicas for one in of_compose().values())
    command = compose()["services"]["postgres"]["command"]
    assert f"max_connections={MAX_CONNECTIONS}" in command
    assert most + 4 * len(SERVICES) + 5 <= MAX_CONNECTIONS


def test_no_secret_has_a_default() -> None:
    """A password that is missing stops compose with the command that makes it."""
    text = COMPOSE.read_text(encoding="utf-8")
    secrets = set(re.findall(r"\$\{(\w*PASSWORD)(?::\?deploy/compose/make-env)\}", text))
    assert secrets == set(re.findall(r"\$\{(\w*PASSWORD)", text))
    assert not re.search(r"(?i)(password|secret)\w*: *[\"']?[a-z0-9]", text)


def test_make_env_makes_every_password_once(tmp_path: Path) -> None:
    """Each name that compose asks for, 24 random bytes, private; a second run keeps them all."""
    file = tmp_path / ".env"
    subprocess.run([_MAKE_ENV, file], check=True)
    lines = file.read_text(encoding="ascii").splitlines()
    made = dict(line.split("=") for line in lines)
    assert set(made) == set(re.findall(r"\$\{(\w*PASSWORD)", COMPOSE.read_text(encoding="utf-8")))
    assert all(re.fullmatch(r"[0-9a-f]{48}", value) for value in made.values())
    assert len(set(made.values())) == len(lines)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    subprocess.run([_MAKE_ENV, file], check=True)
    assert file.read_text(encoding="ascii").splitlines() == lines


def test_the_file_of_passwords_is_ignored_by_git() -> None:
    """What make-env writes by default cannot be committed by accident."""
    asked = subprocess.run(["git", "check-ignore", "--quiet", "deploy/compose/.env"], cwd=ROOT, check=False)
    assert asked.returncode == 0


def test_each_part_reads_its_own_keys_only() -> None:
    """A container mounts its part's folder of keys, read only; `keys` alone sees all."""
    for name, container in of_compose().items():
        assert container.keys["part"] == container.part, name
        assert container.part in PARTS
        volumes = [v for v in compose()["services"][name]["volumes"] if isinstance(v, dict)]
        assert all(volume["read_only"] for volume in volumes)


@pytest.mark.parametrize("name", sorted(set(compose()["services"]) - {"postgres", "rabbitmq"}))
def test_containers_have_no_rights(name: str) -> None:
    """Read-only root, no capability, no way to gain any; postgres and rabbitmq change user at their start."""
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_doors_for_people_are_published() -> None:
    """The gateway and the stand-ins' pages, on the machine's own address; no server, no gRPC."""
    published = {name: service["ports"] for name, service in compose()["services"].items() if "ports" in service}
    assert set(published) == {"gateway", "sandbox-payments", "sandbox-mail"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_processes_start_after_their_migration_and_are_probed() -> None:
    """Migrations wait for healthy servers, processes for their migration; whatever stays up has a health check."""
    services = compose()["services"]
    for name in of_compose():
        needs = services[name]["depends_on"]
        part = name.rpartition("-")[0]
        if name.endswith("-migrate"):
            assert set(needs) == {"keys", "postgres", "rabbitmq"}, name
            assert "healthcheck" not in services[name]
        else:
            assert f"{part}-migrate" in needs or part in ("sandbox", ""), name
            assert services[name]["healthcheck"]["test"][0] == "CMD", name
    assert all("healthcheck" in services[name] for name in SERVERS)
    assert all(services[name]["restart"] == "no" for name in PROVISIONS)


def test_addresses_name_containers_and_their_ports() -> None:
    """host:port of each setting is a service of this file, on the port that it listens on."""
    for name, container in of_compose().items():
        for setting, value in container.settings.items():
            if setting.endswith("_RPC"):
                host, _, port = value.partition(":")
                assert host == setting.removesuffix("_RPC").lower() + "-rpc", name
                assert of_compose()[host].settings["RPC_PORT"] == port


def test_volumes_and_files_exist() -> None:
    """What is mounted is declared, or lies in the checkout."""
    document = compose()
    for service in document["services"].values():
        for volume in service.get("volumes", ()):
            source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in document["volumes"]


def test_images_are_official_or_ours() -> None:
    """Servers by major version, ours by one version for all."""
    images = {name: service["image"] for name, service in compose()["services"].items()}
    assert {name: images[name] for name in SERVERS} == {
        "postgres": "postgres:18", "rabbitmq": "rabbitmq:4", "valkey": "valkey/valkey:9",
    }  # fmt: skip
    ours = [image for name, image in images.items() if name not in SERVERS]
    assert all(re.fullmatch(r"atouts/[a-z]+:\$\{ATOUTS_VERSION:-dev\}", image) for image in ours)


def test_scripts_may_be_executed() -> None:
    """compose mounts one, people start the other."""
    for name in ("databases.sh", "make-env"):
        assert os.access(ROOT / "deploy" / "compose" / name, os.X_OK)
