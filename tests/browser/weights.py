"""What a page weighs on the wire, and what axe finds in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

# The camera's reader is fetched when a cashier starts the camera, and kept by the browser from then on.
SCAN_ISLAND = ("/islands/scan", "/vendor/zxing-wasm/")
_measured: list[PageWeight] = []


@dataclass
class PageWeight:
    """`sent_bytes` as the network carried them: compressed, with headers, cache empty."""

    name: str
    sent_bytes: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    @property
    def kilobytes(self) -> float:
        """Without the scan island."""
        counted = (size for url, size in self.sent_bytes.items() if not any(part in url for part in SCAN_ISLAND))
        return sum(counted) / 1000


def measure(page: Page, name: str, path: str) -> PageWeight:
    """Open `path` with an empty cache; weigh it and have axe look at it. Kept for the table at the end."""
    weight = PageWeight(name)
    addresses: dict[str, str] = {}

    def answered(event: Mapping[str, Any]) -> None:
        addresses[event["requestId"]] = event["response"]["url"]

    def finished(event: Mapping[str, Any]) -> None:
        url = addresses.get(event["requestId"], "")
        weight.sent_bytes[url] = weight.sent_bytes.get(url, 0) + int(event["encodedDataLength"])

    watch = page.context.new_cdp_session(page)
    watch.on("Network.responseReceived", answered)
    watch.on("Network.loadingFinished", finished)
    watch.send("Network.enable")
    watch.send("Network.setCacheDisabled", {"cacheDisabled": True})
    response = page.goto(path, wait_until="load")
    assert response is not None, path
    assert response.status < 400, f"{path}: {response.status}"
    weight.findings = look(page)
    watch.detach()
    _measured.append(weight)
    return weight


def look(page: Page) -> list[str]:
    """axe's violations on the page as it is now, each with where it is."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


def print_table(reporter: pytest.TerminalReporter) -> None:
    """One line a page."""
    if not _measured:
        return
    reporter.write_sep("-", "pages: weight and accessibility")
    for weight in sorted(_measured, key=lambda one: one.name):
        reporter.write_line(f"{weight.name:<48} {weight.kilobytes:7.1f} kB   axe: {len(weight.findings)}")
