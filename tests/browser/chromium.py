"""Debian's Chromium, driven by Playwright: where it is, how it starts, and what it is told to film."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType

_PACKAGE = "chromium"
_FLAGS = (
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nobody answers the browser's question about the camera.
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


def program() -> Path:
    """The browser's program, installed from the distribution where root may; fails with what to install."""
    found = shutil.which(_PACKAGE)
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = shutil.which(_PACKAGE)
    if not found:
        pytest.fail(f"tests of pages need a browser: install the package {_PACKAGE}, then start again", pytrace=False)
    return Path(found)


def launch(chromium: BrowserType, film: Path) -> Browser:
    """A browser whose camera plays the file `film` (.y4m) over and over; it is opened when a page starts the camera."""
    return chromium.launch(
        executable_path=program(), headless=True, args=[*_FLAGS, f"--use-file-for-fake-video-capture={film}"]
    )


def _install() -> None:
    sys.stderr.write(f"tests/browser: installing the package {_PACKAGE} (apt-get)\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=sys.stderr, check=False)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", _PACKAGE]
    subprocess.run(install, env=quiet, stdout=sys.stderr, check=False)
