"""Alerts that are tested, and queries over metrics and labels that exist."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from embedded.rundir import ROOT
from tests.deploy import promtool
from tests.deploy.containers import of_kubernetes

_PROMETHEUS = ROOT / "deploy" / "prometheus"
_RULES = _PROMETHEUS / "rules.yaml"
_DASHBOARD = ROOT / "deploy" / "grafana" / "atouts.json"
# Set by Prometheus itself, and by the scrape configuration's relabelling.
_TARGET_LABELS = {"job", "instance", "service", "process"}
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
_WORDS = {
    "sum", "max", "min", "by", "on", "and", "or", "absent", "rate", "increase", "histogram_quantile",
    "min_over_time", "le",
}  # fmt: skip


@cache
def known() -> dict[str, set[str]]:
    """Series name → its labels, as every metrics module of the code declares them.

    Asked of another process: this one's registry holds what other tests put there.
    """
    modules = sorted(
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for folder in ("chassis", "gateway", "services") for path in (ROOT / folder).rglob("metrics.py")
    )  # fmt: skip
    lines = [
        "import importlib, json, prometheus_client as p",
        *(f"importlib.import_module({module!r})" for module in modules),
        "ours = [c for c in p.REGISTRY._collector_to_names if hasattr(c, '_labelnames')]",
        "found = {c._name: (c._type, c._labelnames) for c in ours}",
        "print(json.dumps(found))",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=True
    )  # fmt: skip
    declared: dict[str, tuple[str, list[str]]] = json.loads(done.stdout)
    return {
        name + suffix: {*labels, *(["le"] if suffix == "_bucket" else [])}
        for name, (kind, labels) in declared.items() for suffix in _SUFFIXES[kind]
    } | {"up": set()}  # fmt: skip


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(_RULES.read_text(encoding="utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def queries() -> Iterator[tuple[str, str]]:
    """(where it stands, query) of each alert and each line of the dashboard."""
    yield from ((rule["alert"], rule["expr"]) for rule in rules())
    for panel in json.loads(_DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])


def metrics_in(query: str) -> set[str]:
    """The series that a query reads."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|on) \([^)]*\)|\"[^\"]*\"", " ", query)
    return set(re.findall(r"\b[a-z]\w+", bare)) - _WORDS


def labels_in(query: str) -> set[str]:
    grouped = re.findall(r"\b(?:by|on) \(([^)]*)\)", query)
    matched = re.findall(r"[{,]\s*(\w+)\s*(?:=|!=|=~|!~)\s*\"", query)
    return {name.strip() for names in grouped for name in names.split(",") if name.strip()} | set(matched)


@pytest.mark.parametrize(("place", "query"), list(queries()))
def test_each_query_reads_what_the_code_exposes(place: str, query: str) -> None:
    """A metric or a label that was renamed in code is missed here, not in the night."""
    series = metrics_in(query)
    assert series, place
    assert series <= set(known()), place
    declared = set[str]().union(*(known()[name] for name in series))
    assert labels_in(query) <= declared | _TARGET_LABELS, place


def test_values_that_queries_match_exist_in_code() -> None:
    """Types of events, names of RPCs and of kinds of jobs stand in the contracts and the code."""
    text = " ".join(query for _, query in queries())
    for event in re.findall(r"fr\.atouts\.(\w+)\.(\w+)\.v1", text):
        assert (ROOT / "contracts" / "events" / event[0] / f"{event[1]}.v1.json").exists()
    for method in re.findall(r'grpc_method="(\w+)"', text):
        protos = (ROOT / "contracts" / "proto").rglob("service.proto")
        assert any(f"rpc {method}(" in proto.read_text(encoding="utf-8") for proto in protos)


def test_rules_are_valid() -> None:
    """promtool reads every expression, template and duration."""
    done = promtool.run("check", "rules", _RULES)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules())} rules found" in done.stdout


def test_alerts_wake_and_sleep_as_they_should() -> None:
    """Unit tests of each alert, played by promtool itself."""
    files = sorted((_PROMETHEUS / "tests").glob("*.yaml"))
    done = promtool.run("test", "rules", *files)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_has_a_test_that_wakes_it_and_one_that_does_not() -> None:
    """An alert without both is a guess."""
    cases: dict[str, set[bool]] = {}
    for file in (_PROMETHEUS / "tests").glob("*.yaml"):
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
            for check in test["alert_rule_test"]:
                cases.setdefault(check["alertname"], set()).add(bool(check["exp_alerts"]))
    assert cases == {rule["alert"]: {True, False} for rule in rules()}


def test_each_alert_says_what_to_do() -> None:
    """Severity, a sentence, and a section of the runbook that exists."""
    headings = set(re.findall(r"^### (\w+)$", (ROOT / "docs" / "operations.md").read_text(), flags=re.MULTILINE))
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket", "info")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
    assert headings == {rule["alert"] for rule in rules()}


def test_the_scrape_configuration_finds_our_pods(tmp_path: Path) -> None:
    """Its relabelling reads labels and port names that our pods have, and promtool takes the rest of the file.

    Debian's promtool is built without Kubernetes discovery: those lines are replaced for it by a fixed target.
    """
    config = yaml.safe_load((_PROMETHEUS / "prometheus.yaml").read_text(encoding="utf-8"))
    (job,) = config["scrape_configs"]
    read = {label for step in job["relabel_configs"] for label in step["source_labels"]}
    labels = {"part_of", "name", "component"}
    assert read == {
        *(f"__meta_kubernetes_pod_label_app_kubernetes_io_{label}" for label in labels),
        "__meta_kubernetes_pod_container_port_name", "__meta_kubernetes_pod_name",
    }  # fmt: skip
    assert {step["target_label"] for step in job["relabel_configs"] if "target_label" in step} <= _TARGET_LABELS
    assert all(container.settings["OPS_PORT"] == "9090" for container in of_kubernetes().values())
    del job["kubernetes_sd_configs"]
    config["rule_files"] = [str(_RULES)]
    job["static_configs"] = [{"targets": ["127.0.0.1:9090"]}]
    checked = tmp_path / "prometheus.yaml"
    checked.write_text(yaml.safe_dump(config), encoding="utf-8")
    done = promtool.run("check", "config", checked)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_can_be_imported() -> None:
    """One source, panels that do not overlap, each with a title, a unit and a query."""
    board = json.loads(_DASHBOARD.read_text(encoding="utf-8"))
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]}
    assert len(places) == len(board["panels"]) == len({panel["id"] for panel in board["panels"]})
    for panel in board["panels"]:
        assert panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["targets"]
        assert panel["datasource"]["uid"] == "${source}"
