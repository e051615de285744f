"""What a process counts, read from its operator's port."""

from __future__ import annotations

import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from embedded import state
from embedded.rundir import RunDir


def total(run: RunDir, process: str, sample: str) -> float:
    """The sum of a sample over its labels; 0 when the process has counted none."""
    port = state.read(run).ports[f"{process}.OPS_PORT"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return sum(
        each.value for family in text_string_to_metric_families(text) for each in family.samples if each.name == sample
    )
