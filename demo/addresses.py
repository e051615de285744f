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

ROOT = Path(__file__).resolve().parent.parent
AUTHORITY_HOST = "normandie.localhost"
NEIGHBOUR = "flers-agglo"
_URL_SAFE = str.maketrans("+/", "-_")
_SECRET_FILE = f"subscribers/normandie.{NEIGHBOUR}.key"


class NoPlatform(Exception):
    """There is no platform to play on, or one that was played on; the message says what to do."""


@dataclass(frozen=True)
class Addresses:
    """`gateway` and `mail_page` are URLs without a trailing slash; `folder` receives the demo's files.

    `neighbour_broker` and `neighbour_secret` are what Flers Agglo was given: its own broker address and secret.
    """

    gateway: str
    folder: Path
    mail_page: str
    neighbour_broker: str
    neighbour_secret: str

    @property
    def public(self) -> str:
        """The gateway's address under the authority's own host name."""
        return self.gateway.replace("127.0.0.1", AUTHORITY_HOST)


def running_platform() -> Addresses:
    """Read the report of the platform in `ATOUTS_RUN_DIR` (default `.run`). Raises NoPlatform."""
    run = Path(os.environ.get("ATOUTS_RUN_DIR") or ROOT / ".run").resolve()
    try:
        report = json.loads((run / "platform.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoPlatform(f"no platform was started in {run}: start one with bin/up") from None
    if report["state"] != "ready" or not report["public_url"]:
        raise NoPlatform(f"the platform in {run} is {report['state']}: start it with bin/up")
    given = _settings(run)
    return Addresses(
        gateway=str(report["public_url"]).rstrip("/"),
        folder=run / "demo",
        mail_page=given["MAIL_PAGE_URL"].rstrip("/"),
        neighbour_broker=given["SUBSCRIBER_FLERS_AGGLO_URL"],
        neighbour_secret=_secret(Path(given["KEYS_DIR"]) / _SECRET_FILE),
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


def _secret(path: Path) -> str:
    """The subscriber's key, as it shows it: base64url without padding."""
    return path.read_text(encoding="ascii").strip().translate(_URL_SAFE).rstrip("=")
