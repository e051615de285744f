"""The Kubernetes manifests: valid, complete, closed, and the same processes as everywhere else."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from chassis.grpc_server import _GRACE_S
from embedded.platform import SERVICES
from embedded.provision import keys_of
from embedded.rundir import ROOT
from tests.deploy.containers import BASE, COMPONENTS, RENTREE, expected, of_kubernetes
from tests.deploy.kustomize import Object, containers_of, find, pod_spec, rendered

_OBJECTS = {"base": rendered(BASE), "rentree": rendered(RENTREE)}
_ALL = [pytest.param(one, id=f"{where}-{one['kind']}-{one['metadata']['name']}")
        for where, objects in _OBJECTS.items() for one in objects]  # fmt: skip
_WORKLOADS = [parameter for parameter in _ALL if containers_of(parameter.values[0])]  # type: ignore[arg-type]

# The operators' own types have no schema here: they are held against the fields that we use of them.
_SHAPES: dict[str, set[str]] = {
    "Cluster": {"instances", "imageName", "storage", "resources", "postgresql", "managed", "backup"},
    "Database": {
        "cluster", "name", "owner", "encoding", "template", "localeProvider", "builtinLocale", "databaseReclaimPolicy",
    },
    "RabbitmqCluster": {"replicas", "image", "persistence", "resources", "rabbitmq", "override"},
}  # fmt: skip

# What an operator may hold open beside the pools: a command a service (4 each), CloudNativePG's own (10).
_AT_HAND = 4 * len(SERVICES) + 10


@pytest.mark.parametrize("one", _ALL)
def test_each_object_follows_its_schema(one: Object) -> None:
    """Strictly: an unknown field is a mistake. Types of operators are checked for their shape only."""
    if one["kind"] in _SHAPES:
        assert set(one["spec"]) <= _SHAPES[one["kind"]]
        return
    kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)


def test_yaml_is_tidy() -> None:
    """No duplicate key, no tab, no odd truth value, in whatever a person edits."""
    program = Path(sys.executable).with_name("yamllint")
    done = subprocess.run(
        [program, "--strict", "--config-file", "deploy/yamllint.yaml", "deploy", "compose.yaml"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("folder", [BASE, RENTREE], ids=lambda folder: folder.name)
def test_kubectl_renders_the_same(folder: Path) -> None:
    """What the loader of these tests makes of a kustomization is what `kubectl kustomize` makes of it."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed: the loader is not compared")
    done = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=False)
    if "unknown command" in done.stderr:
        pytest.skip("this kubectl is too old for kustomize: the loader is not compared")
    assert done.returncode == 0, done.stderr
    theirs = {_identity(one): one for one in yaml.safe_load_all(done.stdout)}
    assert theirs == {_identity(one): one for one in rendered(folder)}


def _identity(one: Object) -> tuple[str, str]:
    return one["kind"], one["metadata"]["name"]


def test_each_process_has_its_workload_and_the_reverse() -> None:
    """Every embedded process but the stand-ins, under the same command; two objects never share a name."""
    ours = {name: process.command for name, process in expected().items() if process.service != "sandbox"}
    assert {name: container.command for name, container in of_kubernetes().items()} == ours
    for objects in _OBJECTS.values():
        assert len({_identity(one) for one in objects}) == len(objects)


def test_own_settings_are_those_of_embedded() -> None:
    """The reader's threads, each process's share of connections."""
    for name, container in of_kubernetes().items():
        process = expected()[name]
        assert process.settings.items() <= container.settings.items(), name
        assert container.settings.get("DATABASE_CONNECTIONS", "0") == str(process.connections), name


def test_migrations_are_jobs_and_end() -> None:
    """Whatever else runs stays up."""
    kinds = {one["metadata"]["name"]: one["kind"] for one in _OBJECTS["base"] if containers_of(one)}
    assert {name for name, kind in kinds.items() if kind == "Job"} == {f"{service}-migrate" for service in SERVICES}


@pytest.mark.parametrize("one", _WORKLOADS)
def test_pods_follow_the_restricted_profile(one: Object) -> None:
    """Pod Security Standards, restricted; a root file system that nobody writes, no token, memory with an end."""
    pod = pod_spec(one)
    (container,) = containers_of(one)
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert set(container["resources"]["requests"]) == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("one", _WORKLOADS)
def test_images_have_a_version(one: Object) -> None:
    """No `latest`: what runs is what was chosen."""
    (container,) = containers_of(one)
    assert re.fullmatch(r"[\w./-]+:[\w.-]+", container["image"])
    assert not container["image"].endswith(":latest")


@pytest.mark.parametrize("one", [p for p in _WORKLOADS if p.values[0]["kind"] == "Deployment"])  # type: ignore[index,call-overload]
def test_what_stays_up_is_probed_on_ports_that_it_names(one: Object) -> None:
    """Readiness and liveness; each probe's port is one of the container's."""
    (container,) = containers_of(one)
    named = {port["name"] for port in container["ports"]}
    numbers = {port["containerPort"] for port in container["ports"]}
    assert {"readinessProbe", "livenessProbe"} <= set(container)
    for probe in (container[kind] for kind in ("startupProbe", "readinessProbe", "livenessProbe") if kind in container):
        port = next(probe[way]["port"] for way in ("httpGet", "grpc", "tcpSocket") if way in probe)
        assert port in named | numbers


def test_gates_open_where_settings_say() -> None:
    """A container's port is the one that its process listens on."""
    containers = of_kubernetes()
    for one in _OBJECTS["base"]:
        if one["kind"] != "Deployment":
            continue
        (container,) = containers_of(one)
        settings = containers[one["metadata"]["name"]].settings
        by_name = {"rpc": "RPC_PORT", "ops": "OPS_PORT", "http": "GATEWAY_PORT"}
        for port in container["ports"]:
            assert settings[by_name[port["name"]]] == str(port["containerPort"])


@pytest.mark.parametrize("objects", _OBJECTS.values(), ids=_OBJECTS)
def test_selectors_meet_labels(objects: list[Object]) -> None:
    """Services, budgets, deployments, autoscalers and network policies each select pods that exist."""
    pods = [one["spec"]["template"]["metadata"]["labels"] for one in objects if containers_of(one)]
    for one, selector in _selectors(objects):
        assert any(selector.items() <= labels.items() for labels in pods), (one["metadata"]["name"], selector)
    for one in objects:
        if one["kind"] == "HorizontalPodAutoscaler":
            target = one["spec"]["scaleTargetRef"]
            assert "replicas" not in find(objects, target["kind"], target["name"])["spec"]


# Pods of servers, which their operators make: there is no object of ours to meet.
_FOREIGN = (
    {"cnpg.io/cluster": "postgres"},
    {"cnpg.io/cluster": "keys"},
    {"app.kubernetes.io/name": "rabbitmq"},
    {"app.kubernetes.io/name": "valkey"},
)


def _selectors(objects: list[Object]) -> Iterator[tuple[Object, dict[str, str]]]:
    for one in objects:
        spec = one.get("spec", {})
        if one["kind"] == "Service":
            yield one, spec["selector"]
        elif one["kind"] in ("PodDisruptionBudget", "Deployment"):
            yield one, spec["selector"]["matchLabels"]
        elif one["kind"] == "NetworkPolicy":
            yield from ((one, labels) for labels in _policy_labels(spec) if labels and labels not in _FOREIGN)


def _policy_labels(spec: Object) -> Iterator[dict[str, str]]:
    yield spec["podSelector"].get("matchLabels", {})
    for peer in _peers(spec):
        if "namespaceSelector" not in peer and "podSelector" in peer:
            yield peer["podSelector"]["matchLabels"]


def _peers(spec: Object) -> Iterator[dict[str, Any]]:
    for rule in spec.get("ingress", []):
        yield from rule.get("from", [])
    for rule in spec.get("egress", []):
        yield from rule.get("to", [])


@pytest.mark.parametrize("objects", _OBJECTS.values(), ids=_OBJECTS)
def test_services_lead_to_named_ports(objects: list[Object]) -> None:
    """A Service's target is a port that the pods behind it name."""
    for one in objects:
        if one["kind"] != "Service":
            continue
        behind = [w for w in objects if containers_of(w) and one["spec"]["selector"].items()
                  <= w["spec"]["template"]["metadata"]["labels"].items()]  # fmt: skip
        for port in one["spec"]["ports"]:
            for workload in behind:
                assert port["targetPort"] in {named["name"] for named in containers_of(workload)[0]["ports"]}


def test_addresses_name_services_and_their_ports() -> None:
    """`dns:///wallet-rpc:50051` is a Service of the base."""
    settings = find(_OBJECTS["base"], "ConfigMap", "settings")["data"]
    for name in (name for name in settings if name.endswith("_RPC")):
        host, _, port = settings[name].removeprefix("dns:///").partition(":")
        assert find(_OBJECTS["base"], "Service", host)["spec"]["ports"][0]["port"] == int(port)
    assert {f"{service.upper()}_RPC" for service in SERVICES} <= set(settings)


def test_time_to_stop_is_longer_than_the_grace() -> None:
    """A door that has `_GRACE_S` to finish is not killed before; the balancer has 5 seconds to turn away first."""
    for one in (one for one in _OBJECTS["base"] if one["kind"] == "Deployment"):
        (container,) = containers_of(one)
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        is_door = bool({"rpc", "http"} & {port["name"] for port in container["ports"]})
        assert pause == (5 if is_door else 0), one["metadata"]["name"]
        assert pod_spec(one)["terminationGracePeriodSeconds"] >= pause + _GRACE_S + 2


def test_each_part_reads_its_own_keys_only() -> None:
    """The files that a pod finds in KEYS_DIR are those that compose and the tests give that part."""
    for name, container in of_kubernetes().items():
        own = {path for path in keys_of(container.part) if not path.endswith(".jwks.json")}
        assert set(container.keys) - {"public-keys/*"} == own, name
        assert {secret.split(".")[0] for secret in container.keys.values()} <= {"public-keys", f"{container.part}-keys"}


@pytest.mark.parametrize("objects", _OBJECTS.values(), ids=_OBJECTS)
def test_pools_fit_into_postgres(objects: list[Object]) -> None:
    """Replicas at their most, one more while a version rolls, migrations beside them: all below max_connections."""
    cluster = (
        next((one for one in objects if _identity(one) == ("Cluster", "postgres")), None) or _cluster_of_the_component()
    )
    limit = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
    total = sum(_connections(one, objects) for one in objects if containers_of(one))
    assert total > 0
    assert total + _AT_HAND <= limit


def _cluster_of_the_component() -> Object:
    return yaml.safe_load((COMPONENTS / "postgres" / "cluster.yaml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _connections(one: Object, objects: list[Object]) -> int:
    (container,) = containers_of(one)
    share = next((int(v["value"]) for v in container.get("env", ()) if v["name"] == "DATABASE_CONNECTIONS"), 0)
    return share * (_most_replicas(one, objects) + _surge(one))


def _most_replicas(one: Object, objects: list[Object]) -> int:
    name = one["metadata"]["name"]
    scalers = (hpa["spec"] for hpa in objects if hpa["kind"] == "HorizontalPodAutoscaler")
    scaled = [spec["maxReplicas"] for spec in scalers if spec["scaleTargetRef"]["name"] == name]
    return int(scaled[0] if scaled else one["spec"].get("replicas", 1))


def _surge(one: Object) -> int:
    return int(one["spec"].get("strategy", {}).get("rollingUpdate", {}).get("maxSurge", 0))


def test_one_may_leave_where_two_run() -> None:
    """A drained node takes one replica at most; where one runs, a budget would hold up every drain."""
    budgets = {one["metadata"]["name"] for one in _OBJECTS["base"] if one["kind"] == "PodDisruptionBudget"}
    several = {
        one["metadata"]["name"] for one in _OBJECTS["base"]
        if one["kind"] == "Deployment" and _most_replicas(one, _OBJECTS["base"]) > 1
    }  # fmt: skip
    assert budgets == several


def test_everything_is_closed_first() -> None:
    """One policy denies all, both ways; nothing in the base opens everything again."""
    deny = find(_OBJECTS["base"], "NetworkPolicy", "default-deny")["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for one in (one for one in _OBJECTS["base"] if one["kind"] == "NetworkPolicy" and one["spec"] != deny):
        assert all(rule.get("ports") for way in ("ingress", "egress") for rule in one["spec"].get(way, []))


def test_who_may_call_whom_is_who_does() -> None:
    """A service's door is open to the gateway and to those whose sources hold its contract, and to no other."""
    for service in SERVICES:
        spec = find(_OBJECTS["base"], "NetworkPolicy", f"{service}-rpc")["spec"]
        allowed = {peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for peer in _peers(spec)}
        assert allowed == {"gateway", *_callers_of(service)}, service


def test_both_ends_of_a_call_are_open() -> None:
    """Who may come in is who may go out, between services and from the gateway."""
    for caller in (*SERVICES, "gateway"):
        spec = find(_OBJECTS["base"], "NetworkPolicy", caller)["spec"]
        called = {
            peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
            for rule in spec["egress"] if {"port": 50051} in rule["ports"] for peer in rule["to"]
        }  # fmt: skip
        assert called == ({*SERVICES} if caller == "gateway" else {s for s in SERVICES if caller in _callers_of(s)})


def test_mail_leaves_from_notification_only() -> None:
    """And the world is reached by two parts: the wallet for payments, notification for mail."""
    outward = {
        one["metadata"]["name"]: {port["port"] for rule in one["spec"].get("egress", [])
                                  if any("ipBlock" in peer for peer in rule.get("to", [])) for port in rule["ports"]}
        for one in _OBJECTS["base"] if one["kind"] == "NetworkPolicy"
    }  # fmt: skip
    assert {name: ports for name, ports in outward.items() if ports} == {"notification": {465, 587}, "wallet": {443}}


# Served by each service beside its own: who imports it calls them all.
_OF_EVERY_SERVICE = "atouts.personal.v1"


def _callers_of(service: str) -> set[str]:
    """The other services whose sources import this one's contract."""
    names = {f"atouts.{service}.v1", _OF_EVERY_SERVICE}
    return {other for other in SERVICES if other != service and names & _contracts_in(other)}


@cache
def _contracts_in(service: str) -> set[str]:
    modules: set[str] = set()
    for path in (ROOT / "services" / service).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module)
    return modules
