"""`python -m sandbox.mail`: the mail server's stand-in, on MAIL_PORT and MAIL_PAGE_PORT until SIGTERM."""

from __future__ import annotations

import signal
import sys

import uvicorn

from chassis import config as chassis_config
from chassis import logs, ops_http
from chassis.config import SettingMissing
from chassis.ops_http import Readiness
from sandbox.mail import config
from sandbox.mail.app import build

_log = logs.get("sandbox.mail")


def main() -> None:
    try:
        settings = config.read(chassis_config.read("sandbox"))
    except SettingMissing as error:
        sys.exit(str(error))
    logs.configure("sandbox", "mail", settings.shared.log_level)
    server = uvicorn.Server(
        uvicorn.Config(
            build(settings),
            host=settings.host,
            port=settings.page_port,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
    )
    ops_http.serve(settings.shared, Readiness({"serving": lambda: server.started}))
    _log.warning("SANDBOX mail server: no mail leaves this machine")
    # uvicorn raises the signal again once it has stopped: an orderly stop ends with 0, not as if it were killed.
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
    server.run()


if __name__ == "__main__":
    main()
