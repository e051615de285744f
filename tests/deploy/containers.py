"""The containers that compose.yaml and the Kubernetes base start, in one shape that tests compare and run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from embedded.platform import PLATFORM, Process
from embedded.rundir import ROOT
from tests.deploy import kustomize

COMPOSE = ROOT / "compose.yaml"
BASE = ROOT / "deploy" / "k8s" / "base"
RENTREE = ROOT / "deploy" / "k8s" / "overlays" / "rentree"
COMPONENTS = ROOT / "deploy" / "k8s" / "components"

SERVERS = ("postgres", "rabbitmq", "valkey")
PROVISIONS = ("keys", "broker-rights")

_FROM_FILE = re.compile(r"\$\{([A-Z_]+)(:[?-][^}]*)?\}")


@dataclass(frozen=True)
class Container:
    """One container of ours. `settings` are its environment; `<NAME>` stands for the value of a secret."""

    name: str
    part: str
    command: tuple[str, ...]
    settings: Mapping[str, str]
    replicas: int
    keys: Mapping[str, str]

    @property
    def is_migration(self) -> bool:
        return self.command[-1] == "migrate"


@cache
def compose() -> dict[str, Any]:
    """compose.yaml, read."""
    document: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return document


def of_compose() -> dict[str, Container]:
    """Its containers of our processes; servers and what provides for them are not among them."""
    services = compose()["services"]
    ours = {name: service for name, service in services.items() if name not in (*SERVERS, *PROVISIONS)}
    return {name: _compose_container(name, service) for name, service in ours.items()}


def _compose_container(name: str, service: Mapping[str, Any]) -> Container:
    part = service["image"].split("/")[1].split(":")[0]
    subpath = next(v["volume"]["subpath"] for v in service["volumes"] if isinstance(v, dict))
    settings = {name: _FROM_FILE.sub(r"<\1>", str(value)) for name, value in service["environment"].items()}
    return Container(name, part, tuple(service["command"]), settings, service.get("scale", 1), {"part": subpath})


def of_kubernetes() -> dict[str, Container]:
    """The containers of the base's Deployments and Jobs."""
    objects = kustomize.rendered(BASE)
    shared = kustomize.find(objects, "ConfigMap", "settings")["data"]
    workloads = [one for one in objects if kustomize.containers_of(one)]
    return {one["metadata"]["name"]: _kubernetes_container(one, shared) for one in workloads}


def _kubernetes_container(one: kustomize.Object, shared: Mapping[str, str]) -> Container:
    (container,) = kustomize.containers_of(one)
    settings = dict(shared)
    for variable in container["env"]:
        value = variable.get("value") or _secret(variable["valueFrom"]["secretKeyRef"])
        # The kubelet replaces what was set before; what was not stays as it is written, and is found by the tests.
        settings[variable["name"]] = re.sub(r"\$\((\w+)\)", lambda m: settings.get(m[1], m[0]), value)
    part = container["image"].rpartition("/")[2].split(":")[0]
    replicas = one["spec"].get("replicas", 1)
    return Container(one["metadata"]["name"], part, tuple(container["args"]), settings, replicas, _projected_keys(one))


def _secret(reference: Mapping[str, str]) -> str:
    return f"<{reference['name']}.{reference['key']}>"


def _projected_keys(one: kustomize.Object) -> dict[str, str]:
    """Path under KEYS_DIR → Secret and item that it comes from; `*` where the whole Secret is given."""
    (volume,) = (v for v in kustomize.pod_spec(one)["volumes"] if v["name"] == "keys")
    found: dict[str, str] = {}
    for source in (source["secret"] for source in volume["projected"]["sources"]):
        for item in source.get("items", [{"path": f"{source['name']}/*", "key": "*"}]):
            found[item["path"]] = f"{source['name']}.{item['key']}"
    return found


def expected() -> dict[str, Process]:
    """Every process of the embedded platform by the name that its container bears: `identity.rpc` → `identity-rpc`.

    Numbered processes (`identity.reader-1`, `-2`) are replicas of one.
    """
    processes = (*PLATFORM.migrations, *PLATFORM.processes)
    return {re.sub(r"-\d+$", "", process.name).replace(".", "-"): process for process in processes}


def expected_replicas(name: str) -> int:
    """How many the embedded platform runs."""
    processes = (*PLATFORM.migrations, *PLATFORM.processes)
    return sum(re.sub(r"-\d+$", "", process.name).replace(".", "-") == name for process in processes)
