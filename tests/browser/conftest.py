"""A whole platform and a browser for the tests of pages. Both end with this folder's last test.

`town` is a platform with people on it (see tests/browser/town.py), `open_page` a signed-in browser, `shoot` keeps
a picture in .run/shots/.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from embedded import lifecycle
from embedded.environment import machine_environment
from embedded.rundir import ROOT, RunDir
from tests.browser import chromium, film, weights
from tests.browser.desk import PATIENCE_MS, Desk
from tests.browser.town import RULEBOOKS, Town

# Package scope, not session: Playwright's event loop must not be there when other folders' tests run theirs.


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A platform of the tests' own, its season open, its partners accredited."""
    run = RunDir(tmp_path_factory.mktemp("town"))
    try:
        environment = {**machine_environment(), "ATOUTS_MODE": "test", "RULEBOOKS": str(RULEBOOKS)}
        report = lifecycle.up(run, environment=environment)
        with patch.dict(os.environ, ATOUTS_RUN_DIR=str(run.path)):  # bin/atouts makes the first administrator
            settled = Town.settle(str(report.public_url).rstrip("/"), run.path / "demo")
        yield settled
        settled.close()
    finally:
        lifecycle.reset(run)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film that the browser's camera plays; a test writes another before it starts the camera."""
    path = tmp_path_factory.mktemp("camera") / "film.y4m"
    film.of_nothing(path)
    return path


@pytest.fixture(scope="package")
def browser(playwright: Playwright, camera: Path) -> Iterator[Browser]:
    started = chromium.launch(playwright.chromium, camera)
    yield started
    started.close()


@pytest.fixture(scope="package")
def desk(town: Town, browser: Browser) -> Iterator[Desk]:
    """Where people sit down: one browser context a person, signed in once."""
    expect.set_options(timeout=PATIENCE_MS)
    opened = Desk(town.url, browser, ROOT / ".run" / "shots")
    yield opened
    opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What each page weighs and what axe finds in it."""
    weights.print_table(terminalreporter)
