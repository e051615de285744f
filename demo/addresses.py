"""Where the platform that runs answers, and where the demo writes."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.story_values import Story

ROOT = Path(__file__).resolve().parent.parent
_URL_SAFE = str.maketrans("+/", "-_")


class NoPlatform(Exception):
    """There is no platform to play on, or one that was played on; the message says what to do."""


@dataclass(frozen=True)
class Addresses:
    """`gateway` and `mail_page` are URLs without a trailing slash, `host` is the authority's; `folder` receives the
    demo's files.

    `has_elsewhere`: it was started with more rulebooks than its own, those of other authorities (`demo.autumn`).

    `neighbour_broker` and `neighbour_secret` are what the neighbour was given: its own broker address and secret.
    """

    gateway: str
    host: str
    folder: Path
    mail_page: str
    neighbour_broker: str
    neighbour_secret: str
    has_elsewhere: bool

    @property
    def public(self) -> str:
        """The gateway's address under the authority's own host name."""
        return self.gateway.replace("127.0.0.1", self.host)


def running_platform(story: Story) -> Addresses:
    """Read the report of the platform in `ATOUTS_RUN_DIR` (default `.run`). Raises NoPlatform."""
    run = Path(os.environ.get("ATOUTS_RUN_DIR") or ROOT / ".run").resolve()
    try:
        report = json.loads((run / "platform.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoPlatform(f"no platform was started in {run}: start one with bin/up") from None
    if report["state"] != "ready" or not report["public_url"]:
        raise NoPlatform(f"the platform in {run} is {report['state']}: start it with bin/up")
    given, neighbour = _settings(run), story.neighbour.id
    return Addresses(
        gateway=str(report["public_url"]).rstrip("/"),
        host=story.authority.host,
        folder=run / "demo",
        mail_page=given["MAIL_PAGE_URL"].rstrip("/"),
        neighbour_broker=given[_setting(story)],
        neighbour_secret=_secret(Path(given["KEYS_DIR"]) / "subscribers" / f"{story.authority.id}.{neighbour}.key"),
        has_elsewhere="RULEBOOKS" in given,
    )


def _settings(run: Path) -> Mapping[str, str]:
    """What the platform's own command prints for those who stand outside, as shell lines."""
    done = subprocess.run(
        [sys.executable, "-m", "embedded", "environment"],
        cwd=ROOT,
        env={**os.environ, "ATOUTS_RUN_DIR": str(run)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoPlatform(f"the platform in {run} does not say where it answers: {done.stderr.strip()}")
    settings = (shlex.split(line)[1].partition("=") for line in done.stdout.splitlines())
    return {name: value for name, _, value in settings}


def _setting(story: Story) -> str:
    """What the neighbour finds its own queue by."""
    return f"SUBSCRIBER_{story.authority.id}_{story.neighbour.id}_URL".upper().replace("-", "_")


def _secret(path: Path) -> str:
    """The subscriber's key, as it shows it: base64url without padding."""
    return path.read_text(encoding="ascii").strip().translate(_URL_SAFE).rstrip("=")
