"""`python -m gateway`: serve HTTP on GATEWAY_PORT until SIGTERM; what is under way ends first."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import uvicorn

from chassis import config as chassis_config
from chassis import logs, ops_http
from chassis.config import SettingMissing
from chassis.ops_http import Readiness
from gateway import bootstrap, config
from gateway.config import GatewaySettings

_GRACE_S = 8


class _Server(uvicorn.Server):
    """Tells the balancer that it leaves before it closes its door."""

    def __init__(self, settings: uvicorn.Config) -> None:
        super().__init__(settings)
        self.readiness = Readiness({"serving": lambda: self.started})

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.readiness.leave()
        self._end_streams()
        super().handle_exit(sig, frame)

    def _end_streams(self) -> None:
        """They would be waited for: a stream of live notices ends by itself only with its token."""
        parts = getattr(self.config.app.state, "parts", None)  # type: ignore[union-attr]
        if parts is not None and parts.live is not None:
            parts.live.end()


def main() -> None:
    try:
        settings = config.read(chassis_config.read("gateway"))
        logs.configure("gateway", "http", settings.shared.log_level)
        server = _Server(_uvicorn(settings))
    except SettingMissing as error:
        sys.exit(str(error))
    ops_http.serve(settings.shared, server.readiness)
    # uvicorn raises the signal again once it has stopped: an orderly stop ends with 0, not as if it were killed.
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
    server.run()


def _uvicorn(settings: GatewaySettings) -> uvicorn.Config:
    return uvicorn.Config(
        bootstrap.build(settings),
        host=settings.host,
        port=settings.port,
        lifespan="on",
        access_log=False,  # the edge writes one line a request, without ids or query strings
        log_level="warning",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_GRACE_S,
    )


if __name__ == "__main__":
    main()
