"""`python -m sandbox.payments`: the payment provider's stand-in, on PAYMENT_PORT until SIGTERM."""

from __future__ import annotations

import signal
import sys

import uvicorn

from chassis import config as chassis_config
from chassis import logs, ops_http
from chassis.config import SettingMissing
from chassis.ops_http import Readiness
from sandbox.payments import config
from sandbox.payments.app import build

_log = logs.get("sandbox.payments")


def main() -> None:
    try:
        settings = config.read(chassis_config.read("sandbox"))
    except SettingMissing as error:
        sys.exit(str(error))
    logs.configure("sandbox", "payments", settings.shared.log_level)
    server = uvicorn.Server(
        uvicorn.Config(
            build(settings),
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
    )
    ops_http.serve(settings.shared, Readiness({"serving": lambda: server.started}))
    _log.warning("SANDBOX payment provider: no real money moves here")
    # uvicorn raises the signal again once it has stopped: an orderly stop ends with 0, not as if it were killed.
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
    server.run()


if __name__ == "__main__":
    main()
