"""A process as the supervisor knows them: answers on OPS_PORT, or misbehaves as its first argument says."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

_MIGRATED = "migrated"


class _Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Probes are not news."""


def _migrate(marker: Path) -> None:
    marker.touch()


def _serve(marker: Path) -> None:
    if not marker.exists():
        sys.exit("started before the migrations")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    HTTPServer(("127.0.0.1", int(os.environ["OPS_PORT"])), _Health).serve_forever()


def _break(_: Path) -> None:
    sys.exit("the cellar is under water")


_BEHAVIOURS = {"migrate": _migrate, "serve": _serve, "break": _break}

if __name__ == "__main__":
    _BEHAVIOURS[sys.argv[1]](Path(os.environ["ATOUTS_RUN_DIR"]) / _MIGRATED)
