"""Where the platform that runs answers, and where the demo writes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AUTHORITY_HOST = "normandie.localhost"


class NoPlatform(Exception):
    """There is no platform to play on, or one that was played on; the message says what to do."""


@dataclass(frozen=True)
class Addresses:
    """`gateway` is a URL without a trailing slash; `folder` receives the demo's files."""

    gateway: str
    folder: Path

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
    return Addresses(str(report["public_url"]).rstrip("/"), run / "demo")
