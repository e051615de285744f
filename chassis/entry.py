"""`python -m services.<name> rpc|worker|relay|migrate|ctl …`: one image a service, one command a process.

The eventlet patch of `worker` must come before anything else is imported, so each service's `__main__` calls
this module and nothing more.
"""

from __future__ import annotations

import importlib
import os
import sys

COMMANDS = ("rpc", "worker", "relay", "migrate", "ctl", "reader", "sender")


def main(package: str) -> None:
    """Run the command named on the command line. `package` is the service's, as `services.wallet`."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in COMMANDS:
        sys.exit(f"usage: python -m {package} {{{'|'.join(COMMANDS)}}}")
    if command == "worker":
        _patch()
    entrypoint = importlib.import_module(f"{package}.entrypoints.{command}")
    from chassis import logs
    from chassis.config import SettingMissing, read

    service = package.rpartition(".")[2]
    try:
        settings = read(service)
        logs.configure(service, command, settings.log_level)
        sys.exit(entrypoint.main(settings, sys.argv[2:]))
    except SettingMissing as error:
        sys.exit(str(error))


def _patch() -> None:
    """Cooperative sockets for nameko; psycopg waits through them only when told to, before its import."""
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    import eventlet

    _import_grpc_with_real_locks()
    eventlet.monkey_patch()


def _import_grpc_with_real_locks() -> None:
    """gRPC is called from threads of the operating system (`worker.in_real_thread`), several at once: a green
    lock that two of them share ends in "Cannot switch to a different thread", and the call never returns.
    """
    from eventlet import patcher

    usual = sys.modules["threading"]
    sys.modules["threading"] = patcher.original("threading")
    try:
        import grpc._channel  # noqa: F401 - gRPC itself imports it late; this one keeps the locks of now
    finally:
        sys.modules["threading"] = usual
